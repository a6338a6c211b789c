package dev.hubbub.cli;

import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Attributes;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.NonBlockingReader;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The shell at a terminal: a prompt with completion and what was typed before.
final class ShellPrompt {

    private static final int TYPED_MAX = 1_000;

    /// What looks like a secret is not written down; nor is a line that begins with a blank.
    private static final String SECRETS =
            "*sk-*:*SECRET*:*secret*:*password*:*PASSWORD*:*api_key*:*API_KEY*:*Bearer *";

    private final Shell shell;
    private final LineReader reader;

    private ShellPrompt(Shell shell, LineReader reader) {
        this.shell = shell;
        this.reader = reader;
    }

    /// The terminal of the process.
    static Terminal terminal() {
        try {
            return sized(TerminalBuilder.builder().system(true).nativeSignals(true).build());
        } catch (IOException broken) {
            throw Failure.of(
                    "The terminal cannot be used; give the commands with --execute or --script.",
                    broken);
        }
    }

    private static Terminal sized(Terminal terminal) {
        if (terminal.getColumns() <= 0) {
            // A terminal that was never told how large it is, as behind ssh -tt.
            terminal.setSize(Size.of(80, 24));
        }
        return terminal;
    }

    static ShellScreen screen(Terminal terminal, Paint paint) {
        return new ShellScreen(
                terminal.writer(),
                terminal.writer(),
                paint,
                terminal::getColumns,
                !terminal.getType().startsWith("dumb"),
                StandardCharsets.UTF_8.equals(terminal.encoding()));
    }

    /// Lets Ctrl-C stop what runs, and keys reach what wants them.
    static void attach(Shell shell, Terminal terminal) {
        terminal.handle(Terminal.Signal.INT, _ -> shell.stop());
        shell.view(() -> new RawKeys(terminal));
    }

    /// Reads commands and does them, until `exit` or Ctrl-D.
    ///
    /// @param typed where what was typed is kept; null for nowhere
    static void run(Shell shell, Terminal terminal, @Nullable Path typed, String place) {
        attach(shell, terminal);
        var parser = new DefaultParser();
        parser.setEofOnUnclosedQuote(false);
        parser.setEscapeChars(new char[0]);
        parser.setQuoteChars(new char[0]);
        LineReaderBuilder builder =
                LineReaderBuilder.builder()
                        .terminal(terminal)
                        .appName("hubbub")
                        .parser(parser)
                        .completer(new ShellCompletion(shell))
                        .variable(LineReader.HISTORY_SIZE, TYPED_MAX)
                        .variable(LineReader.HISTORY_FILE_SIZE, TYPED_MAX)
                        .variable(LineReader.HISTORY_IGNORE, SECRETS)
                        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                        .option(LineReader.Option.HISTORY_IGNORE_SPACE, true);
        if (typed != null) {
            builder.variable(LineReader.HISTORY_FILE, typed);
        }
        new ShellPrompt(shell, builder.build()).talk(place);
    }

    private void talk(String place) {
        ShellScreen screen = shell.screen();
        ShellHelp.wrap(
                        "Hubbub %s, conversations kept %s.".formatted(Version.number(), place),
                        screen.width() - 1)
                .forEach(screen::note);
        ShellHelp.wrap(
                        "Tab completes, Ctrl-C stops, Ctrl-D leaves, help lists the commands.",
                        screen.width() - 1)
                .forEach(screen::note);
        String prompt = screen.paint().bold(screen.paint().green("hubbub> "));
        while (!shell.isLeft()) {
            try {
                shell.tellOfJobs();
            } catch (Failure failure) {
                screen.complain(failure.sentence());
            }
            String line;
            try {
                line = reader.readLine(prompt);
            } catch (UserInterruptException ctrlC) {
                continue;
            } catch (EndOfFileException ctrlD) {
                break;
            }
            try {
                shell.run(line);
            } catch (Failure failure) {
                screen.complain(failure.sentence());
            } catch (RuntimeException defect) {
                screen.complain("Something is wrong in Hubbub itself: " + defect);
            }
        }
    }

    /// Keys as they are pressed, unseen. Ctrl-C is one of them.
    private static final class RawKeys implements ShellView.Keys {

        private final Terminal terminal;
        private final Attributes before;
        private final NonBlockingReader keys;

        RawKeys(Terminal terminal) {
            this.terminal = terminal;
            before = terminal.enterRawMode();
            var raw = terminal.getAttributes();
            raw.setLocalFlag(Attributes.LocalFlag.ISIG, false);
            terminal.setAttributes(raw);
            keys = terminal.reader();
        }

        @Override
        public int next(long millisMax) {
            try {
                return keys.read(millisMax);
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }

        @Override
        public void close() {
            terminal.setAttributes(before);
        }
    }
}
