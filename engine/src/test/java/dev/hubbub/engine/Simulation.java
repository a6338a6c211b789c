package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.ConversationStore.Outcome;
import dev.hubbub.conversation.Limits;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.ToPartition.Care;
import dev.hubbub.engine.ToPartition.Landed;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A whole node run from one seed: its partitions and hub are the real ones, everything around them
/// is made up here, time too. Each step delivers one message of one channel, chosen at random;
/// channels keep their order, nothing else does. Faults come between any two steps: commits that
/// fail before, after or in the middle, loads that fail, defects in the code, a rival that takes a
/// partition over, and the end of the whole node, after which a new one starts over what the store
/// kept.
final class Simulation {

    static final int PARTITIONS = 2;

    static final EngineConfig CONFIG =
            new EngineConfig(
                    new Limits(60, 150, 50, 40, 3, 3, 2),
                    PARTITIONS,
                    5,
                    200,
                    2,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(2),
                    2000,
                    1000,
                    100,
                    Duration.ZERO,
                    4,
                    4,
                    3,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(1));

    final SplittableRandom random;
    final KeptInMemory store = new KeptInMemory();
    final SimulatedClients clients;
    final SimulatedModels models;
    final List<String> log = new ArrayList<>();

    private final Map<String, ArrayDeque<Runnable>> channels = new LinkedHashMap<>();
    private long nowMillis = 1_000_000;
    private boolean faults = true;
    private @Nullable RunningNode node;
    int crashes;
    long joins;

    Simulation(long seed) {
        random = new SplittableRandom(seed);
        models = new SimulatedModels(this);
        clients = new SimulatedClients(this);
    }

    /// Runs to the end and checks everything.
    void run() {
        start();
        int steps = 200 + random.nextInt(600);
        for (int i = 0; i < steps; i++) {
            step();
        }
        faults = false;
        settle();
        clients.checkAfterwards();
    }

    private void step() {
        int dice = random.nextInt(1000);
        if (dice < 200) {
            clients.act();
        } else if (dice < 230) {
            advance(random.nextInt(3000));
        } else if (dice < 233) {
            crash();
        } else if (dice < 236) {
            rival();
        } else if (dice < 245) {
            List<Care> all = List.of(Care.LOOK, Care.LET_GO, Care.CRASH, Care.RELEASE);
            supervise(all.get(random.nextInt(all.size())));
        } else {
            deliver();
        }
    }

    /// Lets everything under way come to its end, without faults.
    private void settle() {
        for (int round = 0; round < 60; round++) {
            supervise(Care.RELEASE);
            clients.readEverything();
            int steps = 0;
            while (deliver()) {
                if (steps++ > 200_000) {
                    throw new AssertionError("it does not come to rest");
                }
            }
            advance(2000);
        }
        clients.readEverything();
        while (deliver()) {}
    }

    Instant now() {
        return Instant.ofEpochMilli(nowMillis);
    }

    boolean happens(int inAThousand) {
        return faults && random.nextInt(1000) < inAThousand;
    }

    void note(String what) {
        if (log.size() < 20_000) {
            log.add(nowMillis + " " + what);
        }
    }

    /// Puts a message of the running node on its way.
    void send(String channel, Runnable delivery) {
        channels.computeIfAbsent(channel, _ -> new ArrayDeque<>()).add(delivery);
    }

    private boolean deliver() {
        if (channels.isEmpty()) {
            return false;
        }
        int pick = random.nextInt(channels.size());
        String channel = new ArrayList<>(channels.keySet()).get(pick);
        ArrayDeque<Runnable> queue = channels.get(channel);
        if (queue == null) {
            throw new IllegalStateException(channel);
        }
        Runnable next = queue.remove();
        if (queue.isEmpty()) {
            channels.remove(channel);
        }
        next.run();
        return true;
    }

    private void advance(long millis) {
        nowMillis += millis;
        RunningNode running = running();
        for (int i = 0; i < PARTITIONS; i++) {
            int number = i;
            send("tick-" + i, () -> running.tell(number, new ToPartition.Tick()));
        }
        send("tick-hub", () -> running.hub.receive(new ToHub.HubTick()));
    }

    private void start() {
        node = new RunningNode();
        running().begin();
    }

    /// The process dies: whatever was in memory or on its way is gone.
    private void crash() {
        note("CRASH");
        crashes++;
        channels.clear();
        clients.cutOff();
        start();
    }

    /// Somebody else takes a partition, as a cluster that believes this node dead would.
    private void rival() {
        int partition = random.nextInt(PARTITIONS);
        note("rival takes partition " + partition);
        store.activate(List.of(partition));
    }

    /// Somebody looks after all conversations; nobody waits for the answer.
    private void supervise(Care care) {
        note("supervisor: " + care);
        RunningNode running = running();
        for (int i = 0; i < PARTITIONS; i++) {
            int number = i;
            var message =
                    new ToPartition.Supervise(
                            new Caller("node", -1),
                            SimulatedClients.OWNER,
                            SimulatedClients.IDS,
                            care);
            send("supervisor-" + i, () -> running.tell(number, message));
        }
    }

    RunningNode running() {
        if (node == null) {
            throw new IllegalStateException("not started");
        }
        return node;
    }

    static int partitionOf(ConversationId id) {
        return Math.floorMod(id.value().hashCode(), PARTITIONS);
    }

    void ask(Caller caller, UserId asker, ConversationId id, ConversationCommand command) {
        RunningNode running = running();
        boolean untilEnd = random.nextInt(3) == 0;
        send(
                "caller-" + caller.question() % 5,
                () ->
                        running.tell(
                                partitionOf(id),
                                new ToPartition.Ask(caller, asker, id, command, untilEnd)));
    }

    void toHub(String channel, ToHub message) {
        RunningNode running = running();
        send(
                channel,
                () -> {
                    note("hub hears " + message);
                    running.hub.receive(message);
                });
    }

    /// One life of the node.
    final class RunningNode implements Hub.World {

        final Hub hub = new Hub(CONFIG.viewerEventsMax(), this);
        private final Map<Integer, Partition> partitions = new LinkedHashMap<>();
        private final List<CommitLoop.Group> submitted = new ArrayList<>();
        private int viewers;

        void begin() {
            Map<Integer, Long> epochs = store.activate(List.of(0, 1));
            epochs.forEach((number, epoch) -> partitions.put(number, partition(number, epoch)));
            wake(null);
        }

        private Partition partition(int number, long epoch) {
            return new Partition(number, epoch, CONFIG, new PartitionWorld(number));
        }

        private void wake(@Nullable Integer partition) {
            for (ConversationId id : store.unfinished()) {
                int number = partitionOf(id);
                if (partition == null || partition == number) {
                    send("wake-" + number, () -> tell(number, new ToPartition.Wake(id)));
                }
            }
        }

        void tell(int number, ToPartition message) {
            Partition partition = partitions.get(number);
            if (!(message instanceof ToPartition.Tick)) {
                note("partition " + number + " hears " + message);
            }
            if (partition != null) {
                partition.receive(message);
            }
        }

        private void depose(int number) {
            Partition deposed = partitions.remove(number);
            if (deposed == null) {
                return;
            }
            note("partition " + number + " begins again");
            deposed.abandon(dev.hubbub.conversation.Refusal.STORE_UNAVAILABLE);
            Long epoch = store.activate(List.of(number)).get(number);
            partitions.put(number, partition(number, epoch == null ? 0 : epoch));
            toHub("hub", new ToHub.Again(number));
            wake(number);
        }

        private void submit(Resident.Flight flight) {
            submitted.add(CommitLoop.Group.of(flight.batch().partition(), List.of(flight)));
            send("commit", this::commit);
        }

        /// One turn of the commit loop.
        private void commit() {
            if (submitted.isEmpty()) {
                return;
            }
            int size = 1 + random.nextInt(submitted.size());
            var taken = new ArrayList<>(submitted.subList(0, size));
            submitted.subList(0, size).clear();
            if (!submitted.isEmpty()) {
                send("commit", this::commit);
            }
            List<Batch> batches =
                    taken.stream()
                            .flatMap(group -> group.entries().stream())
                            .map(CommitLoop.Entry::batch)
                            .toList();
            List<Outcome> outcomes = null;
            if (happens(30)) {
                note("commit fails");
                // Each batch is kept whole or not at all, and nobody says which.
                int kept = random.nextInt(batches.size() + 1);
                store.append(batches.subList(0, kept));
            } else {
                outcomes = store.append(batches);
            }
            Map<Integer, List<Landed>> landed = CommitLoop.landed(taken, outcomes);
            landed.forEach((number, list) ->
                    send("landed-" + number, () -> tell(number, new ToPartition.Committed(list))));
        }

        @Override
        public long nowMillis() {
            return nowMillis;
        }

        @Override
        public void follow(UserId asker, ConversationId id) {
            send(
                    "hub-to-" + partitionOf(id),
                    () -> tell(partitionOf(id), new ToPartition.Follow("node", asker, id)));
        }

        @Override
        public void unfollow(ConversationId id) {
            send(
                    "hub-to-" + partitionOf(id),
                    () -> tell(partitionOf(id), new ToPartition.Unfollow("node", id)));
        }

        @Override
        public int partitionOf(ConversationId id) {
            return Simulation.partitionOf(id);
        }

        @Override
        public void viewers(int change) {
            viewers += change;
            if (viewers < 0) {
                throw new AssertionError("fewer viewers than none");
            }
        }

        @Override
        public void failed(RuntimeException defect) {
            throw defect;
        }

        /// The outside as one partition sees it.
        private final class PartitionWorld implements Partition.World {

            private final int number;

            PartitionWorld(int number) {
                this.number = number;
            }

            @Override
            public Instant now() {
                return Simulation.this.now();
            }

            @Override
            public void load(ConversationId id, long load) {
                send(
                        "load-" + id,
                        () -> {
                            ToPartition loaded =
                                    happens(50)
                                            ? new ToPartition.Loaded(id, load, null, "no disk")
                                            : new ToPartition.Loaded(
                                                    id, load, store.load(id), null);
                            send("loaded-" + id, () -> tell(number, loaded));
                        });
            }

            @Override
            public void commit(Resident.Flight flight) {
                if (happens(5)) {
                    throw new IllegalStateException("a defect on the way to the store");
                }
                submit(flight);
            }

            @Override
            public Call call(Conversation conversation, long call) {
                if (happens(20)) {
                    throw new IllegalStateException("a defect on the way to the model");
                }
                Reply reply = conversation.reply();
                if (reply == null) {
                    throw new AssertionError("a call without a reply");
                }
                ConversationId id = conversation.id();
                var made =
                        new ModelCall(
                                CONFIG.limits().replyCharsMax(),
                                new ToPartition.Notice(id, call),
                                notice -> send("notice-" + id, () -> tell(number, notice)));
                var begin = new Node.Begin(made, conversation, reply);
                var beginning =
                        new Beginning(
                                List.of(begin),
                                store,
                                models,
                                CONFIG,
                                work -> send("call-" + id, work),
                                notice -> send("notice-" + id, () -> tell(number, notice)));
                beginning.start();
                return made;
            }

            @Override
            public Call.@Nullable Unread answerAtOnce(
                    Conversation conversation, Reply reply, Message to) {
                return models.isImmediate()
                        ? AtOnce.reply(
                                models, conversation, reply, to, CONFIG.limits().replyCharsMax())
                        : null;
            }

            @Override
            public void answer(Caller caller, Response response) {
                if (response instanceof Answer answer) {
                    clients.answered(caller, answer);
                }
            }

            @Override
            public void tell(String node, ToHub message) {
                toHub("hub-" + number, message);
            }

            @Override
            public boolean isListening(UserId owner) {
                return true;
            }

            @Override
            public void tellAll(ToHub message) {
                toHub("hub-" + number, message);
            }

            @Override
            public void crashed(ConversationId id, RuntimeException defect) {
                note(id + " crashed: " + defect);
                if (!(defect instanceof CrashedOnPurpose)
                        && !String.valueOf(defect.getMessage()).startsWith("a defect on the way")) {
                    throw new AssertionError("a defect of our own", defect);
                }
            }

            @Override
            public void deposed() {
                send("depose-" + number, () -> depose(number));
            }

            @Override
            public void residents(int change) {}

            @Override
            public void replies(int change) {}

            private void tell(int partition, ToPartition message) {
                RunningNode.this.tell(partition, message);
            }
        }
    }
}
