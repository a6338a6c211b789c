package dev.hubbub.engine;

import org.jspecify.annotations.Nullable;

/// How much of a conversation a viewer has seen.
///
/// @param number the last numbered event seen
/// @param chars how many UTF-16 units of the running reply, 0 when none runs
public record Position(long number, int chars) implements Comparable<Position> {

    public Position {
        if (number < 0 || chars < 0) {
            throw new IllegalArgumentException("a position is not negative");
        }
    }

    /// Reads what [#toString] writes; null when `text` is anything else.
    public static @Nullable Position parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 1 || text.length() > 40) {
            return null;
        }
        try {
            return new Position(
                    Long.parseUnsignedLong(text, 0, dot, 10),
                    Integer.parseUnsignedInt(text, dot + 1, text.length(), 10));
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
    }

    @Override
    public int compareTo(Position other) {
        int byNumber = Long.compare(number, other.number);
        return byNumber != 0 ? byNumber : Integer.compare(chars, other.chars);
    }

    @Override
    public String toString() {
        return number + "." + chars;
    }
}
