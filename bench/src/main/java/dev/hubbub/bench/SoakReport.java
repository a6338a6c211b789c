package dev.hubbub.bench;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// What [SoakBench] has seen.
///
/// @param samples in the order of time, at least one
public record SoakReport(SoakBench.Plan plan, List<Sample> samples, Totals totals) {

    private static final int FIFTHS = 5;
    private static final double MIB = 1024 * 1024;

    public SoakReport {
        samples = List.copyOf(samples);
    }

    /// How it was at one moment.
    ///
    /// @param heapBytes used after a collection
    /// @param residentBytes memory of the process in RAM
    /// @param conversations that are there
    /// @param resident of these in memory
    record Sample(
            double seconds,
            long heapBytes,
            long residentBytes,
            int conversations,
            long resident,
            long turns,
            long crashes,
            long errors,
            long lost) {}

    /// What was done, with the beginning included.
    ///
    /// @param cores processor time a second
    /// @param closes of conversations that were in memory
    /// @param crashes the same
    /// @param checks of whole histories
    /// @param retries of calls that were told of a crash
    /// @param errors calls that failed
    /// @param lost replies, counts and histories that are not what they must be
    /// @param firstFault the first of these or of the errors
    record Totals(
            double seconds,
            double cores,
            long starts,
            long sends,
            long broadcasts,
            long turns,
            long deletes,
            long closes,
            long crashes,
            long reads,
            long checks,
            long retries,
            long errors,
            long lost,
            @Nullable String firstFault) {}

    /// Whether nothing was lost and no call failed.
    public boolean isWhole() {
        return totals.lost() == 0 && totals.errors() == 0;
    }

    /// The samples, a line each, with a head.
    public String csv() {
        var csv =
                new StringBuilder(
                        "seconds,heap_bytes,rss_bytes,conversations,in_memory,turns,crashes,errors,lost\n");
        for (Sample one : samples) {
            csv.append(
                    String.format(
                            Locale.ROOT,
                            "%.1f,%d,%d,%d,%d,%d,%d,%d,%d%n",
                            one.seconds(),
                            one.heapBytes(),
                            one.residentBytes(),
                            one.conversations(),
                            one.resident(),
                            one.turns(),
                            one.crashes(),
                            one.errors(),
                            one.lost()));
        }
        return csv.toString();
    }

    /// The heap over time, as SVG.
    public String chart() {
        var heap =
                samples.stream()
                        .map(one -> new SvgChart.Point(one.seconds() / 60, one.heapBytes() / MIB))
                        .toList();
        return SvgChart.lines(
                "Heap after a collection, %,d conversations".formatted(plan.n()),
                ("Heap used after a collection, in MiB, over %.0f minutes in which conversations"
                                + " were begun, talked to, crashed, let go and deleted: %.1f in the"
                                + " first fifth, %.1f in the last (medians).")
                        .formatted(
                                totals.seconds() / 60,
                                median(first(), Sample::heapBytes) / MIB,
                                median(last(), Sample::heapBytes) / MIB),
                "minutes",
                "MiB",
                List.of(new SvgChart.Series("heap", heap)));
    }

    /// A table in Markdown.
    public String table() {
        String fault = totals.firstFault();
        return String.format(
                Locale.ROOT,
                """
                | %,d conversations, kept in %s, for %.1f minutes | first fifth | last fifth |
                |---|---|---|
                | heap after a collection, MiB (median) | %.1f | %.1f |
                | resident memory of the process, MiB (median) | %.0f | %.0f |
                | conversations (median) | %,.0f | %,.0f |
                | of these in memory (median) | %,.0f | %,.0f |

                | | |
                |---|---|
                | slope of the heap, KB a minute (least squares) | %.1f |
                | the same without the first fifth | %.1f |
                | processor, cores | %.2f |
                | started | %,d |
                | turns: messages one at a time, in broadcasts | %,d, %,d |
                | broadcasts | %,d |
                | deleted | %,d |
                | crashed | %,d |
                | let go on request | %,d |
                | counts of messages compared | %,d |
                | whole histories compared | %,d |
                | asked again, because the conversation had crashed meanwhile | %,d |
                | calls that failed | %,d |
                | lost: replies, counts or histories not as they must be | %,d |
                %s\
                """,
                plan.n(),
                plan.store() == EngineBench.Store.MEMORY ? "memory" : "SQLite",
                totals.seconds() / 60,
                median(first(), Sample::heapBytes) / MIB,
                median(last(), Sample::heapBytes) / MIB,
                median(first(), Sample::residentBytes) / MIB,
                median(last(), Sample::residentBytes) / MIB,
                median(first(), Sample::conversations),
                median(last(), Sample::conversations),
                median(first(), Sample::resident),
                median(last(), Sample::resident),
                slope(samples),
                slope(samples.subList(samples.size() / FIFTHS, samples.size())),
                totals.cores(),
                totals.starts(),
                totals.sends(),
                totals.turns() - totals.sends(),
                totals.broadcasts(),
                totals.deletes(),
                totals.crashes(),
                totals.closes(),
                totals.reads(),
                totals.checks(),
                totals.retries(),
                totals.errors(),
                totals.lost(),
                fault == null ? "" : "\nThe first fault: " + fault + "\n");
    }

    private List<Sample> first() {
        return samples.subList(0, fifth());
    }

    private List<Sample> last() {
        return samples.subList(samples.size() - fifth(), samples.size());
    }

    private int fifth() {
        return Math.max(1, samples.size() / FIFTHS);
    }

    private static double median(List<Sample> some, ToDoubleFunction<Sample> of) {
        double[] sorted = some.stream().mapToDouble(of).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// Of the heap, in thousands of bytes a minute; 0 where there is but one sample.
    private static double slope(List<Sample> some) {
        double x = some.stream().mapToDouble(Sample::seconds).average().orElse(0);
        double y = some.stream().mapToDouble(Sample::heapBytes).average().orElse(0);
        double both = 0;
        double square = 0;
        for (Sample one : some) {
            both += (one.seconds() - x) * (one.heapBytes() - y);
            square += (one.seconds() - x) * (one.seconds() - x);
        }
        return square == 0 ? 0 : both / square * 60 / 1_000;
    }
}
