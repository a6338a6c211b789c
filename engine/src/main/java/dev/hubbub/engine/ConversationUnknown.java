package dev.hubbub.engine;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Refusal;

/// There is no conversation with this id: it was never started, is deleted, or is another user's.
public final class ConversationUnknown extends HubbubException {

    private static final long serialVersionUID = 1;

    private final transient ConversationId id;

    ConversationUnknown(ConversationId id) {
        super(
                ("There is no conversation %s here: it was never started, is deleted, or is another"
                                + " user's. Start one first.")
                        .formatted(id),
                Refusal.CONVERSATION_UNKNOWN,
                null);
        this.id = id;
    }

    /// The id that nothing has.
    public ConversationId id() {
        return id;
    }
}
