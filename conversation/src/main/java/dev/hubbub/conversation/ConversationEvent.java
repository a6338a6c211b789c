package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/// Something that happened to a conversation and is never taken back. All but [PieceAdded] are
/// numbered: the first is number 1.
public sealed interface ConversationEvent {

    /// The conversation is there. Always the first event, and only then.
    record Started(
            UserId owner,
            String name,
            ModelId model,
            @Nullable String systemPrompt,
            @Nullable MessageId head,
            @Nullable Role headRole,
            Instant at)
            implements ConversationEvent {}

    /// What is null stayed as it was; an empty icon or prompt was taken away.
    ///
    /// @param marks all of them as they are now
    /// @param at when the conversation was last active, if only marks changed
    record Changed(
            @Nullable String name,
            @Nullable String icon,
            @Nullable ModelId model,
            @Nullable String systemPrompt,
            @Nullable Marks marks,
            Instant at)
            implements ConversationEvent {

        /// One that left the marks.
        public Changed(
                @Nullable String name,
                @Nullable String icon,
                @Nullable ModelId model,
                @Nullable String systemPrompt,
                Instant at) {
            this(name, icon, model, systemPrompt, null, at);
        }
    }

    /// A message is in the DAG and is the head: a person's, or one of either side that was
    /// recalled.
    ///
    /// @param turn the turn that it begins, or whose place in the queue it leaves; null when no
    ///   reply was asked for and it did not wait
    record MessagePosted(@Nullable ClientMessageId key, @Nullable TurnId turn, Message message)
            implements ConversationEvent {}

    /// Messages that were said elsewhere are in the DAG now. The head stays where it is.
    ///
    /// @param messages at least one, each after its parents
    /// @param at not when they were said, but when the conversation was last active
    record MessagesImported(List<Message> messages, Instant at) implements ConversationEvent {

        public MessagesImported {
            messages = List.copyOf(messages);
        }
    }

    /// A message was accepted that waits for the running reply to end.
    record TurnQueued(Waiting waiting, Instant at) implements ConversationEvent {}

    /// A waiting turn was stopped before it began.
    record TurnWithdrawn(TurnId turn, Instant at) implements ConversationEvent {}

    /// A reply is wanted from a model. After a crash, and when another model goes on, there is
    /// another such event for the same turn; and one with the same attempt, when it is known who of
    /// several models answers.
    ///
    /// @param attempt 1 for the first call
    /// @param fromChar the length of what earlier attempts had produced, in UTF-16 units
    /// @param used what the attempt before used, null where there was none or nobody told
    /// @param fault why the attempt before ended; null for the first and after a crash
    record ReplyStarted(
            TurnId turn,
            MessageId parent,
            ModelId model,
            int attempt,
            int fromChar,
            @Nullable Usage used,
            @Nullable String fault,
            Instant at)
            implements ConversationEvent {}

    /// The reply's text grew. Not numbered: its place is its offset.
    ///
    /// @param fromChar the length of the reply before it, in UTF-16 units
    /// @param text not empty, clean: never an unpaired surrogate
    record PieceAdded(TurnId turn, int fromChar, String text) implements ConversationEvent {}

    /// The reply is a node of the DAG now, with everything that its pieces said.
    ///
    /// @param message its stop reason tells how it ended
    record ReplyEnded(TurnId turn, Message message) implements ConversationEvent {

        public ReplyStatus status() {
            return ReplyStatus.of(message.stopReason());
        }
    }

    /// Somebody reads on from another node, or begins again.
    ///
    /// @param to null when the next message follows none
    /// @param role who said it, null with it
    record HeadMoved(@Nullable MessageId to, @Nullable Role role, Instant at)
            implements ConversationEvent {}

    /// Nothing follows this event.
    record Deleted(Instant at) implements ConversationEvent {}

    /// Whether the event has a number of its own.
    default boolean isNumbered() {
        return !(this instanceof PieceAdded);
    }
}
