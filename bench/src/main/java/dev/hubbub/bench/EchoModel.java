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

    private static final ThreadLocal<byte[]> TEXT = ThreadLocal.withInitial(EchoModel::dots);

    @Override
    public boolean isImmediate() {
        return true;
    }

    @Override
    public Call reply(Prompt prompt, Sink sink) {
        byte[] text = TEXT.get();
        int bits = ThreadLocalRandom.current().nextInt();
        for (int i = 0; i < RANDOM_CHARS; i++) {
            text[i] = (byte) ('a' + ((bits >>> (4 * i)) & 15));
        }
        sink.text(new String(text, StandardCharsets.ISO_8859_1));
        sink.completed(StopReason.END, null);
        return () -> {};
    }

    private static byte[] dots() {
        byte[] dots = new byte[CHARS];
        Arrays.fill(dots, (byte) '.');
        return dots;
    }
}
