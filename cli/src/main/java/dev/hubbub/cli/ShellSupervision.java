package dev.hubbub.cli;

import dev.hubbub.cli.Verb.Flag;
import dev.hubbub.cli.Verb.Kind;
import dev.hubbub.cli.Verb.Word;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.PartitionSupervision;
import dev.hubbub.engine.Supervision;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/// The commands of the shell that crash conversations and tell how they fare.
final class ShellSupervision {

    private static final Pattern PERCENT = Pattern.compile("\\d+(\\.\\d+)?%");

    /// A longer number is the beginning or the end of an id.
    private static final Pattern NUMBER = Pattern.compile("-?[\\d,_]{1,9}");

    private static final int LISTED = 10;

    private ShellSupervision() {}

    static List<Verb> verbs() {
        return List.of(
                new Verb(
                        "kill",
                        List.of(new Word("n%|n|ID", Kind.CONVERSATION)),
                        List.of(),
                        "crash conversations at random, and watch them come back",
                        List.of(
                                "Tells how many crashed, how long it took until all of them"
                                        + " answered with",
                                "their history, and how many of the others were disturbed."),
                        ShellSupervision::kill),
                new Verb(
                        "supervise",
                        List.of(new Word("[ID]", Kind.CONVERSATION)),
                        List.of(),
                        "print restarts, last fault, mailbox and quarantine",
                        List.of(
                                "Without ID, of all in memory: those that crashed, and the"
                                        + " partitions they are in."),
                        ShellSupervision::supervise),
                new Verb(
                        "release",
                        List.of(new Word("ID|all", Kind.CONVERSATION)),
                        List.of(),
                        "let conversations run again that crashed too often",
                        List.of(),
                        ShellSupervision::release),
                new Verb(
                        "observe",
                        List.of(),
                        List.of(
                                new Flag(
                                        "--seconds",
                                        "N",
                                        "how long; unless told until q, and 10 where no keys are")),
                        "watch the engine work, a picture a second; q ends it",
                        List.of(
                                "In a pipe, or on a dumb terminal, a line a second. A command that"
                                        + " ends",
                                "in & runs meanwhile: broadcast all Hello &"),
                        ShellObserve::observe));
    }

    private static void kill(ShellRun run, Arguments arguments) {
        String which = arguments.word("n%, n or ID");
        arguments.end();
        Hubbub hubbub = run.hubbub();
        List<ConversationId> victims;
        if (PERCENT.matcher(which).matches()) {
            double percent = Double.parseDouble(which.substring(0, which.length() - 1));
            if (percent <= 0 || percent > 100) {
                throw Failure.usage("Kill more than 0% and at most 100%, not " + which + ".");
            }
            victims = some(hubbub, percent);
        } else if (NUMBER.matcher(which).matches()) {
            int n = Arguments.number("How many to kill", which, 1, Integer.MAX_VALUE);
            victims = Killing.victims(hubbub, n, ThreadLocalRandom.current());
        } else {
            ConversationId id = run.roster().find(which);
            // To be crashed it must be in memory.
            hubbub.stats(id);
            victims = List.of(id);
        }
        if (victims.isEmpty()) {
            throw Failure.of("No conversation is in memory; start some.");
        }
        run.screen().lines(Killing.kill(hubbub, victims).lines());
    }

    private static List<ConversationId> some(Hubbub hubbub, double percent) {
        int all = hubbub.conversations().size();
        return Killing.victims(
                hubbub,
                (int) Math.max(1, Math.round(all * percent / 100)),
                ThreadLocalRandom.current());
    }

    private static void supervise(ShellRun run, Arguments arguments) {
        String which = arguments.wordOrNull();
        arguments.end();
        if (which == null) {
            superviseAll(run);
            return;
        }
        ConversationId id = run.roster().find(which);
        Supervision seen = run.hubbub().supervision(List.of(id)).getFirst();
        if (seen == null) {
            // Tells one that is asleep from one that is not there.
            run.hubbub().stats(id);
            seen = run.hubbub().supervision(List.of(id)).getFirst();
        }
        ShellScreen screen = run.screen();
        if (seen == null) {
            screen.line("Not in memory: nothing runs in it, and nothing is known of crashes.");
            return;
        }
        screen.line("restarts    " + seen.restarts());
        screen.line("last fault  " + Objects.requireNonNullElse(seen.lastFault(), "none"));
        Instant at = seen.lastFaultAt();
        if (at != null) {
            screen.line("at          " + at);
        }
        screen.line("mailbox     " + seen.waiting());
        screen.line("committing  " + yes(seen.committing()));
        screen.line("replying    " + yes(seen.replying()));
        screen.line("watched by  " + Amounts.of(seen.viewersFrom(), "node"));
        screen.line("quarantine  " + yes(seen.quarantined()));
    }

    private static String yes(boolean is) {
        return is ? "yes" : "no";
    }

    private static void superviseAll(ShellRun run) {
        List<ConversationId> ids = run.hubbub().conversations();
        List<@Nullable Supervision> seen = run.hubbub().supervision(ids);
        long restarts = 0;
        int quarantined = 0;
        var crashed = new ArrayList<Integer>();
        for (int i = 0; i < seen.size(); i++) {
            Supervision each = seen.get(i);
            if (each != null && each.restarts() > 0) {
                restarts += each.restarts();
                quarantined += each.quarantined() ? 1 : 0;
                crashed.add(i);
            }
        }
        ShellScreen screen = run.screen();
        screen.line(
                "%s in memory; %s crashed, %s in all; %s in quarantine"
                        .formatted(
                                Amounts.of(ids.size(), "conversation"),
                                Amounts.count(crashed.size()),
                                Amounts.of(restarts, "restart"),
                                Amounts.count(quarantined)));
        if (!crashed.isEmpty()) {
            crashed.sort((a, b) -> Integer.compare(restarts(seen, b), restarts(seen, a)));
            var table = new ShellTable("conversation", ">restarts", "quarantine", "last fault");
            for (int i : crashed.subList(0, Math.min(LISTED, crashed.size()))) {
                Supervision each = Objects.requireNonNull(seen.get(i));
                table.row(
                        run.name(ids.get(i)),
                        Amounts.count(each.restarts()),
                        yes(each.quarantined()),
                        Objects.requireNonNullElse(each.lastFault(), ""));
            }
            table.print(screen);
            if (crashed.size() > LISTED) {
                screen.note("and %s more".formatted(Amounts.count(crashed.size() - LISTED)));
            }
        }
        supervisePartitions(run);
    }

    private static void supervisePartitions(ShellRun run) {
        List<PartitionSupervision> partitions = run.hubbub().partitions();
        ShellScreen screen = run.screen();
        long waiting = 0;
        for (PartitionSupervision each : partitions) {
            waiting += each.waiting();
        }
        List<PartitionSupervision> told =
                partitions.stream()
                        .filter(each -> each.restarts() > 0 || each.waiting() > 0)
                        .sorted(
                                Comparator.comparingInt(PartitionSupervision::restarts)
                                        .thenComparingInt(PartitionSupervision::waiting)
                                        .reversed())
                        .toList();
        screen.line(
                "%s; %s in their mailboxes; %s began again"
                        .formatted(
                                Amounts.of(partitions.size(), "partition"),
                                Amounts.of(waiting, "message"),
                                Amounts.count(
                                        told.stream()
                                                .filter(each -> each.restarts() > 0)
                                                .count())));
        if (told.isEmpty()) {
            return;
        }
        var table = new ShellTable(">partition", ">restarts", ">mailbox", "last fault");
        for (PartitionSupervision each : told.subList(0, Math.min(LISTED, told.size()))) {
            table.row(
                    Integer.toString(each.number()),
                    Amounts.count(each.restarts()),
                    Amounts.count(each.waiting()),
                    Objects.requireNonNullElse(each.lastFault(), ""));
        }
        table.print(screen);
        if (told.size() > LISTED) {
            screen.note("and %s more".formatted(Amounts.count(told.size() - LISTED)));
        }
    }

    private static int restarts(List<@Nullable Supervision> seen, int at) {
        Supervision each = seen.get(at);
        return each == null ? 0 : each.restarts();
    }

    private static void release(ShellRun run, Arguments arguments) {
        String which = arguments.word("ID or all");
        arguments.end();
        List<ConversationId> ids =
                which.equals("all")
                        ? run.hubbub().conversations()
                        : List.of(run.roster().find(which));
        int released = ids.isEmpty() ? 0 : run.hubbub().release(ids);
        run.screen()
                .line(
                        released == 0
                                ? "None was in quarantine."
                                : "%s released".formatted(Amounts.of(released, "conversation")));
    }
}
