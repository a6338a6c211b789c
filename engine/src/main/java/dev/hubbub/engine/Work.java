package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Decision;
import dev.hubbub.conversation.Limits;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Reply;
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
    private final Starts starts;
    private final Instant now;

    /// What was decided so far; most often one decision's own.
    List<ConversationEvent> events = List.of();

    /// What callers will hear; most often nothing, as for what a model says, or one.
    List<Pending> answers = List.of();

    /// What was taken from the inbox, in order; most often one.
    List<ToDo> toDos = List.of();

    /// The message that was posted last; null when none was.
    @Nullable Message posted;

    /// The conversation after the events so far; null while nothing has started it.
    @Nullable Conversation after;

    Work(
            ConversationId id,
            @Nullable Conversation before,
            Limits limits,
            Starts starts,
            Instant now) {
        this.id = id;
        this.limits = limits;
        this.starts = starts;
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
        answers = plus(answers, new Pending(caller, answer, untilEnd));
    }

    void takes(ToDo toDo) {
        toDos = plus(toDos, toDo);
    }

    private static <T> List<T> plus(List<T> list, T more) {
        if (list.isEmpty()) {
            return List.of(more);
        }
        List<T> longer = list.size() == 1 ? new ArrayList<>(list) : list;
        longer.add(more);
        return longer;
    }

    /// What the engine itself asks for; nobody waits for an answer.
    void decide(ConversationCommand command) {
        decide(new ToDo.Command(null, null, command, false));
    }

    private Decision judge(@Nullable UserId asker, ConversationCommand command) {
        Conversation known = after;
        if (command instanceof ConversationCommand.Start start) {
            return starts.decide(known, start, now);
        }
        if (command instanceof ConversationCommand.Import more) {
            return Conversation.imported(known, more, limits, now);
        }
        if (known == null || (asker != null && !isFor(asker, known))) {
            return new Decision.Refused(Refusal.CONVERSATION_UNKNOWN);
        }
        return known.decide(command, limits, now);
    }

    private void add(List<ConversationEvent> more) {
        if (more.isEmpty()) {
            return;
        }
        if (more.getFirst() instanceof ConversationEvent.Started started) {
            after = Conversation.started(id, started);
            if (more.size() > 1) {
                after = after.apply(more.subList(1, more.size()));
            }
        } else {
            after = conversation().apply(more);
            for (int i = 0; i < more.size(); i++) {
                if (more.get(i) instanceof ConversationEvent.MessagePosted(_, _, var message)) {
                    posted = message;
                }
            }
        }
        events = events.isEmpty() ? more : joined(events, more);
    }

    private static List<ConversationEvent> joined(
            List<ConversationEvent> events, List<ConversationEvent> more) {
        if (events.size() == 2 && more.size() == 2) {
            // A message and its reply, most often: without a list that would be copied again.
            return List.of(events.get(0), events.get(1), more.get(0), more.get(1));
        }
        var all = new ArrayList<ConversationEvent>(events.size() + more.size());
        all.addAll(events);
        all.addAll(more);
        return all;
    }

    /// The message that a reply is wanted to, when both were decided here: the first call of a
    /// model for it has not begun.
    @Nullable Message unanswered() {
        Reply reply = after == null ? null : after.reply();
        return reply != null
                        && posted != null
                        && reply.attempt() == 1
                        && reply.parent().equals(posted.id())
                ? posted
                : null;
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
