package dev.hubbub.engine;

import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.UserId;

/// A numbered event of one of a user's conversations, for those who keep a list of them.
public record Activity(UserId owner, Summary conversation, Kind kind) {

    /// What of it concerns a list.
    public enum Kind {
        STARTED,
        CHANGED,
        MESSAGE,
        REPLY_STARTED,
        REPLY_ENDED,
        DELETED
    }

    static Kind kindOf(ConversationEvent event) {
        return switch (event) {
            case ConversationEvent.Started _ -> Kind.STARTED;
            case ConversationEvent.MessagePosted _, ConversationEvent.MessagesImported _ ->
                    Kind.MESSAGE;
            case ConversationEvent.ReplyStarted _ -> Kind.REPLY_STARTED;
            case ConversationEvent.ReplyEnded _ -> Kind.REPLY_ENDED;
            case ConversationEvent.Deleted _ -> Kind.DELETED;
            case ConversationEvent.Changed _,
                    ConversationEvent.TurnQueued _,
                    ConversationEvent.TurnWithdrawn _,
                    ConversationEvent.PieceAdded _,
                    ConversationEvent.HeadMoved _ ->
                    Kind.CHANGED;
        };
    }
}
