package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A model that says what a test says, when it says it; and `echo`, which says what it was told, at
/// once, a word at a time.
final class Puppet implements ModelCatalog, ChatModel {

    static final ModelId PUPPET = new ModelId("puppet");
    static final ModelId ECHO = new ModelId("echo");

    /// Answers as the puppet does, and is in no list.
    static final ModelId UNLISTED = new ModelId("puppet:hidden");

    private final BlockingQueue<Saying> sayings = new LinkedBlockingQueue<>();

    /// Whether it answers as `echo` does, without being told.
    volatile boolean answersAtOnce;

    /// One reply being made.
    record Saying(Prompt prompt, Sink sink) {

        Saying say(String... pieces) {
            for (String piece : pieces) {
                sink.text(piece);
            }
            return this;
        }

        void end() {
            sink.completed(StopReason.END, new Usage(3, 5));
        }

        void fail() {
            sink.failed(new ModelFault(ModelFault.Kind.REJECTED, "The puppet broke."));
        }
    }

    /// The next reply that is asked for.
    Saying next() {
        try {
            Saying next = sayings.poll(10, TimeUnit.SECONDS);
            assertThat(next).as("a model call").isNotNull();
            return next;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public Call reply(Prompt prompt, Sink sink) {
        if (answersAtOnce || prompt.model().equals(ECHO)) {
            echo(prompt.messages().getLast().text(), sink);
        } else {
            sayings.add(new Saying(prompt, sink));
        }
        return () -> {};
    }

    private static void echo(String text, Sink sink) {
        for (String word : text.splitWithDelimiters(" ", 0)) {
            sink.text(word);
        }
        sink.completed(StopReason.END, null);
    }

    @Override
    public @Nullable ChatModel find(ModelId id) {
        return id.equals(PUPPET) || id.equals(ECHO) || id.equals(UNLISTED) ? this : null;
    }

    @Override
    public List<Entry> models() {
        return List.of(
                new Entry(PUPPET, "Puppet", "test", 4096), new Entry(ECHO, "Echo", "test", 0));
    }

    @Override
    public ModelId defaultModel() {
        return PUPPET;
    }
}
