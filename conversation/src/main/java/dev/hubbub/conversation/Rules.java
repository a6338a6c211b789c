package dev.hubbub.conversation;

import dev.hubbub.conversation.ConversationCommand.AddPiece;
import dev.hubbub.conversation.ConversationCommand.Change;
import dev.hubbub.conversation.ConversationCommand.Clear;
import dev.hubbub.conversation.ConversationCommand.Conclude;
import dev.hubbub.conversation.ConversationCommand.Continue;
import dev.hubbub.conversation.ConversationCommand.Delete;
import dev.hubbub.conversation.ConversationCommand.Fail;
import dev.hubbub.conversation.ConversationCommand.Finish;
import dev.hubbub.conversation.ConversationCommand.Generate;
import dev.hubbub.conversation.ConversationCommand.Import;
import dev.hubbub.conversation.ConversationCommand.MoveHead;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Recall;
import dev.hubbub.conversation.ConversationCommand.Recover;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationCommand.Stop;
import dev.hubbub.conversation.ConversationCommand.Switch;
import dev.hubbub.conversation.ConversationEvent.Changed;
import dev.hubbub.conversation.ConversationEvent.Deleted;
import dev.hubbub.conversation.ConversationEvent.HeadMoved;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationEvent.MessagesImported;
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
import java.util.Objects;

/// How a conversation judges one command: [Conversation#decide] is the way in, and says what is
/// promised. What it decides is only ever events; none of them is applied here.
final class Rules {

    /// Why a reply that is there has another attempt.
    private static final String CONTINUED = "Its reader wanted more of it.";

    private final Conversation conversation;
    private final @Nullable Reply reply;
    private final Limits limits;
    private final Instant now;

    Rules(Conversation conversation, Limits limits, Instant now) {
        this.conversation = conversation;
        reply = conversation.reply();
        this.limits = limits;
        this.now = now;
    }

    static Decision start(
            @Nullable Conversation existing, Start command, Limits limits, Instant now) {
        if (existing != null) {
            return refuse(Refusal.CONVERSATION_EXISTS);
        }
        String name = command.name().strip();
        if (!name.isEmpty() && !isName(name, limits)) {
            return refuse(Refusal.NAME_INVALID);
        }
        String prompt = command.systemPrompt() == null ? "" : Texts.clean(command.systemPrompt());
        if (prompt.length() > limits.systemPromptCharsMax()) {
            return refuse(Refusal.SYSTEM_PROMPT_TOO_LONG);
        }
        return accept(
                Receipt.EMPTY,
                new Started(
                        command.owner(),
                        Texts.clean(name),
                        command.model(),
                        prompt.isEmpty() ? null : prompt,
                        command.head(),
                        command.headRole(),
                        now));
    }

    /// Brings in a conversation from elsewhere under an id that must be free.
    static Decision begin(@Nullable Conversation existing, Import command, Limits limits) {
        Refusal refusal = existing == null ? refusal(command, limits) : Refusal.CONVERSATION_EXISTS;
        if (refusal != null) {
            return refuse(refusal);
        }
        var events = new ArrayList<ConversationEvent>();
        events.add(
                new Started(
                        command.owner(),
                        command.name(),
                        command.model(),
                        command.systemPrompt(),
                        null,
                        null,
                        command.createdAt()));
        Marks marks = command.marks().equals(Marks.NONE) ? null : command.marks();
        if (command.icon() != null || marks != null) {
            events.add(
                    new Changed(null, command.icon(), null, null, marks, command.lastActiveAt()));
        }
        addImported(events, command, command.lastActiveAt(), true);
        return new Decision.Accepted(events, new Receipt(command.head(), null));
    }

    Decision decide(ConversationCommand command) {
        if (conversation.deleted()) {
            return refuse(
                    command instanceof Start || command instanceof Import
                            ? Refusal.CONVERSATION_EXISTS
                            : Refusal.CONVERSATION_UNKNOWN);
        }
        return switch (command) {
            case Start start -> start(conversation, start, limits, now);
            case Change change -> change(change);
            case Post post -> post(post);
            case Recall _ when reply != null -> refuse(Refusal.BUSY);
            case Recall recall -> recall(recall);
            case Import _ when reply != null -> refuse(Refusal.BUSY);
            case Import more -> importMore(more);
            case Generate generate -> generate(generate);
            case Continue _ when reply != null -> refuse(Refusal.BUSY);
            case Continue more -> continueReply(more);
            case Stop stop -> stop(stop);
            case MoveHead _ when reply != null -> refuse(Refusal.BUSY);
            case MoveHead(var to, _) when to.equals(conversation.head()) ->
                    accept(new Receipt(to, null));
            case MoveHead(var to, var role) ->
                    accept(new Receipt(to, null), new HeadMoved(to, role, now));
            case Clear _ when reply != null -> refuse(Refusal.BUSY);
            case Clear _ when conversation.head() == null -> accept(Receipt.EMPTY);
            case Clear _ -> accept(Receipt.EMPTY, new HeadMoved(null, null, now));
            case Delete _ -> delete();
            case AddPiece piece -> addPiece(piece);
            case Finish finish when isRunning(finish.turn(), finish.attempt()) ->
                    endReply(finish.reason(), null, finish.usage());
            case Finish _ -> accept(Receipt.EMPTY);
            case Conclude last when isRunning(last.turn(), last.attempt()) -> conclude(last);
            case Conclude _ -> accept(Receipt.EMPTY);
            case Fail fail when isRunning(fail.turn(), fail.attempt()) ->
                    endReply(StopReason.ERROR, Texts.clean(fail.error()), null);
            case Fail _ -> accept(Receipt.EMPTY);
            case Switch to when isRunning(to.turn(), to.attempt()) -> switchTo(to);
            case Switch _ -> accept(Receipt.EMPTY);
            case Recover _ -> recover();
        };
    }

    private Decision change(Change change) {
        String name = change.name() == null ? null : change.name().strip();
        if (name != null && !isName(name, limits)) {
            return refuse(Refusal.NAME_INVALID);
        }
        String icon = change.icon();
        if (icon != null && !icon.isEmpty() && !isName(icon, limits)) {
            return refuse(Refusal.NAME_INVALID);
        }
        String prompt = Texts.cleanOrNull(change.systemPrompt());
        if (prompt != null && prompt.length() > limits.systemPromptCharsMax()) {
            return refuse(Refusal.SYSTEM_PROMPT_TOO_LONG);
        }
        Marks marks = change.marks() == null ? null : change.marks().applyTo(conversation.marks());
        if (marks != null && !marks.isValid()) {
            return refuse(Refusal.MARKS_INVALID);
        }
        var changed =
                new Changed(
                        Texts.cleanOrNull(name),
                        Texts.cleanOrNull(icon),
                        change.model(),
                        prompt,
                        marks,
                        now);
        Conversation after = conversation.apply(changed);
        boolean same =
                after.name().equals(conversation.name())
                        && Objects.equals(after.icon(), conversation.icon())
                        && after.model().equals(conversation.model())
                        && Objects.equals(after.systemPrompt(), conversation.systemPrompt());
        if (!same) {
            return accept(Receipt.EMPTY, changed);
        }
        return marks == null || marks.equals(conversation.marks())
                ? accept(Receipt.EMPTY)
                : accept(
                        Receipt.EMPTY,
                        new Changed(null, null, null, null, marks, conversation.lastActiveAt()));
    }

    private Decision post(Post post) {
        Receipt earlier = receiptOf(post.key());
        if (earlier != null) {
            return accept(earlier);
        }
        String text = Texts.clean(post.text());
        if (Texts.isBlank(text) && post.images().isEmpty()) {
            return refuse(Refusal.MESSAGE_BLANK);
        }
        if (post.images().size() > limits.imagesMax()) {
            return refuse(Refusal.TOO_MANY_IMAGES);
        }
        if (text.length() > limits.messageCharsMax()) {
            return refuse(Refusal.MESSAGE_TOO_LONG);
        }
        TurnId turn = nextTurn();
        var waiting =
                new Waiting(
                        turn,
                        post.key(),
                        text,
                        post.images(),
                        post.parent(),
                        post.reply(),
                        post.model());
        if (reply == null) {
            Turn begun = turn(waiting, conversation.head());
            return new Decision.Accepted(begun.events(), begun.receipt());
        }
        return switch (post.whenBusy()) {
            case REJECT -> refuse(Refusal.BUSY);
            case ENQUEUE ->
                    conversation.queue().size() >= limits.queueMax()
                            ? refuse(Refusal.QUEUE_FULL)
                            : accept(new Receipt(null, turn), new TurnQueued(waiting, now));
            case INTERRUPT -> interrupt(reply, waiting);
        };
    }

    /// What became of the message that came with this key before, if one did. One that waits is
    /// known by the queue too, however many others came after it.
    private @Nullable Receipt receiptOf(@Nullable ClientMessageId key) {
        if (key == null) {
            return null;
        }
        for (Taken earlier : conversation.taken()) {
            if (earlier.key().equals(key)) {
                return new Receipt(earlier.message(), earlier.turn());
            }
        }
        for (Waiting waiting : conversation.queue()) {
            if (key.equals(waiting.key())) {
                return new Receipt(null, waiting.turn());
            }
        }
        return null;
    }

    private Decision interrupt(Reply running, Waiting by) {
        var events = new ArrayList<ConversationEvent>();
        ReplyEnded ended = ended(running, StopReason.STOPPED, null, null);
        events.add(ended);
        Turn begun = turn(by, ended.message().id());
        events.addAll(begun.events());
        if (!by.reply()) {
            addWaiting(events, begun.head());
        }
        return new Decision.Accepted(events, begun.receipt());
    }

    /// How a turn begins: with its message, and the start of its reply if it wants one.
    private record Turn(MessagePosted posted, @Nullable ReplyStarted started) {

        List<ConversationEvent> events() {
            return started == null ? List.of(posted) : List.of(posted, started);
        }

        MessageId head() {
            return posted.message().id();
        }

        Receipt receipt() {
            return new Receipt(head(), started == null ? null : started.turn());
        }
    }

    /// A turn whose time has come.
    private Turn turn(Waiting waiting, @Nullable MessageId headThen) {
        MessageId parent = waiting.parent() == null ? headThen : waiting.parent();
        List<MessageId> parents =
                parent == null || parent.equals(MessageId.NONE) ? List.of() : List.of(parent);
        Message message = Message.said(parents, Role.USER, waiting.text(), waiting.images(), now);
        TurnId turn = waiting.reply() ? waiting.turn() : null;
        // A waiting turn that wants no reply still leaves the queue by its number.
        boolean waited = conversation.isWaiting(waiting.turn());
        return new Turn(
                new MessagePosted(waiting.key(), waited ? waiting.turn() : turn, message),
                turn == null ? null : firstCall(turn, message.id(), waiting.model()));
    }

    private Decision recall(Recall recall) {
        MessageId head = recall.after() == null ? conversation.head() : recall.after();
        var events = new ArrayList<ConversationEvent>();
        for (Recall.Line line : recall.lines()) {
            boolean byModel = line.role() == Role.ASSISTANT;
            String text = Texts.clean(line.text());
            if (!byModel && Texts.isBlank(text) && line.images().isEmpty()) {
                return refuse(Refusal.MESSAGE_BLANK);
            }
            if (text.length() > (byModel ? limits.replyCharsMax() : limits.messageCharsMax())) {
                return refuse(Refusal.MESSAGE_TOO_LONG);
            }
            if (line.images().size() > limits.imagesMax()) {
                return refuse(Refusal.TOO_MANY_IMAGES);
            }
            List<MessageId> parents = head == null ? List.of() : List.of(head);
            Message message = Message.said(parents, line.role(), text, line.images(), now);
            events.add(new MessagePosted(null, null, message));
            head = message.id();
        }
        return new Decision.Accepted(events, new Receipt(head, null));
    }

    private Decision importMore(Import more) {
        Refusal refusal = refusal(more, limits);
        if (refusal != null) {
            return refuse(refusal);
        }
        var events = new ArrayList<ConversationEvent>();
        boolean wantsHead = conversation.head() == null;
        addImported(
                events,
                more,
                wantsHead ? more.lastActiveAt() : conversation.lastActiveAt(),
                wantsHead);
        return new Decision.Accepted(events, new Receipt(conversation.head(), null));
    }

    private static void addImported(
            List<ConversationEvent> events, Import from, Instant at, boolean wantsHead) {
        if (!from.messages().isEmpty()) {
            events.add(new MessagesImported(from.messages(), at));
        }
        MessageId head = from.head();
        Role role = from.headRole();
        if (wantsHead && head != null && role != null) {
            events.add(new HeadMoved(head, role, at));
        } else if (events.size() == 1 && events.getFirst() instanceof Started) {
            // An empty one too was active when it says so.
            events.add(new Changed(null, null, null, null, at));
        }
    }

    /// Why what comes from elsewhere cannot be taken in; null where it can.
    private static @Nullable Refusal refusal(Import from, Limits limits) {
        String name = from.name();
        String icon = from.icon();
        String prompt = from.systemPrompt();
        if ((!name.isEmpty() && !isCleanName(name, limits))
                || (icon != null && !isCleanName(icon, limits))) {
            return Refusal.NAME_INVALID;
        }
        if (prompt != null
                && (prompt.length() > limits.systemPromptCharsMax() || !Texts.isClean(prompt))) {
            return Refusal.SYSTEM_PROMPT_TOO_LONG;
        }
        if (!from.marks().isValid()) {
            return Refusal.MARKS_INVALID;
        }
        int charsMax = Math.max(limits.messageCharsMax(), limits.replyCharsMax());
        for (Message message : from.messages()) {
            if (message.text().length() > charsMax) {
                return Refusal.MESSAGE_TOO_LONG;
            }
        }
        return null;
    }

    private static boolean isCleanName(String name, Limits limits) {
        return isName(name, limits) && Texts.isClean(name);
    }

    private Decision generate(Generate generate) {
        if (reply != null) {
            return refuse(Refusal.BUSY);
        }
        MessageId from = generate.from();
        if (from == null) {
            from = conversation.headRole() == Role.USER ? conversation.head() : null;
        }
        if (from == null) {
            return refuse(Refusal.NOTHING_TO_ANSWER);
        }
        TurnId turn = nextTurn();
        return accept(new Receipt(from, turn), firstCall(turn, from, generate.model()));
    }

    /// The old text is what a first attempt said; the second goes on as after a crash.
    private Decision continueReply(Continue more) {
        Message old = more.reply();
        MessageId parent = old.parent();
        ModelId first = old.model() == null ? conversation.model() : old.model();
        if (old.role() != Role.ASSISTANT || parent == null || old.text().isEmpty()) {
            return refuse(Refusal.NOTHING_TO_ANSWER);
        }
        int length = old.text().length();
        if (length >= limits.replyCharsMax()) {
            return refuse(Refusal.MESSAGE_TOO_LONG);
        }
        TurnId turn = nextTurn();
        ModelId by = more.model() == null ? first : more.model();
        return accept(
                new Receipt(parent, turn),
                firstCall(turn, parent, first),
                new PieceAdded(turn, 0, old.text()),
                new ReplyStarted(turn, parent, by, 2, length, null, CONTINUED, now));
    }

    private Decision stop(Stop stop) {
        TurnId turn = stop.turn();
        if (reply != null && (turn == null || reply.turn().equals(turn))) {
            return endReply(StopReason.STOPPED, null, null);
        }
        if (turn != null && conversation.isOpen(turn)) {
            return accept(new Receipt(null, turn), new TurnWithdrawn(turn, now));
        }
        return accept(new Receipt(null, turn));
    }

    private Decision delete() {
        var events = new ArrayList<ConversationEvent>();
        for (Waiting waiting : conversation.queue()) {
            events.add(new TurnWithdrawn(waiting.turn(), now));
        }
        if (reply != null) {
            events.add(ended(reply, StopReason.STOPPED, null, null));
        }
        events.add(new Deleted(now));
        return new Decision.Accepted(events, Receipt.EMPTY);
    }

    private Decision addPiece(AddPiece piece) {
        if (!isRunning(piece.turn(), piece.attempt()) || piece.text().isEmpty()) {
            return accept(Receipt.EMPTY);
        }
        Reply current = running();
        String text = Texts.clean(piece.text());
        int room = limits.replyCharsMax() - current.draft().length();
        boolean full = text.length() > room;
        String kept = full ? Texts.prefix(text, room) : text;
        var events = new ArrayList<ConversationEvent>();
        Reply grown = current;
        if (!kept.isEmpty()) {
            events.add(new PieceAdded(current.turn(), current.draft().length(), kept));
            grown = full ? current.plus(kept) : current;
        }
        if (full) {
            addEnd(events, ended(grown, StopReason.LENGTH, null, null));
        }
        return new Decision.Accepted(events, new Receipt(null, current.turn()));
    }

    private Decision conclude(Conclude last) {
        Reply current = running();
        String text = Texts.clean(last.text());
        int before = current.draft().length();
        int room = limits.replyCharsMax() - before;
        boolean full = text.length() > room;
        String kept = full ? Texts.prefix(text, room) : text;
        // Most often all of it comes at once.
        String all = before == 0 ? kept : current.draft().text() + kept;
        ReplyEnded ended =
                full
                        ? ended(current, all, StopReason.LENGTH, null, null)
                        : ended(current, all, last.reason(), null, last.usage());
        var receipt = new Receipt(null, current.turn());
        var piece = kept.isEmpty() ? null : new PieceAdded(current.turn(), before, kept);
        if (piece != null && conversation.queue().isEmpty()) {
            return accept(receipt, piece, ended);
        }
        var events = new ArrayList<ConversationEvent>();
        if (piece != null) {
            events.add(piece);
        }
        addEnd(events, ended);
        return new Decision.Accepted(events, receipt);
    }

    private Decision recover() {
        if (reply == null) {
            return accept(Receipt.EMPTY);
        }
        long crashes = 1;
        for (Attempt before : reply.attempts().subList(0, reply.attempt() - 1)) {
            crashes += before.fault() == null ? 1 : 0;
        }
        if (crashes >= limits.attemptsMax() || reply.attempt() >= Attempt.COUNT_MAX) {
            return endReply(
                    StopReason.ERROR,
                    "The reply was interrupted " + crashes + " times; ask again.",
                    null);
        }
        return accept(
                new Receipt(null, reply.turn()),
                attempt(reply, reply.model(), reply.attempt() + 1, null, null));
    }

    private Decision switchTo(Switch to) {
        Reply current = running();
        String why = Texts.cleanOrNull(to.why());
        if (why == null) {
            boolean early = current.draft().length() == current.attempts().getLast().fromChar();
            return early && !current.model().equals(to.model())
                    ? accept(
                            new Receipt(null, current.turn()),
                            attempt(current, to.model(), current.attempt(), null, null))
                    : accept(Receipt.EMPTY);
        }
        if (current.attempt() >= Attempt.COUNT_MAX) {
            return endReply(StopReason.ERROR, why, to.used());
        }
        return accept(
                new Receipt(null, current.turn()),
                attempt(current, to.model(), current.attempt() + 1, to.used(), why));
    }

    private ReplyStarted attempt(
            Reply of, ModelId model, int number, @Nullable Usage used, @Nullable String fault) {
        return new ReplyStarted(
                of.turn(), of.parent(), model, number, of.draft().length(), used, fault, now);
    }

    private Decision endReply(StopReason reason, @Nullable String error, @Nullable Usage used) {
        var events = new ArrayList<ConversationEvent>();
        addEnd(events, ended(running(), reason, error, used));
        return new Decision.Accepted(events, new Receipt(null, running().turn()));
    }

    /// Adds the end of the running reply and whatever turns can begin after it.
    private void addEnd(List<ConversationEvent> events, ReplyEnded ended) {
        events.add(ended);
        addWaiting(events, ended.message().id());
    }

    /// Adds the waiting turns that can begin now: all up to the first that wants a reply.
    private void addWaiting(List<ConversationEvent> events, @Nullable MessageId head) {
        MessageId headThen = head;
        for (Waiting next : conversation.queue()) {
            Turn begun = turn(next, headThen);
            events.addAll(begun.events());
            headThen = begun.head();
            if (next.reply()) {
                break;
            }
        }
    }

    private ReplyEnded ended(
            Reply of, StopReason reason, @Nullable String error, @Nullable Usage used) {
        return ended(of, of.draft().text(), reason, error, used);
    }

    /// @param text all that it says
    private ReplyEnded ended(
            Reply of,
            String text,
            StopReason reason,
            @Nullable String error,
            @Nullable Usage used) {
        List<Attempt> attempts =
                of.attempts().size() > 1
                        ? Conversation.ended(of.attempts(), used, error)
                        : List.of();
        Usage all = used;
        for (int i = 0; i < of.attempts().size(); i++) {
            Usage its = of.attempts().get(i).usage();
            if (its != null) {
                all = all == null ? its : all.plus(its);
            }
        }
        return new ReplyEnded(
                of.turn(),
                Message.of(
                        List.of(of.parent()),
                        Role.ASSISTANT,
                        text,
                        of.model(),
                        now,
                        all,
                        reason,
                        error,
                        attempts));
    }

    private ReplyStarted firstCall(TurnId turn, MessageId parent, @Nullable ModelId model) {
        return new ReplyStarted(
                turn, parent, model == null ? conversation.model() : model, 1, 0, null, null, now);
    }

    private TurnId nextTurn() {
        return new TurnId(conversation.turns() + 1L);
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

    private static boolean isName(String name, Limits limits) {
        return !Texts.isBlank(name)
                && name.length() <= limits.nameCharsMax()
                && name.chars().noneMatch(Character::isISOControl);
    }

    private static Decision accept(Receipt receipt, ConversationEvent... events) {
        return new Decision.Accepted(List.of(events), receipt);
    }

    private static Decision refuse(Refusal refusal) {
        return new Decision.Refused(refusal);
    }
}
