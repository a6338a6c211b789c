package dev.hubbub.cli;

import dev.hubbub.cli.Conversations.Chosen;
import dev.hubbub.cli.Conversations.Ending;
import dev.hubbub.cli.Conversations.Said;
import dev.hubbub.conversation.ReplyStatus;
import dev.hubbub.conversation.Role;

import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/// A person's side of a conversation: a prompt, the reply as it comes, and a few commands.
final class ChatPrompt {

    private static final int HISTORY_SHOWN = 6;
    private static final int HISTORY_ASKED = 50;

    private final ChatSession session;
    private final Terminal terminal;
    private final LineReader reader;
    private final Paint paint;
    private final PrintWriter out;

    private ChatPrompt(ChatSession session, Terminal terminal, LineReader reader, Paint paint) {
        this.session = session;
        this.terminal = terminal;
        this.reader = reader;
        this.paint = paint;
        out = terminal.writer();
    }

    /// Talks at the terminal of the process.
    static ExitCode run(ChatSession session, Surroundings surroundings, DataDirectory data) {
        try (Terminal terminal =
                TerminalBuilder.builder().system(true).nativeSignals(true).build()) {
            return run(session, terminal, Paint.of(surroundings), data);
        } catch (IOException broken) {
            throw Failure.of(
                    "The terminal cannot be used; give the message as arguments instead.", broken);
        }
    }

    static ExitCode run(ChatSession session, Terminal terminal, Paint paint, DataDirectory data) {
        if (terminal.getColumns() <= 0) {
            // A terminal that was never told how large it is, as behind ssh -tt.
            terminal.setSize(Size.of(80, 24));
        }
        LineReader reader =
                LineReaderBuilder.builder()
                        .terminal(terminal)
                        .appName("hubbub")
                        .variable(LineReader.HISTORY_FILE, data.typedFile())
                        .variable(LineReader.HISTORY_SIZE, 1000)
                        .variable(LineReader.HISTORY_FILE_SIZE, 1000)
                        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                        .option(LineReader.Option.HISTORY_IGNORE_SPACE, true)
                        .completer((_, line, candidates) -> {
                            if (line.line().startsWith("/")) {
                                for (ChatWord word : ChatWord.values()) {
                                    candidates.add(new Candidate(word.typed()));
                                }
                            }
                        })
                        .build();
        new ChatPrompt(session, terminal, reader, paint).talk();
        return ExitCode.OK;
    }

    private void talk() {
        greet();
        while (true) {
            String typed;
            try {
                typed = reader.readLine(you()).strip();
            } catch (UserInterruptException ctrlC) {
                continue;
            } catch (EndOfFileException ctrlD) {
                break;
            }
            if (typed.isEmpty()) {
                continue;
            }
            if (!typed.startsWith("/") || typed.startsWith("//")) {
                String text = typed.startsWith("//") ? typed.substring(1) : typed;
                reply(pieces -> session.say(text, pieces));
            } else if (!obey(typed)) {
                break;
            }
        }
        goodbye(session.chosen());
    }

    private void greet() {
        say(
                "Hubbub %s, conversations kept %s."
                        .formatted(Version.number(), session.conversations().place()));
        say("Ctrl-C stops a reply, Ctrl-D leaves, /help tells more.");
        out.println();
        Chosen chosen = session.chosen();
        if (chosen != null) {
            history(HISTORY_SHOWN);
            if (chosen.replying()) {
                reply(session::follow);
            }
        }
    }

    /// Obeys a command; false when it was to leave.
    private boolean obey(String typed) {
        String[] parts = typed.split("\\s+", 2);
        String argument = parts.length == 2 ? parts[1].strip() : "";
        ChatWord word = ChatWord.of(parts[0]);
        if (word == null) {
            say("There is no %s; /help lists what there is.".formatted(parts[0]));
            return true;
        }
        try {
            switch (word) {
                case HELP -> help();
                case NEW -> {
                    goodbye(session.leave());
                    say("A new conversation begins with your next message.");
                }
                case MODEL -> model(argument);
                case HISTORY -> history(HISTORY_ASKED);
                case ID -> {
                    Chosen chosen = session.chosen();
                    say(
                            chosen == null
                                    ? "The conversation begins with your first message."
                                    : chosen.id().value());
                }
                case QUIT -> {
                    return false;
                }
            }
        } catch (Failure failure) {
            complain(failure.sentence());
        }
        return true;
    }

    private void help() {
        for (ChatWord word : ChatWord.values()) {
            say("%-12s %s".formatted(word.usage(), word.meaning()));
        }
        say("%-12s %s".formatted("//...", "says something that begins with a slash"));
    }

    private void model(String id) {
        if (!id.isEmpty()) {
            say("%s answers from now on.".formatted(session.change(id, null).model()));
            return;
        }
        Chosen chosen = session.chosen();
        for (Conversations.Choice choice : session.conversations().models()) {
            boolean current = chosen != null && chosen.model().equals(choice.id());
            say(
                    "%s %-28s %s (%s)"
                            .formatted(
                                    current ? "*" : " ",
                                    choice.id(),
                                    choice.displayName(),
                                    choice.provider()));
        }
    }

    private void history(int limit) {
        for (Said said : session.history(limit)) {
            out.print(
                    said.role() == Role.USER
                            ? you()
                            : speaker(Objects.requireNonNullElse(said.model(), "system")));
            out.println(printable(said.text()));
            out.println();
        }
        out.flush();
    }

    private void reply(Function<Consumer<String>, @Nullable Ending> talk) {
        Terminal.SignalHandler before =
                terminal.handle(Terminal.Signal.INT, _ -> Thread.ofVirtual().start(session::stop));
        try {
            out.print(speaker(session.begun().model()));
            out.flush();
            Ending ending = talk.apply(this::print);
            out.println();
            if (ending != null && ending.status() == ReplyStatus.STOPPED) {
                say("(stopped)");
            } else if (ending != null && ending.status() == ReplyStatus.FAILED) {
                complain(Objects.requireNonNullElse(ending.error(), "The reply failed."));
            }
        } catch (Failure failure) {
            complain(failure.sentence());
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
        }
        out.println();
        out.flush();
    }

    private String you() {
        return paint.bold(paint.green("you> "));
    }

    private String speaker(String model) {
        return paint.bold(paint.indigo(printable(model) + "> "));
    }

    private void print(String piece) {
        out.print(printable(piece));
        out.flush();
    }

    private void goodbye(@Nullable Chosen left) {
        if (left != null) {
            say("Go on later with: hubbub chat --id " + left.id());
        }
    }

    private void say(String line) {
        out.println(paint.faint(printable(line)));
        out.flush();
    }

    private void complain(String line) {
        out.println(paint.red(printable(line)));
        out.flush();
    }

    /// Without the characters that would command the terminal: a reply is not to be trusted.
    static String printable(String text) {
        var kept = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\t' || !Character.isISOControl(c)) {
                kept.append(c);
            }
        }
        return kept.toString();
    }
}
