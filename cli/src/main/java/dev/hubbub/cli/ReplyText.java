package dev.hubbub.cli;

import java.util.function.Consumer;

/// Passes a reply on, each part of it once, whatever is told twice.
final class ReplyText {

    private final Consumer<String> pieces;
    private int length;

    ReplyText(Consumer<String> pieces) {
        this.pieces = pieces;
    }

    /// Takes text of the reply that begins at this offset, in UTF-16 units.
    void told(int fromChar, String text) {
        int known = length - fromChar;
        if (known < 0) {
            throw new IllegalStateException(
                    "the reply is known up to %d and goes on at %d".formatted(length, fromChar));
        }
        if (known < text.length()) {
            pieces.accept(text.substring(known));
            length = fromChar + text.length();
        }
    }
}
