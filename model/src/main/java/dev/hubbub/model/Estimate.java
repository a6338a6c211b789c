package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel.Prompt;

/// About how many tokens a text is, before a provider has said so: one for every four bytes of
/// UTF-8, which is near for English and high for little else, and a thousand for a picture.
final class Estimate {

    private static final int BYTES_PER_TOKEN = 4;
    private static final long TOKENS_PER_PICTURE = 1_000;

    private Estimate() {}

    static long tokens(long bytes) {
        return (bytes + BYTES_PER_TOKEN - 1) / BYTES_PER_TOKEN;
    }

    /// The tokens that a model reads. Reads the history.
    static long tokens(Prompt prompt) {
        long bytes = bytes(prompt.soFar()) + (prompt.system() == null ? 0 : bytes(prompt.system()));
        long pictures = 0;
        for (Prompt.Line line : prompt.messages()) {
            bytes += bytes(line.text());
            pictures += line.pictures().size();
        }
        return tokens(bytes) + TOKENS_PER_PICTURE * pictures;
    }

    static long bytes(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Each half of a surrogate pair counts for half of its four bytes.
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return bytes;
    }
}
