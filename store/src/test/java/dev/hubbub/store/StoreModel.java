package dev.hubbub.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.ConversationStore.Cursor;
import dev.hubbub.conversation.ConversationStore.Outcome;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/// What a store should answer, computed in the most obvious way from everything that was ever
/// appended.
final class StoreModel {

    /// A message that a conversation added to its owner's DAG.
    private record Added(UserId owner, ConversationId conversation, Message message) {}

    final Map<ConversationId, Conversation> conversations = new LinkedHashMap<>();
    final Map<Integer, Long> epochs = new HashMap<>();
    private final List<Added> added = new ArrayList<>();

    /// @param before what the batch was decided on
    Outcome append(@Nullable Conversation before, Batch batch) {
        if (!Objects.equals(epochs.get(batch.partition()), batch.epoch())) {
            return Outcome.FENCED;
        }
        if (!Objects.equals(before, conversations.get(batch.id()))) {
            return Outcome.CONFLICT;
        }
        conversations.put(batch.id(), batch.after());
        for (ConversationEvent event : batch.events()) {
            if (event instanceof MessagePosted posted) {
                added.add(new Added(batch.after().owner(), batch.id(), posted.message()));
            } else if (event instanceof ReplyEnded ended) {
                added.add(new Added(batch.after().owner(), batch.id(), ended.message()));
            }
        }
        return Outcome.KEPT;
    }

    List<Message> messages(UserId owner) {
        return added.stream()
                .filter(one -> one.owner().equals(owner))
                .map(Added::message)
                .distinct()
                .toList();
    }

    @Nullable Message message(UserId owner, MessageId id) {
        return messages(owner).stream()
                .filter(message -> message.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    List<Message> path(UserId owner, MessageId head, int limit) {
        var path = new ArrayList<Message>();
        Message next = message(owner, head);
        while (next != null && path.size() < limit) {
            path.addFirst(next);
            MessageId parent = next.parent();
            next = parent == null ? null : message(owner, parent);
        }
        return path;
    }

    List<Message> children(UserId owner, ConversationId conversation, @Nullable MessageId parent) {
        return added.stream()
                .filter(one -> one.owner().equals(owner))
                .filter(one ->
                        parent != null
                                ? one.message().parents().contains(parent)
                                : one.message().parents().isEmpty()
                                        && one.conversation().equals(conversation))
                .map(Added::message)
                .distinct()
                .sorted(Comparator.comparing(Message::createdAt))
                .toList();
    }

    List<Summary> conversations(UserId owner, @Nullable Cursor after, int limit) {
        Comparator<Summary> latestFirst =
                Comparator.comparing(Summary::lastActiveAt).reversed().thenComparing(Summary::id);
        List<Summary> all =
                conversations.values().stream()
                        .filter(one -> one.owner().equals(owner) && !one.deleted())
                        .map(Summary::of)
                        .sorted(latestFirst)
                        .toList();
        int from = 0;
        while (after != null
                && from < all.size()
                && (all.get(from).lastActiveAt().isAfter(after.lastActiveAt())
                        || (all.get(from).lastActiveAt().equals(after.lastActiveAt())
                                && all.get(from).id().compareTo(after.id()) <= 0))) {
            from++;
        }
        return all.subList(from, Math.min(all.size(), from + limit));
    }

    List<ConversationId> unfinished() {
        return conversations.values().stream()
                .filter(one -> one.reply() != null)
                .map(Conversation::id)
                .toList();
    }

    long count() {
        return conversations.values().stream().filter(one -> !one.deleted()).count();
    }

    /// Compares everything that can be asked, some of it at random.
    void assertSame(ConversationStore store, RandomGenerator random) {
        assertThat(store.count()).isEqualTo(count());
        assertThat(store.unfinished()).containsExactlyInAnyOrderElementsOf(unfinished());
        for (ConversationId id : Histories.IDS) {
            assertThat(store.load(id)).isEqualTo(conversations.get(id));
        }
        for (UserId owner : Histories.OWNERS) {
            int limit = 1 + random.nextInt(4);
            Cursor after = null;
            List<Summary> page = conversations(owner, after, limit);
            assertThat(store.conversations(owner, after, limit)).isEqualTo(page);
            while (!page.isEmpty()) {
                after = page.getLast().cursor();
                page = conversations(owner, after, limit);
                assertThat(store.conversations(owner, after, limit)).isEqualTo(page);
            }
            ConversationId some = Histories.IDS.get(random.nextInt(Histories.IDS.size()));
            assertThat(new HashSet<>(store.children(owner, some, null)))
                    .isEqualTo(new HashSet<>(children(owner, some, null)));
            List<Message> nodes = messages(owner);
            if (!nodes.isEmpty()) {
                Message node = nodes.get(random.nextInt(nodes.size()));
                assertThat(store.message(owner, node.id())).isEqualTo(node);
                assertThat(store.path(owner, node.id(), limit))
                        .isEqualTo(path(owner, node.id(), limit));
                assertThat(store.path(owner, node.id(), 1_000))
                        .isEqualTo(path(owner, node.id(), 1_000));
                assertThat(new HashSet<>(store.children(owner, some, node.id())))
                        .isEqualTo(new HashSet<>(children(owner, some, node.id())));
            }
        }
    }
}
