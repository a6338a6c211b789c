package dev.hubbub.cli;

import org.jspecify.annotations.Nullable;

import java.util.Collection;

/// What a mistyped word was meant to be.
final class Spelling {

    private static final int MISTAKES_MAX = 2;

    private Spelling() {}

    /// The candidate that is at most [#MISTAKES_MAX] characters off, the nearest; or null.
    static @Nullable String closest(String typed, Collection<String> candidates) {
        String closest = null;
        int fewest = Math.min(MISTAKES_MAX, typed.length() / 2) + 1;
        for (String candidate : candidates) {
            int mistakes = distance(typed, candidate);
            if (mistakes < fewest) {
                fewest = mistakes;
                closest = candidate;
            }
        }
        return closest;
    }

    /// Characters to add, drop or change to make one of the other (Levenshtein).
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
