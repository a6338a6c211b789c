package dev.hubbub.bench;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Hubbub beside its peers: medians of what several runs of each printed as JSON, and how many
/// times better Hubbub is.
public final class Comparison {

    private static final String HUBBUB = "Hubbub";
    private static final String SPEED = "Elixir, tuned for speed";
    private static final String MEMORY = "Elixir, tuned for memory";

    private static final List<Measure> MEASURES =
            List.of(
                    new Measure("creations_per_s", "conversations started, a second", true),
                    new Measure("heap_bytes_empty", "heap of an empty one, bytes", false),
                    new Measure("heap_bytes_two", "heap of one with two messages, bytes", false),
                    new Measure(
                            "rss_bytes_per_conversation_empty",
                            "resident memory of an empty one, bytes",
                            false),
                    new Measure("rss_bytes_two", "resident memory with two messages, bytes", false),
                    new Measure("broadcast_per_s", "broadcast, replies a second", true),
                    new Measure("round_trips_per_s", "round trips with one, a second", true),
                    new Measure("recover_ms", "1 % crashed until they answer, ms", false));

    private final Map<String, List<JsonObject>> runs;

    private record Measure(String key, String label, boolean isMoreBetter) {}

    private Comparison(Map<String, List<JsonObject>> runs) {
        this.runs = runs;
    }

    /// Compares what runs printed.
    ///
    /// @param results one JSON object each, as `hubbub bench engine --json` and
    ///   `bench/peers/elixir/run.sh --json --form fast|lean` print it
    /// @throws IllegalArgumentException with a sentence for the user, when one is anything else,
    ///   none is Hubbub's, or they are of different numbers of conversations
    public static Comparison of(List<String> results) {
        var runs = new LinkedHashMap<String, List<JsonObject>>();
        for (String name : List.of(HUBBUB, SPEED, MEMORY)) {
            runs.put(name, new ArrayList<>());
        }
        @Nullable Integer n = null;
        for (String result : results) {
            JsonObject run = read(result);
            Integer its = run.getInteger("n");
            if (its == null || (n != null && !n.equals(its))) {
                throw new IllegalArgumentException(
                        "The results are of %s and of %s conversations; compare runs of the same"
                                        .formatted(n, its)
                                + " --n.");
            }
            n = its;
            runs.computeIfAbsent(name(run), _ -> new ArrayList<>()).add(run);
        }
        runs.values().removeIf(List::isEmpty);
        if (!runs.containsKey(HUBBUB)) {
            throw new IllegalArgumentException("None of the results is Hubbub's.");
        }
        return new Comparison(runs);
    }

    private static JsonObject read(String result) {
        try {
            return new JsonObject(result.strip());
        } catch (DecodeException wrong) {
            throw new IllegalArgumentException("A result is not one JSON object.", wrong);
        }
    }

    private static String name(JsonObject run) {
        if (run.containsKey("store")) {
            return HUBBUB;
        }
        String form = String.valueOf(run.getValue("form"));
        return switch (form) {
            case "fast" -> SPEED;
            case "lean" -> MEMORY;
            default ->
                    throw new IllegalArgumentException(
                            "A result is neither Hubbub's nor of a form fast or lean, but of %s."
                                    .formatted(form));
        };
    }

    /// Whether there is anything beside Hubbub.
    public boolean hasPeers() {
        return runs.size() > 1;
    }

    /// A table in Markdown.
    public String table() {
        var table = new StringBuilder();
        table.append("| %,d conversations, median of %s |".formatted(n(), counts()));
        runs.keySet().forEach(name -> table.append(' ').append(name).append(" |"));
        peers().forEach(name -> table.append(" ratio: ").append(name).append(" |"));
        table.append("\n|---|").append("---|".repeat(runs.size() + peers().size())).append('\n');
        for (Measure measure : MEASURES) {
            table.append("| ").append(measure.label()).append(" |");
            for (String name : runs.keySet()) {
                table.append(' ').append(figure(median(name, measure))).append(" |");
            }
            for (String peer : peers()) {
                double ratio = ratio(peer, measure);
                table.append(' ')
                        .append(Double.isNaN(ratio) ? "" : SvgChart.ratio(ratio))
                        .append(" |");
            }
            table.append('\n');
        }
        return table.append(undisturbed()).toString();
    }

    /// The ratios as SVG. There must be peers.
    public String chart() {
        var groups = new ArrayList<SvgChart.Ratios>();
        for (Measure measure : MEASURES) {
            List<Double> ratios = peers().stream().map(peer -> ratio(peer, measure)).toList();
            if (ratios.stream().noneMatch(ratio -> ratio.isNaN())) {
                groups.add(new SvgChart.Ratios(label(measure), ratios));
            }
        }
        var said = new ArrayList<String>();
        groups.forEach(group ->
                said.add(
                        group.label()
                                + " "
                                + group.ratios().stream().map(SvgChart::ratio).toList()));
        return SvgChart.ratios(
                "How many times better Hubbub is, %,d conversations".formatted(n()),
                "Bars on a logarithmic scale, against %s: %s."
                        .formatted(String.join(" and ", peers()), String.join("; ", said)),
                peers().stream().map("against "::concat).toList(),
                groups);
    }

    /// Shorter, without the unit, which a ratio has not.
    private static String label(Measure measure) {
        return measure.label().replaceFirst(",[^,]*$", "");
    }

    private List<String> peers() {
        return runs.keySet().stream().filter(name -> !name.equals(HUBBUB)).toList();
    }

    private String counts() {
        List<Integer> counts = runs.values().stream().map(List::size).distinct().sorted().toList();
        return counts.size() == 1
                ? counts.getFirst().toString()
                : counts.getFirst() + " to " + counts.getLast();
    }

    private int n() {
        return (int) median(HUBBUB, "n");
    }

    private double ratio(String peer, Measure measure) {
        double ours = median(HUBBUB, measure);
        double theirs = median(peer, measure);
        double ratio = measure.isMoreBetter() ? ours / theirs : theirs / ours;
        return ratio > 0 && ratio < 1e12 ? ratio : Double.NaN;
    }

    private double median(String name, Measure measure) {
        return median(name, measure.key());
    }

    /// NaN where no run has it.
    private double median(String name, String key) {
        double[] sorted =
                runs.getOrDefault(name, List.of()).stream()
                        .filter(run -> run.getValue(key) instanceof Number)
                        .filter(run -> isMeasured(run, key))
                        .mapToDouble(run -> run.getDouble(key))
                        .sorted()
                        .toArray();
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// Resident memory does not grow where all of it was taken beforehand.
    private static boolean isMeasured(JsonObject run, String key) {
        return !key.startsWith("rss_")
                || run.getDouble(key) >= run.getDouble("heap_bytes_empty", 0.0);
    }

    private static String figure(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
    }

    /// In the worst run, so that no median hides one.
    private String undisturbed() {
        var said = new ArrayList<String>();
        runs.forEach((name, all) -> {
            long disturbed = 0;
            long missing = 0;
            for (JsonObject run : all) {
                long killed = run.getLong("killed", 0L);
                disturbed =
                        Math.max(disturbed, n() - killed - run.getLong("others_undisturbed", 0L));
                missing = Math.max(missing, killed - run.getLong("recovered", 0L));
            }
            said.add("%s %,d and %,d".formatted(name, missing, disturbed));
        });
        return "\nCrashed ones that did not come back whole, and others that were disturbed, in the"
                + " worst run of each: %s.\n".formatted(String.join("; ", said));
    }
}
