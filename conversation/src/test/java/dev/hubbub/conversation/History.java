package dev.hubbub.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ConversationCommand.Finish;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationEvent.Started;
import dev.hubbub.conversation.Decision.Accepted;
import dev.hubbub.conversation.Decision.Refused;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// A conversation, all that it was told, and all that came of it.
final class History {

    static final ConversationId ID = new ConversationId("chat");
    static final Instant BEGINNING = Instant.ofEpochMilli(1_700_000_000_000L);

    final Limits limits;
    final List<Step> steps = new ArrayList<>();
    final List<ConversationEvent> events = new ArrayList<>();
    private Instant clock = BEGINNING;
    private @Nullable Conversation now;

    private History(Limits limits) {
        this.limits = limits;
    }

    /// What one command led to.
    ///
    /// @param before null before the start
    record Step(
            @Nullable Conversation before,
            ConversationCommand command,
            Instant at,
            Decision decision,
            Conversation after) {

        List<ConversationEvent> events() {
            return decision instanceof Accepted(var events, _) ? events : List.of();
        }
    }

    static History of(Limits limits, Start start) {
        var history = new History(limits);
        history.tell(start);
        return history;
    }

    /// A conversation that was told about `length` things, with every reply ended afterwards.
    static History random(RandomGenerator random, Limits limits, int length) {
        var commands = new RandomCommands(random, limits);
        var history = new History(limits);
        while (history.now == null) {
            history.tell(commands.start());
        }
        for (int i = 0; i < length; i++) {
            // Clocks of several nodes: mostly forwards, sometimes back, often the same.
            history.pass(random.nextInt(-3, 10));
            history.tell(commands.next(history.now()));
            MessageId head = history.now().head();
            if (head != null) {
                commands.saw(head);
            }
        }
        history.rest();
        return history;
    }

    void pass(long millis) {
        clock = clock.plusMillis(millis);
    }

    /// Judges a command and applies what is decided.
    Decision tell(ConversationCommand command) {
        Conversation before = now;
        Decision decision = judge(before, command, clock);
        if (decision instanceof Accepted(var decided, _)) {
            for (ConversationEvent event : decided) {
                now = after(now, event);
                events.add(event);
            }
        }
        if (now != null) {
            steps.add(new Step(before, command, clock, decision, now));
        }
        return decision;
    }

    Accepted accepted(ConversationCommand command) {
        Decision decision = tell(command);
        assertThat(decision).isInstanceOf(Accepted.class);
        return (Accepted) decision;
    }

    Refusal refused(ConversationCommand command) {
        Decision decision = tell(command);
        assertThat(decision).isInstanceOf(Refused.class);
        return ((Refused) decision).refusal();
    }

    Decision judge(@Nullable Conversation before, ConversationCommand command, Instant at) {
        if (before == null) {
            return Conversation.start(null, (Start) command, limits, at);
        }
        return before.decide(command, limits, at);
    }

    static Conversation after(@Nullable Conversation before, ConversationEvent event) {
        if (before == null) {
            return Conversation.started(ID, (Started) event);
        }
        return before.apply(event);
    }

    /// Lets the models finish until nothing runs.
    void rest() {
        for (int turns = 0; now().reply() != null; turns++) {
            assertThat(turns).isLessThanOrEqualTo(limits.queueMax());
            Reply reply = reply();
            accepted(new Finish(reply.turn(), reply.attempt(), StopReason.END, new Usage(1, 2)));
        }
    }

    Conversation now() {
        assertThat(now).isNotNull();
        return now;
    }

    Reply reply() {
        Reply reply = now().reply();
        assertThat(reply).isNotNull();
        return reply;
    }

    /// The nodes that were added, in order.
    List<Message> messages() {
        var messages = new ArrayList<Message>();
        for (ConversationEvent event : events) {
            if (event instanceof ConversationEvent.MessagePosted(_, _, var message)) {
                messages.add(message);
            } else if (event instanceof ConversationEvent.ReplyEnded(_, var message)) {
                messages.add(message);
            } else if (event instanceof ConversationEvent.MessagesImported(var imported, _)) {
                messages.addAll(imported);
            }
        }
        return messages;
    }

    List<String> texts() {
        return messages().stream().map(Message::text).toList();
    }
}
