package dev.hubbub.store;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/// A store that keeps every promise but the one to survive: all of it is on the heap and gone with
/// the process. For tests, trials and measurements.
///
/// It keeps the conversation of each batch as it came. The text of a running reply in there shares
/// its buffer with whoever is writing it, which a [dev.hubbub.conversation.Draft] allows: the kept
/// value does not change when that buffer grows.
public final class MemoryStore implements ConversationStore {

    private static final Comparator<Cursor> LATEST_FIRST =
            Comparator.comparing(Cursor::lastActiveAt).reversed().thenComparing(Cursor::id);

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<Integer, Long> epochs = new HashMap<>();
    private final Map<ConversationId, Conversation> conversations = new HashMap<>();
    private final Map<UserId, Nodes> nodes = new HashMap<>();
    private final Map<UserId, NavigableSet<Cursor>> listed = new HashMap<>();
    private final Map<ConversationId, Set<MessageId>> roots = new HashMap<>();
    private final Set<ConversationId> replying = new HashSet<>();
    private long count;
    private boolean closed;

    @Override
    public Map<Integer, Long> activate(Collection<Integer> partitions) {
        return locked(
                lock.writeLock(),
                () -> {
                    var taken = new HashMap<Integer, Long>();
                    for (Integer partition : Set.copyOf(partitions)) {
                        taken.put(partition, epochs.merge(partition, 1L, Long::sum));
                    }
                    return Map.copyOf(taken);
                });
    }

    @Override
    public List<Outcome> append(List<Batch> batches) {
        return locked(lock.writeLock(), () -> batches.stream().map(this::append).toList());
    }

    @Override
    public @Nullable Conversation load(ConversationId id) {
        return locked(lock.readLock(), () -> conversations.get(id));
    }

    @Override
    public List<ConversationId> unfinished() {
        return locked(lock.readLock(), () -> List.copyOf(replying));
    }

    @Override
    public @Nullable Message message(UserId owner, MessageId id) {
        return locked(lock.readLock(), () -> nodes(owner).byId.get(id));
    }

    @Override
    public List<Message> path(UserId owner, MessageId head, int limit) {
        return locked(
                lock.readLock(),
                () -> {
                    Nodes all = nodes(owner);
                    var path = new ArrayList<Message>();
                    Message next = all.byId.get(head);
                    while (next != null && path.size() < limit) {
                        path.add(next);
                        MessageId parent = next.parent();
                        next = parent == null ? null : all.byId.get(parent);
                    }
                    return List.copyOf(path.reversed());
                });
    }

    @Override
    public List<Message> children(
            UserId owner, ConversationId conversation, @Nullable MessageId parent) {
        return locked(
                lock.readLock(),
                () -> {
                    Nodes all = nodes(owner);
                    Collection<MessageId> ids =
                            parent != null
                                    ? all.children.getOrDefault(parent, List.of())
                                    : isOwner(owner, conversation)
                                            ? roots.getOrDefault(conversation, Set.of())
                                            : List.of();
                    return ids.stream()
                            .map(all::require)
                            .sorted(Comparator.comparing(Message::createdAt))
                            .toList();
                });
    }

    @Override
    public List<Summary> conversations(UserId owner, @Nullable Cursor after, int limit) {
        return locked(
                lock.readLock(),
                () -> {
                    NavigableSet<Cursor> all = listed.get(owner);
                    if (all == null) {
                        return List.of();
                    }
                    return (after == null ? all : all.tailSet(after, false))
                            .stream()
                                    .limit(Math.max(0, limit))
                                    .map(cursor -> Summary.of(require(cursor.id())))
                                    .toList();
                });
    }

    @Override
    public long count() {
        return locked(lock.readLock(), () -> count);
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private Outcome append(Batch batch) {
        if (epochs.getOrDefault(batch.partition(), 0L) != batch.epoch()) {
            return Outcome.FENCED;
        }
        Conversation before = conversations.get(batch.id());
        if (!Place.of(before).admits(batch)) {
            return Outcome.CONFLICT;
        }
        Conversation after = batch.after();
        for (ConversationEvent event : batch.events()) {
            switch (event) {
                case MessagePosted(_, _, var message) -> add(after, message);
                case ReplyEnded(_, var message) -> add(after, message);
                case ConversationEvent _ -> {}
            }
        }
        conversations.put(batch.id(), after);
        if (after.reply() == null) {
            replying.remove(batch.id());
        } else {
            replying.add(batch.id());
        }
        list(before, after);
        return Outcome.KEPT;
    }

    private void add(Conversation conversation, Message message) {
        Nodes all = nodes.computeIfAbsent(conversation.owner(), _ -> new Nodes());
        if (all.byId.putIfAbsent(message.id(), message) == null) {
            for (MessageId parent : Set.copyOf(message.parents())) {
                all.children.computeIfAbsent(parent, _ -> new ArrayList<>(1)).add(message.id());
            }
        }
        if (message.parent() == null) {
            roots.computeIfAbsent(conversation.id(), _ -> LinkedHashSet.newLinkedHashSet(1))
                    .add(message.id());
        }
    }

    /// Keeps the owner's list and the count in step with a change of one conversation.
    private void list(@Nullable Conversation before, Conversation after) {
        NavigableSet<Cursor> all =
                listed.computeIfAbsent(after.owner(), _ -> new TreeSet<>(LATEST_FIRST));
        if (before != null && !before.deleted()) {
            all.remove(new Cursor(before.lastActiveAt(), before.id()));
            count--;
        }
        if (!after.deleted()) {
            all.add(new Cursor(after.lastActiveAt(), after.id()));
            count++;
        }
    }

    private boolean isOwner(UserId owner, ConversationId id) {
        Conversation conversation = conversations.get(id);
        return conversation != null && conversation.owner().equals(owner);
    }

    private Conversation require(ConversationId id) {
        Conversation conversation = conversations.get(id);
        if (conversation == null) {
            throw new IllegalStateException("a listed conversation is not kept: " + id);
        }
        return conversation;
    }

    private Nodes nodes(UserId owner) {
        return nodes.getOrDefault(owner, Nodes.NONE);
    }

    private <T extends @Nullable Object> T locked(Lock mode, Supplier<T> work) {
        mode.lock();
        try {
            if (closed) {
                throw new StoreException("The store is closed; open it again.");
            }
            return work.get();
        } finally {
            mode.unlock();
        }
    }

    /// One owner's DAG.
    private static final class Nodes {

        static final Nodes NONE = new Nodes();

        final Map<MessageId, Message> byId = new HashMap<>();
        final Map<MessageId, List<MessageId>> children = new HashMap<>();

        Message require(MessageId id) {
            Message message = byId.get(id);
            if (message == null) {
                throw new IllegalStateException("a linked message is not kept: " + id);
            }
            return message;
        }
    }
}
