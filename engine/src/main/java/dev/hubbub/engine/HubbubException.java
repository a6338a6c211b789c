package dev.hubbub.engine;

import dev.hubbub.conversation.Refusal;

import org.jspecify.annotations.Nullable;

/// A call of [Hubbub] that could not do what it was asked. Its message is a sentence or two for a
/// person: what is wrong and what to do about it. The subclasses are what a program would want to
/// catch apart; everything else is this class with a [#refusal].
public sealed class HubbubException extends RuntimeException
        permits ConversationExists,
                ConversationUnknown,
                ConversationBusy,
                ReplyFailed,
                ReplyWithdrawn,
                CallInterrupted,
                HubbubClosed {

    private static final long serialVersionUID = 1;

    private final String sentence;
    private final @Nullable Refusal refusal;

    HubbubException(String message, @Nullable Refusal refusal, @Nullable Throwable cause) {
        super(message, cause);
        sentence = message;
        this.refusal = refusal;
    }

    /// What is wrong and what to do about it, for a person; never null.
    @Override
    public final String getMessage() {
        return sentence;
    }

    /// Why the conversation did not do it, for programs that want to tell reasons apart; null where
    /// it is not a conversation that refused.
    public final @Nullable Refusal refusal() {
        return refusal;
    }
}
