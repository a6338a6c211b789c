package dev.hubbub.conversation;

import dev.hubbub.conversation.ConversationCommand.AddPiece;
import dev.hubbub.conversation.ConversationCommand.Change;
import dev.hubbub.conversation.ConversationCommand.Delete;
import dev.hubbub.conversation.ConversationCommand.Fail;
import dev.hubbub.conversation.ConversationCommand.Finish;
import dev.hubbub.conversation.ConversationCommand.Generate;
import dev.hubbub.conversation.ConversationCommand.MoveHead;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Recover;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationCommand.Stop;
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
    public static Decision start(
            @Nullable Conversation existing, Start command, Limits limits, Instant now) {
        if (existing != null) {
            return new Decision.Refused(Refusal.CONVERSATION_EXISTS);
        }
        String name = command.name().strip();
        if (!name.isEmpty() && !isName(name, limits)) {
            return new Decision.Refused(Refusal.NAME_INVALID);
        }
        String systemPrompt = command.systemPrompt();
        if (systemPrompt != null && systemPrompt.length() > limits.systemPromptCharsMax()) {
            return new Decision.Refused(Refusal.SYSTEM_PROMPT_TOO_LONG);
        }
        return accept(
                Receipt.EMPTY,
                new Started(
                        command.owner(),
                        Texts.clean(name),
                        command.model(),
                        systemPrompt == null || systemPrompt.isEmpty()
                                ? null
                                : Texts.clean(systemPrompt),
                        command.head(),
                        command.headRole(),
                        now));
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

    /// Judges a command. Pure: the same arguments give the same decision.
    public Decision decide(ConversationCommand command, Limits limits, Instant now) {
        if (deleted) {
            return refuse(
                    command instanceof Start
                            ? Refusal.CONVERSATION_EXISTS
                            : Refusal.CONVERSATION_UNKNOWN);
        }
        return switch (command) {
            case Start start -> start(this, start, limits, now);
            case Change change -> change(change, limits, now);
            case Post post -> post(post, limits, now);
            case Generate generate -> generate(generate, now);
            case Stop stop -> stop(stop, now);
            case MoveHead _ when reply != null -> refuse(Refusal.BUSY);
            case MoveHead(var to, _) when to.equals(head) -> accept(Receipt.EMPTY);
            case MoveHead(var to, var role) ->
                    accept(new Receipt(to, null), new HeadMoved(to, role, now));
            case Delete _ -> delete(now);
            case AddPiece piece -> addPiece(piece, limits, now);
            case Finish finish when isRunning(finish.turn(), finish.attempt()) ->
                    endReply(finish.reason(), null, finish.usage(), now);
            case Finish _ -> accept(Receipt.EMPTY);
            case Fail fail when isRunning(fail.turn(), fail.attempt()) ->
                    endReply(StopReason.ERROR, fail.error(), null, now);
            case Fail _ -> accept(Receipt.EMPTY);
            case Recover _ -> recover(limits, now);
        };
    }

    /// The conversation after one more event. Never refuses; an event that cannot follow is a
    /// defect.
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
            case ReplyStarted(var turn, var parent, var by, _, var fromChar, var at) -> {
                var attempt = new Attempt(by, fromChar);
                var started =
                        reply == null
                                ? new Reply(turn, parent, List.of(attempt), at, Draft.of(""))
                                : new Reply(
                                        turn,
                                        parent,
                                        plus(reply.attempts(), attempt),
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
        return (reply != null && reply.turn().equals(turn))
                || queue.stream().anyMatch(waiting -> waiting.turn().equals(turn));
    }

    private Decision change(Change change, Limits limits, Instant now) {
        String newName = change.name() == null ? null : change.name().strip();
        if (newName != null && !isName(newName, limits)) {
            return refuse(Refusal.NAME_INVALID);
        }
        if (change.icon() != null && change.icon().length() > limits.nameCharsMax()) {
            return refuse(Refusal.NAME_INVALID);
        }
        String prompt = change.systemPrompt();
        if (prompt != null && prompt.length() > limits.systemPromptCharsMax()) {
            return refuse(Refusal.SYSTEM_PROMPT_TOO_LONG);
        }
        var changed =
                new Changed(
                        Texts.cleanOrNull(newName),
                        Texts.cleanOrNull(change.icon()),
                        change.model(),
                        Texts.cleanOrNull(prompt),
                        now);
        Conversation after = apply(changed);
        boolean same =
                after.name.equals(name)
                        && java.util.Objects.equals(after.icon, icon)
                        && after.model.equals(model)
                        && java.util.Objects.equals(after.systemPrompt, systemPrompt);
        return same ? accept(Receipt.EMPTY) : accept(Receipt.EMPTY, changed);
    }

    private Decision post(Post post, Limits limits, Instant now) {
        for (Taken earlier : taken) {
            if (earlier.key().equals(post.key())) {
                return accept(new Receipt(earlier.message(), earlier.turn()));
            }
        }
        String text = Texts.clean(post.text());
        if (text.isBlank()) {
            return refuse(Refusal.MESSAGE_BLANK);
        }
        if (text.length() > limits.messageCharsMax()) {
            return refuse(Refusal.MESSAGE_TOO_LONG);
        }
        TurnId turn = new TurnId(turns + 1);
        var waiting =
                new Waiting(turn, post.key(), text, post.parent(), post.reply(), post.model());
        if (reply == null) {
            return begin(waiting, now);
        }
        return switch (post.whenBusy()) {
            case REJECT -> refuse(Refusal.BUSY);
            case ENQUEUE -> {
                if (queue.size() >= limits.queueMax()) {
                    yield refuse(Refusal.QUEUE_FULL);
                }
                yield accept(new Receipt(null, turn), new TurnQueued(waiting, now));
            }
            case INTERRUPT -> {
                var events = new ArrayList<ConversationEvent>();
                var ended = ended(running(), StopReason.STOPPED, null, null, now);
                events.add(ended);
                Receipt receipt = addTurn(events, waiting, ended.message().id(), now);
                if (!waiting.reply()) {
                    addWaiting(events, receipt.message(), now);
                }
                yield new Decision.Accepted(List.copyOf(events), receipt);
            }
        };
    }

    /// The decision that begins a turn now, there being none.
    private Decision begin(Waiting waiting, Instant now) {
        var events = new ArrayList<ConversationEvent>();
        Receipt receipt = addTurn(events, waiting, head, now);
        return new Decision.Accepted(List.copyOf(events), receipt);
    }

    /// Adds the message of a turn whose time has come, and the start of its reply.
    private Receipt addTurn(
            List<ConversationEvent> events,
            Waiting waiting,
            @Nullable MessageId headThen,
            Instant now) {
        MessageId parent = waiting.parent() == null ? headThen : waiting.parent();
        List<MessageId> parents = parent == null ? List.of() : List.of(parent);
        Message message = Message.said(parents, Role.USER, waiting.text(), now);
        TurnId turn = waiting.reply() ? waiting.turn() : null;
        // A waiting turn that wants no reply still leaves the queue by its number.
        boolean waited = queue.stream().anyMatch(other -> other.turn().equals(waiting.turn()));
        events.add(new MessagePosted(waiting.key(), waited ? waiting.turn() : turn, message));
        if (waiting.reply()) {
            events.add(
                    new ReplyStarted(
                            waiting.turn(),
                            message.id(),
                            waiting.model() == null ? model : waiting.model(),
                            1,
                            0,
                            now));
        }
        return new Receipt(message.id(), turn);
    }

    private Decision generate(Generate generate, Instant now) {
        if (reply != null) {
            return refuse(Refusal.BUSY);
        }
        MessageId from = generate.from() == null ? head : generate.from();
        if (from == null || (generate.from() == null && headRole == Role.ASSISTANT)) {
            return refuse(Refusal.NOTHING_TO_ANSWER);
        }
        TurnId turn = new TurnId(turns + 1);
        return accept(
                new Receipt(from, turn),
                new ReplyStarted(
                        turn,
                        from,
                        generate.model() == null ? model : generate.model(),
                        1,
                        0,
                        now));
    }

    private Decision stop(Stop stop, Instant now) {
        TurnId turn = stop.turn();
        if (reply != null && (turn == null || reply.turn().equals(turn))) {
            return endReply(StopReason.STOPPED, null, null, now);
        }
        if (turn != null && isOpen(turn)) {
            return accept(new Receipt(null, turn), new TurnWithdrawn(turn, now));
        }
        return accept(new Receipt(null, turn));
    }

    private Decision delete(Instant now) {
        var events = new ArrayList<ConversationEvent>();
        for (Waiting waiting : queue) {
            events.add(new TurnWithdrawn(waiting.turn(), now));
        }
        if (reply != null) {
            events.add(ended(reply, StopReason.STOPPED, null, null, now));
        }
        events.add(new Deleted(now));
        return new Decision.Accepted(List.copyOf(events), Receipt.EMPTY);
    }

    private Decision addPiece(AddPiece piece, Limits limits, Instant now) {
        if (!isRunning(piece.turn(), piece.attempt()) || piece.text().isEmpty()) {
            return accept(Receipt.EMPTY);
        }
        Reply current = running();
        String text = Texts.clean(piece.text());
        int room = limits.replyCharsMax() - current.draft().length();
        boolean full = text.length() > room;
        String kept = full ? Texts.prefix(text, room) : text;
        var events = new ArrayList<ConversationEvent>();
        Conversation after = this;
        if (!kept.isEmpty()) {
            var added = new PieceAdded(current.turn(), current.draft().length(), kept);
            events.add(added);
            after = full ? apply(added) : this;
        }
        if (full) {
            after.addEnd(events, StopReason.LENGTH, null, null, now);
        }
        return new Decision.Accepted(List.copyOf(events), new Receipt(null, current.turn()));
    }

    private Decision recover(Limits limits, Instant now) {
        if (reply == null) {
            return accept(Receipt.EMPTY);
        }
        if (reply.attempt() >= limits.attemptsMax()) {
            return endReply(
                    StopReason.ERROR,
                    "The reply was interrupted " + reply.attempt() + " times; ask again.",
                    null,
                    now);
        }
        return accept(
                new Receipt(null, reply.turn()),
                new ReplyStarted(
                        reply.turn(),
                        reply.parent(),
                        reply.model(),
                        reply.attempt() + 1,
                        reply.draft().length(),
                        now));
    }

    private Decision endReply(
            StopReason reason, @Nullable String error, @Nullable Usage used, Instant now) {
        TurnId turn = running().turn();
        var events = new ArrayList<ConversationEvent>();
        addEnd(events, reason, error, used, now);
        return new Decision.Accepted(List.copyOf(events), new Receipt(null, turn));
    }

    /// Adds the end of the running reply and whatever turns can begin after it.
    private void addEnd(
            List<ConversationEvent> events,
            StopReason reason,
            @Nullable String error,
            @Nullable Usage used,
            Instant now) {
        var ended = ended(running(), reason, error, used, now);
        events.add(ended);
        addWaiting(events, ended.message().id(), now);
    }

    /// Adds the waiting turns that can begin now: all up to the first that wants a reply.
    private void addWaiting(List<ConversationEvent> events, @Nullable MessageId head, Instant now) {
        MessageId headThen = head;
        for (Waiting next : queue) {
            headThen = addTurn(events, next, headThen, now).message();
            if (next.reply()) {
                break;
            }
        }
    }

    private static ReplyEnded ended(
            Reply reply,
            StopReason reason,
            @Nullable String error,
            @Nullable Usage used,
            Instant now) {
        List<Attempt> attempts = reply.attempts().size() > 1 ? reply.attempts() : List.of();
        return new ReplyEnded(
                reply.turn(),
                Message.of(
                        List.of(reply.parent()),
                        Role.ASSISTANT,
                        reply.draft().text(),
                        reply.model(),
                        now,
                        used,
                        reason,
                        error,
                        attempts));
    }

    private boolean isRunning(TurnId turn, int attempt) {
        return reply != null && reply.turn().equals(turn) && reply.attempt() == attempt;
    }

    private Reply running() {
        if (reply == null) {
            throw new IllegalStateException("no reply is being made");
        }
        return reply;
    }

    private List<Waiting> without(TurnId turn) {
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

    private static boolean isName(String name, Limits limits) {
        return !name.isBlank()
                && name.length() <= limits.nameCharsMax()
                && name.chars().noneMatch(Character::isISOControl);
    }

    private static @Nullable String orTakenAway(@Nullable String change, @Nullable String before) {
        if (change == null) {
            return before;
        }
        return change.isEmpty() ? null : change;
    }

    private static <T> List<T> plus(List<T> list, T last) {
        var longer = new ArrayList<T>(list.size() + 1);
        longer.addAll(list);
        longer.add(last);
        return longer;
    }

    private static Decision accept(Receipt receipt, ConversationEvent... events) {
        return new Decision.Accepted(List.of(events), receipt);
    }

    private static Decision refuse(Refusal refusal) {
        return new Decision.Refused(refusal);
    }

    /// The one change that happens for every token: no copy of anything else.
    private Conversation withPiece(Reply current, String text) {
        var grown =
                new Reply(
                        current.turn(),
                        current.parent(),
                        current.attempts(),
                        current.startedAt(),
                        current.draft().plus(text));
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
                grown,
                queue,
                taken,
                deleted);
    }

    private ConversationBuilder with(Instant at) {
        return new ConversationBuilder(this, at);
    }
}
