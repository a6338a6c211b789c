package dev.hubbub.conversation;

/// Names a model as users type it: `eliza`, `gpt-4o-mini`, `meta-llama/llama-4-maverick:free`, or
/// with its parameters riding along, `simulated:rate=20,tokens=400`.
///
/// @param value 1 to [#CHARS_MAX] visible ASCII characters, no blanks
public record ModelId(String value) {

    public static final int CHARS_MAX = 200;

    public ModelId {
        if (!isValid(value)) {
            throw new IllegalArgumentException(
                    "a model id has 1 to " + CHARS_MAX + " visible ASCII characters and no blanks");
        }
    }

    /// Whether `text` could be an id at all.
    public static boolean isValid(String text) {
        return !text.isEmpty()
                && text.length() <= CHARS_MAX
                && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    @Override
    public String toString() {
        return value;
    }
}
