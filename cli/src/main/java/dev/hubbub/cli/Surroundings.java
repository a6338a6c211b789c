package dev.hubbub.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/// What the program finds around it when it starts. Text goes in and out as UTF-8.
///
/// @param home the user's home directory
/// @param mac whether this is macOS, which has places of its own for files
/// @param terminal whether a person reads and types: both ends are a terminal
record Surroundings(
        Map<String, String> variables,
        Path home,
        boolean mac,
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean terminal) {

    Surroundings {
        variables = Map.copyOf(variables);
    }

    // JDK 25 gives null again where no terminal is.
    @SuppressWarnings("SystemConsoleNull")
    static Surroundings ofProcess() {
        var console = System.console();
        return new Surroundings(
                System.getenv(),
                Path.of(System.getProperty("user.home")),
                System.getProperty("os.name").startsWith("Mac"),
                System.in,
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                console != null && console.isTerminal());
    }

    /// The value of a variable, empty when it is not set.
    String variable(String name) {
        return variables.getOrDefault(name, "").strip();
    }

    /// Whether output may be coloured. See https://no-color.org.
    boolean colour() {
        return terminal && variable("NO_COLOR").isEmpty() && !variable("TERM").equals("dumb");
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
