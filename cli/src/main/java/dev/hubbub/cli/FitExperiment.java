package dev.hubbub.cli;

import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.HubbubConfig;
import dev.hubbub.engine.StartOptions;

import java.util.concurrent.TimeUnit;

/// `experiment fit`: how many conversations fit. Twice as many with every step, until there are
/// enough, the heap is as full as it may be, or it takes too long; the rest is arithmetic.
final class FitExperiment {

    private static final int FIRST = 10_000;
    private static final int UP_TO = 1_000_000;
    private static final int UP_TO_MAX = 100_000_000;
    private static final int HEAP_PERCENT = 50;
    private static final long NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

    private FitExperiment() {}

    static void run(ShellRun run, Arguments arguments) {
        int upTo = arguments.number("--upto", UP_TO, 1, UP_TO_MAX);
        int percent = arguments.number("--heap", HEAP_PERCENT, 1, 90);
        ShellLab.with(ShellLab.config(), hubbub -> fill(run, hubbub, upTo, percent));
    }

    private static void fill(ShellRun run, Hubbub hubbub, int upTo, int percent) {
        long heapMax = Runtime.getRuntime().maxMemory();
        long began = System.nanoTime();
        long heapBefore = ShellLab.heapInUse();
        long room = heapMax / 100 * percent - heapBefore;
        var table = new ShellTable(">conversations", ">bytes each", ">heap", ">started");
        int all = 0;
        double each = 0;
        int next = Math.min(FIRST, upTo);
        while (next > 0) {
            long starting;
            try (Progress progress = run.screen().progress("starting", next)) {
                int left = next;
                while (left > 0) {
                    int some = Math.min(left, HubbubConfig.STARTS_MAX);
                    int before = next - left;
                    hubbub.startConversations(
                            some, StartOptions.DEFAULT, done -> progress.accept(before + done));
                    left -= some;
                }
                starting = progress.nanos();
            }
            all += next;
            long used = ShellLab.heapInUse() - heapBefore;
            each = Math.max(1, used / (double) all);
            table.row(
                    Amounts.count(all),
                    Amounts.count(Math.round(each)),
                    Amounts.bytes(used),
                    Amounts.perSecond(next, starting / 1e9));
            boolean late = System.nanoTime() - began > NANOS_MAX;
            long fit = (long) ((room - used) / each);
            next = late ? 0 : (int) Math.min(Math.min(all, upTo - all), Math.max(0, fit));
        }
        table.print(run.screen());
        run.screen()
                .line(
                        "About %s fit in %d %% of this heap of %s."
                                .formatted(
                                        Amounts.count(rounded(Math.max(0, room) / each)),
                                        percent,
                                        Amounts.bytes(heapMax)));
    }

    /// To three digits: more would say more than is known.
    private static long rounded(double number) {
        double unit = Math.pow(10, Math.max(0, Math.floor(Math.log10(Math.max(1, number))) - 2));
        return Math.round(number / unit) * Math.round(unit);
    }
}
