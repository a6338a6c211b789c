package dev.hubbub.engine;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;

/// What became of a broadcast in one conversation.
public sealed interface BroadcastResult {

    /// The conversation.
    ConversationId id();

    /// It was answered.
    ///
    /// @param reply durable; a reply that somebody stopped has the text so far
    record Replied(ConversationId id, Message reply) implements BroadcastResult {}

    /// It was not, and this is why. The others are as they are.
    ///
    /// @param error what [Hubbub#sendMessage] would have thrown, such as [ConversationUnknown] or
    ///   [ReplyFailed]
    record Failed(ConversationId id, HubbubException error) implements BroadcastResult {}
}
