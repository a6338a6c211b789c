package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// A conversation in memory that has something to do, or waits for something. Everything in
/// [#durable] is in the store; what a commit under way would make of it is in [#flight] and shown
/// to nobody.
final class Resident {

    final ConversationId id;

    /// Whether [Residents] has it; once it has not, it never has again.
    boolean isHere;

    /// For [Residents] alone.
    @Nullable Resident previousBusy;

    /// For [Residents] alone.
    @Nullable Resident nextBusy;

    /// For [Residents] alone: where it was put.
    int slot;

    /// Null until loaded, and for an id that nothing has.
    @Nullable Conversation durable;

    /// Whether it crashed and is not back: what [#durable] says is no answer until it is loaded.
    boolean crashed;

    /// Whether it is taken for new without the store's having been asked: the store says so, or
    /// refuses the first commit.
    boolean unproven;

    boolean loading;
    long load;

    /// When a load that failed is tried again, 0 when none failed.
    long reloadAtMillis;

    /// Loads and crashes since the last commit that was kept.
    int reloads;

    /// Whether it was brought in to finish a reply that was interrupted.
    boolean woken;

    /// Whether it is to leave memory when it is quiet.
    boolean leaving;

    @Nullable Flight flight;

    /// Whether it crashed while [#flight] was under way: when that is over it is loaded.
    boolean crashedInFlight;

    /// A flight whose commit failed in a way that leaves open whether it was kept.
    @Nullable Flight doubted;

    /// What to do when the commit and the load under way are over: the first, and those behind it.
    private @Nullable ToDo first;

    private @Nullable ArrayDeque<ToDo> rest;

    @Nullable Call call;
    long callNumber;
    boolean noticed;
    long heardAtMillis;

    /// Nodes whose hubs follow; shared when empty.
    List<String> followers = List.of();

    private @Nullable List<Waiter> waiters;

    /// Null when it has not crashed.
    @Nullable Crashes crashes;

    Resident(ConversationId id) {
        this.id = id;
    }

    Resident(Conversation durable) {
        this(durable.id());
        this.durable = durable;
    }

    void later(ToDo toDo) {
        if (first == null) {
            first = toDo;
        } else {
            if (rest == null) {
                rest = new ArrayDeque<>(4);
            }
            rest.add(toDo);
        }
    }

    void first(ToDo toDo) {
        if (first != null) {
            if (rest == null) {
                rest = new ArrayDeque<>(4);
            }
            rest.addFirst(first);
        }
        first = toDo;
    }

    @Nullable ToDo next() {
        ToDo next = first;
        first = rest == null ? null : rest.poll();
        if (first == null) {
            rest = null;
        }
        return next;
    }

    List<ToDo> takeInbox() {
        if (first == null) {
            return List.of();
        }
        var all = new ArrayList<ToDo>();
        for (ToDo next = next(); next != null; next = next()) {
            all.add(next);
        }
        return all;
    }

    /// How many commands wait.
    int waiting() {
        return (first == null ? 0 : 1) + (rest == null ? 0 : rest.size());
    }

    boolean hasToDo() {
        return first != null || noticed;
    }

    boolean isQuarantined() {
        return crashes != null && crashes.isQuarantined();
    }

    void await(TurnId turn, Addressee caller) {
        if (waiters == null) {
            waiters = new ArrayList<>(1);
        }
        waiters.add(new Waiter(turn, caller));
    }

    boolean isAwaited() {
        return waiters != null;
    }

    List<Waiter> waiters() {
        return waiters == null ? List.of() : List.copyOf(waiters);
    }

    void forget(Waiter waiter) {
        if (waiters != null) {
            waiters.remove(waiter);
            if (waiters.isEmpty()) {
                waiters = null;
            }
        }
    }

    /// Whether somebody relies on its being here though it could not be read: those who come later
    /// will have it read again anyway.
    boolean isWanted() {
        return woken || durable != null || waiters != null || !followers.isEmpty();
    }

    /// Whether nothing would notice its leaving.
    boolean isQuiet() {
        return flight == null
                && doubted == null
                && !loading
                && reloadAtMillis == 0
                && first == null
                && call == null
                && waiters == null
                && followers.isEmpty()
                && !isQuarantined()
                && (durable == null || durable.reply() == null);
    }

    /// Something that a conversation is to do in its turn.
    sealed interface ToDo {

        /// A command to decide.
        ///
        /// @param caller null when nobody waits for an answer
        record Command(
                @Nullable Addressee caller,
                @Nullable UserId asker,
                ConversationCommand command,
                boolean untilEnd)
                implements ToDo {}

        record Show(Addressee caller, UserId asker) implements ToDo {}

        record Follow(String node, UserId asker) implements ToDo {}
    }

    /// A batch on its way to the store.
    static final class Flight implements CommitLoop.Entry {

        final Resident resident;
        final Batch batch;
        final @Nullable Conversation before;

        /// What callers will hear when it is durable.
        List<Pending> answers;

        /// What it was decided for.
        final List<ToDo> toDos;

        Flight(
                Resident resident,
                Batch batch,
                @Nullable Conversation before,
                List<Pending> answers,
                List<ToDo> toDos) {
            this.resident = resident;
            this.batch = batch;
            this.before = before;
            this.answers = answers;
            this.toDos = toDos;
        }

        @Override
        public Batch batch() {
            return batch;
        }

        /// What the conversation will be.
        Conversation after() {
            return batch.after();
        }

        List<ConversationEvent> events() {
            return batch.events();
        }

        @Override
        public String toString() {
            return resident.id + " " + batch.events();
        }
    }

    /// An answer that waits for a commit.
    record Pending(Addressee caller, Answer answer, boolean untilEnd) {}

    /// A caller that waits for the end of a turn.
    record Waiter(TurnId turn, Addressee caller) {}
}
