package dev.hubbub.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ClientMessageId;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationCommand.Change;
import dev.hubbub.conversation.ConversationCommand.Delete;
import dev.hubbub.conversation.ConversationCommand.Generate;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationCommand.Stop;
import dev.hubbub.conversation.ConversationCommand.WhenBusy;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationEvent.ReplyStarted;
import dev.hubbub.conversation.ConversationEvent.Started;
import dev.hubbub.conversation.ConversationEvent.TurnQueued;
import dev.hubbub.conversation.ConversationEvent.TurnWithdrawn;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Those outside a simulated node: callers who remember what they were promised, viewers who
/// remember what they saw.
final class SimulatedClients {

    static final List<ConversationId> IDS =
            List.of("one", "two", "three").stream().map(ConversationId::new).toList();
    private static final List<WhenBusy> BUSY = List.of(WhenBusy.values());
    static final UserId OWNER = new UserId("owner");
    private static final UserId STRANGER = new UserId("stranger");

    private final Simulation simulation;
    private final Map<Long, Question> open = new LinkedHashMap<>();
    private final List<Promise> promises = new ArrayList<>();
    private final List<SimulatedViewer> viewers = new ArrayList<>();
    private long questions;

    private record Question(UserId asker, ConversationId id, ConversationCommand command) {}

    /// What a caller was told had happened.
    private record Promise(ConversationId id, ConversationCommand command, Answer answer) {}

    SimulatedClients(Simulation simulation) {
        this.simulation = simulation;
    }

    void act() {
        int dice = simulation.random.nextInt(10);
        if (dice < 6) {
            ask();
        } else if (dice == 6 || viewers.isEmpty()) {
            var viewer = new SimulatedViewer(simulation, IDS.get(pick(IDS.size())), OWNER);
            viewers.add(viewer);
            viewer.join();
        } else {
            viewers.get(pick(viewers.size())).act();
        }
    }

    private int pick(int bound) {
        return simulation.random.nextInt(bound);
    }

    private void ask() {
        ConversationId id = IDS.get(pick(IDS.size()));
        UserId asker = pick(20) == 0 ? STRANGER : OWNER;
        ConversationCommand command = command(id);
        long number = ++questions;
        open.put(number, new Question(asker, id, command));
        simulation.note(number + ": " + asker + " " + id + " " + command);
        simulation.ask(new Caller("node", number), asker, id, command);
    }

    private ConversationCommand command(ConversationId id) {
        Conversation kept = simulation.store.load(id);
        if (kept == null || pick(40) == 0) {
            return new Start(OWNER, "", SimulatedModels.MODEL, null, null, null);
        }
        return switch (pick(18)) {
            case 0 -> new Change("name " + pick(3), null, null, null);
            case 1 -> new Generate(pick(2) == 0 ? null : someMessage(Role.USER), null);
            case 2, 3 -> new Stop(pick(2) == 0 ? null : new TurnId(1 + pick(8)));
            case 4 -> {
                MessageId to = someMessage(Role.ASSISTANT);
                yield to == null
                        ? new Stop(null)
                        : new ConversationCommand.MoveHead(to, Role.ASSISTANT);
            }
            case 16 -> new ConversationCommand.Clear();
            case 17 -> {
                MessageId old = someMessage(Role.ASSISTANT);
                Message reply = old == null ? null : simulation.store.messages.get(old);
                yield reply == null
                        ? new Stop(null)
                        : new ConversationCommand.Continue(reply, null);
            }
            case 5 -> pick(12) == 0 ? new Delete() : new Stop(null);
            default ->
                    new Post(
                            pick(2) == 0 ? null : new ClientMessageId("k" + pick(12)),
                            "x".repeat(pick(65)),
                            pick(4) == 0 ? someMessage(null) : null,
                            pick(8) != 0,
                            BUSY.get(pick(3)),
                            null);
        };
    }

    private @Nullable MessageId someMessage(@Nullable Role role) {
        var all =
                simulation.store.messages.values().stream()
                        .filter(message -> role == null || message.role() == role)
                        .toList();
        return all.isEmpty() ? null : all.get(pick(all.size())).id();
    }

    void answered(Caller caller, Answer answer) {
        Question question = open.remove(caller.question());
        if (question == null) {
            throw new AssertionError("answered twice: " + caller + " " + answer);
        }
        simulation.note(caller.question() + " -> " + answer);
        if (question.asker().equals(STRANGER) && !(question.command() instanceof Start)) {
            assertThat(answer).isInstanceOf(Answer.Refused.class);
        }
        if (!(answer instanceof Answer.Refused)) {
            promises.add(new Promise(question.id(), question.command(), answer));
        } else if (answer instanceof Answer.Refused(var refusal)) {
            assertThat(refusal).isNotEqualTo(Refusal.OVERLOADED);
        }
    }

    /// The node died: nobody will hear an answer, every connection is gone.
    void cutOff() {
        open.clear();
        viewers.forEach(SimulatedViewer::cutOff);
    }

    void readEverything() {
        viewers.forEach(SimulatedViewer::readEverything);
    }

    void checkAfterwards() {
        assertThat(open).as("callers who heard nothing").isEmpty();
        simulation.store.conversations.forEach(this::checkHistory);
        promises.forEach(this::checkPromise);
        viewers.forEach(SimulatedViewer::checkAfterwards);
    }

    /// The store's events make the store's state, and every turn ended once.
    private void checkHistory(ConversationId id, Conversation kept) {
        List<ConversationEvent> events = simulation.store.events.getOrDefault(id, List.of());
        Conversation replayed = null;
        Set<TurnId> accepted = new HashSet<>();
        Map<TurnId, Integer> ends = new HashMap<>();
        Set<ClientMessageId> keys = new HashSet<>();
        for (ConversationEvent event : events) {
            if (event instanceof Started started) {
                replayed = Conversation.started(id, started);
                continue;
            }
            assertThat(replayed).isNotNull();
            replayed = replayed.apply(event);
            switch (event) {
                case TurnQueued(var waiting, _) -> {
                    accepted.add(waiting.turn());
                }
                case TurnWithdrawn(var turn, _) -> ends.merge(turn, 1, Integer::sum);
                case MessagePosted(var key, var turn, _) -> {
                    if (key != null) {
                        assertThat(keys.add(key)).as("%s posted once", key).isTrue();
                    }
                    if (turn != null) {
                        accepted.add(turn);
                    }
                }
                case ReplyStarted(var turn, _, _, _, _, _, _, _) -> accepted.add(turn);
                case ReplyEnded(var turn, var message) -> {
                    ends.merge(turn, 1, Integer::sum);
                    assertThat(message.isIntact()).isTrue();
                }
                case Started _,
                        ConversationEvent.Changed _,
                        ConversationEvent.PieceAdded _,
                        ConversationEvent.MessagesImported _,
                        ConversationEvent.HeadMoved _,
                        ConversationEvent.Deleted _ -> {}
            }
        }
        assertThat(replayed).as("replayed history of %s", id).isEqualTo(kept);
        assertThat(kept.reply()).as("reply of %s", id).isNull();
        assertThat(kept.queue()).as("queue of %s", id).isEmpty();
        for (TurnId turn : accepted) {
            boolean posted =
                    events.stream()
                            .anyMatch(event ->
                                    event instanceof MessagePosted(_, var of, _)
                                            && turn.equals(of));
            int ended = ends.getOrDefault(turn, 0);
            boolean replied =
                    events.stream()
                            .anyMatch(event ->
                                    event instanceof ReplyStarted started
                                            && turn.equals(started.turn()));
            // A waiting message that wants no reply ends by being posted.
            assertThat(ended)
                    .as("ends of turn %s of %s", turn, id)
                    .isEqualTo(posted && !replied ? 0 : 1);
        }
    }

    private void checkPromise(Promise promise) {
        List<ConversationEvent> events =
                simulation.store.events.getOrDefault(promise.id(), List.of());
        switch (promise.answer()) {
            case Answer.Done(var receipt, var conversation) -> {
                assertThat(simulation.store.load(promise.id())).isNotNull();
                assertThat(conversation.number()).isPositive();
                if (promise.command() instanceof Post && receipt.message() != null) {
                    assertThat(events)
                            .filteredOn(event ->
                                    event instanceof MessagePosted(_, _, var message)
                                            && message.id().equals(receipt.message()))
                            .as("acknowledged message of %s", promise)
                            .isNotEmpty();
                } else if (promise.command() instanceof Post) {
                    assertThat(events)
                            .filteredOn(event ->
                                    event instanceof TurnQueued(var waiting, _)
                                            && waiting.turn().equals(receipt.turn()))
                            .hasSize(1);
                }
            }
            case Answer.Ended(var turn, var reply) ->
                    assertThat(events).contains(new ReplyEnded(turn, reply));
            case Answer.Withdrawn(var turn) ->
                    assertThat(events)
                            .filteredOn(event ->
                                    event instanceof TurnWithdrawn(var withdrawn, _)
                                            && withdrawn.equals(turn))
                            .hasSize(1);
            case Answer.Refused _ -> throw new AssertionError("a refusal promises nothing");
        }
    }
}
