package dev.hubbub.engine;

import dev.hubbub.conversation.ConversationId;

/// What was read of one conversation, where many were asked for.
///
/// @param <T> what was asked for
public sealed interface Lookup<T> {

    /// The conversation.
    ConversationId id();

    /// It is there.
    record Found<T>(ConversationId id, T value) implements Lookup<T> {}

    /// It is not, or could not be read; the others are as they are.
    ///
    /// @param error what the call for one conversation would have thrown
    record Failed<T>(ConversationId id, HubbubException error) implements Lookup<T> {}
}
