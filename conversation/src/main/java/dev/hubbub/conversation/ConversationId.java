package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

import java.util.HexFormat;

/// Names one conversation, for ever: an id that was deleted is not given out again.
///
/// A UUID, which is what the program chooses, is kept as its 128 bits: a third of the memory of its
/// text.
public final class ConversationId implements Comparable<ConversationId> {

    public static final int CHARS_MAX = 64;

    private static final int UUID_CHARS = 36;

    /// The bits of a UUID; of any other text its hash.
    private final long high;

    private final long low;

    /// Null for a UUID in its usual spelling.
    private final @Nullable String text;

    /// The id that is written like this.
    ///
    /// @param value 1 to [#CHARS_MAX] characters of `[A-Za-z0-9_-]`
    /// @throws IllegalArgumentException when `value` is anything else
    public ConversationId(String value) {
        Names.require("conversation id", value, 1, CHARS_MAX);
        if (isUuid(value)) {
            high =
                    HexFormat.fromHexDigitsToLong(value, 0, 8) << 32
                            | HexFormat.fromHexDigitsToLong(value, 9, 13) << 16
                            | HexFormat.fromHexDigitsToLong(value, 14, 18);
            low =
                    HexFormat.fromHexDigitsToLong(value, 19, 23) << 48
                            | HexFormat.fromHexDigitsToLong(value, 24, 36);
            text = null;
        } else {
            high = value.hashCode();
            low = 0;
            text = value;
        }
    }

    /// The UUID with these bits, as [java.util.UUID] has them.
    public ConversationId(long high, long low) {
        this.high = high;
        this.low = low;
        text = null;
    }

    /// Whether `text` could be an id at all, for callers that treat a malformed one as unknown.
    public static boolean isValid(String text) {
        return Names.isValid(text, 1, CHARS_MAX);
    }

    /// The id as it is written.
    public String value() {
        if (text != null) {
            return text;
        }
        HexFormat hex = HexFormat.of();
        var digits = new StringBuilder(UUID_CHARS);
        digits.append(hex.toHexDigits(high)).append(hex.toHexDigits(low));
        digits.insert(8, '-').insert(13, '-').insert(18, '-').insert(23, '-');
        return digits.toString();
    }

    @Override
    public int compareTo(ConversationId other) {
        if (text != null || other.text != null) {
            return value().compareTo(other.value());
        }
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof ConversationId id
                        && high == id.high
                        && low == id.low
                        && (text == null ? id.text == null : text.equals(id.text)));
    }

    /// Well mixed in all its bits, and the same in every process.
    @Override
    public int hashCode() {
        long mixed = (high ^ low * 0x9E3779B97F4A7C15L) * 0xD6E8FEB86659FD93L;
        mixed ^= mixed >>> 32;
        mixed *= 0xD6E8FEB86659FD93L;
        return (int) (mixed ^ mixed >>> 32);
    }

    @Override
    public String toString() {
        return value();
    }

    /// Whether it is a UUID in lower case, the one spelling that the bits give back.
    private static boolean isUuid(String value) {
        if (value.length() != UUID_CHARS) {
            return false;
        }
        for (int i = 0; i < UUID_CHARS; i++) {
            char c = value.charAt(i);
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                return false;
            }
        }
        return true;
    }
}
