package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Decision;
import dev.hubbub.conversation.Limits;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Resident.Pending;
import dev.hubbub.engine.Resident.ToDo;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A batch of one conversation being decided: what its commands make of it, and what their callers
/// will hear once that is durable.
final class Work {

    private final ConversationId id;
    private final Limits limits;
    private final Instant now;

    final List<ConversationEvent> events = new ArrayList<>(2);

    /// What callers will hear; shared when empty, as it is for what a model says.
    List<Pending> answers = List.of();

    /// What was taken from the inbox, in order; shared when empty.
    List<ToDo> toDos = List.of();

    /// The conversation after the events so far; null while nothing has started it.
    @Nullable Conversation after;

    Work(ConversationId id, @Nullable Conversation before, Limits limits, Instant now) {
        this.id = id;
        this.limits = limits;
        this.now = now;
        after = before;
    }

    void decide(ToDo.Command toDo) {
        Answer answer =
                switch (judge(toDo.asker(), toDo.command())) {
                    case Decision.Refused(var refusal) -> new Answer.Refused(refusal);
                    case Decision.Accepted(var more, var receipt) -> {
                        add(more);
                        yield new Answer.Done(receipt, conversation());
                    }
                };
        if (toDo.caller() != null) {
            hears(toDo.caller(), answer, toDo.untilEnd());
        }
    }

    void hears(Addressee caller, Answer answer, boolean untilEnd) {
        if (answers.isEmpty()) {
            answers = new ArrayList<>(1);
        }
        answers.add(new Pending(caller, answer, untilEnd));
    }

    void takes(ToDo toDo) {
        if (toDos.isEmpty()) {
            toDos = new ArrayList<>(1);
        }
        toDos.add(toDo);
    }

    /// What the engine itself asks for; nobody waits for an answer.
    void decide(ConversationCommand command) {
        decide(new ToDo.Command(null, null, command, false));
    }

    private Decision judge(@Nullable UserId asker, ConversationCommand command) {
        Conversation known = after;
        if (command instanceof ConversationCommand.Start start) {
            return Conversation.start(known, start, limits, now);
        }
        if (known == null || (asker != null && !isFor(asker, known))) {
            return new Decision.Refused(Refusal.CONVERSATION_UNKNOWN);
        }
        return known.decide(command, limits, now);
    }

    private void add(List<ConversationEvent> more) {
        for (ConversationEvent event : more) {
            after =
                    event instanceof ConversationEvent.Started started
                            ? Conversation.started(id, started)
                            : conversation().apply(event);
            events.add(event);
        }
    }

    Conversation conversation() {
        if (after == null) {
            throw new IllegalStateException("nothing has started");
        }
        return after;
    }

    /// Whether a user may know of a conversation.
    static boolean isFor(UserId asker, Conversation conversation) {
        return !conversation.deleted() && conversation.owner().equals(asker);
    }
}
