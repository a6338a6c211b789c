package dev.hubbub.conversation;

/// One call of a model within a reply. Its text runs from `fromChar` to the next attempt's.
///
/// @param model the model called
/// @param fromChar the UTF-16 offset in the reply where this attempt's text begins
public record Attempt(ModelId model, int fromChar) {

    public Attempt {
        if (fromChar < 0) {
            throw new IllegalArgumentException("an offset is not negative");
        }
    }
}
