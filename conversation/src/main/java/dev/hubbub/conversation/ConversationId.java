package dev.hubbub.conversation;

/// Names one conversation, for ever: an id that was deleted is not given out again.
///
/// @param value 1 to [#CHARS_MAX] characters of `[A-Za-z0-9_-]`; a UUID where the program chooses
public record ConversationId(String value) implements Comparable<ConversationId> {

    public static final int CHARS_MAX = 64;

    public ConversationId {
        Names.require("conversation id", value, 1, CHARS_MAX);
    }

    /// Whether `text` could be an id at all, for callers that treat a malformed one as unknown.
    public static boolean isValid(String text) {
        return Names.isValid(text, 1, CHARS_MAX);
    }

    @Override
    public int compareTo(ConversationId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
