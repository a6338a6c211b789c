package dev.hubbub.conversation;

import dev.hubbub.conversation.ConversationCommand.Import;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationEvent.Started;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A conversation as its events have left it: a value. [#decide] judges a command against it and
/// changes nothing; [#apply] gives the value after an event and never judges.
///
/// One turn runs at a time. Its life is `MessagePosted, ReplyStarted, PieceAdded*, ReplyEnded`; a
/// crash in between adds another `ReplyStarted`, whose pieces go on where the last one's ended, so
/// that text once shown is never taken back. When a reply ends, the next waiting message is posted
/// in the same decision.
///
/// @param name what people call it; empty until it is given one or its first message gives it one
/// @param icon a short text shown beside the name, or null
/// @param systemPrompt what every model call begins with, or null
/// @param lastActiveAt the time of the latest numbered event; never before an earlier one's
/// @param number how many numbered events there have been; the last one's number
/// @param turns how many turns were accepted; the last one's number
/// @param messageCount nodes that this conversation added to its owner's DAG
/// @param head the message that the next one follows; null while there is none
/// @param headRole who said the head, null with it
/// @param usage what all its replies used together
/// @param reply the reply being made, or null
/// @param queue turns that wait behind it, in order
/// @param taken the latest client message ids, oldest first, at most
///   [Limits#CLIENT_MESSAGE_IDS_MAX]
/// @param marks what its owner keeps of it to find it again
/// @param deleted whether it is gone for its owner; it refuses everything
public record Conversation(
        ConversationId id,
        UserId owner,
        String name,
        @Nullable String icon,
        ModelId model,
        @Nullable String systemPrompt,
        Instant createdAt,
        Instant lastActiveAt,
        long number,
        int turns,
        int messageCount,
        @Nullable MessageId head,
        @Nullable Role headRole,
        Usage usage,
        @Nullable Reply reply,
        List<Waiting> queue,
        List<Taken> taken,
        Marks marks,
        boolean deleted) {

    public Conversation {
        queue = List.copyOf(queue);
        taken = List.copyOf(taken);
    }

    /// Judges the command that would begin a conversation.
    ///
    /// @param existing what has that id now, if anything, deleted ones included
    /// @param now the time of the event, to the millisecond
    public static Decision start(
            @Nullable Conversation existing, Start command, Limits limits, Instant now) {
        return Rules.start(existing, command, limits, now);
    }

    /// Judges the command that brings in a conversation from elsewhere.
    ///
    /// @param existing what has that id now, if anything, deleted ones and others' included
    public static Decision imported(
            @Nullable Conversation existing, Import command, Limits limits, Instant now) {
        return existing != null && existing.owner().equals(command.owner())
                ? existing.decide(command, limits, now)
                : Rules.begin(existing, command, limits);
    }

    /// The conversation that this event began.
    public static Conversation started(ConversationId id, Started event) {
        return new Conversation(
                id,
                event.owner(),
                event.name(),
                null,
                event.model(),
                event.systemPrompt(),
                event.at(),
                event.at(),
                1,
                0,
                0,
                event.head(),
                event.headRole(),
                Usage.NONE,
                null,
                List.of(),
                List.of(),
                Marks.NONE,
                false);
    }

    /// Judges a command. Pure: the same arguments give the same decision, and nothing is changed.
    /// Repeating a command does not do its work twice, but for those that say so.
    ///
    /// @param now the time of the events, to the millisecond
    public Decision decide(ConversationCommand command, Limits limits, Instant now) {
        return new Rules(this, limits, now).decide(command);
    }

    /// The conversation after one more event. Never refuses; an event that cannot follow is a
    /// defect.
    ///
    /// @throws IllegalStateException for an event that makes no sense here, such as a second start
    public Conversation apply(ConversationEvent event) {
        return ConversationBuilder.of(this).apply(event).build();
    }

    /// The same after several, in order, at the cost of one.
    public Conversation apply(List<ConversationEvent> events) {
        var builder = ConversationBuilder.of(this);
        for (int i = 0; i < events.size(); i++) {
            ConversationEvent event = events.get(i);
            // The message of a reply that ends has all its text.
            boolean isLast =
                    event instanceof ConversationEvent.PieceAdded
                            && i + 1 < events.size()
                            && events.get(i + 1) instanceof ConversationEvent.ReplyEnded;
            if (!isLast) {
                builder.apply(event);
            }
        }
        return builder.build();
    }

    /// Whether a turn is accepted and not ended: running or waiting.
    public boolean isOpen(TurnId turn) {
        return (reply != null && reply.turn().equals(turn)) || isWaiting(turn);
    }

    /// Whether a turn waits behind the running one.
    boolean isWaiting(TurnId turn) {
        for (int i = 0; i < queue.size(); i++) {
            if (queue.get(i).turn().equals(turn)) {
                return true;
            }
        }
        return false;
    }

    /// The attempts, with what is known of the last one's end.
    static List<Attempt> ended(
            List<Attempt> attempts, @Nullable Usage used, @Nullable String fault) {
        if (used == null && fault == null) {
            return attempts;
        }
        var known = new ArrayList<Attempt>(attempts);
        Attempt last = known.removeLast();
        known.add(new Attempt(last.model(), last.fromChar(), used, fault));
        return known;
    }
}
