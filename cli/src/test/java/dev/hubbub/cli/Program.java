package dev.hubbub.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The real program in a process of its own, on the JDK and class path of the test, with the
/// options that `./hubbub` gives to Java.
final class Program implements AutoCloseable {

    private static final Duration RUN_MAX = Duration.ofSeconds(60);
    private static final Duration LIFE_MAX = Duration.ofMinutes(3);
    private static final Pattern READY = Pattern.compile("is ready: (http://\\S+)");

    /// A test run in the background hands on that SIGINT is to be ignored; this takes it back,
    /// where there is such a command.
    private static final List<String> HEARS_INTERRUPTS =
            succeeds("env", "--default-signal=INT", "true")
                    ? List.of("env", "--default-signal=INT")
                    : List.of();

    private final Process process;
    private final CompletableFuture<String> err;
    private final StringBuilder out = new StringBuilder();
    private final BufferedReader lines;

    private Program(Process process) {
        this.process = process;
        // Whatever waits for its output waits no longer than this.
        var _ =
                process.onExit()
                        .orTimeout(LIFE_MAX.toSeconds(), TimeUnit.SECONDS)
                        .whenComplete((_, _) -> process.destroyForcibly());
        lines = process.inputReader(StandardCharsets.UTF_8);
        err =
                CompletableFuture.supplyAsync(
                        () -> text(process.getErrorStream()), Thread::startVirtualThread);
    }

    private static boolean succeeds(String... command) {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    /// What a process left behind.
    record Result(int exitCode, String out, String err) {}

    static Program start(String... arguments) {
        return start(Map.of(), arguments);
    }

    static Program start(Map<String, String> variables, String... arguments) {
        var command = new ArrayList<>(HEARS_INTERRUPTS);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + Path.of("src/main/launch/java-options").toAbsolutePath());
        // For processes that live for seconds, on machines that do other things too.
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx256m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Main.class.getName());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment()
                .keySet()
                .removeIf(name ->
                        name.matches("(HUBBUB|OPENAI|ANTHROPIC|GEMINI|OPENROUTER|OLLAMA)_.*"));
        builder.environment().putAll(variables);
        try {
            return new Program(builder.start());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// Runs the program to its end.
    static Result run(String... arguments) {
        try (Program program = start(arguments)) {
            program.process.getOutputStream().close();
            return program.result();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// A server that is ready, at a port of its choice.
    static Program serve(Path data, String... more) {
        return serve(Map.of(), data, 0, more);
    }

    /// A server that is ready.
    ///
    /// @param port 0 for one of its choice
    static Program serve(Map<String, String> variables, Path data, int port, String... more) {
        var arguments = new ArrayList<>(List.of("serve", "--port", Integer.toString(port)));
        arguments.addAll(List.of("--data", data.toString()));
        arguments.addAll(List.of(more));
        Program program = start(variables, arguments.toArray(String[]::new));
        program.awaitLine("Press Ctrl-C to stop.");
        return program;
    }

    URI url() {
        Matcher ready = READY.matcher(out);
        if (!ready.find()) {
            throw new AssertionError("not ready; it printed: " + out);
        }
        return URI.create(ready.group(1));
    }

    long pid() {
        return process.pid();
    }

    /// SIGTERM.
    void terminate() {
        process.toHandle().destroy();
    }

    /// SIGINT, which is what Ctrl-C sends.
    void interrupt() throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", Long.toString(pid())).start().waitFor();
    }

    /// SIGKILL, which gives the program no chance to do anything.
    void kill() {
        process.toHandle().destroyForcibly();
        result();
    }

    /// Waits for the end.
    Result result() {
        try {
            var rest = new StringWriter();
            lines.transferTo(rest);
            out.append(rest);
            if (!process.waitFor(RUN_MAX.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("it does not end; it printed: " + out);
            }
            return new Result(process.exitValue(), out.toString(), err.join());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    /// Waits until it has printed something.
    void awaitOutput() {
        try {
            out.append((char) lines.read());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private void awaitLine(String awaited) {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.append(line).append('\n');
                if (line.equals(awaited)) {
                    return;
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        throw new AssertionError("it ended early: " + result());
    }

    @Override
    public void close() {
        process.toHandle().destroyForcibly();
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
