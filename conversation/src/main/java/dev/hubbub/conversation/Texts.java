package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

/// What may be text. Stores and hashes work on UTF-8, which has no unpaired surrogates, and some
/// databases take no NUL.
final class Texts {

    private static final int TITLE_CHARS_MAX = 60;

    /// Shorter texts are looked at as fast as they are remembered.
    private static final int REMEMBERED_CHARS_MIN = 32;

    private static final ThreadLocal<Clean> CLEAN = ThreadLocal.withInitial(Clean::new);

    /// The texts that a thread found clean last, and which of them are ASCII.
    private static final class Clean {

        String latest = "";
        boolean latestIsAscii = true;
        String before = "";
        boolean beforeIsAscii = true;

        void found(String text, boolean isAscii) {
            before = latest;
            beforeIsAscii = latestIsAscii;
            latest = text;
            latestIsAscii = isAscii;
        }
    }

    /// The latest title: a message to a million conversations names them with one string.
    private static volatile Titled latest = new Titled("", "");

    private record Titled(String text, String title) {}

    private Texts() {}

    /// Without NULs, and with U+FFFD for each unpaired surrogate.
    static String clean(String text) {
        if (isClean(text)) {
            return text;
        }
        var cleaned = new StringBuilder(text.length());
        text.codePoints()
                .filter(point -> point != 0)
                .map(point -> isSurrogate(point) ? 0xFFFD : point)
                .forEach(cleaned::appendCodePoint);
        return cleaned.toString();
    }

    static @Nullable String cleanOrNull(@Nullable String text) {
        return text == null ? null : clean(text);
    }

    /// The first `charsMax` units of a clean text, one fewer where that would split a pair.
    static String prefix(String text, int charsMax) {
        if (charsMax <= 0) {
            return "";
        }
        if (charsMax >= text.length()) {
            return text;
        }
        boolean splits = Character.isHighSurrogate(text.charAt(charsMax - 1));
        return text.substring(0, splits ? charsMax - 1 : charsMax);
    }

    /// Whether a reader sees nothing: white space of any kind, no-break spaces too.
    static boolean isBlank(String text) {
        for (int i = 0; i < text.length(); ) {
            int point = text.codePointAt(i);
            if (!Character.isWhitespace(point) && !Character.isSpaceChar(point)) {
                return false;
            }
            i += Character.charCount(point);
        }
        return true;
    }

    /// A short name for a conversation that begins with this message: its first line with anything
    /// to read. Empty when there is none; otherwise a valid name of at most 60 UTF-16 units.
    static String title(String text) {
        Titled known = latest;
        if (!known.text().equals(text)) {
            known = new Titled(text, firstLine(text));
            latest = known;
        }
        return known.title();
    }

    private static String firstLine(String text) {
        for (int from = 0; from < text.length(); ) {
            int to = endOfLine(text, from);
            String line = plain(text.substring(from, to));
            if (!isBlank(line)) {
                return line.length() <= TITLE_CHARS_MAX
                        ? line
                        : prefix(line, TITLE_CHARS_MAX - 1).stripTrailing() + "…";
            }
            from = to + 1;
        }
        return "";
    }

    private static int endOfLine(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
            at++;
        }
        return at;
    }

    private static String plain(String line) {
        StringBuilder plain = null;
        for (int i = 0; i < line.length(); i++) {
            if (Character.isISOControl(line.charAt(i))) {
                plain = plain == null ? new StringBuilder(line) : plain;
                plain.setCharAt(i, ' ');
            }
        }
        return (plain == null ? line : plain.toString()).strip();
    }

    /// Whether [#clean] would leave it as it is. Most texts are asked about more than once, when
    /// they come and when they become a message; and the same text goes to many conversations.
    static boolean isClean(String text) {
        if (text.length() < REMEMBERED_CHARS_MIN) {
            return isCleanFrom(text, asciiChars(text));
        }
        Clean known = CLEAN.get();
        return isKnown(known, text) || isCleanAnew(known, text);
    }

    /// Whether a clean text has a byte for each of its characters in UTF-8.
    static boolean isAscii(String text) {
        if (text.length() < REMEMBERED_CHARS_MIN) {
            return asciiChars(text) == text.length();
        }
        Clean known = CLEAN.get();
        if (!isKnown(known, text) && !isCleanAnew(known, text)) {
            return false;
        }
        return known.latestIsAscii;
    }

    /// Whether it is known to be clean; it is the latest then.
    @SuppressWarnings("ReferenceEquality") // others are looked at
    private static boolean isKnown(Clean known, String text) {
        if (text == known.latest) {
            return true;
        }
        boolean isBefore = text == known.before;
        if (isBefore) {
            known.found(text, known.beforeIsAscii);
        }
        return isBefore;
    }

    private static boolean isCleanAnew(Clean known, String text) {
        int ascii = asciiChars(text);
        boolean clean = isCleanFrom(text, ascii);
        if (clean) {
            known.found(text, ascii == text.length());
        }
        return clean;
    }

    /// How many characters it begins with that are ASCII and not NUL: one comparison for each.
    private static int asciiChars(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            if ((char) (text.charAt(i) - 1) >= 0x7F) {
                return i;
            }
        }
        return length;
    }

    private static boolean isCleanFrom(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isLowSurrogate(c)) {
                return false;
            }
            if (Character.isHighSurrogate(c)) {
                i++;
                if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isSurrogate(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }
}
