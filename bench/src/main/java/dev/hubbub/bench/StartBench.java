package dev.hubbub.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// How long a built Hubbub takes from the command to "ready", and from there to the first token of
/// a first message, as a viewer sees it. Each run has an empty directory; medians are told.
public final class StartBench {

    private static final int RUNS = 5;

    private final Path program;
    private final Scratch scratch;
    private final HttpClient http = HttpClient.newHttpClient();

    private StartBench(Path program, Scratch scratch) {
        this.program = program;
        this.scratch = scratch;
    }

    /// Starts the program some times, after once that does not count.
    ///
    /// @param parent where its data go for the while
    /// @return a table in Markdown
    public static String run(Path program, Path parent, Consumer<String> progress) {
        try (Scratch scratch = Scratch.in(parent)) {
            return new StartBench(program, scratch).measure(progress);
        }
    }

    private record Times(double readyMillis, double tokenMillis) {}

    private String measure(Consumer<String> progress) {
        double[] ready = new double[RUNS];
        double[] token = new double[RUNS];
        double[] both = new double[RUNS];
        for (int run = -1; run < RUNS; run++) {
            Times times = once(run);
            progress.accept(
                    "ready after %.0f ms, first token %.0f ms later"
                            .formatted(times.readyMillis(), times.tokenMillis()));
            if (run >= 0) {
                ready[run] = times.readyMillis();
                token[run] = times.tokenMillis();
                both[run] = times.readyMillis() + times.tokenMillis();
            }
        }
        return """
        | | median of %d, ms | all, ms |
        |---|---|---|
        %s%s%s\
        """
                .formatted(
                        RUNS,
                        line("`./hubbub serve` to ready", ready),
                        line("from there to the first token of a first message", token),
                        line("together", both));
    }

    private Times once(int run) {
        Path data = scratch.path().resolve("data-" + run);
        long began = System.nanoTime();
        try {
            Files.createDirectory(data);
            try (ServerProcess server = ServerProcess.start(program, data, "sqlite")) {
                long ready = System.nanoTime();
                awaitToken(server.url());
                long token = System.nanoTime();
                return new Times((ready - began) / 1e6, (token - ready) / 1e6);
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted");
        }
    }

    private void awaitToken(URI url) throws IOException, InterruptedException {
        post(url.resolve("/api/chats"), "{\"id\":\"first\"}");
        HttpResponse<Stream<String>> events =
                http.send(
                        HttpRequest.newBuilder(url.resolve("/api/chats/first/events")).build(),
                        BodyHandlers.ofLines());
        post(url.resolve("/api/chats/first/messages"), "{\"content\":\"Hello.\"}");
        try (Stream<String> lines = events.body()) {
            if (lines.noneMatch(line -> line.equals("event: delta"))) {
                throw new IllegalStateException("The events ended before the reply began.");
            }
        }
    }

    private void post(URI to, String json) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(
                        HttpRequest.newBuilder(to)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(json))
                                .build(),
                        BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(to + " said " + answer.body());
        }
    }

    private static String line(String what, double[] millis) {
        double[] sorted = millis.clone();
        Arrays.sort(sorted);
        var all = new StringBuilder();
        for (double one : millis) {
            all.append(String.format(Locale.ROOT, " %.0f", one));
        }
        return String.format(
                Locale.ROOT, "| %s | %.0f |%s |\n", what, sorted[sorted.length / 2], all);
    }
}
