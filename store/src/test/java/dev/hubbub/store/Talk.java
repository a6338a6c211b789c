package dev.hubbub.store;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationCommand.AddPiece;
import dev.hubbub.conversation.ConversationCommand.Finish;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.Started;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.ConversationStore.Outcome;
import dev.hubbub.conversation.Decision;
import dev.hubbub.conversation.Limits;
import dev.hubbub.conversation.Marks;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Receipt;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// One conversation and the store it is kept in. Each command is a batch and an append of its own,
/// unless [#together] or [#held].
final class Talk {

    static final int PARTITION = 3;

    private static final Limits LIMITS = new Limits(1 << 22, 1 << 22, 1_000, 200, 16, 3, 2);

    final ConversationId id;
    ConversationStore store;
    Instant clock = Instant.ofEpochMilli(1_800_000_000_000L);

    private final long epoch;
    private @Nullable Conversation now;
    private @Nullable List<ConversationEvent> together;
    private @Nullable List<Batch> held;

    Talk(ConversationStore store) {
        this(store, new ConversationId("talk"));
    }

    /// Takes the partition.
    Talk(ConversationStore store, ConversationId id) {
        this(store, id, store.activate(List.of(PARTITION)).getOrDefault(PARTITION, 0L));
    }

    private Talk(ConversationStore store, ConversationId id, long epoch) {
        this.store = store;
        this.id = id;
        this.epoch = epoch;
    }

    /// Another conversation in the same partition.
    Talk neighbour(String name) {
        return new Talk(store, new ConversationId(name), epoch);
    }

    Conversation now() {
        if (now == null) {
            throw new IllegalStateException("not started");
        }
        return now;
    }

    MessageId head() {
        MessageId head = now().head();
        if (head == null) {
            throw new IllegalStateException("nothing said");
        }
        return head;
    }

    Talk start(UserId owner) {
        return start(owner, null);
    }

    Talk startAt(UserId owner, MessageId head) {
        return start(owner, head);
    }

    /// Takes in what was said elsewhere; begins with it where nothing has begun.
    Talk imports(UserId owner, @Nullable Message head, Message... messages) {
        return decided(
                Conversation.imported(
                        now,
                        new ConversationCommand.Import(
                                owner,
                                "Imported",
                                "📦",
                                new ModelId("elsewhere"),
                                null,
                                new Marks(true, false, true, "Elsewhere", List.of("a", "b")),
                                clock.minusSeconds(60),
                                clock,
                                List.of(messages),
                                head == null ? null : head.id(),
                                head == null ? null : head.role()),
                        LIMITS,
                        clock));
    }

    Talk post(String text) {
        return does(Post.text(text));
    }

    Talk piece(String text) {
        Reply reply = reply();
        return does(new AddPiece(reply.turn(), reply.attempt(), text));
    }

    Talk finish() {
        Reply reply = reply();
        return does(new Finish(reply.turn(), reply.attempt(), StopReason.END, null));
    }

    Talk does(ConversationCommand command) {
        return decided(now().decide(command, LIMITS, clock));
    }

    Talk append(ConversationEvent event) {
        return decided(new Decision.Accepted(List.of(event), Receipt.EMPTY));
    }

    /// What is done meanwhile is one batch.
    Talk together(Runnable commands) {
        Conversation before = now;
        var events = new ArrayList<ConversationEvent>();
        together = events;
        commands.run();
        together = null;
        batch(before, events);
        return this;
    }

    /// What is done meanwhile is not appended but handed out.
    List<Batch> held(Runnable commands) {
        var batches = new ArrayList<Batch>();
        held = batches;
        commands.run();
        held = null;
        return batches;
    }

    Batch heldStart(UserId owner) {
        return held(() -> start(owner)).getFirst();
    }

    private Talk start(UserId owner, @Nullable MessageId head) {
        var command =
                new Start(
                        owner,
                        "",
                        new ModelId("eliza"),
                        null,
                        head,
                        head == null ? null : Role.USER);
        return decided(Conversation.start(null, command, LIMITS, clock));
    }

    private Talk decided(Decision decision) {
        if (!(decision instanceof Decision.Accepted accepted)) {
            throw new IllegalStateException(decision.toString());
        }
        Conversation before = now;
        for (ConversationEvent event : accepted.events()) {
            now =
                    event instanceof Started started
                            ? Conversation.started(id, started)
                            : now().apply(event);
        }
        if (together == null) {
            batch(before, accepted.events());
        } else {
            together.addAll(accepted.events());
        }
        return this;
    }

    private void batch(@Nullable Conversation before, List<ConversationEvent> events) {
        long number = before == null ? 0 : before.number();
        var batch = new Batch(PARTITION, epoch, id, number, events, now());
        if (held != null) {
            held.add(batch);
            return;
        }
        List<Outcome> outcomes = store.append(List.of(batch));
        if (!outcomes.equals(List.of(Outcome.KEPT))) {
            throw new IllegalStateException(outcomes.toString());
        }
    }

    private Reply reply() {
        Reply reply = now().reply();
        if (reply == null) {
            throw new IllegalStateException("no reply is being made");
        }
        return reply;
    }
}
