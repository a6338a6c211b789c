package dev.hubbub.conversation;

/// The text of a running reply. A value: [#plus] leaves this one as it was. Successive drafts share
/// one buffer, so that a reply of n characters costs n, not n squared; only the newest may grow in
/// place, an older one copies first.
///
/// Reading is safe from many threads once the draft was handed over safely; growing is for one
/// thread at a time.
public final class Draft {

    private final StringBuilder shared;
    private final int length;

    private Draft(StringBuilder shared, int length) {
        this.shared = shared;
        this.length = length;
    }

    /// A draft with this text, and a buffer of its own.
    public static Draft of(String text) {
        return new Draft(new StringBuilder(text), text.length());
    }

    /// The draft with `piece` at its end.
    public Draft plus(String piece) {
        StringBuilder buffer = shared;
        synchronized (buffer) {
            if (buffer.length() != length) {
                buffer = new StringBuilder(length + piece.length()).append(buffer, 0, length);
            }
            buffer.append(piece);
        }
        return new Draft(buffer, length + piece.length());
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
        synchronized (shared) {
            return shared.substring(fromChar, length);
        }
    }

    @Override
    public boolean equals(Object other) {
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
