package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// What a partition holds of one conversation in memory. Everything in [#durable] is in the store;
/// what a commit under way would make of it is in [#flight] and shown to nobody.
final class Resident {

    final ConversationId id;

    /// Null until loaded, and for an id that nothing has.
    @Nullable Conversation durable;

    boolean loading;
    long load;

    /// When a load that failed is tried again, 0 when none failed.
    long reloadAtMillis;

    /// Loads and crashes since the last commit that was kept.
    int reloads;

    /// Whether it was brought in to finish a reply that was interrupted.
    boolean woken;

    @Nullable Flight flight;

    /// A flight whose commit failed in a way that leaves open whether it was kept.
    @Nullable Flight doubted;

    /// What to do when the commit and the load under way are over.
    private @Nullable ArrayDeque<ToDo> inbox;

    @Nullable Call call;
    long callNumber;
    boolean noticed;
    long heardAtMillis;

    /// Nodes whose hubs follow; shared when empty.
    List<String> followers = List.of();

    private @Nullable List<Waiter> waiters;

    long usedAtMillis;
    long bytes;

    Resident(ConversationId id) {
        this.id = id;
    }

    void later(ToDo toDo) {
        if (inbox == null) {
            inbox = new ArrayDeque<>(4);
        }
        inbox.add(toDo);
    }

    void first(ToDo toDo) {
        if (inbox == null) {
            inbox = new ArrayDeque<>(4);
        }
        inbox.addFirst(toDo);
    }

    @Nullable ToDo next() {
        if (inbox == null) {
            return null;
        }
        ToDo next = inbox.poll();
        if (inbox.isEmpty()) {
            inbox = null;
        }
        return next;
    }

    List<ToDo> takeInbox() {
        List<ToDo> all = inbox == null ? List.of() : List.copyOf(inbox);
        inbox = null;
        return all;
    }

    void await(TurnId turn, Caller caller) {
        if (waiters == null) {
            waiters = new ArrayList<>(1);
        }
        waiters.add(new Waiter(turn, caller));
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
                && inbox == null
                && call == null
                && waiters == null
                && followers.isEmpty()
                && (durable == null || durable.reply() == null);
    }

    /// Something that a conversation is to do in its turn.
    sealed interface ToDo {

        /// A command to decide.
        ///
        /// @param caller null when nobody waits for an answer
        record Command(
                @Nullable Caller caller,
                @Nullable UserId asker,
                ConversationCommand command,
                boolean untilEnd)
                implements ToDo {}

        record Show(Caller caller, UserId asker) implements ToDo {}

        record Follow(String node, UserId asker) implements ToDo {}
    }

    /// A batch on its way to the store.
    ///
    /// @param after what the conversation will be
    /// @param answers what callers will hear when it is durable
    record Flight(
            long number,
            List<ConversationEvent> events,
            @Nullable Conversation before,
            Conversation after,
            List<Pending> answers) {}

    /// An answer that waits for a commit.
    record Pending(Caller caller, Answer answer, boolean untilEnd) {}

    /// A caller that waits for the end of a turn.
    record Waiter(TurnId turn, Caller caller) {}
}
