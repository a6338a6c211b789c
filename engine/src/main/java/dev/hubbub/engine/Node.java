package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.Reply;

import org.apache.pekko.actor.typed.ActorRef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

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
        commits =
                new CommitLoop(
                        store,
                        config.commitEventsMax(),
                        config.commitGap(),
                        (partition, landed) ->
                                partitions.get(partition).tell(new ToPartition.Committed(landed)));
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
        int hash = id.value().hashCode();
        hash ^= hash >>> 16;
        hash *= 0x85ebca6b;
        hash ^= hash >>> 13;
        return Math.floorMod(hash, config.partitions());
    }

    void tellPartitionOf(ConversationId id, ToPartition message) {
        partitions.get(partitionOf(id)).tell(message);
    }

    void tellPartitions(ToPartition message) {
        partitions.forEach(partition -> partition.tell(message));
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

    void answer(Caller caller, Answer answer) {
        if (!caller.node().equals(ALONE)) {
            throw new IllegalArgumentException("there is no node " + caller.node());
        }
        desk.answered(caller.question(), answer);
    }

    void commit(Batch batch, long flight) {
        commits.submit(batch, flight);
    }

    void load(ConversationId id, long load, Consumer<ToPartition> to) {
        blocking.execute(() -> {
            ToPartition.Loaded loaded;
            try {
                loaded = new ToPartition.Loaded(id, load, store.load(id), null);
            } catch (RuntimeException failure) {
                LOG.warn("Conversation {} could not be read: {}", id, failure.getMessage());
                loaded = new ToPartition.Loaded(id, load, null, String.valueOf(failure));
            }
            to.accept(loaded);
        });
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

    Call call(Conversation conversation, Reply reply, Runnable notice) {
        var call = new ModelCall(config.limits().replyCharsMax(), notice);
        blocking.execute(() -> call.begin(conversation, reply, store, models, config));
        return call;
    }

    void crashed(ConversationId id, RuntimeException defect) {
        crashes.increment();
        LOG.error("Conversation {} crashed and is reloaded", id, defect);
    }
}
