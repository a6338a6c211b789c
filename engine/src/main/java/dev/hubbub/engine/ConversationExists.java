package dev.hubbub.engine;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Refusal;

/// The id that a conversation was to be started with is in use, or was and its conversation is
/// deleted: ids are not used again.
public final class ConversationExists extends HubbubException {

    private static final long serialVersionUID = 1;

    private final transient ConversationId id;

    ConversationExists(ConversationId id) {
        super(
                "The conversation id %s is already in use; choose another, or none to be given one."
                        .formatted(id),
                Refusal.CONVERSATION_EXISTS,
                null);
        this.id = id;
    }

    /// The id that is in use.
    public ConversationId id() {
        return id;
    }
}
