package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UserId;

import java.time.Instant;

/// A conversation in figures, all of one moment.
///
/// @param name empty until it is given one or its first message gives it one
/// @param model what answers in it
/// @param messageCount messages and replies in it, on all branches
/// @param createdAt to the millisecond
/// @param lastActiveAt when it last changed, to the millisecond; pieces of a reply do not count
/// @param status what it is doing
/// @param waiting messages that wait for their turn
/// @param usage tokens that all its replies took together, where models tell
public record ConversationStats(
        ConversationId id,
        UserId owner,
        String name,
        ModelId model,
        long messageCount,
        Instant createdAt,
        Instant lastActiveAt,
        Status status,
        int waiting,
        Usage usage) {

    /// What a conversation is doing.
    public enum Status {
        /// Nothing: its next message is answered at once.
        IDLE,
        /// A reply was asked for and has no text yet.
        THINKING,
        /// A reply is being made and has some text.
        STREAMING
    }

    static ConversationStats of(Conversation conversation) {
        return new ConversationStats(
                conversation.id(),
                conversation.owner(),
                conversation.name(),
                conversation.model(),
                conversation.messageCount(),
                conversation.createdAt(),
                conversation.lastActiveAt(),
                statusOf(conversation),
                conversation.queue().size(),
                conversation.usage());
    }

    private static Status statusOf(Conversation conversation) {
        var reply = conversation.reply();
        if (reply == null) {
            return Status.IDLE;
        }
        return reply.draft().length() == 0 ? Status.THINKING : Status.STREAMING;
    }
}
