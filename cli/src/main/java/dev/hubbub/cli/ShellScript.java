package dev.hubbub.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Commands that were written down: of a file, of a pipe, or of an option.
///
/// @param source what an error is said to be in
/// @param isFile whether errors tell a line
record ShellScript(String source, List<String> lines, boolean isFile) {

    ShellScript {
        lines = List.copyOf(lines);
    }

    static ShellScript of(Path file) {
        try {
            return new ShellScript(file.toString(), Files.readAllLines(file), true);
        } catch (IOException unreadable) {
            throw Failure.usage("The script %s cannot be read.".formatted(file));
        }
    }

    static ShellScript of(InputStream pipe) {
        try {
            String text = new String(pipe.readAllBytes(), StandardCharsets.UTF_8);
            return new ShellScript("standard input", text.lines().toList(), true);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /// Commands with semicolons between; within quotes a semicolon is one.
    static ShellScript of(String commands) {
        var all = new ArrayList<String>();
        var command = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < commands.length(); i++) {
            char c = commands.charAt(i);
            quoted ^= c == '"';
            if (c == '\n' || (c == ';' && !quoted)) {
                all.add(command.toString());
                command.setLength(0);
            } else {
                command.append(c);
            }
        }
        all.add(command.toString());
        return new ShellScript("--execute", all, false);
    }

    /// Does all of it, up to the first command that fails, or in spite of them.
    ExitCode run(Shell shell, boolean keepGoing) {
        ExitCode exitCode = ExitCode.OK;
        for (int i = 0; i < lines.size() && !shell.isLeft(); i++) {
            try {
                shell.run(lines.get(i));
                shell.tellOfJobs();
            } catch (Failure failure) {
                exitCode = failed(shell, i + 1, failure);
                if (!keepGoing) {
                    return exitCode;
                }
            }
        }
        try {
            shell.awaitJobs();
        } catch (Failure failure) {
            exitCode = failed(shell, lines.size(), failure);
        }
        return exitCode;
    }

    private ExitCode failed(Shell shell, int line, Failure failure) {
        shell.screen()
                .complain(
                        isFile
                                ? "%s:%d: %s".formatted(source, line, failure.sentence())
                                : failure.sentence());
        return isFile ? ExitCode.FAILURE : failure.exitCode();
    }
}
