package dev.hubbub.store;

import dev.hubbub.conversation.ChatModel.Prompt.Picture;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.HeadMoved;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationEvent.MessagesImported;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ImageId;
import dev.hubbub.conversation.Marks;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.MessageSearch;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.conversation.UnknownPlaceException;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.LocalDate;
import java.util.ArrayDeque;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/// A store that keeps every promise but the one to survive: all of it is on the heap and gone with
/// the process. For tests, trials and measurements.
///
/// Made for a million conversations: one costs some 50 bytes besides its [Conversation], and a
/// little more each message besides its [Message]; an append costs a few cache misses for each
/// batch. [#load] and [#path] take no lock, so that readers do not wait for a large append. What is
/// rarely asked costs more: [#conversations] looks at all conversations of the owner, [#unfinished]
/// at all.
///
/// It keeps the conversation of each batch as it came. The text of a running reply in there shares
/// its buffer with whoever is writing it, which a [dev.hubbub.conversation.Draft] allows: the kept
/// value does not change when that buffer grows.
public final class MemoryStore implements ConversationStore {

    private static final int SEARCHED_MAX = 200_000;

    /// What [#placeOf] makes.
    private static final Pattern PLACE = Pattern.compile("\\d{19}-\\d{10}-[0-9a-f]+");

    private static final Comparator<Conversation> LATEST_FIRST =
            Comparator.comparing(Conversation::lastActiveAt)
                    .reversed()
                    .thenComparing(Conversation::id);

    /// Batches whose memory is fetched together, and which are appended under one lock: what fits
    /// the caches, and keeps others waiting for some microseconds.
    private static final int TOGETHER_MAX = 64;

    /// Looks at the lock before it is given up.
    private static final int SPINS_MAX = 1_000;

    /// Held by whoever changes anything, and for reading what is linked from messages.
    private final ReentrantLock writing = new ReentrantLock();

    private final Map<Integer, Long> epochs = new HashMap<>();
    private final Table<ConversationId, Entry> entries = new Table<>(Entry::id);
    private final Map<UserId, Owner> owners = new ConcurrentHashMap<>();
    private final AtomicLong count = new AtomicLong();
    private volatile boolean closed;

    // Of the append under way, and under its lock.

    /// Conversations, not yet in [#count].
    private long more;

    private int latestPartition = -1;
    private long latestEpoch;
    private @Nullable UserId latestOwnerId;
    private @Nullable Owner latestOwner;

    /// Keeps looks ahead from being optimized away.
    @SuppressWarnings("unused")
    private int touched;

    @Override
    public Map<Integer, Long> activate(Collection<Integer> partitions) {
        lock();
        try {
            var taken = new HashMap<Integer, Long>();
            for (Integer partition : Set.copyOf(partitions)) {
                taken.put(partition, epochs.merge(partition, 1L, Long::sum));
            }
            latestPartition = -1;
            return Map.copyOf(taken);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public List<Outcome> append(List<Batch> batches) {
        requireOpen();
        return append(batches, true);
    }

    @Override
    public List<Outcome> appendAtOnce(List<Batch> batches) {
        return append(batches, false);
    }

    private List<Outcome> append(List<Batch> batches, boolean waits) {
        var outcomes = new ArrayList<Outcome>(batches.size());
        var found = new @Nullable Entry[Math.min(TOGETHER_MAX, batches.size())];
        for (int from = 0; from < batches.size(); from += TOGETHER_MAX) {
            int to = Math.min(batches.size(), from + TOGETHER_MAX);
            // Without the lock, as it is most of the time that an append takes.
            lookAhead(batches, from, to, found);
            if (waits) {
                lock();
            } else if (!lockSoon()) {
                break;
            }
            try {
                for (int i = from; i < to; i++) {
                    outcomes.add(append(batches.get(i), found[i - from]));
                }
                count.setRelease(count.getPlain() + more);
                more = 0;
            } finally {
                writing.unlock();
            }
        }
        return Collections.unmodifiableList(outcomes);
    }

    /// Has the processor fetch what some batches need from all over the memory, together.
    ///
    /// @param found where it says which conversations are there
    private void lookAhead(List<Batch> batches, int from, int to, @Nullable Entry[] found) {
        int seen = 0;
        UserId latest = null;
        Table<MessageId, Node> nodes = null;
        for (int i = from; i < to; i++) {
            seen += entries.touch(batches.get(i).id());
        }
        for (int i = from; i < to; i++) {
            Batch batch = batches.get(i);
            UserId owner = batch.after().owner();
            if (nodes == null || !owner.equals(latest)) {
                nodes = ownerOf(owner).nodes;
                latest = owner;
            }
            List<ConversationEvent> events = batch.events();
            for (int j = 0; j < events.size(); j++) {
                Message message = messageOf(events.get(j));
                if (message != null) {
                    seen += nodes.touch(message.id());
                }
            }
        }
        for (int i = from; i < to; i++) {
            Batch batch = batches.get(i);
            found[i - from] = batch.number() == 0 ? null : entries.find(batch.id());
        }
        for (int i = 0; i < to - from; i++) {
            Entry entry = found[i];
            Node head = entry == null ? null : entry.head;
            seen += head == null || head.parent == null ? 0 : 1;
        }
        touched = seen;
    }

    private static @Nullable Message messageOf(ConversationEvent event) {
        return switch (event) {
            case MessagePosted posted -> posted.message();
            case ReplyEnded ended -> ended.message();
            case ConversationEvent _ -> null;
        };
    }

    @Override
    public @Nullable Conversation load(ConversationId id) {
        requireOpen();
        Entry entry = entries.find(id);
        return entry == null ? null : entry.now();
    }

    @Override
    public boolean loadsAtOnce() {
        return true;
    }

    @Override
    public List<ConversationId> unfinished() {
        requireOpen();
        var unfinished = new ArrayList<ConversationId>();
        for (Owner owner : owners.values()) {
            for (Entry entry = owner.latest.getAcquire(); entry != null; entry = entry.next) {
                if (entry.now().reply() != null) {
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
    @SuppressWarnings("ReferenceEquality")
    public List<Message> following(UserId owner, MessageId head, MessageId message, int limit) {
        Node to = node(owner, message);
        var way = new ArrayDeque<Message>();
        Node next = node(owner, head);
        while (next != null && next != to) {
            way.addFirst(next.message);
            if (way.size() > limit) {
                way.removeLast();
            }
            next = next.parent;
        }
        if (next == null) {
            return List.of();
        }
        way.addFirst(next.message);
        return List.copyOf(way);
    }

    /// Looks at [#SEARCHED_MAX] messages at most, each time.
    @Override
    public Found search(
            UserId owner,
            MessageSearch search,
            @Nullable ConversationId in,
            @Nullable Role role,
            @Nullable String after,
            int limit) {
        if (after != null && !PLACE.matcher(after).matches()) {
            throw new UnknownPlaceException();
        }
        var found = new ArrayList<Hit>();
        int looked = 0;
        lock();
        try {
            Owner of = ownerOf(owner);
            for (Entry entry = of.latest.getAcquire(); entry != null; entry = entry.next) {
                Conversation now = entry.now();
                if (now.deleted() || (in != null && !in.equals(entry.id()))) {
                    continue;
                }
                int ordinal = entry.added();
                for (Node node = entry.last;
                        node != null && looked < SEARCHED_MAX;
                        node = node.previous) {
                    looked++;
                    ordinal--;
                    Message message = node.message;
                    if ((role == null || role == message.role()) && search.finds(message.text())) {
                        String place = placeOf(message, ordinal);
                        found.add(new Hit(Summary.of(now), message, place));
                    }
                }
            }
        } finally {
            writing.unlock();
        }
        found.sort(Comparator.comparing(Hit::place).reversed());
        return new Found(
                found.stream()
                        .filter(hit -> after == null || hit.place().compareTo(after) < 0)
                        .limit(limit)
                        .toList(),
                looked < SEARCHED_MAX);
    }

    /// @param ordinal of the message in its conversation: a question and its reply may be of one
    ///   millisecond
    private static String placeOf(Message message, int ordinal) {
        return "%019d-%010d-%s"
                .formatted(message.createdAt().toEpochMilli(), ordinal, message.id());
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
                    : links.linked(Integer.MAX_VALUE).stream()
                            .map(node -> node.message)
                            .sorted(Comparator.comparing(Message::createdAt))
                            .toList();
        } finally {
            writing.unlock();
        }
    }

    @Override
    public Map<MessageId, List<MessageId>> siblings(
            UserId owner, ConversationId conversation, List<MessageId> nodes) {
        lock();
        try {
            Entry reader = entry(owner, conversation);
            var siblings = new HashMap<MessageId, List<MessageId>>();
            for (MessageId id : nodes) {
                Node node = node(owner, id);
                if (node != null) {
                    Links above = node.parent == null ? node.adder : node.parent;
                    List<MessageId> all =
                            above.linked(SIBLINGS_LOOKED_AT_MAX).stream()
                                    .filter(other -> other.isBesides(node, reader))
                                    .map(other -> other.message.id())
                                    .toList();
                    List<MessageId> its = ConversationStore.bounded(id, all);
                    if (its.size() > 1) {
                        siblings.put(id, its);
                    }
                }
            }
            return Collections.unmodifiableMap(siblings);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public @Nullable MessageId latestLeaf(UserId owner, ConversationId conversation, MessageId id) {
        lock();
        try {
            Node leaf = node(owner, id);
            if (leaf == null) {
                return null;
            }
            Entry reader = entry(owner, conversation);
            Entry adder = leaf.adder;
            for (Node next = leaf; next != null; next = next.latest(reader, adder)) {
                leaf = next;
            }
            return leaf.message.id();
        } finally {
            writing.unlock();
        }
    }

    /// Looks at all messages of the conversation, each time.
    @Override
    public List<Message> messages(
            UserId owner, ConversationId conversation, @Nullable MessageId after, int limit) {
        lock();
        try {
            Entry entry = entry(owner, conversation);
            if (entry == null || limit < 1) {
                return List.of();
            }
            List<Message> all = entry.messages(latestOwner(owner));
            int from = 0;
            while (after != null && from < all.size() && !all.get(from).id().equals(after)) {
                from++;
            }
            from = after == null ? 0 : Math.min(from + 1, all.size());
            return List.copyOf(all.subList(from, Math.min(all.size(), from + limit)));
        } finally {
            writing.unlock();
        }
    }

    /// Looks at all conversations of the owner, each time.
    @Override
    public List<Summary> conversations(
            UserId owner, Filter filter, @Nullable Cursor after, int limit) {
        requireOpen();
        Owner of = owners.get(owner);
        if (of == null || limit < 1) {
            return List.of();
        }
        // Its head is the last of the page, which leaves for what belongs before it.
        var page = new PriorityQueue<Conversation>(LATEST_FIRST.reversed());
        for (Entry entry = of.latest.getAcquire(); entry != null; entry = entry.next) {
            Conversation now = entry.now();
            if (!now.deleted()
                    && filter.lets(now.marks())
                    && (after == null || isAfter(now, after))) {
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

    /// Looks at all conversations of the owner, each time.
    @Override
    public Labels labels(UserId owner) {
        requireOpen();
        var folders = new HashMap<String, Long>();
        var tags = new HashMap<String, Long>();
        Owner of = owners.get(owner);
        for (Entry entry = of == null ? null : of.latest.getAcquire();
                entry != null;
                entry = entry.next) {
            Marks marks = entry.now().marks();
            if (!entry.now().deleted() && !marks.archived()) {
                if (marks.folder() != null) {
                    folders.merge(marks.folder(), 1L, Long::sum);
                }
                marks.tags().forEach(tag -> tags.merge(tag, 1L, Long::sum));
            }
        }
        return Labels.of(folders, tags);
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
    public @Nullable OwnerRecord record(UserId owner, String kind, String id) {
        requireOpen();
        Owner of = owners.get(owner);
        return of == null ? null : of.records.get(new RecordKey(kind, id));
    }

    @Override
    public List<OwnerRecord> records(UserId owner, String kind) {
        requireOpen();
        Owner of = owners.get(owner);
        return of == null
                ? List.of()
                : of.records.values().stream()
                        .filter(record -> record.kind().equals(kind))
                        .sorted(Comparator.comparing(OwnerRecord::id))
                        .toList();
    }

    @Override
    public boolean keepRecord(UserId owner, OwnerRecord record) {
        lock();
        try {
            var key = new RecordKey(record.kind(), record.id());
            Map<RecordKey, OwnerRecord> all = ownerOf(owner).records;
            if (!all.containsKey(key)
                    && records(owner, record.kind()).size() >= OwnerRecord.COUNT_MAX) {
                return false;
            }
            all.put(key, record);
            return true;
        } finally {
            writing.unlock();
        }
    }

    @Override
    public boolean dropRecord(UserId owner, String kind, String id) {
        lock();
        try {
            return ownerOf(owner).records.remove(new RecordKey(kind, id)) != null;
        } finally {
            writing.unlock();
        }
    }

    /// Looks at all users.
    @Override
    public @Nullable Owned recordOfAnyone(String kind, String id) {
        requireOpen();
        for (Map.Entry<UserId, Owner> of : owners.entrySet()) {
            OwnerRecord found = of.getValue().records.get(new RecordKey(kind, id));
            if (found != null) {
                return new Owned(of.getKey(), found);
            }
        }
        return null;
    }

    private record RecordKey(String kind, String id) {}

    @Override
    public long count() {
        requireOpen();
        return count.get();
    }

    @Override
    public void close() {
        closed = true;
    }

    /// @param found its conversation, if it was there already
    private Outcome append(Batch batch, @Nullable Entry found) {
        Entry entry = found;
        if (batch.partition() != latestPartition) {
            latestPartition = batch.partition();
            latestEpoch = epochs.getOrDefault(latestPartition, 0L);
        }
        if (latestEpoch != batch.epoch()) {
            return Outcome.FENCED;
        }
        if (entry == null) {
            entry = entries.find(batch.id());
        }
        Conversation before = entry == null ? null : entry.now();
        if (!Place.admits(before, batch)) {
            return Outcome.CONFLICT;
        }
        Conversation after = batch.after();
        Owner owner = latestOwner(after.owner());
        if (entry == null) {
            entry = new Entry(after, owner.latest.getAcquire());
            more++;
            add(owner, entry, null, batch.events());
            entries.add(entry);
            // As [Entry#now] does, without a wait.
            owner.latest.setRelease(entry);
        } else {
            add(owner, entry, entry.now().head(), batch.events());
            // Last: whoever sees its head finds that message.
            entry.now(after);
        }
        if (after.deleted() && (before == null || !before.deleted())) {
            more--;
        }
        return Outcome.KEPT;
    }

    /// @param head the id of `entry.head`, if there is one
    private static void add(
            Owner owner, Entry entry, @Nullable MessageId head, List<ConversationEvent> events) {
        MessageId headNow = head;
        for (int i = 0; i < events.size(); i++) {
            ConversationEvent event = events.get(i);
            Message message = messageOf(event);
            if (message != null) {
                entry.head = add(owner, entry, headNow, message);
                headNow = message.id();
                if (event instanceof ReplyEnded && message.usage() != null) {
                    Spent.of(message).forEach(owner::add);
                }
            } else if (event instanceof HeadMoved) {
                entry.head = null;
            } else if (event instanceof MessagesImported(var messages, _)) {
                for (Message each : messages) {
                    boolean isKnown = owner.nodes.find(each.id()) != null;
                    add(owner, entry, headNow, each);
                    if (isKnown) {
                        entry.imports(each.id());
                    }
                }
            }
        }
    }

    /// @param head the id of `entry.head`, if there is one
    @SuppressWarnings("ReferenceEquality") // most often the same, without a look at it
    private static Node add(Owner owner, Entry entry, @Nullable MessageId head, Message message) {
        Table<MessageId, Node> nodes = owner.nodes;
        MessageId parent = message.parent();
        Node node = nodes.find(message.id());
        boolean isNew = node == null;
        if (node == null) {
            Node after = null;
            if (parent != null) {
                Node known = parent == head ? entry.head : null;
                after = known == null ? nodes.find(parent) : known;
            }
            node = new Node(message, after, entry);
            entry.last = node;
            if (after != null) {
                after.link(node);
            }
            if (!message.otherParents().isEmpty()) {
                for (MessageId other : Set.copyOf(message.otherParents())) {
                    Node too = nodes.find(other);
                    if (too != null && too != after) {
                        too.link(node);
                    }
                }
            }
            nodes.add(node);
        }
        if (parent == null && (isNew || !entry.hasRoot(node))) {
            entry.link(node);
        }
        return node;
    }

    /// [#ownerOf], for the many in a row that have the same. Under the lock.
    private Owner latestOwner(UserId id) {
        Owner owner = latestOwner;
        if (owner == null || !id.equals(latestOwnerId)) {
            owner = ownerOf(id);
            latestOwner = owner;
            latestOwnerId = id;
        }
        return owner;
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
        return entry == null || !entry.now().owner().equals(owner) ? null : entry;
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

    /// As [#lock], but rather not than to wait; not either when this is closed.
    private boolean lockSoon() {
        boolean locked = writing.tryLock();
        for (int spins = 0; !locked && spins < SPINS_MAX; spins++) {
            Thread.onSpinWait();
            locked = !writing.isLocked() && writing.tryLock();
        }
        if (locked && closed) {
            writing.unlock();
            return false;
        }
        return locked;
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
        final Map<RecordKey, OwnerRecord> records = new ConcurrentHashMap<>(0);

        /// By day and the model's id; under the lock of the store.
        final TreeMap<LocalDate, TreeMap<String, Usage>> spent = new TreeMap<>();

        /// The latest conversation that began; the others follow it.
        final AtomicReference<@Nullable Entry> latest = new AtomicReference<>();

        void add(Spent more) {
            spent.computeIfAbsent(more.day(), _ -> new TreeMap<>())
                    .merge(more.model().value(), more.usage(), Usage::plus);
        }
    }

    /// Has messages below it: most often none or one, but a thousand where many conversations say
    /// the same.
    private abstract static class Links {

        /// Null; or the one [Node], or the latest of several that hang on this, each of which knows
        /// the one before; or a [Mixed].
        private @Nullable Object links;

        final void link(Node node) {
            boolean hangsHere = node.hangsOn(this);
            if (links == null) {
                links = node;
            } else if (hangsHere && guests().isEmpty()) {
                node.before = latestHere();
                links = node;
            } else {
                Mixed mixed =
                        links instanceof Mixed already
                                ? already
                                : new Mixed(latestHere(), guests());
                links = mixed;
                if (hangsHere) {
                    node.before = mixed.latest;
                    mixed.latest = node;
                } else {
                    mixed.guests.add(node);
                }
            }
        }

        /// Whether that root is linked here, as it was where it was added.
        final boolean hasRoot(Node root) {
            return links == root || root.hangsOn(this) || guests().contains(root);
        }

        /// The latest `max`, the oldest first.
        final List<Node> linked(int max) {
            var all = new ArrayList<Node>();
            for (Node node = latestHere(); node != null && all.size() < max; node = node.before) {
                all.add(node);
            }
            Collections.reverse(all);
            all.addAll(guests());
            return all.subList(Math.max(0, all.size() - max), all.size());
        }

        final @Nullable Node latestHere() {
            return switch (links) {
                case Mixed mixed -> mixed.latest;
                case Node node when node.hangsOn(this) -> node;
                case null, default -> null;
            };
        }

        private Set<Node> guests() {
            return switch (links) {
                case Mixed mixed -> mixed.guests;
                case Node node when !node.hangsOn(this) -> Set.of(node);
                case null, default -> Set.of();
            };
        }
    }

    /// Nodes of which some hang on another: on their first parent or, a root, on the conversation
    /// that added it.
    private static final class Mixed {

        private @Nullable Node latest;
        private final Set<Node> guests;

        Mixed(@Nullable Node latest, Set<Node> guests) {
            this.latest = latest;
            this.guests = new LinkedHashSet<>(guests);
        }
    }

    /// A conversation.
    private static final class Entry extends Links {

        private static final VarHandle NOW;

        static {
            try {
                NOW = MethodHandles.lookup().findVarHandle(Entry.class, "now", Conversation.class);
            } catch (ReflectiveOperationException impossible) {
                throw new ExceptionInInitializerError(impossible);
            }
        }

        final @Nullable Entry next;

        /// Read and written with [#NOW].
        @SuppressWarnings("UnusedVariable")
        private Conversation now;

        /// The node of its head, where it is known; under the lock.
        @Nullable Node head;

        /// The latest node that it added; the others precede it.
        @Nullable Node last;

        /// Nodes that others may have added, imported here too; null where there are none.
        private @Nullable LinkedHashSet<MessageId> imported;

        Entry(Conversation now, @Nullable Entry next) {
            this.now = now;
            this.next = next;
        }

        Conversation now() {
            return (Conversation) NOW.getAcquire(this);
        }

        /// Whoever sees it sees what was written before. Unlike a volatile write this one does not
        /// wait until all of that has left the processor, which takes a while after a table.
        void now(Conversation next) {
            NOW.setRelease(this, next);
        }

        ConversationId id() {
            return now().id();
        }

        /// How many nodes it added.
        int added() {
            int count = 0;
            for (Node node = last; node != null; node = node.previous) {
                count++;
            }
            return count;
        }

        void imports(MessageId message) {
            if (imported == null) {
                imported = new LinkedHashSet<>();
            }
            imported.add(message);
        }

        /// All that it added or imported, the oldest of its own first.
        List<Message> messages(Owner owner) {
            var own = new ArrayList<Message>();
            for (Node node = last; node != null; node = node.previous) {
                own.add(node.message);
                if (imported != null) {
                    imported.remove(node.message.id());
                }
            }
            Collections.reverse(own);
            if (imported != null) {
                for (MessageId id : imported) {
                    Node node = owner.nodes.find(id);
                    if (node != null) {
                        own.add(node.message);
                    }
                }
            }
            return own;
        }
    }

    /// A message.
    private static final class Node extends Links {

        final Message message;
        final @Nullable Node parent;

        /// The conversation that added it.
        final Entry adder;

        /// What that added before it.
        final @Nullable Node previous;

        /// What was hung before it on the same.
        private @Nullable Node before;

        Node(Message message, @Nullable Node parent, Entry adder) {
            this.message = message;
            this.parent = parent;
            this.adder = adder;
            previous = adder.last;
        }

        /// Whether it stands in the place of another, for who reads a conversation.
        @SuppressWarnings("ReferenceEquality")
        boolean isBesides(Node other, @Nullable Entry reader) {
            return parent == other.parent
                    && (adder == other.adder
                            || adder == reader
                            || message.role() == Role.ASSISTANT);
        }

        /// Whether it hangs on that: its first parent or, a root, the conversation that added it.
        @SuppressWarnings("ReferenceEquality")
        boolean hangsOn(Links above) {
            return (parent == null ? adder : parent) == above;
        }

        /// The latest that one of two conversations put after it.
        @SuppressWarnings("ReferenceEquality")
        @Nullable Node latest(@Nullable Entry one, Entry other) {
            Node latest = latestHere();
            while (latest != null && latest.adder != one && latest.adder != other) {
                latest = latest.before;
            }
            return latest;
        }
    }
}
