package dev.hubbub.store;

import dev.hubbub.conversation.ChatModel.Prompt.Picture;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ImageId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// A store that keeps every promise but the one to survive: all of it is on the heap and gone with
/// the process. For tests, trials and measurements.
///
/// Made for a million conversations: one costs some 36 bytes besides its [Conversation], and as
/// much each message besides its [Message]; an append costs a few cache misses for each batch.
/// [#load] and [#path] take no lock, so that readers do not wait for a large append. What is rarely
/// asked costs more: [#conversations] looks at all conversations of the owner, [#unfinished] at
/// all.
///
/// It keeps the conversation of each batch as it came. The text of a running reply in there shares
/// its buffer with whoever is writing it, which a [dev.hubbub.conversation.Draft] allows: the kept
/// value does not change when that buffer grows.
public final class MemoryStore implements ConversationStore {

    private static final Comparator<Conversation> LATEST_FIRST =
            Comparator.comparing(Conversation::lastActiveAt)
                    .reversed()
                    .thenComparing(Conversation::id);

    /// Held by whoever changes anything, and for reading what is linked from messages.
    private final ReentrantLock writing = new ReentrantLock();

    private final Map<Integer, Long> epochs = new HashMap<>();
    private final Table<ConversationId, Entry> entries = new Table<>(Entry::id);
    private final Map<UserId, Owner> owners = new ConcurrentHashMap<>();
    private final AtomicLong count = new AtomicLong();
    private volatile boolean closed;

    @Override
    public Map<Integer, Long> activate(Collection<Integer> partitions) {
        lock();
        try {
            var taken = new HashMap<Integer, Long>();
            for (Integer partition : Set.copyOf(partitions)) {
                taken.put(partition, epochs.merge(partition, 1L, Long::sum));
            }
            return Map.copyOf(taken);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public List<Outcome> append(List<Batch> batches) {
        lock();
        try {
            // Looked up before anything else: the processor then waits for many at a time.
            var found = new @Nullable Entry[batches.size()];
            for (int i = 0; i < found.length; i++) {
                Batch batch = batches.get(i);
                found[i] = batch.number() == 0 ? null : entries.find(batch.id());
            }
            var outcomes = new ArrayList<Outcome>(found.length);
            for (int i = 0; i < found.length; i++) {
                outcomes.add(append(batches.get(i), found[i]));
            }
            return Collections.unmodifiableList(outcomes);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public @Nullable Conversation load(ConversationId id) {
        requireOpen();
        Entry entry = entries.find(id);
        return entry == null ? null : entry.now;
    }

    @Override
    public List<ConversationId> unfinished() {
        requireOpen();
        var unfinished = new ArrayList<ConversationId>();
        for (Owner owner : owners.values()) {
            for (Entry entry = owner.latest; entry != null; entry = entry.next) {
                if (entry.now.reply() != null) {
                    unfinished.add(entry.id());
                }
            }
        }
        return Collections.unmodifiableList(unfinished);
    }

    @Override
    public @Nullable Message message(UserId owner, MessageId id) {
        Node node = node(owner, id);
        return node == null ? null : node.message;
    }

    @Override
    public void keepImage(UserId owner, Image image, byte[] content) {
        lock();
        try {
            var picture = new Picture(image, content.clone());
            ownerOf(owner).images.putIfAbsent(image.id(), picture);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public @Nullable Picture image(UserId owner, ImageId id) {
        requireOpen();
        Owner of = owners.get(owner);
        return of == null ? null : of.images.get(id);
    }

    @Override
    public long imageBytes(UserId owner) {
        requireOpen();
        Owner of = owners.get(owner);
        return of == null
                ? 0
                : of.images.values().stream().mapToLong(picture -> picture.content().length).sum();
    }

    @Override
    public List<Message> path(UserId owner, MessageId head, int limit) {
        var path = new ArrayList<Message>();
        Node next = node(owner, head);
        while (next != null && path.size() < limit) {
            path.add(next.message);
            next = next.parent;
        }
        Collections.reverse(path);
        return Collections.unmodifiableList(path);
    }

    @Override
    public List<Message> children(
            UserId owner, ConversationId conversation, @Nullable MessageId parent) {
        lock();
        try {
            Links links = parent == null ? entry(owner, conversation) : node(owner, parent);
            return links == null
                    ? List.of()
                    : links.linked().stream()
                            .map(node -> node.message)
                            .sorted(Comparator.comparing(Message::createdAt))
                            .toList();
        } finally {
            writing.unlock();
        }
    }

    /// Looks at all conversations of the owner, each time.
    @Override
    public List<Summary> conversations(UserId owner, @Nullable Cursor after, int limit) {
        requireOpen();
        Owner of = owners.get(owner);
        if (of == null || limit < 1) {
            return List.of();
        }
        // Its head is the last of the page, which leaves for what belongs before it.
        var page = new PriorityQueue<Conversation>(LATEST_FIRST.reversed());
        for (Entry entry = of.latest; entry != null; entry = entry.next) {
            Conversation now = entry.now;
            if (!now.deleted() && (after == null || isAfter(now, after))) {
                if (page.size() < limit) {
                    page.add(now);
                } else if (LATEST_FIRST.compare(now, page.element()) < 0) {
                    page.remove();
                    page.add(now);
                }
            }
        }
        return page.stream().sorted(LATEST_FIRST).map(Summary::of).toList();
    }

    @Override
    public List<Spent> spent(UserId owner, LocalDate from, int limit) {
        lock();
        try {
            Owner of = owners.get(owner);
            return of == null || limit < 1
                    ? List.of()
                    : of.spent.tailMap(from, true).descendingMap().entrySet().stream()
                            .flatMap(day ->
                                    day.getValue().entrySet().stream()
                                            .map(model ->
                                                    new Spent(
                                                            day.getKey(),
                                                            new ModelId(model.getKey()),
                                                            model.getValue())))
                            .limit(limit)
                            .toList();
        } finally {
            writing.unlock();
        }
    }

    /// Looks at all users.
    @Override
    public Usage total(@Nullable UserId owner, @Nullable ModelId model, LocalDate from) {
        lock();
        try {
            Usage sum = Usage.NONE;
            for (Map.Entry<UserId, Owner> of : owners.entrySet()) {
                if (owner != null && !of.getKey().equals(owner)) {
                    continue;
                }
                for (Map<String, Usage> day : of.getValue().spent.tailMap(from, true).values()) {
                    for (Map.Entry<String, Usage> one : day.entrySet()) {
                        if (model == null || model.value().equals(one.getKey())) {
                            sum = sum.plus(one.getValue());
                        }
                    }
                }
            }
            return sum;
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void charge(List<Charge> charges) {
        lock();
        try {
            for (Charge charge : charges) {
                ownerOf(charge.owner()).add(charge.spent());
            }
        } finally {
            writing.unlock();
        }
    }

    @Override
    public long count() {
        requireOpen();
        return count.get();
    }

    @Override
    public void close() {
        closed = true;
    }

    /// @param found null when it was not looked for or was not there
    private Outcome append(Batch batch, @Nullable Entry found) {
        if (epochs.getOrDefault(batch.partition(), 0L) != batch.epoch()) {
            return Outcome.FENCED;
        }
        Entry entry = found == null ? entries.find(batch.id()) : found;
        Conversation before = entry == null ? null : entry.now;
        if (!Place.of(before).admits(batch)) {
            return Outcome.CONFLICT;
        }
        Conversation after = batch.after();
        if (entry == null) {
            Owner owner = ownerOf(after.owner());
            entry = new Entry(after, owner, owner.latest);
            count.incrementAndGet();
            add(entry, batch.events());
            entries.add(entry);
            owner.latest = entry;
        } else {
            add(entry, batch.events());
            // Last: whoever sees its head finds that message.
            entry.now = after;
        }
        if (after.deleted() && (before == null || !before.deleted())) {
            count.decrementAndGet();
        }
        return Outcome.KEPT;
    }

    private static void add(Entry entry, List<ConversationEvent> events) {
        for (ConversationEvent event : events) {
            switch (event) {
                case MessagePosted(_, _, var message) -> add(entry, message);
                case ReplyEnded(_, var message) -> {
                    add(entry, message);
                    Spent.of(message).forEach(entry.owner::add);
                }
                case ConversationEvent _ -> {}
            }
        }
    }

    private static void add(Entry entry, Message message) {
        Table<MessageId, Node> nodes = entry.owner.nodes;
        MessageId parent = message.parent();
        Node node = nodes.find(message.id());
        if (node == null) {
            node = new Node(message, parent == null ? null : nodes.find(parent));
            if (node.parent != null) {
                node.parent.link(node);
            }
            if (message.parents().size() > 1) {
                for (MessageId other : Set.copyOf(message.parents())) {
                    Node too = nodes.find(other);
                    if (too != null && too != node.parent) {
                        too.link(node);
                    }
                }
            }
            nodes.add(node);
        }
        if (parent == null && !entry.linked().contains(node)) {
            entry.link(node);
        }
    }

    private Owner ownerOf(UserId id) {
        return owners.computeIfAbsent(id, _ -> new Owner());
    }

    private @Nullable Node node(UserId owner, MessageId id) {
        requireOpen();
        Owner of = owners.get(owner);
        return of == null ? null : of.nodes.find(id);
    }

    private @Nullable Entry entry(UserId owner, ConversationId id) {
        Entry entry = entries.find(id);
        return entry == null || !entry.now.owner().equals(owner) ? null : entry;
    }

    /// As [#LATEST_FIRST] has it.
    private static boolean isAfter(Conversation conversation, Cursor cursor) {
        int byTime = cursor.lastActiveAt().compareTo(conversation.lastActiveAt());
        return byTime > 0 || (byTime == 0 && conversation.id().compareTo(cursor.id()) > 0);
    }

    private void lock() {
        writing.lock();
        if (closed) {
            writing.unlock();
            requireOpen();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new StoreException("The store is closed; open it again.");
        }
    }

    /// What one owner has.
    private static final class Owner {

        final Table<MessageId, Node> nodes = new Table<>(node -> node.message.id());
        final Map<ImageId, Picture> images = new ConcurrentHashMap<>(0);

        /// By day and the model's id; under the lock of the store.
        final TreeMap<LocalDate, TreeMap<String, Usage>> spent = new TreeMap<>();

        /// The latest conversation that began; the others follow it.
        volatile @Nullable Entry latest;

        void add(Spent more) {
            spent.computeIfAbsent(more.day(), _ -> new TreeMap<>())
                    .merge(more.model().value(), more.usage(), Usage::plus);
        }
    }

    /// Has messages below it: most often none or one.
    private abstract static class Links {

        /// A [Node], or a list of several.
        private @Nullable Object links;

        @SuppressWarnings("unchecked")
        final Collection<Node> linked() {
            return switch (links) {
                case null -> List.of();
                case Node one -> List.of(one);
                case Object several -> (Collection<Node>) several;
            };
        }

        @SuppressWarnings("unchecked")
        final void link(Node node) {
            switch (links) {
                case null -> links = node;
                case Node one -> links = new LinkedHashSet<>(List.of(one, node));
                case Object several -> ((Collection<Node>) several).add(node);
            }
        }
    }

    /// A conversation.
    private static final class Entry extends Links {

        final Owner owner;
        final @Nullable Entry next;
        volatile Conversation now;

        Entry(Conversation now, Owner owner, @Nullable Entry next) {
            this.now = now;
            this.owner = owner;
            this.next = next;
        }

        ConversationId id() {
            return now.id();
        }
    }

    /// A message.
    private static final class Node extends Links {

        final Message message;
        final @Nullable Node parent;

        Node(Message message, @Nullable Node parent) {
            this.message = message;
            this.parent = parent;
        }
    }
}
