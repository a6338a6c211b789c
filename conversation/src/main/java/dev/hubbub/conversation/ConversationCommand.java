package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/// Something a conversation is asked to do. It may refuse: see [Refusal]. A command may be repeated
/// without doing its work twice, but for a [Post] without a key, a [Recall], a [Generate] from a
/// given message, and a [Recover], which each mean one more.
///
/// Texts may hold anything: NULs are removed and unpaired surrogates replaced by U+FFFD before they
/// are measured and kept.
public sealed interface ConversationCommand {

    /// Begins the conversation.
    ///
    /// @param name empty or blank to be named by the first message; blanks around it are removed
    /// @param systemPrompt null or empty for none
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

    /// Renames, or chooses another icon, model or prompt. What is null stays as it is; an empty
    /// icon or system prompt is taken away.
    ///
    /// @param name as in [Start], but not empty
    /// @param icon a short text, such as an emoji; held to the same limits as a name
    /// @param marks alone they do not make the conversation active
    record Change(
            @Nullable String name,
            @Nullable String icon,
            @Nullable ModelId model,
            @Nullable String systemPrompt,
            Marks.@Nullable Change marks)
            implements ConversationCommand {

        /// One that leaves the marks.
        public Change(
                @Nullable String name,
                @Nullable String icon,
                @Nullable ModelId model,
                @Nullable String systemPrompt) {
            this(name, icon, model, systemPrompt, null);
        }
    }

    /// Says something, and asks for a reply unless `reply` is false.
    ///
    /// @param key the sender's own id for it; repeated, it names the message already taken,
    ///   whatever else the repetition says. The latest [Limits#CLIENT_MESSAGE_IDS_MAX] are
    ///   remembered
    /// @param text may be blank where there are images
    /// @param images at most [Limits#imagesMax]; the caller has checked that the owner has them
    /// @param parent what it follows; null means the head at that time, and [MessageId#NONE] that
    ///   it follows nothing. Another node than the head makes a branch, and the caller has checked
    ///   that the owner has that node
    /// @param model null for the conversation's own
    record Post(
            @Nullable ClientMessageId key,
            String text,
            List<Image> images,
            @Nullable MessageId parent,
            boolean reply,
            WhenBusy whenBusy,
            @Nullable ModelId model)
            implements ConversationCommand {

        public Post {
            images = List.copyOf(images);
        }

        /// One without images.
        public Post(
                @Nullable ClientMessageId key,
                String text,
                @Nullable MessageId parent,
                boolean reply,
                WhenBusy whenBusy,
                @Nullable ModelId model) {
            this(key, text, List.of(), parent, reply, whenBusy, model);
        }

        /// A message to be answered after those before it.
        public static Post text(String text) {
            return new Post(null, text, null, true, WhenBusy.ENQUEUE, null);
        }
    }

    /// Takes in what was said elsewhere, by both sides, so that it can be gone on from here. Asks
    /// for no reply, and is refused as [Refusal#BUSY] while one is made.
    ///
    /// @param after what the first of them follows; null means the head. The caller has checked
    ///   that the owner has that node
    /// @param lines oldest first, at most [#LINES_MAX]
    record Recall(@Nullable MessageId after, List<Line> lines) implements ConversationCommand {

        /// Messages taken in at once.
        public static final int LINES_MAX = 1000;

        public Recall {
            lines = List.copyOf(lines);
            if (lines.size() > LINES_MAX) {
                throw new IllegalArgumentException(
                        "at most " + LINES_MAX + " messages are recalled at once");
            }
        }

        /// One message.
        ///
        /// @param role who said it
        /// @param images the caller has checked that the owner has them
        public record Line(Role role, String text, List<Image> images) {

            public Line {
                images = List.copyOf(images);
            }
        }
    }

    /// Takes in a conversation that was kept elsewhere, with its branches: begins it where nothing
    /// has its id, and otherwise adds the messages, whose authors, times and texts stay as they
    /// are. What a conversation that is there says of itself stays too, but that one without a head
    /// gets the head. Refused as [Refusal#BUSY] while a reply is made, and as
    /// [Refusal#CONVERSATION_EXISTS] where the id is that of a deleted conversation or somebody
    /// else's.
    ///
    /// A long conversation comes in several such commands, the head with the last.
    ///
    /// @param name may be empty; blanks around it are removed
    /// @param model that answers here; nobody has checked that there is such a model
    /// @param lastActiveAt when something last happened to it
    /// @param messages at most [#MESSAGES_MAX], each after its parents, which the owner has or
    ///   which come before it here. The caller has checked that their ids are their hashes
    /// @param head of the owner's nodes, these included; null for none
    /// @param headRole who said the head, null with it
    record Import(
            UserId owner,
            String name,
            @Nullable String icon,
            ModelId model,
            @Nullable String systemPrompt,
            Marks marks,
            Instant createdAt,
            Instant lastActiveAt,
            List<Message> messages,
            @Nullable MessageId head,
            @Nullable Role headRole)
            implements ConversationCommand {

        /// Messages taken in at once.
        public static final int MESSAGES_MAX = 1000;

        public Import {
            messages = List.copyOf(messages);
            if (messages.size() > MESSAGES_MAX) {
                throw new IllegalArgumentException(
                        "at most " + MESSAGES_MAX + " messages are taken in at once");
            }
        }
    }

    /// Asks for a reply to a message that is already there: the first one, or one more beside it.
    ///
    /// @param from the message to answer; the caller has checked that the owner has that node and
    ///   that a person said it. Null answers the head
    /// @param model null for the conversation's own
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

    /// Begins again with nothing before the next message. What was said stays where it is. Refused
    /// as [Refusal#BUSY] while a reply is made.
    record Clear() implements ConversationCommand {}

    /// Asks for a reply beside one that is there, which begins with its text and goes on from its
    /// end. Refused as [Refusal#NOTHING_TO_ANSWER] where that has no text or is nobody's reply.
    ///
    /// @param reply the caller has checked that the owner has that node
    /// @param model null for the one that wrote it
    record Continue(Message reply, @Nullable ModelId model) implements ConversationCommand {}

    /// Erases the conversation for its owner. Its id is not used again.
    record Delete() implements ConversationCommand {}

    /// From the model: more text of a reply. One that ended, or an earlier attempt's, is ignored.
    ///
    /// @param attempt [Reply#attempt] of the call that said it
    /// @param text whole characters: the halves of a surrogate pair in two pieces are both lost
    record AddPiece(TurnId turn, int attempt, String text) implements ConversationCommand {}

    /// From the model: what was being asked failed, and another call goes on where its text ends.
    /// Ignored like a late [AddPiece].
    ///
    /// @param model what answers from here on
    /// @param used what the attempt that failed used, null where nobody told
    /// @param why one sentence for the reader; null where nothing failed and this says who of
    ///   several answers, which is ignored once there is text
    record Switch(
            TurnId turn, int attempt, ModelId model, @Nullable Usage used, @Nullable String why)
            implements ConversationCommand {}

    /// From the model: a reply has all its text. Ignored like a late [AddPiece].
    ///
    /// @param usage of this attempt; null where the provider does not tell
    record Finish(TurnId turn, int attempt, StopReason reason, @Nullable Usage usage)
            implements ConversationCommand {}

    /// From a model that said all at once: what [AddPiece] and then [Finish] would do. Ignored like
    /// a late [AddPiece].
    ///
    /// @param text may be empty
    record Conclude(TurnId turn, int attempt, String text, StopReason reason, @Nullable Usage usage)
            implements ConversationCommand {}

    /// From the model, or about it: a reply cannot go on. Ignored like a late [AddPiece].
    ///
    /// @param error one sentence for the reader
    record Fail(TurnId turn, int attempt, String error) implements ConversationCommand {}

    /// From the engine after a crash: whatever was running has lost its model call. The reply goes
    /// on with another attempt, and fails when [Limits#attemptsMax] of them ended in a crash.
    record Recover() implements ConversationCommand {}

    /// What to do with a message that comes while a reply is made.
    enum WhenBusy {
        /// It waits its turn.
        ENQUEUE,
        /// It is refused as [Refusal#BUSY].
        REJECT,
        /// The running reply is stopped, keeps its text, and this message follows it, before those
        /// that wait.
        INTERRUPT
    }
}
