package dev.hubbub.model;

import dev.hubbub.conversation.StopReason;

import org.jspecify.annotations.Nullable;

/// What an event of a provider's stream says about how much is to come. It is read from the event
/// itself: LangChain4j does not tell a reply that ended from one that was cut off.
sealed interface Sign {

    Sign MORE = new More();

    /// The reply goes on.
    record More() implements Sign {}

    /// The reply has all its text; how much it used may follow, and an end.
    record Last(StopReason reason) implements Sign {}

    /// Nothing follows.
    ///
    /// @param reason null when it was said before, or not at all
    record End(@Nullable StopReason reason) implements Sign {}
}
