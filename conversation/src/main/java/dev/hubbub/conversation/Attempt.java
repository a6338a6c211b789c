package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

/// One call of a model within a reply. Its text runs from `fromChar` to the next attempt's.
///
/// @param model the model called
/// @param fromChar the UTF-16 offset in the reply where this attempt's text begins
/// @param usage what it used, where its provider told; null while it runs
/// @param fault one sentence: why another attempt followed; null where the node crashed, or where
///   none followed
public record Attempt(ModelId model, int fromChar, @Nullable Usage usage, @Nullable String fault) {

    /// Attempts of one reply: one more ends it.
    public static final int COUNT_MAX = 32;

    public Attempt {
        if (fromChar < 0) {
            throw new IllegalArgumentException("an offset is not negative");
        }
        if (fault != null && !Texts.isClean(fault)) {
            throw new IllegalArgumentException("a fault has no NULs and no unpaired surrogates");
        }
    }

    /// One that runs, or of which nothing more is known.
    public Attempt(ModelId model, int fromChar) {
        this(model, fromChar, null, null);
    }
}
