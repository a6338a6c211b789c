package dev.hubbub.bench;

import io.vertx.core.json.JsonObject;

import org.HdrHistogram.Histogram;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// What a [StreamLoad] found.
public final class LoadReport {

    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Map<String, Double> coresOf = new TreeMap<>();
    private final boolean whole;

    LoadReport(
            LoadPlan plan,
            Moment before,
            Moment after,
            Histogram latencyMicros,
            Tally tally,
            int refused,
            int differing) {
        double seconds = (after.nanos() - before.nanos()) / 1e9;
        values.put("conversations", plan.conversations());
        values.put("watched", plan.watched());
        values.put("rate", plan.ratePerSecond());
        values.put("seconds", round(seconds));
        values.put("replying", before.figure("replying"));
        client(before, after, latencyMicros, seconds);
        commits(before, after, seconds);
        process(before, after, seconds);
        losses(tally, refused, differing);
        whole =
                refused
                                + differing
                                + tally.holes.sum()
                                + tally.repeats.sum()
                                + tally.different.sum()
                                + tally.lost.sum()
                                + tally.errors.sum()
                        == 0;
        values.put("whole", whole && tally.ended.sum() == plan.watched());
    }

    /// Whether everything came, once, as it was kept.
    public boolean isWhole() {
        return whole;
    }

    private void client(Moment before, Moment after, Histogram latencyMicros, double seconds) {
        long frames = after.frames() - before.frames();
        long tokens = after.tokens() - before.tokens();
        values.put("viewed_tokens_per_second", Math.round(tokens / seconds));
        values.put("frames_per_second", Math.round(frames / seconds));
        values.put("tokens_per_frame", round((double) tokens / Math.max(1, frames)));
        values.put("latency_p50_ms", round(latencyMicros.getValueAtPercentile(50) / 1e3));
        values.put("latency_p90_ms", round(latencyMicros.getValueAtPercentile(90) / 1e3));
        values.put("latency_p99_ms", round(latencyMicros.getValueAtPercentile(99) / 1e3));
        values.put("latency_max_ms", round(latencyMicros.getMaxValue() / 1e3));
        values.put(
                "client_cores",
                round((after.clientCpuMillis() - before.clientCpuMillis()) / 1e3 / seconds));
    }

    private void commits(Moment before, Moment after, double seconds) {
        long commits = after.figure("commits") - before.figure("commits");
        long events = after.figure("events") - before.figure("events");
        long nanos = after.figure("commit_nanos") - before.figure("commit_nanos");
        values.put("events_per_second", Math.round(events / seconds));
        values.put("commits_per_second", Math.round(commits / seconds));
        values.put("events_per_commit", round((double) events / Math.max(1, commits)));
        values.put("commit_ms", round(nanos / 1e6 / Math.max(1, commits)));
        values.put("commit_busy", round(nanos / 1e9 / seconds));
    }

    private void process(Moment before, Moment after, double seconds) {
        ProcessReading was = before.process();
        ProcessReading is = after.process();
        if (was == null || is == null) {
            return;
        }
        double cores = (is.cpuMillis() - was.cpuMillis()) / 1e3 / seconds;
        long events = after.figure("events") - before.figure("events");
        values.put("server_cores", round(cores));
        values.put(
                "server_cpu_us_per_event",
                round((is.cpuMillis() - was.cpuMillis()) * 1e3 / Math.max(1, events)));
        values.put("server_resident_mib", is.residentBytes() >> 20);
        values.put(
                "disk_mib_per_second",
                round((is.writtenBytes() - was.writtenBytes()) / 1048576.0 / seconds));
        is.cpuMillisOf()
                .forEach((kind, millis) -> {
                    // Less than before when threads of that kind have ended.
                    long more = Math.max(0, millis - was.cpuMillisOf().getOrDefault(kind, 0L));
                    coresOf.put(kind, round(more / 1e3 / seconds));
                });
    }

    private void losses(Tally tally, int refused, int differing) {
        values.put("refused", refused);
        values.put("connect_failures", tally.connectFailures.sum());
        values.put("sockets_lost", tally.lost.sum());
        values.put("errors", tally.errors.sum());
        values.put("holes", tally.holes.sum());
        values.put("repeats", tally.repeats.sum());
        values.put("resets", tally.resets.sum());
        values.put("different", tally.different.sum() + differing);
        values.put("ended", tally.ended.sum());
    }

    public String json() {
        var cores = new JsonObject();
        coresOf.forEach(cores::put);
        return new JsonObject(values).put("server_cores_of", cores).encode();
    }

    /// A table in Markdown, which is as well to read on a screen.
    public String table() {
        var table = new StringBuilder("| | |\n|---|---|\n");
        values.forEach((name, value) ->
                table.append("| ")
                        .append(name.replace('_', ' '))
                        .append(" | ")
                        .append(value)
                        .append(" |\n"));
        coresOf.forEach((kind, cores) ->
                table.append("| server cores: ")
                        .append(kind)
                        .append(" | ")
                        .append(cores)
                        .append(" |\n"));
        return table.toString();
    }

    private static double round(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
