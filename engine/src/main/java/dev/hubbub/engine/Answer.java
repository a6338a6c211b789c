package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.Receipt;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.ReplyStatus;
import dev.hubbub.conversation.TurnId;

/// What a caller of the engine hears.
public sealed interface Answer extends Response {

    /// The command was done and is durable.
    ///
    /// @param conversation as it was right after
    record Done(Receipt receipt, Conversation conversation) implements Answer {}

    /// The turn that the caller waited for has ended, durably.
    record Ended(TurnId turn, Message reply) implements Answer {

        public ReplyStatus status() {
            return ReplyStatus.of(reply.stopReason());
        }
    }

    /// The turn that the caller waited for was stopped while it still waited.
    record Withdrawn(TurnId turn) implements Answer {}

    /// Nothing happened.
    record Refused(Refusal refusal) implements Answer {}
}
