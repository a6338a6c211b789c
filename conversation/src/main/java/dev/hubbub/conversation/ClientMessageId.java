package dev.hubbub.conversation;

/// A sender's own name for a message or a command. Sent again with the same one, it changes
/// nothing.
///
/// @param value 1 to [#CHARS_MAX] characters
public record ClientMessageId(String value) {

    public static final int CHARS_MAX = 128;

    public ClientMessageId {
        if (value.isBlank() || value.length() > CHARS_MAX) {
            throw new IllegalArgumentException(
                    "a client message id has 1 to " + CHARS_MAX + " characters");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
