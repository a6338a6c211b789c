package dev.hubbub.engine;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Refusal;

/// The conversation did not take a message because a reply is being made: the sender did not want
/// to wait ([Refusal#BUSY]), or too many wait already ([Refusal#QUEUE_FULL]). The message was not
/// kept.
public final class ConversationBusy extends HubbubException {

    private static final long serialVersionUID = 1;

    private final transient ConversationId id;

    ConversationBusy(ConversationId id, Refusal refusal) {
        super("Conversation %s: %s".formatted(id, refusal.sentence()), refusal, null);
        this.id = id;
    }

    /// The conversation that is busy.
    public ConversationId id() {
        return id;
    }
}
