package dev.hubbub.server;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// What somebody looks for in the names of chats: words, each of which must be somewhere in the
/// name, whatever their order, case and accents.
record NameSearch(List<String> words) {

    static final int CHARS_MAX = 200;

    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}]+");

    NameSearch {
        words = List.copyOf(words);
    }

    /// @throws FaultException when `text` is too long
    static NameSearch of(String text) {
        if (text.length() > CHARS_MAX) {
            throw Fault.badField("`search` has at most " + CHARS_MAX + " characters.").exception();
        }
        return new NameSearch(
                Arrays.stream(BLANKS.split(folded(text), -1))
                        .filter(word -> !word.isEmpty())
                        .toList());
    }

    boolean finds(String name) {
        String folded = folded(name);
        return words.stream().allMatch(folded::contains);
    }

    /// Upper case first, so that what has no lower case of its own, such as a German sharp s, is
    /// found by either spelling.
    private static String folded(String text) {
        String plain =
                MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD)).replaceAll("");
        return plain.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }
}
