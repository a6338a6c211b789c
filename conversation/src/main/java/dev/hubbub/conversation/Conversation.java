package dev.hubbub.conversation;

import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationEvent.Changed;
import dev.hubbub.conversation.ConversationEvent.Deleted;
import dev.hubbub.conversation.ConversationEvent.HeadMoved;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationEvent.PieceAdded;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationEvent.ReplyStarted;
import dev.hubbub.conversation.ConversationEvent.Started;
import dev.hubbub.conversation.ConversationEvent.TurnQueued;
import dev.hubbub.conversation.ConversationEvent.TurnWithdrawn;

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
        long turns,
        long messageCount,
        @Nullable MessageId head,
        @Nullable Role headRole,
        Usage usage,
        @Nullable Reply reply,
        List<Waiting> queue,
        List<Taken> taken,
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
        return switch (event) {
            case Started _ -> throw new IllegalStateException("a conversation starts once");
            case Changed changed ->
                    with(changed.at())
                            .name(changed.name() == null ? name : changed.name())
                            .icon(orTakenAway(changed.icon(), icon))
                            .model(changed.model() == null ? model : changed.model())
                            .systemPrompt(orTakenAway(changed.systemPrompt(), systemPrompt))
                            .build();
            case MessagePosted(var key, var turn, var message) -> {
                var next = with(message.createdAt()).head(message.id(), message.role());
                if (name.isEmpty()) {
                    next.name(Texts.title(message.text()));
                }
                if (turn != null) {
                    next.turns(Math.max(turns, turn.number()));
                    next.queue(without(turn));
                }
                if (key != null) {
                    next.taken(remember(new Taken(key, message.id(), turn)));
                }
                yield next.messageCount(messageCount + 1).build();
            }
            case TurnQueued(var waiting, var at) -> {
                var next = with(at).turns(Math.max(turns, waiting.turn().number()));
                next.queue(plus(queue, waiting));
                if (waiting.key() != null) {
                    next.taken(remember(new Taken(waiting.key(), null, waiting.turn())));
                }
                yield next.build();
            }
            case TurnWithdrawn(var turn, var at) -> with(at).queue(without(turn)).build();
            case ReplyStarted(
                            var turn,
                            var parent,
                            var by,
                            var number,
                            var fromChar,
                            var used,
                            var fault,
                            var at) -> {
                var attempt = new Attempt(by, fromChar);
                var started =
                        reply == null
                                ? new Reply(turn, parent, List.of(attempt), at, Draft.of(""))
                                : new Reply(
                                        turn,
                                        parent,
                                        plus(earlier(reply, number, used, fault), attempt),
                                        reply.startedAt(),
                                        reply.draft());
                yield with(at).turns(Math.max(turns, turn.number())).reply(started).build();
            }
            case PieceAdded(_, _, var text) -> withPiece(running(), text);
            case ReplyEnded(_, var message) ->
                    with(message.createdAt())
                            .head(message.id(), message.role())
                            .messageCount(messageCount + 1)
                            .usage(message.usage() == null ? usage : usage.plus(message.usage()))
                            .reply(null)
                            .build();
            case HeadMoved(var to, var role, var at) -> with(at).head(to, role).build();
            case Deleted(var at) -> with(at).reply(null).queue(List.of()).deleted().build();
        };
    }

    /// Whether a turn is accepted and not ended: running or waiting.
    public boolean isOpen(TurnId turn) {
        return (reply != null && reply.turn().equals(turn)) || isWaiting(turn);
    }

    /// Whether a turn waits behind the running one.
    boolean isWaiting(TurnId turn) {
        for (Waiting waiting : queue) {
            if (waiting.turn().equals(turn)) {
                return true;
            }
        }
        return false;
    }

    private Reply running() {
        if (reply == null) {
            throw new IllegalStateException("no reply is being made");
        }
        return reply;
    }

    private List<Waiting> without(TurnId turn) {
        if (!isWaiting(turn)) {
            return queue;
        }
        return queue.stream().filter(waiting -> !waiting.turn().equals(turn)).toList();
    }

    private List<Taken> remember(Taken latest) {
        var all = new ArrayList<Taken>(taken.size() + 1);
        for (Taken earlier : taken) {
            if (!earlier.key().equals(latest.key())) {
                all.add(earlier);
            }
        }
        all.add(latest);
        int excess = all.size() - Limits.CLIENT_MESSAGE_IDS_MAX;
        return excess > 0 ? all.subList(excess, all.size()) : all;
    }

    private static @Nullable String orTakenAway(@Nullable String change, @Nullable String before) {
        if (change == null) {
            return before;
        }
        return change.isEmpty() ? null : change;
    }

    /// The attempts before the one with this number.
    private static List<Attempt> earlier(
            Reply reply, int number, @Nullable Usage used, @Nullable String fault) {
        List<Attempt> attempts = reply.attempts();
        return number == attempts.size()
                ? attempts.subList(0, number - 1)
                : ended(attempts, used, fault);
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

    private static <T> List<T> plus(List<T> list, T last) {
        var longer = new ArrayList<T>(list.size() + 1);
        longer.addAll(list);
        longer.add(last);
        return longer;
    }

    /// The one change that happens for every token: no copy of anything else.
    private Conversation withPiece(Reply current, String text) {
        return new Conversation(
                id,
                owner,
                name,
                icon,
                model,
                systemPrompt,
                createdAt,
                lastActiveAt,
                number,
                turns,
                messageCount,
                head,
                headRole,
                usage,
                current.plus(text),
                queue,
                taken,
                deleted);
    }

    private ConversationBuilder with(Instant at) {
        return new ConversationBuilder(this, at);
    }
}
