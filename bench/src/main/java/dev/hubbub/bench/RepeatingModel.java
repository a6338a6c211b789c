package dev.hubbub.bench;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.StopReason;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// Says again what it was told, so that every reply can be checked. Some replies come in two pieces
/// with a while between them, for a crash to fall into.
final class RepeatingModel implements ChatModel, AutoCloseable {

    private static final String BEGINNING = "You said: ";

    /// One reply in so many takes a while.
    private static final int SLOW = 4;

    private static final int WHILE_MILLIS = 50;

    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("bench-repeating").daemon().factory());

    /// The reply to a message.
    static String replyTo(String text) {
        return BEGINNING + text;
    }

    @Override
    public Call reply(Prompt prompt, Sink sink) {
        String rest =
                replyTo(prompt.messages().getLast().text()).substring(prompt.soFar().length());
        var random = ThreadLocalRandom.current();
        if (rest.length() < 2 || random.nextInt(SLOW) > 0) {
            end(sink, rest);
            return () -> {};
        }
        int half = rest.length() / 2;
        sink.text(rest.substring(0, half));
        var later =
                clock.schedule(
                        () -> end(sink, rest.substring(half)),
                        random.nextInt(WHILE_MILLIS),
                        TimeUnit.MILLISECONDS);
        return () -> later.cancel(false);
    }

    private static void end(Sink sink, String rest) {
        if (!rest.isEmpty()) {
            sink.text(rest);
        }
        sink.completed(StopReason.END, null);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
