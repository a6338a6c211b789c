package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.Receipt;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Resident.Pending;
import dev.hubbub.engine.Resident.ToDo;
import dev.hubbub.engine.Resident.Waiter;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Those who wait for what a partition's conversations do: everybody hears, once, of success, of a
/// refusal, or of a crash.
final class Callers {

    private final Partition.World world;

    Callers(Partition.World world) {
        this.world = world;
    }

    static Answer shown(UserId asker, @Nullable Conversation durable) {
        return durable != null && Work.isFor(asker, durable)
                ? new Answer.Done(Receipt.EMPTY, durable)
                : new Answer.Refused(Refusal.CONVERSATION_UNKNOWN);
    }

    void answer(Addressee to, Answer answer) {
        switch (to) {
            case Caller caller -> world.answer(caller, answer);
            case Many.Member(var many, var index) -> {
                if (many.put(index, answer)) {
                    world.answer(many.caller(), new Response.All(many.all()));
                }
            }
        }
    }

    /// @param events what has just become durable: whoever waits for the end of a turn hears at
    ///   once when it is among them
    void answerAll(Resident resident, List<Pending> answers, List<ConversationEvent> events) {
        for (int i = 0; i < answers.size(); i++) {
            Pending pending = answers.get(i);
            if (pending.untilEnd()
                    && pending.answer() instanceof Answer.Done(var receipt, var after)
                    && receipt.turn() != null
                    && after.isOpen(receipt.turn())) {
                Answer ended = ended(receipt.turn(), events);
                if (ended == null) {
                    resident.await(receipt.turn(), pending.caller());
                } else {
                    answer(pending.caller(), ended);
                }
            } else {
                answer(pending.caller(), pending.answer());
            }
        }
    }

    private static @Nullable Answer ended(TurnId turn, List<ConversationEvent> events) {
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i) instanceof ConversationEvent.ReplyEnded(var its, var message)
                    && its.equals(turn)) {
                return new Answer.Ended(turn, message);
            }
        }
        return null;
    }

    void turnOver(Resident resident, TurnId turn, Answer answer) {
        for (Waiter waiter : resident.waiters()) {
            if (waiter.turn().equals(turn)) {
                resident.forget(waiter);
                answer(waiter.caller(), answer);
            }
        }
    }

    void refuse(List<Pending> answers, Refusal reason) {
        answers.forEach(pending -> answer(pending.caller(), new Answer.Refused(reason)));
    }

    void refuseAll(Resident resident, Refusal reason) {
        if (resident.flight != null) {
            refuse(resident.flight.answers, reason);
            resident.flight = null;
        }
        if (resident.doubted != null) {
            refuse(resident.doubted.answers, reason);
            resident.doubted = null;
        }
        refuseInbox(resident, reason);
    }

    void refuseInbox(Resident resident, Refusal reason) {
        for (ToDo toDo : resident.takeInbox()) {
            refuse(resident, toDo, reason);
        }
    }

    void refuse(Resident resident, ToDo toDo, Refusal reason) {
        switch (toDo) {
            case ToDo.Command(var caller, _, _, _) when caller != null ->
                    answer(caller, new Answer.Refused(reason));
            case ToDo.Command _ -> {}
            case ToDo.Show(var caller, _) -> answer(caller, new Answer.Refused(reason));
            case ToDo.Follow(var node, var asker) ->
                    world.tell(node, new ToHub.NotFollowing(resident.id, asker, reason));
        }
    }

    void refuseWaiters(Resident resident, Refusal reason) {
        for (Waiter waiter : resident.waiters()) {
            resident.forget(waiter);
            answer(waiter.caller(), new Answer.Refused(reason));
        }
    }
}
