#!/bin/sh
# The reference in Elixir: compiles it and measures it.
set -eu

usage() {
    cat <<'HELP'
Usage: run.sh [--n N] [--json] [--form fast|lean|both] [--scratch DIRECTORY] [--emulator FLAGS]

  --n N                  conversations, 100000 by default
  --json                 one JSON object instead of lines of text
  --form FORM            fast: a process stays awake; lean: it hibernates whenever it is idle;
                         both (the default): each in a virtual machine of its own, the best of each
  --rounds N             how often each form of broadcast is measured, 3 by default
  --scratch DIRECTORY    where to compile to, bench/target/peers/elixir by default
  --emulator FLAGS       more flags for erl, such as "+sbwt none"

The choices of the tree, for trying others: --supervisors K, --registries K, --table set|ordered_set.
HELP
}

here=$(cd "$(dirname "$0")" && pwd)
scratch=$here/../../target/peers/elixir
form=both
flags="+P 5000000 +sbwt none +sbwtdcpu none +sbwtdio none"
count=$#
while [ "$count" -gt 0 ]; do
    argument=$1
    shift
    count=$((count - 1))
    case $argument in
    --help | -h) usage && exit ;;
    --form | --scratch | --emulator)
        [ "$count" -gt 0 ] || { echo "$argument wants a value" >&2 && exit 2; }
        case $argument in
        --form) form=$1 ;;
        --scratch) scratch=$1 ;;
        --emulator) flags="$flags $1" ;;
        esac
        shift
        count=$((count - 1))
        ;;
    *) set -- "$@" "$argument" ;;
    esac
done

command -v elixirc >/dev/null || { echo "elixir is missing: install Debian's elixir package" >&2 && exit 1; }
mkdir -p "$scratch"
elixirc -o "$scratch" "$here"/lib/*.ex "$here"/lib/chat/*.ex >&2

measure() {
    elixir --erl "$flags" -pa "$scratch" -e 'Chat.Bench.main(System.argv())' -- "$@"
}

if [ "$form" = both ]; then
    # What hibernates is never the quickest to answer: its broadcast is measured once, not by form.
    measure "$@" --form lean --rounds 0 --term >"$scratch/lean.term"
    measure "$@" --form fast --beside "$scratch/lean.term"
else
    measure "$@" --form "$form"
fi
