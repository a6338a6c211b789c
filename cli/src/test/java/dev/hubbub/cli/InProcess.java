package dev.hubbub.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The program's commands in the process of the test, with surroundings made up: a pipe for
/// standard input, no terminal, no variables but those given.
final class InProcess {

    private final Map<String, String> variables = new HashMap<>();
    private final Path home;
    private String in = "";

    InProcess(Path home) {
        this.home = home;
    }

    /// What a command printed and how it ended.
    record Result(int exitCode, String out, String err) {

        /// The one sentence of a failure.
        String sentence() {
            return err.strip();
        }
    }

    InProcess with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    InProcess piped(String text) {
        in = text;
        return this;
    }

    Result run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int exitCode =
                Main.run(
                        surroundings(
                                new PrintStream(out, true, StandardCharsets.UTF_8),
                                new PrintStream(err, true, StandardCharsets.UTF_8)),
                        arguments);
        return new Result(
                exitCode,
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8));
    }

    Surroundings surroundings(PrintStream out, PrintStream err) {
        return new Surroundings(
                variables,
                home,
                false,
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                out,
                err,
                false);
    }
}
