package dev.hubbub.bench;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.PieceAdded;
import dev.hubbub.conversation.ConversationEvent.Started;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.ConversationStore.Outcome;
import dev.hubbub.conversation.Decision;
import dev.hubbub.conversation.Limits;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Conversations in a store, each with a reply that grows by a token whenever it is asked to.
final class StoredReplies {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final ConversationStore store;
    private final long epoch;
    private final String token;
    private final List<Conversation> conversations = new ArrayList<>();
    private int next;

    StoredReplies(ConversationStore store, int count, String token) {
        this.store = store;
        this.token = token;
        epoch = Objects.requireNonNull(store.activate(List.of(0)).get(0));
        var begun = new ArrayList<Batch>();
        for (int i = 0; i < count; i++) {
            begun.add(begin(new ConversationId("raw-" + i)));
        }
        append(begun);
    }

    private Batch begin(ConversationId id) {
        var start =
                new ConversationCommand.Start(
                        UserId.LOCAL, "", new ModelId("simulated"), null, null, null);
        var events = new ArrayList<>(events(Conversation.start(null, start, Limits.DEFAULT, NOW)));
        Conversation conversation = Conversation.started(id, (Started) events.getFirst());
        for (ConversationEvent event :
                events(conversation.decide(Post.text("Go on."), Limits.DEFAULT, NOW))) {
            events.add(event);
            conversation = conversation.apply(event);
        }
        conversations.add(conversation);
        return new Batch(0, epoch, id, 0, events, conversation);
    }

    /// What was decided, which must not be a refusal.
    static List<ConversationEvent> events(Decision decision) {
        return switch (decision) {
            case Decision.Accepted(var events, _) -> events;
            case Decision.Refused(var why) -> throw new IllegalStateException("refused: " + why);
        };
    }

    /// One more token for the next `count` conversations in turn.
    List<Batch> grow(int count) {
        var batches = new ArrayList<Batch>(count);
        for (int i = 0; i < count; i++) {
            Conversation before = conversations.get(next);
            @Nullable Reply reply = Objects.requireNonNull(before.reply());
            var piece = new PieceAdded(reply.turn(), reply.draft().length(), token);
            Conversation after = before.apply(piece);
            conversations.set(next, after);
            batches.add(new Batch(0, epoch, before.id(), before.number(), List.of(piece), after));
            next = (next + 1) % conversations.size();
        }
        return batches;
    }

    void append(List<Batch> batches) {
        for (Outcome outcome : store.append(batches)) {
            if (outcome != Outcome.KEPT) {
                throw new IllegalStateException("the store did not keep a batch: " + outcome);
            }
        }
    }
}
