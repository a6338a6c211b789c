package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.UserId;

import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// What the partitions and the hub of one node share: the store, the models, the way to each other.
/// Blocking work goes to virtual threads. Safe for use by many threads.
final class Node {

    /// The name of the only node there is while nothing is clustered.
    static final String ALONE = "node";

    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final EngineConfig config;
    private final ConversationStore store;
    private final ModelCatalog models;
    private final CommitLoop commits;
    private final ExecutorService blocking =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("hubbub-", 0).factory());

    /// Calls that one thread begins, one after another.
    private static final int BEGIN_TOGETHER = 256;

    /// Users whose lists of conversations are watched, and how often.
    private final ConcurrentHashMap<UserId, Integer> listening = new ConcurrentHashMap<>();

    /// Partitions that did not run through, without what waits for them.
    private final ConcurrentHashMap<Integer, PartitionSupervision> restarted =
            new ConcurrentHashMap<>();

    /// Messages that wait for each partition.
    private final AtomicIntegerArray mailboxes;

    final Desk desk;
    final LongAdder residents = new LongAdder();
    final LongAdder replies = new LongAdder();
    final LongAdder viewers = new LongAdder();
    final LongAdder crashes = new LongAdder();

    private volatile List<ActorRef<ToPartition>> partitions = List.of();
    private volatile ActorRef<ToHub> hub;

    Node(
            EngineConfig config,
            ConversationStore store,
            ModelCatalog models,
            ActorRef<ToHub> nowhere) {
        this.config = config;
        this.store = store;
        this.models = models;
        hub = nowhere;
        desk = new Desk(ALONE, config.requestsMax());
        mailboxes = new AtomicIntegerArray(config.partitions());
        commits =
                new CommitLoop(
                        store,
                        config.commitEventsMax(),
                        config.commitGap(),
                        (partition, landed) ->
                                tellPartition(partition, new ToPartition.Committed(landed)));
    }

    void begin(List<ActorRef<ToPartition>> ofPartitions, ActorRef<ToHub> ofHub) {
        partitions = ofPartitions;
        hub = ofHub;
        commits.start();
    }

    EngineConfig config() {
        return config;
    }

    CommitLoop commits() {
        return commits;
    }

    ModelCatalog models() {
        return models;
    }

    ConversationStore store() {
        return store;
    }

    ExecutorService blocking() {
        return blocking;
    }

    /// To the millisecond, as everything that is kept.
    Instant now() {
        return Instant.ofEpochMilli(System.currentTimeMillis());
    }

    /// The same on every node and for ever: stores are fenced by it.
    int partitionOf(ConversationId id) {
        return Math.floorMod(id.hashCode(), config.partitions());
    }

    void tellPartitionOf(ConversationId id, ToPartition message) {
        tellPartition(partitionOf(id), message);
    }

    void tellPartition(int number, ToPartition message) {
        mailboxes.incrementAndGet(number);
        partitions.get(number).tell(message);
    }

    /// What all of them are told is not counted as work that waits: it is their clock, or their
    /// end.
    void tellPartitions(ToPartition message) {
        partitions.forEach(partition -> partition.tell(message));
    }

    /// A partition has begun with a message that [#tellPartition] brought.
    void taken(int partition) {
        mailboxes.decrementAndGet(partition);
    }

    /// It has put it aside.
    void notTaken(int partition) {
        mailboxes.incrementAndGet(partition);
    }

    List<PartitionSupervision> supervision() {
        return IntStream.range(0, mailboxes.length())
                .mapToObj(number ->
                        restarted
                                .getOrDefault(number, PartitionSupervision.steady(number))
                                .withWaiting(Math.max(0, mailboxes.get(number))))
                .toList();
    }

    void tellHub(String node, ToHub message) {
        if (!node.equals(ALONE)) {
            throw new IllegalArgumentException("there is no node " + node);
        }
        hub.tell(message);
    }

    void tellHubs(ToHub message) {
        hub.tell(message);
    }

    void answer(Caller caller, Response response) {
        if (!caller.node().equals(ALONE)) {
            throw new IllegalArgumentException("there is no node " + caller.node());
        }
        desk.answered(caller.question(), response);
    }

    void commit(int partition, List<CommitLoop.Entry> batches) {
        commits.submit(partition, batches);
    }

    /// A conversation to read, and the number of the reading.
    record Load(ConversationId id, long load) {}

    void load(List<Load> loads, Consumer<ToPartition> to) {
        Runnable reading =
                () -> {
                    var loaded = new ArrayList<ToPartition.Loaded>(loads.size());
                    try {
                        List<@Nullable Conversation> stored =
                                store.loadAll(loads.stream().map(Load::id).toList());
                        for (int i = 0; i < loads.size(); i++) {
                            Load load = loads.get(i);
                            loaded.add(
                                    new ToPartition.Loaded(
                                            load.id(), load.load(), stored.get(i), null));
                        }
                    } catch (RuntimeException failure) {
                        LOG.warn(
                                "{} conversations could not be read: {}",
                                loads.size(),
                                failure.getMessage());
                        loaded.clear();
                        for (Load load : loads) {
                            loaded.add(
                                    new ToPartition.Loaded(
                                            load.id(), load.load(), null, String.valueOf(failure)));
                        }
                    }
                    to.accept(
                            loaded.size() == 1
                                    ? loaded.getFirst()
                                    : new ToPartition.Several(loaded));
                };
        if (store.loadsAtOnce()) {
            reading.run();
        } else {
            blocking.execute(reading);
        }
    }

    void activate(int partition, Consumer<ToPartition> to) {
        blocking.execute(() -> {
            ToPartition outcome;
            try {
                Long epoch = store.activate(List.of(partition)).get(partition);
                outcome =
                        epoch == null
                                ? new ToPartition.NotActivated("the store gave no epoch")
                                : new ToPartition.Activated(epoch);
            } catch (RuntimeException failure) {
                outcome = new ToPartition.NotActivated(String.valueOf(failure));
            }
            to.accept(outcome);
        });
    }

    /// A partition has begun again: its hubs follow again and its replies go on.
    void begunAgain(int partition) {
        hub.tell(new ToHub.Again(partition));
        blocking.execute(() -> {
            for (ConversationId id : store.unfinished()) {
                if (partitionOf(id) == partition) {
                    tellPartitionOf(id, new ToPartition.Wake(id));
                }
            }
        });
    }

    /// A model call to begin.
    record Begin(ModelCall call, Conversation conversation, Reply reply) {}

    /// Begins calls: a few at a time on one thread, as reading their histories together is cheaper
    /// and beginning one does not wait for its reply.
    void begin(List<Begin> calls, Consumer<ToPartition> partition) {
        for (int from = 0; from < calls.size(); from += BEGIN_TOGETHER) {
            List<Begin> some = calls.subList(from, Math.min(calls.size(), from + BEGIN_TOGETHER));
            new Beginning(some, store, models, config, blocking, partition).start();
        }
    }

    void listen(UserId user, int change) {
        listening.merge(user, change, (a, b) -> a + b == 0 ? null : a + b);
    }

    boolean isListening(UserId user) {
        return listening.containsKey(user);
    }

    /// It begins again.
    void partitionFailed(int partition, Throwable defect) {
        restarted.compute(
                partition,
                (number, before) ->
                        (before == null ? PartitionSupervision.steady(number) : before)
                                .after(defect, now()));
    }

    void crashed(ConversationId id, RuntimeException defect) {
        crashes.increment();
        if (defect instanceof CrashedOnPurpose) {
            LOG.debug("Conversation {} crashed on purpose and is reloaded", id);
        } else {
            LOG.error("Conversation {} crashed and is reloaded", id, defect);
        }
    }
}
