package dev.hubbub.cli;

import dev.hubbub.cli.Conversations.Chosen;
import dev.hubbub.cli.Conversations.Ending;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.ReplyStatus;

import org.jline.utils.Signals;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/// One message and its reply, for arguments and pipes: the reply alone goes to standard output.
final class OneMessage {

    /// More cannot be a message, whatever the limits of whoever takes it.
    static final int BYTES_MAX = 1 << 20;

    private static final String STANDARD_INPUT = "-";

    private final ChatSession session;
    private final PrintStream out;
    private final PrintStream err;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private String last = "";

    OneMessage(ChatSession session, Surroundings surroundings) {
        this.session = session;
        out = surroundings.out();
        err = surroundings.err();
    }

    /// The message that these words make, of which one may stand for all of `in`; no words at all
    /// mean `in` alone.
    static String read(List<String> words, InputStream in) {
        String text =
                words.isEmpty()
                        ? read(in)
                        : words.stream()
                                .map(word -> word.equals(STANDARD_INPUT) ? "\n" + read(in) : word)
                                .collect(Collectors.joining(" "));
        if (text.isBlank()) {
            throw Failure.of(Refusal.MESSAGE_BLANK.sentence());
        }
        return text.strip();
    }

    ExitCode say(String message) {
        Chosen conversation = session.begun();
        // The first Ctrl-C ends the reply, the second the program.
        Object before = Signals.register("INT", this::stop);
        Ending ending;
        try {
            ending = session.say(message, this::print);
        } finally {
            Signals.unregister("INT", before);
        }
        if (!last.endsWith("\n")) {
            out.println();
        }
        out.flush();
        if (ending.status() == ReplyStatus.STOPPED) {
            err.println("The reply was stopped.");
        } else if (ending.status() == ReplyStatus.FAILED) {
            err.println(Objects.requireNonNullElse(ending.error(), "The reply failed."));
        }
        err.println(
                "Conversation %s; go on with: hubbub chat --id %s"
                        .formatted(conversation.id(), conversation.id()));
        return ending.status() == ReplyStatus.COMPLETED ? ExitCode.OK : ExitCode.FAILURE;
    }

    private void print(String piece) {
        out.print(piece);
        last = piece;
        // Flushes, and finds that nobody reads any more.
        if (out.checkError() && stopped.compareAndSet(false, true)) {
            session.stop();
        }
    }

    private void stop() {
        if (!stopped.compareAndSet(false, true)) {
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number());
        }
        Thread.ofVirtual().start(session::stop);
    }

    private static String read(InputStream in) {
        try {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw Failure.of(Refusal.MESSAGE_TOO_LONG.sentence());
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw Failure.of(
                    "Standard input cannot be read; give the message as arguments.", broken);
        }
    }
}
