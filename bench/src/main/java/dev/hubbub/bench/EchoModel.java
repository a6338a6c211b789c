package dev.hubbub.bench;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.StopReason;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/// Answers at once, with a text that is made for each reply and shared by none: what is measured is
/// everything but a model.
final class EchoModel implements ChatModel {

    /// The length of each reply.
    static final int CHARS = 100;

    private static final int RANDOM_CHARS = 8;

    @Override
    public boolean isImmediate() {
        return true;
    }

    @Override
    public Call reply(Prompt prompt, Sink sink) {
        byte[] text = new byte[CHARS];
        Arrays.fill(text, (byte) '.');
        int bits = ThreadLocalRandom.current().nextInt();
        for (int i = 0; i < RANDOM_CHARS; i++) {
            text[i] = (byte) ('a' + ((bits >>> (4 * i)) & 15));
        }
        sink.text(new String(text, StandardCharsets.ISO_8859_1));
        sink.completed(StopReason.END, null);
        return () -> {};
    }
}
