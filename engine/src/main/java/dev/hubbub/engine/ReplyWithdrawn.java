package dev.hubbub.engine;

import dev.hubbub.conversation.ConversationId;

/// A message that waited for its turn was taken back before the turn came, because somebody stopped
/// it or deleted the conversation: there is no reply to it.
public final class ReplyWithdrawn extends HubbubException {

    private static final long serialVersionUID = 1;

    private final transient ConversationId id;

    ReplyWithdrawn(ConversationId id) {
        super(
                ("The message to %s was taken back while it waited for its turn; send it again if"
                                + " you want a reply.")
                        .formatted(id),
                null,
                null);
        this.id = id;
    }

    /// The conversation that it was taken back from.
    public ConversationId id() {
        return id;
    }
}
