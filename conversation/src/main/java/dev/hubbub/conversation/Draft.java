package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

/// The text of a running reply. A value: [#plus] leaves this one as it was. Successive drafts share
/// one buffer, so that a reply of n characters costs n, not n squared; only the newest may grow in
/// place, an older one copies first. A reply that comes in one piece is that piece.
///
/// Reading is safe from many threads once the draft was handed over safely; growing is for one
/// thread at a time.
public final class Draft {

    private static final Draft EMPTY = new Draft("", null, 0);

    /// All of it, while nothing was added to it.
    private final @Nullable String whole;

    /// What begins with it; null while there is [#whole].
    private final @Nullable StringBuilder shared;

    private final int length;

    private Draft(@Nullable String whole, @Nullable StringBuilder shared, int length) {
        this.whole = whole;
        this.shared = shared;
        this.length = length;
    }

    /// A draft with this text.
    public static Draft of(String text) {
        return text.isEmpty() ? EMPTY : new Draft(text, null, text.length());
    }

    /// The draft with `piece` at its end.
    public Draft plus(String piece) {
        if (length == 0) {
            return of(piece);
        }
        int longer = length + piece.length();
        StringBuilder buffer = shared;
        if (buffer == null) {
            return new Draft(
                    null, new StringBuilder(2 * longer).append(whole).append(piece), longer);
        }
        synchronized (buffer) {
            if (buffer.length() != length) {
                buffer = new StringBuilder(longer).append(buffer, 0, length);
            }
            buffer.append(piece);
        }
        return new Draft(null, buffer, longer);
    }

    /// In UTF-16 units.
    public int length() {
        return length;
    }

    public String text() {
        return from(0);
    }

    /// The text from a UTF-16 offset, at most [#length], to the end.
    public String from(int fromChar) {
        StringBuilder buffer = shared;
        if (buffer == null) {
            return whole == null ? "" : whole.substring(fromChar);
        }
        synchronized (buffer) {
            return buffer.substring(fromChar, length);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Draft draft && text().equals(draft.text());
    }

    @Override
    public int hashCode() {
        return text().hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
