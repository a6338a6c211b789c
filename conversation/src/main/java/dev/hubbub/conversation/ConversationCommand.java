package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

/// Something a conversation is asked to do. It may refuse: see [Refusal]. Every command may be
/// repeated without doing its work twice.
public sealed interface ConversationCommand {

    /// Begins the conversation.
    ///
    /// @param name empty to be named by the first message
    /// @param head where to begin in the owner's DAG, for a fork; null begins empty
    /// @param headRole who said the head, null with it
    record Start(
            UserId owner,
            String name,
            ModelId model,
            @Nullable String systemPrompt,
            @Nullable MessageId head,
            @Nullable Role headRole)
            implements ConversationCommand {}

    /// Renames, or chooses another model or prompt. What is null stays as it is; an empty icon or
    /// system prompt is taken away.
    record Change(
            @Nullable String name,
            @Nullable String icon,
            @Nullable ModelId model,
            @Nullable String systemPrompt)
            implements ConversationCommand {}

    /// Says something, and asks for a reply unless `reply` is false.
    ///
    /// @param key the sender's own id for it; repeated, it names the message already taken
    /// @param parent what it follows; null means the head at that time. Another node than the head
    ///   makes a branch, and the caller has checked that the owner has that node
    /// @param model null for the conversation's own
    record Post(
            @Nullable ClientMessageId key,
            String text,
            @Nullable MessageId parent,
            boolean reply,
            WhenBusy whenBusy,
            @Nullable ModelId model)
            implements ConversationCommand {

        /// A message to be answered after those before it.
        public static Post text(String text) {
            return new Post(null, text, null, true, WhenBusy.ENQUEUE, null);
        }
    }

    /// Asks for a reply to a message that is already there: the first one, or one more beside it.
    ///
    /// @param from the message to answer; null answers the head
    record Generate(@Nullable MessageId from, @Nullable ModelId model)
            implements ConversationCommand {}

    /// Ends a turn. A running reply keeps its text; a waiting one is withdrawn.
    ///
    /// @param turn null for whichever runs now
    record Stop(@Nullable TurnId turn) implements ConversationCommand {}

    /// Reads on from another node; the caller has checked that the owner has it.
    ///
    /// @param role who said it
    record MoveHead(MessageId to, Role role) implements ConversationCommand {}

    /// Erases the conversation for its owner. Its id is not used again.
    record Delete() implements ConversationCommand {}

    /// From the model: more text of a reply.
    record AddPiece(TurnId turn, int attempt, String text) implements ConversationCommand {}

    /// From the model: a reply has all its text.
    record Finish(TurnId turn, int attempt, StopReason reason, @Nullable Usage usage)
            implements ConversationCommand {}

    /// From the model, or about it: a reply cannot go on.
    ///
    /// @param error one sentence for the reader
    record Fail(TurnId turn, int attempt, String error) implements ConversationCommand {}

    /// From the engine after a crash: whatever was running has lost its model call.
    record Recover() implements ConversationCommand {}

    /// What to do with a message that comes while a reply is made.
    enum WhenBusy {
        ENQUEUE,
        REJECT,
        INTERRUPT
    }
}
