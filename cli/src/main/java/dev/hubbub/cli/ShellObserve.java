package dev.hubbub.cli;

import dev.hubbub.engine.ConversationCount;
import dev.hubbub.engine.Figures;
import dev.hubbub.engine.Hubbub;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// `observe`: the engine's figures once a second, as a picture that is painted over, or as a line.
final class ShellObserve {

    private static final int SECONDS_IN_A_PIPE = 10;
    private static final int SECONDS_MAX = 86_400;
    private static final int SPARKS_MAX = 60;
    private static final int LABEL = 13;
    private static final int VALUE = 12;
    private static final String SPARKS = "▁▂▃▄▅▆▇█";
    private static final String DULL_SPARKS = "_.-=+*%#";

    private static final char CTRL_C = 3;
    private static final char CTRL_D = 4;

    private final Hubbub hubbub;
    private final ShellScreen screen;
    private final Map<String, Deque<Double>> past = new LinkedHashMap<>();
    private volatile long stored = -1;
    private int painted;

    private ShellObserve(Hubbub hubbub, ShellScreen screen) {
        this.hubbub = hubbub;
        this.screen = screen;
    }

    static void observe(ShellRun run, Arguments arguments) {
        arguments.end();
        ShellView view = run.screen().isLive() ? run.shell().view() : null;
        int seconds =
                arguments.number(
                        "--seconds",
                        view == null ? SECONDS_IN_A_PIPE : SECONDS_MAX,
                        1,
                        SECONDS_MAX);
        var observe = new ShellObserve(run.hubbub(), run.screen());
        if (view == null) {
            observe.lines(seconds);
        } else {
            observe.pictures(view, seconds);
        }
    }

    /// What there was at one moment.
    private record Reading(long nanos, Figures figures, long heap, long heapMax, long collecting) {}

    /// What happened in the time between two readings.
    private record Second(
            Reading now,
            double turns,
            double tokens,
            double pieces,
            double commits,
            double commitMillis,
            long crashes,
            long collectingMillis) {}

    private Reading read() {
        long collecting = 0;
        for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
            collecting += Math.max(0, each.getCollectionTime());
        }
        Runtime runtime = Runtime.getRuntime();
        // A store that does not answer is no reason to stop watching: the old number stays.
        var _ =
                hubbub.conversationCountAsync()
                        .thenApply(ConversationCount::stored)
                        .whenComplete((count, failed) -> {
                            if (failed == null) {
                                stored = count;
                            }
                        });
        return new Reading(
                System.nanoTime(),
                hubbub.figures(),
                runtime.totalMemory() - runtime.freeMemory(),
                runtime.maxMemory(),
                collecting);
    }

    private static Second between(Reading before, Reading now) {
        double seconds = Math.max(1e-3, (now.nanos() - before.nanos()) / 1e9);
        Figures a = before.figures();
        Figures b = now.figures();
        long commits = b.commits() - a.commits();
        return new Second(
                now,
                (b.replies() - a.replies()) / seconds,
                (b.outputTokens() - a.outputTokens()) / seconds,
                (b.pieces() - a.pieces()) / seconds,
                commits / seconds,
                commits == 0 ? 0 : (b.commitNanos() - a.commitNanos()) / 1e6 / commits,
                b.crashes() - a.crashes(),
                now.collecting() - before.collecting());
    }

    // --- Lines ---------------------------------------------------------------------------------

    private void lines(int seconds) {
        Reading before = read();
        try {
            for (int i = 0; i < seconds; i++) {
                TimeUnit.SECONDS.sleep(1);
                Reading now = read();
                screen.line(line(between(before, now)));
                before = now;
            }
        } catch (InterruptedException ctrlC) {
            // That is how a person ends it.
        }
    }

    private String line(Second second) {
        Figures figures = second.now().figures();
        return ("live=%d stored=%s replying=%d turns/s=%.0f tokens/s=%.0f pieces/s=%.0f"
                        + " commits/s=%.0f commit_ms=%.2f crashes=%d heap_mib=%d gc_ms=%d")
                .formatted(
                        figures.resident(),
                        stored < 0 ? "?" : stored,
                        figures.replying(),
                        second.turns(),
                        second.tokens(),
                        second.pieces(),
                        second.commits(),
                        second.commitMillis(),
                        figures.crashes(),
                        second.now().heap() >> 20,
                        second.collectingMillis());
    }

    // --- Pictures ------------------------------------------------------------------------------

    private void pictures(ShellView view, int seconds) {
        long began = System.nanoTime();
        try (ShellView.Keys keys = view.keys()) {
            Reading before = read();
            paint(between(before, before));
            long due = began;
            while (true) {
                due += TimeUnit.SECONDS.toNanos(1);
                if (isEnded(keys, due)) {
                    return;
                }
                Reading now = read();
                paint(between(before, now));
                before = now;
                if (now.nanos() - began >= TimeUnit.SECONDS.toNanos(seconds)) {
                    return;
                }
            }
        }
    }

    private static boolean isEnded(ShellView.Keys keys, long dueNanos) {
        long left = dueNanos - System.nanoTime();
        while (left > 0) {
            int key = keys.next(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
            if (key == 'q' || key == 'Q' || key == CTRL_C || key == CTRL_D || key == -1) {
                return true;
            }
            left = dueNanos - System.nanoTime();
        }
        return false;
    }

    private void paint(Second second) {
        Reading now = second.now();
        Figures figures = now.figures();
        var rows = new ArrayList<String>();
        rows.add(
                head(
                        "in memory",
                        Amounts.count(figures.resident()),
                        stored < 0 ? "" : screen.fit(Amounts.count(stored) + " kept", room())));
        rows.add(spark("replying", Amounts.count(figures.replying()), (double) figures.replying()));
        rows.add(spark("turns/s", whole(second.turns()), second.turns()));
        rows.add(spark("tokens/s", whole(second.tokens()), second.tokens()));
        rows.add(spark("pieces/s", whole(second.pieces()), second.pieces()));
        rows.add(spark("commits/s", whole(second.commits()), second.commits()));
        rows.add(
                spark("commit", "%.2f ms".formatted(second.commitMillis()), second.commitMillis()));
        rows.add(spark("crashes", Amounts.count(figures.crashes()), (double) second.crashes()));
        int room = room();
        rows.add(
                head(
                        "heap",
                        Amounts.bytes(now.heap()),
                        room < 4
                                ? ""
                                : screen.bar(
                                        now.heap() / (double) now.heapMax(),
                                        Math.min(room, SPARKS_MAX / 2))));
        rows.add(
                spark(
                        "collecting",
                        second.collectingMillis() + " ms",
                        (double) second.collectingMillis()));
        rows.add(screen.paint().faint("q ends"));
        var all = new StringBuilder();
        if (painted > 0) {
            all.append("\u001b[").append(painted).append('A');
        }
        rows.forEach(row -> all.append('\r').append(row).append("\u001b[K\r\n"));
        painted = rows.size();
        screen.out().print(all);
        screen.out().flush();
    }

    private int room() {
        return screen.width() - 1 - LABEL - VALUE - 2;
    }

    private String head(String label, String value, String more) {
        String row = ("%-" + LABEL + "s%" + VALUE + "s").formatted(label, value);
        return more.isEmpty() ? row : row + "  " + more;
    }

    private String spark(String label, String value, double number) {
        Deque<Double> seen = past.computeIfAbsent(label, _ -> new ArrayDeque<>());
        seen.addLast(number);
        if (seen.size() > SPARKS_MAX) {
            seen.removeFirst();
        }
        int room = Math.min(room(), SPARKS_MAX);
        if (room < 4) {
            return head(label, value, "");
        }
        List<Double> shown = List.copyOf(seen);
        return head(
                label,
                value,
                screen.paint()
                        .indigo(
                                sparks(
                                        shown.subList(
                                                Math.max(0, shown.size() - room), shown.size()),
                                        screen.isUnicode() ? SPARKS : DULL_SPARKS)));
    }

    private static String sparks(List<Double> numbers, String marks) {
        double most = numbers.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        var line = new StringBuilder();
        for (double number : numbers) {
            int height = most <= 0 ? 0 : (int) Math.round(number / most * (marks.length() - 1));
            line.append(marks.charAt(height));
        }
        return line.toString();
    }

    private static String whole(double number) {
        return Amounts.count(Math.round(number));
    }
}
