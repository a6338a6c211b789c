package dev.hubbub.bench;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server in a process of its own, on a free port, that has said it is ready.
final class ServerProcess implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("is ready: (http://\\S+)");
    private static final long END_SECONDS_MAX = 30;

    private final Process process;
    private final URI url;

    private ServerProcess(Process process, URI url) {
        this.process = process;
        this.url = url;
    }

    /// Starts `program serve` over a directory, and returns when it is ready.
    static ServerProcess start(Path program, Path data, String store) {
        return start(program, data, store, Map.of());
    }

    /// @param environment variables beside those of this process
    static ServerProcess start(
            Path program, Path data, String store, Map<String, String> environment) {
        var command =
                List.of(
                        program.toAbsolutePath().toString(),
                        "serve",
                        "--port",
                        "0",
                        "--store",
                        store,
                        "--data",
                        data.toString());
        Process process = null;
        boolean ready = false;
        try {
            var builder = new ProcessBuilder(command);
            builder.redirectError(data.resolveSibling(data.getFileName() + ".log").toFile());
            builder.environment().putAll(environment);
            process = builder.start();
            URI url = url(process.inputReader());
            if (url == null) {
                throw new IllegalStateException(
                        "%s serve ended before it was ready.".formatted(program));
            }
            ready = true;
            return new ServerProcess(process, url);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        } finally {
            if (!ready && process != null) {
                process.destroy();
            }
        }
    }

    private static @Nullable URI url(BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher ready = READY.matcher(line);
            if (ready.find()) {
                return URI.create(ready.group(1));
            }
        }
        return null;
    }

    URI url() {
        return url;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
