package dev.hubbub.engine;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;

/// A reply could not be finished: the model threw, failed, or was silent for too long. The message
/// of the exception is the sentence that says what went wrong. The person's message and the text so
/// far are kept in the conversation; sending again is a new turn.
public final class ReplyFailed extends HubbubException {

    private static final long serialVersionUID = 1;

    private final transient ConversationId id;
    private final transient Message partial;

    ReplyFailed(ConversationId id, Message partial) {
        super(
                partial.error() == null
                        ? "The reply failed; send the message again."
                        : partial.error(),
                null,
                null);
        this.id = id;
        this.partial = partial;
    }

    /// The conversation it happened in.
    public ConversationId id() {
        return id;
    }

    /// The reply as it was kept: its text is what was said before it failed, perhaps empty, and its
    /// [Message#error] what went wrong.
    public Message partial() {
        return partial;
    }
}
