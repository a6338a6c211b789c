package dev.hubbub.model;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A decomposition rule: takes a message apart into one part for each element. Of several ways, it
/// takes the one whose first part is shortest, then its second, and so on.
///
/// Costs words times elements at most: when a stretch between two [AnyWords] has matched, an
/// earlier one need not be tried again.
record ElizaPattern(List<Element> elements) {

    /// What a part may be.
    sealed interface Element {}

    /// Any number of words, none included.
    record AnyWords() implements Element {}

    /// So many words.
    record Words(int count) implements Element {}

    /// One of these words.
    record OneOf(Set<String> words) implements Element {}

    ElizaPattern {
        elements = List.copyOf(elements);
    }

    /// The parts of a message, or null when it is not of this form.
    @Nullable List<List<String>> match(List<String> words) {
        int[] starts = new int[elements.size()];
        int any = -1;
        int anyEnd = 0;
        int element = 0;
        int word = 0;
        while (element < elements.size() || word < words.size()) {
            int length = element < elements.size() ? length(element, words, word) : -1;
            if (length >= 0) {
                starts[element] = word;
                if (elements.get(element) instanceof AnyWords) {
                    any = element;
                    anyEnd = word;
                }
                word += length;
                element++;
            } else if (any >= 0 && anyEnd < words.size()) {
                // The latest stretch of any words takes one more; all after it starts anew.
                anyEnd++;
                word = anyEnd;
                element = any + 1;
            } else {
                return null;
            }
        }
        return parts(starts, words);
    }

    /// How many words an element takes from here, at the least; negative when it does not fit.
    private int length(int element, List<String> words, int from) {
        return switch (elements.get(element)) {
            case AnyWords() -> 0;
            case Words(int count) -> from + count <= words.size() ? count : -1;
            case OneOf(var wanted) ->
                    from < words.size() && wanted.contains(words.get(from)) ? 1 : -1;
        };
    }

    private static List<List<String>> parts(int[] starts, List<String> words) {
        var parts = new ArrayList<List<String>>(starts.length);
        for (int i = 0; i < starts.length; i++) {
            int end = i + 1 < starts.length ? starts[i + 1] : words.size();
            parts.add(words.subList(starts[i], end));
        }
        return parts;
    }

    static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
