package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What somebody looks for in messages: phrases, each of which must be somewhere in the text. A
/// word is letters and digits, whatever their case and accents; what was not put into quotation
/// marks is a phrase for each word, and of the last one its beginning is enough.
///
/// @param phrases at least one, of at least one word each, as they were typed
/// @param open whether the last word of the last phrase is only a beginning
public record MessageSearch(List<List<String>> phrases, boolean open) {

    /// UTF-16 units of a question.
    public static final int CHARS_MAX = 200;

    /// UTF-16 units of what is shown of a message, and of what comes before the first match.
    private static final int SNIPPET_CHARS = 240;

    private static final int SNIPPET_LEAD_CHARS = 60;

    public MessageSearch {
        phrases = phrases.stream().map(List::copyOf).toList();
    }

    /// What a text asks for; null where no word is in it.
    ///
    /// @param text at most [#CHARS_MAX] long
    public static @Nullable MessageSearch of(String text) {
        var phrases = new ArrayList<List<String>>();
        boolean open = false;
        String[] parts = text.split("\"", -1);
        for (int i = 0; i < parts.length; i++) {
            boolean quoted = (i % 2 == 1) && (i < parts.length - 1);
            if (quoted) {
                List<String> words = words(parts[i]);
                if (!words.isEmpty()) {
                    phrases.add(words);
                    open = false;
                }
            } else {
                for (String part : parts[i].split("[\\s\\p{Z}]+", -1)) {
                    List<String> words = words(part);
                    if (!words.isEmpty()) {
                        phrases.add(words);
                        open = true;
                    }
                }
            }
        }
        return phrases.isEmpty() ? null : new MessageSearch(phrases, open);
    }

    /// Whether a text has all that is looked for.
    public boolean finds(String text) {
        List<Word> words = Word.of(text);
        for (int i = 0; i < phrases.size(); i++) {
            boolean isBeginning = open && (i == phrases.size() - 1);
            if (at(words, phrases.get(i), isBeginning, 0) < 0) {
                return false;
            }
        }
        return true;
    }

    /// The first place of a phrase, or a negative number.
    private static int at(List<Word> words, List<String> typed, boolean isBeginning, int from) {
        List<String> phrase = typed.stream().map(MessageSearch::folded).toList();
        for (int at = from; at + phrase.size() <= words.size(); at++) {
            boolean is = true;
            for (int i = 0; is && i < phrase.size(); i++) {
                String word = words.get(at + i).folded;
                is =
                        (isBeginning && i == phrase.size() - 1)
                                ? word.startsWith(phrase.get(i))
                                : word.equals(phrase.get(i));
            }
            if (is) {
                return at;
            }
        }
        return -1;
    }

    /// A part of what is shown of a message.
    ///
    /// @param match whether it is what was looked for
    public record Piece(String text, boolean match) {}

    /// What to show of a text that this search finds: a part around the first match, on one line.
    public List<Piece> snippet(String text) {
        List<Word> words = Word.of(text);
        var isMatch = new boolean[words.size()];
        int first = Integer.MAX_VALUE;
        for (int i = 0; i < phrases.size(); i++) {
            List<String> phrase = phrases.get(i);
            boolean isBeginning = open && (i == phrases.size() - 1);
            int at = at(words, phrase, isBeginning, 0);
            while (at >= 0) {
                first = Math.min(first, at);
                for (int word = 0; word < phrase.size(); word++) {
                    isMatch[at + word] = true;
                }
                at = at(words, phrase, isBeginning, at + phrase.size());
            }
        }
        int from = first == Integer.MAX_VALUE ? 0 : words.get(first).from - SNIPPET_LEAD_CHARS;
        int start = 0;
        for (int i = 0; from > 0 && i < words.size() && words.get(i).from <= from; i++) {
            start = words.get(i).from;
        }
        int end = Math.min(text.length(), start + SNIPPET_CHARS);
        if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
            end--;
        }
        return pieces(text, words, isMatch, start, end);
    }

    private static List<Piece> pieces(
            String text, List<Word> words, boolean[] isMatch, int start, int end) {
        var pieces = new ArrayList<Piece>();
        int told = start;
        for (int i = 0; i < words.size(); i++) {
            Word word = words.get(i);
            if (isMatch[i] && word.from >= start && word.to <= end) {
                add(pieces, text.substring(told, word.from), false, told == start && start > 0);
                add(pieces, text.substring(word.from, word.to), true, false);
                told = word.to;
            }
        }
        add(pieces, text.substring(told, end), false, told == start && start > 0);
        if (end < text.length()) {
            pieces.add(new Piece("…", false));
        }
        return pieces;
    }

    private static void add(List<Piece> pieces, String text, boolean match, boolean isCut) {
        String line = text.replaceAll("\\s+", " ");
        if (!line.isEmpty()) {
            pieces.add(new Piece(isCut ? "…" + line : line, match));
        }
    }

    private static List<String> words(String text) {
        return Word.of(text).stream().map(word -> text.substring(word.from, word.to)).toList();
    }

    /// A word of a text.
    ///
    /// @param folded without case and accents
    /// @param from its first place in the text
    /// @param to the place after its last
    private record Word(String folded, int from, int to) {

        static List<Word> of(String text) {
            var words = new ArrayList<Word>();
            int from = -1;
            for (int at = 0; at <= text.length(); ) {
                int point = at < text.length() ? text.codePointAt(at) : ' ';
                if (isPartOfWord(point, from >= 0)) {
                    from = from < 0 ? at : from;
                } else if (from >= 0) {
                    words.add(new Word(MessageSearch.folded(text.substring(from, at)), from, at));
                    from = -1;
                }
                at += at < text.length() ? Character.charCount(point) : 1;
            }
            return words;
        }

        private static boolean isPartOfWord(int point, boolean within) {
            return Character.isLetterOrDigit(point)
                    || (within && Character.getType(point) == Character.NON_SPACING_MARK);
        }
    }

    private static String folded(String word) {
        String apart = Normalizer.normalize(word, Normalizer.Form.NFD);
        return apart.replaceAll("\\p{Mn}+", "").toLowerCase(Locale.ROOT);
    }
}
