package dev.hubbub.cli;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// One command of the shell: what it is called, what it takes and what it does.
///
/// @param words what may stand behind its name, for usage and completion
/// @param meaning one line
/// @param details more lines, for its help
record Verb(
        String name,
        List<Word> words,
        List<Flag> flags,
        String meaning,
        List<String> details,
        Action action) {

    Verb {
        words = List.copyOf(words);
        flags = List.copyOf(flags);
        details = List.copyOf(details);
    }

    /// Does it. What goes wrong is a [Failure], or a [dev.hubbub.engine.HubbubException].
    @FunctionalInterface
    interface Action {
        void run(ShellRun run, Arguments arguments);
    }

    /// What kind of word is completed.
    enum Kind {
        CONVERSATION,
        TARGET,
        MODEL,
        VERB,
        EXPERIMENT,
        FREE
    }

    /// A word in the usage.
    ///
    /// @param label as the usage shows it, brackets included
    record Word(String label, Kind kind) {}

    /// An option.
    ///
    /// @param value what stands for its value, empty when it takes none
    record Flag(String name, String value, String meaning) {

        String usage() {
            return value.isEmpty() ? name : name + " " + value;
        }
    }

    static Word id(String label) {
        return new Word(label, Kind.CONVERSATION);
    }

    static Word free(String label) {
        return new Word(label, Kind.FREE);
    }

    @Nullable Flag flag(String of) {
        for (Flag flag : flags) {
            if (flag.name().equals(of)) {
                return flag;
            }
        }
        return null;
    }

    List<String> flagNames() {
        return flags.stream().map(Flag::name).toList();
    }

    String usage() {
        var usage = new StringBuilder(name);
        flags.forEach(flag -> usage.append(" [").append(flag.usage()).append(']'));
        words.forEach(word -> usage.append(' ').append(word.label()));
        return usage.toString();
    }

    /// Its name and words, for the list of all.
    String brief() {
        var brief = new StringBuilder(name);
        words.forEach(word -> brief.append(' ').append(word.label()));
        return brief.toString();
    }
}
