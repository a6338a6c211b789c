package dev.hubbub.conversation;

/// A sender's own name for a message or a command. Sent again with the same one, it changes
/// nothing.
///
/// @param value 1 to [#CHARS_MAX] UTF-16 units, not all blank, without NULs and unpaired
///   surrogates: a store gives back the same that it was given
public record ClientMessageId(String value) {

    public static final int CHARS_MAX = 128;

    public ClientMessageId {
        if (value.isBlank() || value.length() > CHARS_MAX || !Texts.isClean(value)) {
            throw new IllegalArgumentException(
                    "a client message id has 1 to "
                            + CHARS_MAX
                            + " characters, not all blank, no NUL and no half of a pair");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
