package dev.hubbub.bench;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// What it costs to call a model's service through Hubbub, beside calling it directly: the same
/// client, the same requests, the same service, in turn. Every reply that goes through Hubbub is a
/// conversation in SQLite, on disk before it is shown.
public final class GatewayBench {

    private static final int TOKENS_SHORT = 10;
    private static final int SATURATED_STREAMS = 64;
    private static final int WARM_SECONDS = 5;

    private final Plan plan;
    private final Consumer<String> progress;
    private final StringBuilder rows = new StringBuilder();

    /// What is measured.
    ///
    /// @param streams how many at once, one measurement each
    /// @param rate tokens a second of each
    /// @param tokens of each
    /// @param seconds how long each measurement takes
    public record Plan(List<Integer> streams, int rate, int tokens, int seconds) {

        public Plan {
            streams = List.copyOf(streams);
            if (streams.isEmpty() || streams.stream().anyMatch(count -> count < 1)) {
                throw new IllegalArgumentException("at least one stream is measured");
            }
            if (rate < 1 || rate > 1000 || tokens < 2 || seconds < 1) {
                throw new IllegalArgumentException(
                        "a rate is 1 to 1000, a stream has 2 tokens, and it takes a second");
            }
        }

        /// A few streams say less each, so that there are first tokens enough.
        String model(int atOnce) {
            long said = Math.min(tokens, 10L * atOnce + 10);
            return "peer:rate=" + rate + ",tokens=" + said;
        }
    }

    private GatewayBench(Plan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /// Measures a server that `program serve` starts over an empty directory.
    ///
    /// @param parent where the server's data go for the while
    /// @return a table in Markdown
    public static String run(Plan plan, Path program, Path parent, Consumer<String> progress) {
        try (Scratch scratch = Scratch.in(parent)) {
            Process peer = peerProcess(scratch.path().resolve("peer.log"));
            try {
                URI upstream = upstream(peer.inputReader());
                Path data = scratch.path().resolve("data");
                Files.createDirectory(data);
                try (ServerProcess server =
                        ServerProcess.start(
                                program,
                                data,
                                "sqlite",
                                Map.of("OPENAI_BASE_URL", upstream.toString()))) {
                    return new GatewayBench(plan, progress)
                            .measure(upstream, server.url().resolve("/v1"), server.pid());
                }
            } finally {
                peer.destroy();
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static Process peerProcess(Path log) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        GatewayPeer.class.getName())
                .redirectError(log.toFile())
                .start();
    }

    private static URI upstream(BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(GatewayPeer.READY)) {
                return URI.create(line.substring(GatewayPeer.READY.length()));
            }
        }
        throw new IllegalStateException("The peer ended before it was ready.");
    }

    /// @param pid of what listens at `through`, 0 where it is not a process of its own
    static String measure(Plan plan, URI direct, URI through, long pid, Consumer<String> progress) {
        return new GatewayBench(plan, progress).measure(direct, through, pid);
    }

    private String measure(URI direct, URI through, long pid) {
        rows.append(
                """
                | streams at once | | first token p50, ms | p99 | a token p50, ms | p99 | tokens/s |\
                 CPU of the server a token, us |
                |---|---|---|---|---|---|---|---|
                """);
        for (int streams : plan.streams()) {
            Taken alone = stream(direct, plan.model(streams), streams, 0);
            Taken behind = stream(through, plan.model(streams), streams, pid);
            row(streams, "directly", alone);
            row(streams, "through Hubbub", behind);
            rows.append(
                    String.format(
                            Locale.ROOT,
                            "| | added | %.2f | %.2f | %.2f | %.2f | | |\n",
                            millis(behind.seen().first(), 50) - millis(alone.seen().first(), 50),
                            millis(behind.seen().first(), 99) - millis(alone.seen().first(), 99),
                            millis(behind.seen().each(), 50) - millis(alone.seen().each(), 50),
                            millis(behind.seen().each(), 99) - millis(alone.seen().each(), 99)));
        }
        String quick = "peer:rate=0,tokens=" + TOKENS_SHORT;
        Taken alone = stream(direct, quick, SATURATED_STREAMS, 0);
        Taken behind = stream(through, quick, SATURATED_STREAMS, pid);
        rows.append(
                String.format(
                        Locale.ROOT,
                        """

                        Replies of %d tokens said at once, %d at a time, as fast as they go: %,.0f a\
                         second directly, %,.0f a second through Hubbub, which takes %s ms of\
                         processor time for one.
                        """,
                        TOKENS_SHORT,
                        SATURATED_STREAMS,
                        alone.endsPerSecond(),
                        behind.endsPerSecond(),
                        behind.cpuMillis() < 0
                                ? "an unknown number of"
                                : String.format(
                                        Locale.ROOT,
                                        "%.2f",
                                        behind.cpuMillis()
                                                / Math.max(1.0, (double) behind.ends()))));
        return rows.toString();
    }

    /// What one measurement found.
    ///
    /// @param cpuMillis processor time of the server, -1 where it is not known
    private record Taken(
            GatewayClient.Seen seen, double seconds, long tokens, long ends, double cpuMillis) {

        double endsPerSecond() {
            return ends / seconds;
        }
    }

    private Taken stream(URI base, String model, int streams, long pid) {
        try (var client = new GatewayClient(base, model, streams)) {
            for (int i = 0; i < streams; i++) {
                client.begin();
            }
            pause(Math.min(WARM_SECONDS, plan.seconds()));
            ProcessReading before = reading(pid);
            var _ = client.take();
            long tokens = client.tokens();
            long ends = client.ends();
            long began = System.nanoTime();
            pause(plan.seconds());
            ProcessReading after = reading(pid);
            double seconds = (System.nanoTime() - began) / 1e9;
            client.require();
            var taken =
                    new Taken(
                            client.take(),
                            seconds,
                            client.tokens() - tokens,
                            client.ends() - ends,
                            before == null || after == null
                                    ? -1
                                    : after.cpuMillis() - before.cpuMillis());
            progress.accept(
                    "%d streams at %s: %,d tokens in %.0f s"
                            .formatted(streams, base, taken.tokens(), seconds));
            return taken;
        }
    }

    private void row(int streams, String way, Taken taken) {
        rows.append(
                String.format(
                        Locale.ROOT,
                        "| %,d | %s | %.2f | %.2f | %.2f | %.2f | %,.0f | %s |\n",
                        streams,
                        way,
                        millis(taken.seen().first(), 50),
                        millis(taken.seen().first(), 99),
                        millis(taken.seen().each(), 50),
                        millis(taken.seen().each(), 99),
                        taken.tokens() / taken.seconds(),
                        taken.cpuMillis() < 0
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        "%.1f",
                                        1000
                                                * taken.cpuMillis()
                                                / Math.max(1.0, (double) taken.tokens()))));
    }

    private static double millis(Histogram micros, double percentile) {
        return micros.getValueAtPercentile(percentile) / 1000.0;
    }

    private static @Nullable ProcessReading reading(long pid) {
        return pid == 0 ? null : ProcessReading.of(pid);
    }

    private static void pause(long seconds) {
        try {
            var _ = new CountDownLatch(1).await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted");
        }
    }
}
