package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.ConversationStore.Outcome;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.Receipt;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Resident.Flight;
import dev.hubbub.engine.Resident.ToDo;
import dev.hubbub.engine.Resident.Waiter;
import dev.hubbub.engine.ToPartition.Care;
import dev.hubbub.engine.ToPartition.Landed;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Runs the conversations of one partition, one message at a time. Knows no actors, threads or
/// clocks: all that it needs from outside is its [World], so that a simulator can run it too.
///
/// This is where "durable before visible" is kept. A command is decided against what is durable and
/// what was decided just before it; its events go to the store in one batch; only when that is
/// durable does the conversation become what it decided, and only then does anybody hear: callers,
/// viewers, the model. While a conversation's batch is under way its other commands and its model's
/// text wait, and go together in the next one.
///
/// A conversation is isolated: an exception while it runs discards what is in memory of it, answers
/// its callers, and loads it from the store again; the others notice nothing.
final class Partition {

    /// Commands that one batch may join.
    private static final int BATCH_COMMANDS_MAX = 64;

    private static final long RELOAD_MILLIS_MIN = 100;
    private static final long RELOAD_MILLIS_MAX = 30_000;

    private final int number;
    private final EngineConfig config;
    private final World world;
    private final Residents residents;
    private final Set<Resident> reloading = new LinkedHashSet<>();
    private final Outgoing news = new Outgoing();
    private final Callers callers;
    private final Starts starts;

    private final long epoch;

    /// Keeps looks ahead from being optimized away.
    @SuppressWarnings("unused")
    private int touched;

    /// Numbers loads, flights and calls. Begins with the epoch, so that what comes back for an
    /// earlier life of the partition is not taken for this one's.
    private long numbers;

    Partition(int number, long epoch, EngineConfig config, World world) {
        this.number = number;
        this.epoch = epoch;
        this.config = config;
        this.world = world;
        callers = new Callers(world);
        starts = new Starts(config.limits());
        numbers = epoch << 32;
        residents =
                new Residents(
                        config.residentBytesMax() / config.partitions(),
                        config.idleMax().toMillis(),
                        world);
    }

    /// What a partition needs from outside. Everything is a request: results come back as messages.
    interface World {

        Instant now();

        /// Reads a conversation; [ToPartition.Loaded] follows.
        void load(ConversationId id, long load);

        /// Wants a batch kept; [ToPartition.Committed] follows.
        void commit(Flight flight);

        /// Calls the model for the reply that runs; [ToPartition.Notice] follows.
        Call call(Conversation conversation, long call);

        /// Asks a model that says all at once; null when this one does not.
        Call.@Nullable Unread answerAtOnce(Conversation conversation, Reply reply, Message to);

        void answer(Caller caller, Response response);

        void tell(String node, ToHub message);

        /// For every hub there is.
        void tellAll(ToHub message);

        /// Whether any hub has somebody who keeps a list of this user's conversations.
        boolean isListening(UserId owner);

        /// A defect, for the log and the count.
        void crashed(ConversationId id, RuntimeException defect);

        /// Another owner writes this partition now; nothing in memory is worth anything.
        void deposed();

        /// How many conversations came into memory, or left it.
        void residents(int change);

        /// How many replies began, or ended.
        void replies(int change);
    }

    void receive(ToPartition message) {
        handle(message);
        news.flush(world);
    }

    private void handle(ToPartition message) {
        switch (message) {
            case ToPartition.Ask(var caller, var asker, var id, var command, var untilEnd) ->
                    enter(id, new ToDo.Command(caller, asker, command, untilEnd));
            case ToPartition.Show(var caller, var asker, var id) -> show(caller, asker, id);
            case ToPartition.AskAll ask -> askAll(ask);
            case ToPartition.ShowAll(var caller, var asker, var ids) -> {
                var many = new Many(caller, ids.size());
                touched = residents.lookAhead(ids);
                for (int i = 0; i < ids.size(); i++) {
                    show(new Many.Member(many, i), asker, ids.get(i));
                }
            }
            case ToPartition.ListResidents(var caller, var asker) ->
                    world.answer(caller, new Response.Ids(residents.of(asker)));
            case ToPartition.Supervise(var caller, var asker, var ids, var care) ->
                    supervise(caller, asker, ids, care);
            case ToPartition.Follow(var node, var asker, var id) ->
                    enter(id, new ToDo.Follow(node, asker));
            case ToPartition.Unfollow(var node, var id) -> unfollow(node, id);
            case ToPartition.Wake(var id) -> {
                Resident resident = resident(id, false);
                resident.woken = true;
                run(resident);
            }
            case ToPartition.Loaded loaded -> loaded(loaded);
            case ToPartition.Committed(var landed) -> landed.forEach(this::landed);
            case ToPartition.Notice(var id, var call) -> noticed(id, call);
            case ToPartition.Several(var messages) -> messages.forEach(this::handle);
            case ToPartition.Tick _ -> tick();
            case ToPartition.Activated _, ToPartition.NotActivated _, ToPartition.End _ -> {}
        }
    }

    /// Answers everybody who still waits and ends all calls: this partition will not run again.
    void abandon(Refusal reason) {
        for (Resident resident : residents.busy()) {
            endCall(resident);
            callers.refuseAll(resident, reason);
            callers.refuseWaiters(resident, reason);
        }
        residents.clear();
        reloading.clear();
    }

    private void enter(ConversationId id, ToDo toDo) {
        boolean starts =
                toDo instanceof ToDo.Command command
                        && command.command() instanceof ConversationCommand.Start;
        Resident resident = resident(id, starts);
        resident.later(toDo);
        run(resident);
    }

    private void askAll(ToPartition.AskAll ask) {
        List<ConversationId> ids = ask.ids();
        var many = new Many(ask.caller(), ids.size());
        boolean starts = ask.command() instanceof ConversationCommand.Start;
        touched = starts ? residents.expect(ids) : residents.lookAhead(ids);
        for (int i = 0; i < ids.size(); i++) {
            Resident resident = resident(ids.get(i), starts);
            var one = new Many.Member(many, i);
            resident.later(new ToDo.Command(one, ask.asker(), ask.command(), ask.untilEnd()));
            run(resident);
        }
    }

    /// What is durable is known at once, whatever is about to be; but of one that crashed, when it
    /// is back.
    private void show(Addressee caller, UserId asker, ConversationId id) {
        Conversation durable = residents.durable(id, world.now().toEpochMilli());
        Resident busy = residents.busy(id);
        boolean away = busy != null && busy.crashed && !busy.isQuarantined();
        if (durable == null || away) {
            enter(id, new ToDo.Show(caller, asker));
        } else {
            callers.answer(caller, Callers.shown(asker, durable));
        }
    }

    /// @param starts whether it is most likely new: then the store is not asked, which would double
    ///   the cost of a start. Should there be such a conversation, the store refuses the first
    ///   commit, and nothing was shown
    private Resident resident(ConversationId id, boolean starts) {
        long now = world.now().toEpochMilli();
        Resident resident = residents.find(id, now);
        if (resident == null) {
            resident = new Resident(id);
            residents.add(resident, now);
            if (starts) {
                resident.unproven = true;
            } else {
                load(resident);
            }
        }
        return resident;
    }

    private void load(Resident resident) {
        resident.loading = true;
        resident.reloadAtMillis = 0;
        reloading.remove(resident);
        resident.load = ++numbers;
        world.load(resident.id, resident.load);
    }

    private void loaded(ToPartition.Loaded message) {
        Resident resident = residents.busy(message.id());
        if (resident == null || !resident.loading || resident.load != message.load()) {
            return;
        }
        Conversation stored = message.stored();
        resident.loading = false;
        resident.crashed = resident.crashed && message.failure() != null;
        resident.unproven = false;
        if (message.failure() != null) {
            callers.refuseAll(resident, Refusal.STORE_UNAVAILABLE);
            endCall(resident);
            if (resident.isWanted()) {
                reloadLater(resident);
            } else {
                residents.remove(resident);
            }
            return;
        }
        Flight doubted = resident.doubted;
        resident.doubted = null;
        isolated(
                resident,
                () -> {
                    if (doubted != null && wasKept(doubted, stored)) {
                        kept(resident, doubted);
                        return;
                    }
                    if (doubted != null) {
                        callers.refuse(doubted.answers, Refusal.STORE_UNAVAILABLE);
                    }
                    endCall(resident);
                    residents.weigh(resident.durable, stored);
                    resident.durable = stored;
                    restate(resident);
                    if (stored != null && stored.reply() != null) {
                        var recover = new ConversationCommand.Recover();
                        resident.first(new ToDo.Command(null, null, recover, false));
                    }
                });
        run(resident);
    }

    /// A first batch is looked at whole: the store was not asked before whether there was such a
    /// conversation already.
    private static boolean wasKept(Flight doubted, @Nullable Conversation stored) {
        return doubted.before == null
                ? doubted.after().equals(stored)
                : positionOf(stored).equals(positionOf(doubted.after()));
    }

    /// Waits longer each time, so that neither a broken store nor a broken conversation keeps the
    /// partition busy.
    private void reloadLater(Resident resident) {
        resident.loading = false;
        resident.reloadAtMillis =
                world.now().toEpochMilli()
                        + Math.min(
                                RELOAD_MILLIS_MAX,
                                RELOAD_MILLIS_MIN << Math.min(10, resident.reloads++));
        reloading.add(resident);
    }

    /// After a reload, tells those who knew the conversation before how it is now.
    private void restate(Resident resident) {
        Conversation now = resident.durable;
        for (Waiter waiter : resident.waiters()) {
            if (now == null || !now.isOpen(waiter.turn())) {
                resident.forget(waiter);
                callers.answer(waiter.caller(), new Answer.Refused(Refusal.CRASHED));
            }
        }
        if (now != null) {
            for (String node : resident.followers) {
                world.tell(node, new ToHub.Following(now));
            }
        }
    }

    /// Does what there is to do, unless a load or a commit must come back first.
    private void run(Resident resident) {
        try {
            while (resident.flight == null
                    && !resident.loading
                    && resident.reloadAtMillis == 0
                    && step(resident)) {}
        } catch (RuntimeException defect) {
            crashed(resident, defect);
        }
        residents.settle(resident);
    }

    /// Decides what waits and sends it off; false when there was nothing to do.
    private boolean step(Resident resident) {
        if (resident.isQuarantined()) {
            return stepInQuarantine(resident);
        }
        if (!resident.hasToDo()) {
            return false;
        }
        var work = new Work(resident.id, resident.durable, config.limits(), starts, world.now());
        try {
            for (int i = 0; i < BATCH_COMMANDS_MAX; i++) {
                ToDo next = resident.next();
                if (next == null) {
                    break;
                }
                work.takes(next);
                toDo(resident, work, next);
            }
            if (resident.noticed) {
                resident.noticed = false;
                readCall(resident, work);
            }
            if (!work.events.isEmpty()) {
                resident.flight = commit(resident, work);
                return false;
            }
        } catch (RuntimeException | Error defect) {
            // Whoever asked hears of a defect, not silence.
            for (ToDo toDo : work.toDos) {
                if (!(toDo instanceof ToDo.Follow)) {
                    callers.refuse(resident, toDo, Refusal.CRASHED);
                }
            }
            throw defect;
        }
        if (resident.unproven) {
            // Before anybody hears that there is none, the store is asked.
            work.toDos.reversed().forEach(resident::first);
            load(resident);
            return false;
        }
        callers.answerAll(resident, work.answers, List.of());
        return true;
    }

    private Flight commit(Resident resident, Work work) {
        Conversation before = resident.durable;
        var batch =
                new Batch(
                        number,
                        epoch,
                        resident.id,
                        before == null ? 0 : before.number(),
                        work.events,
                        work.conversation());
        var flight =
                new Flight(
                        resident,
                        batch,
                        before,
                        work.answers,
                        resident.unproven ? work.toDos : List.of());
        world.commit(flight);
        return flight;
    }

    private void toDo(Resident resident, Work work, ToDo toDo) {
        switch (toDo) {
            case ToDo.Command command -> {
                work.decide(command);
                answerAtOnce(work);
            }
            case ToDo.Show(var caller, var asker) ->
                    work.hears(caller, Callers.shown(asker, resident.durable), false);
            case ToDo.Follow(var node, var asker) -> {
                Conversation durable = resident.durable;
                if (durable != null && Work.isFor(asker, durable)) {
                    if (!resident.followers.contains(node)) {
                        var followers = new ArrayList<>(resident.followers);
                        followers.add(node);
                        resident.followers = List.copyOf(followers);
                    }
                    news.flush(world);
                    world.tell(node, new ToHub.Following(durable));
                } else {
                    world.tell(
                            node,
                            new ToHub.NotFollowing(
                                    resident.id, asker, Refusal.CONVERSATION_UNKNOWN));
                }
            }
        }
    }

    /// What a model says at once becomes durable with what it answers.
    private void answerAtOnce(Work work) {
        for (Message to = work.unanswered(); to != null; to = work.unanswered()) {
            Conversation now = work.conversation();
            Reply reply = now.reply();
            Call.Unread all = reply == null ? null : world.answerAtOnce(now, reply, to);
            if (reply == null || all == null) {
                return;
            }
            switch (all.end()) {
                case null -> throw new IllegalStateException("a reply without an end");
                case Call.End.Finished(var reason, var usage) ->
                        work.decide(
                                new ConversationCommand.Conclude(
                                        reply.turn(), reply.attempt(), all.text(), reason, usage));
                case Call.End.Failed(var sentence) -> {
                    work.decide(
                            new ConversationCommand.AddPiece(
                                    reply.turn(), reply.attempt(), all.text()));
                    work.decide(
                            new ConversationCommand.Fail(reply.turn(), reply.attempt(), sentence));
                }
            }
        }
    }

    private void readCall(Resident resident, Work work) {
        Call call = resident.call;
        Conversation now = work.after;
        Reply reply = now == null ? null : now.reply();
        if (call == null || now == null || reply == null) {
            return;
        }
        resident.heardAtMillis = world.now().toEpochMilli();
        Call.Unread unread = call.read();
        TurnId turn = reply.turn();
        int attempt = reply.attempt();
        for (Call.Switched switched : unread.earlier()) {
            if (!switched.text().isEmpty()) {
                work.decide(new ConversationCommand.AddPiece(turn, attempt, switched.text()));
            }
            work.decide(
                    new ConversationCommand.Switch(
                            turn, attempt, switched.model(), switched.used(), switched.why()));
            attempt += switched.why() == null ? 0 : 1;
        }
        if (!unread.text().isEmpty()) {
            work.decide(new ConversationCommand.AddPiece(turn, attempt, unread.text()));
        }
        switch (unread.end()) {
            case null -> {}
            case Call.End.Finished(var reason, var usage) ->
                    work.decide(new ConversationCommand.Finish(turn, attempt, reason, usage));
            case Call.End.Failed(var sentence) ->
                    work.decide(new ConversationCommand.Fail(turn, attempt, sentence));
        }
    }

    private void landed(Landed landed) {
        List<CommitLoop.Entry> entries = landed.entries();
        List<Outcome> outcomes = landed.outcomes();
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i) instanceof Flight flight) {
                landed(flight, outcomes == null ? null : outcomes.get(i));
            }
        }
    }

    /// @param outcome null when the commit failed and nobody knows
    private void landed(Flight flight, @Nullable Outcome outcome) {
        Resident resident = flight.resident;
        if (!resident.isHere || resident.flight != flight) {
            return;
        }
        resident.flight = null;
        boolean crashed = resident.crashedInFlight;
        resident.crashedInFlight = false;
        if (crashed && outcome != Outcome.FENCED) {
            restart(resident);
            return;
        }
        switch (outcome) {
            case KEPT -> {
                resident.reloads = 0;
                resident.unproven = false;
                try {
                    kept(resident, flight);
                } catch (RuntimeException defect) {
                    crashed(resident, defect);
                }
            }
            case FENCED -> {
                callers.refuse(flight.answers, Refusal.STORE_UNAVAILABLE);
                world.deposed();
            }
            case CONFLICT -> {
                if (resident.unproven) {
                    // It is not new after all: what was decided is decided again.
                    flight.toDos.reversed().forEach(resident::first);
                } else {
                    callers.refuse(flight.answers, Refusal.STORE_UNAVAILABLE);
                    endCall(resident);
                }
                load(resident);
            }
            case null -> {
                // Nobody knows whether it was kept; what the store has will say.
                resident.doubted = flight;
                load(resident);
            }
        }
        if (resident.isHere) {
            run(resident);
        }
    }

    /// A flight is durable: now it is so, and everybody may know.
    private void kept(Resident resident, Flight flight) {
        Conversation before = flight.before;
        Conversation after = flight.after();
        residents.weigh(before, after);
        resident.durable = after;
        // First of all: whatever goes wrong below, those who asked have heard.
        List<ConversationEvent> events = flight.events();
        callers.answerAll(resident, flight.answers, events);
        boolean numbered = before == null || after.number() != before.number();
        news.add(resident, flight, world);
        if (numbered) {
            steerCall(resident, before, after);
            for (int i = 0; i < events.size(); i++) {
                switch (events.get(i)) {
                    case ConversationEvent.ReplyEnded(var turn, var message)
                            when resident.isAwaited() ->
                            callers.turnOver(resident, turn, new Answer.Ended(turn, message));
                    case ConversationEvent.TurnWithdrawn(var turn, _) ->
                            callers.turnOver(resident, turn, new Answer.Withdrawn(turn));
                    case ConversationEvent.MessagePosted(_, var turn, var message)
                            when turn != null && !isReplied(events, turn) ->
                            // It waited for its turn and wanted no reply.
                            callers.turnOver(
                                    resident,
                                    turn,
                                    new Answer.Done(new Receipt(message.id(), turn), after));
                    case ConversationEvent.Deleted _ -> resident.followers = List.of();
                    case ConversationEvent.Started _,
                            ConversationEvent.Changed _,
                            ConversationEvent.MessagePosted _,
                            ConversationEvent.MessagesImported _,
                            ConversationEvent.TurnQueued _,
                            ConversationEvent.ReplyStarted _,
                            ConversationEvent.ReplyEnded _,
                            ConversationEvent.PieceAdded _,
                            ConversationEvent.HeadMoved _ -> {}
                }
            }
        }
    }

    private static boolean isReplied(List<ConversationEvent> events, TurnId turn) {
        for (ConversationEvent event : events) {
            if (event instanceof ConversationEvent.ReplyStarted started
                    && started.turn().equals(turn)) {
                return true;
            }
        }
        return false;
    }

    /// Ends the model call of a reply that is over, begins that of one that was wanted.
    private void steerCall(Resident resident, @Nullable Conversation before, Conversation after) {
        Reply was = before == null ? null : before.reply();
        Reply is = after.reply();
        boolean same =
                was != null
                        && is != null
                        && was.turn().equals(is.turn())
                        && isSameCall(was.attempt(), is);
        if (same) {
            return;
        }
        endCall(resident);
        if (is != null) {
            resident.heardAtMillis = world.now().toEpochMilli();
            resident.callNumber = ++numbers;
            world.replies(1);
            resident.call = world.call(after, resident.callNumber);
        }
    }

    /// Whether the call that made this attempt makes the running one: it went on with another model
    /// by itself, rather than being begun again after a crash.
    private static boolean isSameCall(int attempt, Reply is) {
        for (int i = attempt; i < is.attempt(); i++) {
            if (is.attempts().get(i - 1).fault() == null) {
                return false;
            }
        }
        return true;
    }

    private void endCall(Resident resident) {
        resident.noticed = false;
        if (resident.callNumber != 0) {
            resident.callNumber = 0;
            world.replies(-1);
        }
        Call call = resident.call;
        if (call != null) {
            resident.call = null;
            call.cancel();
        }
    }

    private void noticed(ConversationId id, long call) {
        Resident resident = residents.busy(id);
        if (resident != null && resident.callNumber == call) {
            resident.noticed = true;
            resident.heardAtMillis = world.now().toEpochMilli();
            run(resident);
        }
    }

    private void unfollow(String node, ConversationId id) {
        Resident resident = residents.busy(id);
        if (resident != null) {
            resident.followers =
                    resident.followers.stream().filter(other -> !other.equals(node)).toList();
            residents.settle(resident);
        }
    }

    /// Runs what may go wrong for this conversation and for no other.
    private void isolated(Resident resident, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException defect) {
            crashed(resident, defect);
        }
    }

    private void crashed(Resident resident, RuntimeException defect) {
        world.crashed(resident.id, defect);
        if (resident.crashes == null) {
            resident.crashes = new Crashes();
        }
        boolean tooOften = resident.crashes.add(defect, world.now(), config);
        resident.crashed = true;
        endCall(resident);
        if (resident.flight != null) {
            callers.refuse(resident.flight.answers, Refusal.CRASHED);
            resident.flight.answers = List.of();
            resident.crashedInFlight = true;
        }
        if (tooOften) {
            callers.refuseInbox(resident, Refusal.QUARANTINED);
            callers.refuseWaiters(resident, Refusal.QUARANTINED);
        } else if (!resident.crashedInFlight) {
            restart(resident);
        }
    }

    /// Begins again with what the store has: at once, or after a while when that did not help
    /// before.
    private void restart(Resident resident) {
        if (resident.isQuarantined()) {
            return;
        }
        if (resident.reloads++ == 0) {
            load(resident);
        } else {
            reloadLater(resident);
        }
    }

    /// A conversation in quarantine can be looked at, and that is all.
    private boolean stepInQuarantine(Resident resident) {
        ToDo next = resident.next();
        resident.noticed = false;
        if (next == null) {
            return false;
        }
        callers.refuse(resident, next, Refusal.QUARANTINED);
        return true;
    }

    private void supervise(Caller caller, UserId asker, List<ConversationId> ids, Care care) {
        var seen = new ArrayList<@Nullable Supervision>();
        int count = 0;
        touched = residents.lookAhead(ids);
        for (ConversationId id : ids) {
            Resident resident = residents.of(asker, id);
            if (care == Care.LOOK) {
                seen.add(resident == null ? null : supervision(resident));
            } else if (resident != null && isCaredFor(resident, care)) {
                count++;
            }
            if (resident != null) {
                residents.settle(resident);
            }
        }
        world.answer(
                caller, care == Care.LOOK ? new Response.Seen(seen) : new Response.Count(count));
    }

    /// Does it; false when there was nothing to do.
    private boolean isCaredFor(Resident resident, Care care) {
        switch (care) {
            case LOOK -> {}
            case LET_GO -> resident.leaving = true;
            case CRASH -> {
                if (resident.loading || resident.isQuarantined()) {
                    return false;
                }
                crashed(resident, new CrashedOnPurpose());
            }
            case RELEASE -> {
                if (resident.crashes == null || !resident.crashes.release()) {
                    return false;
                }
                resident.reloads = 0;
                if (!resident.crashedInFlight) {
                    load(resident);
                }
            }
        }
        return true;
    }

    private static Supervision supervision(Resident resident) {
        Crashes crashes = resident.crashes;
        return new Supervision(
                resident.waiting(),
                resident.flight != null,
                resident.call != null,
                resident.followers.size(),
                crashes == null ? 0 : crashes.all(),
                crashes == null ? null : crashes.last(),
                crashes == null ? null : crashes.lastAt(),
                resident.isQuarantined());
    }

    private void tick() {
        long now = world.now().toEpochMilli();
        for (Resident resident : List.copyOf(reloading)) {
            if (now >= resident.reloadAtMillis) {
                load(resident);
            }
        }
        for (Resident resident : residents.busy()) {
            if (resident.callNumber != 0
                    && !resident.noticed
                    && now - resident.heardAtMillis > config.stallMax().toMillis()) {
                stalled(resident);
            }
        }
        residents.letGo(now);
    }

    private void stalled(Resident resident) {
        Conversation now = resident.durable;
        Reply reply = now == null ? null : now.reply();
        if (reply == null) {
            return;
        }
        resident.heardAtMillis = world.now().toEpochMilli();
        String sentence =
                "The model %s sent nothing for %d s; try again or choose another model."
                        .formatted(reply.model(), Math.max(1, config.stallMax().toSeconds()));
        var fail = new ConversationCommand.Fail(reply.turn(), reply.attempt(), sentence);
        resident.later(new ToDo.Command(null, null, fail, false));
        run(resident);
    }

    static Position positionOf(@Nullable Conversation conversation) {
        if (conversation == null) {
            return new Position(0, 0);
        }
        Reply reply = conversation.reply();
        return new Position(conversation.number(), reply == null ? 0 : reply.draft().length());
    }
}
