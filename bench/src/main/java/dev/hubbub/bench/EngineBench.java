package dev.hubbub.bench;

import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.engine.BroadcastResult;
import dev.hubbub.engine.ConversationStats;
import dev.hubbub.engine.EngineConfig;
import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.HubbubConfig;
import dev.hubbub.engine.Lookup;
import dev.hubbub.engine.Supervision;

import org.jspecify.annotations.Nullable;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import javax.management.JMException;
import javax.management.ObjectName;

/// What very many conversations in one process cost, through the Java API: starting them, keeping
/// them, a message to each with its reply gathered, one after another to one of them, and bringing
/// back one in a hundred that crashed. The measure of `bench/peers/elixir`, with the same keys.
///
/// The model answers at once, with 100 bytes made for the reply; the user's message is 100 bytes,
/// the same for all. Everything is durable before it is seen, as always: on disk with
/// [Store#SQLITE].
public final class EngineBench {

    /// The fewest of which one in a hundred can crash.
    public static final int CONVERSATIONS_MIN = 100;

    private static final int BROADCASTS = 3;

    /// Conversations at most with which what is measured is done before, in all and at once: a loop
    /// over a few is compiled for a few, and again in the middle of the measure.
    private static final int WARM_UP = 1_000_000;

    private static final int WARM_UP_TOGETHER = 250_000;
    private static final int WARM_UPS_MAX = 10;
    private static final int CRASHED_TOGETHER = 5_000;
    private static final int THEIR_OWN_MAX = 100_000;
    private static final int WINDOW = 5_000;
    private static final long ROUND_TRIPS_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long BROADCASTS_NANOS_MAX = TimeUnit.SECONDS.toNanos(120);
    private static final String TEXT = "u".repeat(EchoModel.CHARS);

    private final int n;
    private final Store store;
    private final Consumer<String> progress;
    private final SplittableRandom random = new SplittableRandom(1);

    /// Where conversations are kept.
    public enum Store {
        MEMORY,
        SQLITE
    }

    private EngineBench(int n, Store store, Consumer<String> progress) {
        this.n = n;
        this.store = store;
        this.progress = progress;
    }

    /// Measures in this process.
    ///
    /// @param n conversations, at least [#CONVERSATIONS_MIN]
    /// @param scratch a directory for the data of the while, on the disk to be measured
    /// @param progress is told each figure when it is known
    public static EngineFigures run(int n, Store store, Path scratch, Consumer<String> progress) {
        if (n < CONVERSATIONS_MIN) {
            throw new IllegalArgumentException("too few conversations: " + n);
        }
        try (Scratch directory = Scratch.in(scratch)) {
            return new EngineBench(n, store, progress).measure(directory.path());
        }
    }

    private EngineFigures measure(Path directory) {
        try (Hubbub other = start(directory.resolve("other"))) {
            warmUp(other);
        }
        try (Hubbub hubbub = start(directory.resolve("data"))) {
            long heapBefore = heap();
            long rssBefore = rss();

            long began = System.nanoTime();
            List<ConversationId> ids = hubbub.startConversations(n);
            double creations = rate(n, began);
            tell("creations_per_s", creations);
            long heapEmpty = (heap() - heapBefore) / n;
            tell("heap_bytes_empty", (double) heapEmpty);
            long rssEmpty = (rss() - rssBefore) / n;

            double first = broadcast(hubbub, ids);
            tell("broadcast_first_per_s", first);
            long heapTwo = (heap() - heapBefore) / n;
            tell("heap_bytes_two", (double) heapTwo);
            long rssTwo = (rss() - rssBefore) / n;

            double broadcast = broadcasts(hubbub, ids);
            tell("broadcast_per_s", broadcast);
            double roundTrips = roundTrips(hubbub, ids.getFirst());
            tell("round_trips_per_s", roundTrips);
            Recovery recovery = recovery(hubbub, ids);
            tell("recover_ms", recovery.millis());
            tell("others_undisturbed", recovery.undisturbed());
            long heapTheirOwn = heapTheirOwn(hubbub);
            tell("heap_bytes_two_of_their_own", (double) heapTheirOwn);
            return new EngineFigures(
                    n,
                    store,
                    creations,
                    heapEmpty,
                    heapTwo,
                    heapTheirOwn,
                    rssEmpty,
                    rssTwo,
                    first,
                    broadcast,
                    roundTrips,
                    recovery.millis(),
                    recovery.killed(),
                    recovery.recovered(),
                    recovery.undisturbed());
        }
    }

    private Hubbub start(Path data) {
        var base = store == Store.MEMORY ? HubbubConfig.inMemory() : HubbubConfig.inDirectory(data);
        // All of them stay in memory: that is what is measured.
        return Hubbub.start(
                base.withModel("echo", new EchoModel())
                        .withDefaultModel("echo")
                        .withStartsMax(n)
                        .withEngine(
                                EngineConfig.DEFAULT.withIdle(Duration.ofDays(1), Long.MAX_VALUE)));
    }

    /// What further conversations take in which nobody says what another says: neither texts nor
    /// messages are shared, as those of a broadcast are.
    private long heapTheirOwn(Hubbub hubbub) {
        int some = Math.min(n, THEIR_OWN_MAX);
        long before = heap();
        List<ConversationId> ids = hubbub.startConversations(some);
        for (int from = 0; from < some; from += WINDOW) {
            var replies = new ArrayList<CompletableFuture<Message>>();
            for (int i = from; i < Math.min(some, from + WINDOW); i++) {
                String number = Integer.toString(i);
                String text = number + TEXT.substring(number.length());
                replies.add(hubbub.sendMessageAsync(ids.get(i), text).toCompletableFuture());
            }
            replies.forEach(CompletableFuture::join);
        }
        long bytes = (heap() - before) / some;
        // They are there until they have been weighed.
        if (hubbub.stats(ids.getLast()).messageCount() != 2) {
            throw new IllegalStateException("a message was not answered");
        }
        return bytes;
    }

    /// Lets the compiler see what is to come.
    private void warmUp(Hubbub hubbub) {
        int few = Math.min(n, WARM_UP_TOGETHER);
        int rounds = Math.min(WARM_UPS_MAX, WARM_UP / few);
        for (int i = 0; i < rounds; i++) {
            List<ConversationId> ids = hubbub.startConversations(few);
            requireAll(hubbub.broadcast(ids, TEXT));
            requireAll(hubbub.broadcast(ids, TEXT));
            // A few of each partition at a time, as in what is measured.
            for (int from = 0; from < few; from += CRASHED_TOGETHER) {
                List<ConversationId> some =
                        ids.subList(from, Math.min(few, from + CRASHED_TOGETHER));
                hubbub.crash(some);
                counts(hubbub, some);
            }
            hubbub.engine()
                    .askAll(hubbub.owner(), ids, new ConversationCommand.Delete(), false, _ -> {})
                    .toCompletableFuture()
                    .join();
        }
    }

    private static double broadcast(Hubbub hubbub, List<ConversationId> ids) {
        long began = System.nanoTime();
        List<BroadcastResult> results = hubbub.broadcast(ids, TEXT);
        double rate = rate(ids.size(), began);
        requireAll(results);
        return rate;
    }

    private static void requireAll(List<BroadcastResult> results) {
        for (BroadcastResult result : results) {
            if (!(result instanceof BroadcastResult.Replied(_, var reply))
                    || reply.text().length() != EchoModel.CHARS) {
                throw new IllegalStateException("a broadcast was not answered: " + result);
            }
        }
    }

    /// The median of some, or of those there was time for.
    private static double broadcasts(Hubbub hubbub, List<ConversationId> ids) {
        double[] rates = new double[BROADCASTS];
        long began = System.nanoTime();
        int done = 0;
        while (done < BROADCASTS
                && (done == 0 || System.nanoTime() - began < BROADCASTS_NANOS_MAX)) {
            rates[done++] = broadcast(hubbub, ids);
        }
        Arrays.sort(rates, 0, done);
        return rates[done / 2];
    }

    private static double roundTrips(Hubbub hubbub, ConversationId id) {
        int trips = 0;
        long began = System.nanoTime();
        while (System.nanoTime() - began < ROUND_TRIPS_NANOS) {
            hubbub.sendMessage(id, TEXT);
            trips++;
        }
        return rate(trips, began);
    }

    private record Recovery(double millis, int killed, int recovered, int undisturbed) {}

    private Recovery recovery(Hubbub hubbub, List<ConversationId> ids) {
        var chosen = new BitSet(n);
        while (chosen.cardinality() < n / 100) {
            chosen.set(random.nextInt(n));
        }
        var victims = new ArrayList<ConversationId>();
        var others = new ArrayList<ConversationId>();
        for (int i = 0; i < n; i++) {
            (chosen.get(i) ? victims : others).add(ids.get(i));
        }
        List<Long> before = counts(hubbub, victims);
        List<Long> othersBefore = counts(hubbub, others);

        long began = System.nanoTime();
        int killed = hubbub.engine().crash(hubbub.owner(), victims).toCompletableFuture().join();
        List<Long> after = counts(hubbub, victims);
        double millis = (System.nanoTime() - began) / 1e6;

        List<Long> othersAfter = counts(hubbub, others);
        List<@Nullable Supervision> fates =
                hubbub.engine().supervision(hubbub.owner(), others).toCompletableFuture().join();
        int recovered = 0;
        for (int i = 0; i < victims.size(); i++) {
            recovered += before.get(i).equals(after.get(i)) ? 1 : 0;
        }
        int undisturbed = 0;
        for (int i = 0; i < others.size(); i++) {
            Supervision fate = fates.get(i);
            if (fate != null
                    && fate.restarts() == 0
                    && othersBefore.get(i).equals(othersAfter.get(i))) {
                undisturbed++;
            }
        }
        return new Recovery(millis, killed, recovered, undisturbed);
    }

    /// How many messages each has; -1 for one that does not answer.
    private static List<Long> counts(Hubbub hubbub, List<ConversationId> ids) {
        return hubbub.stats(ids).stream().map(EngineBench::messageCount).toList();
    }

    private static long messageCount(Lookup<ConversationStats> looked) {
        return switch (looked) {
            case Lookup.Found<ConversationStats>(_, var stats) -> stats.messageCount();
            case Lookup.Failed<ConversationStats> _ -> -1;
        };
    }

    private static double rate(int count, long beganNanos) {
        return count * 1e9 / (System.nanoTime() - beganNanos);
    }

    /// In bytes, of all objects that are in use: a collector leaves what is not where moving the
    /// rest would not pay, the more the larger the heap is, and counts it as used.
    private static long heap() {
        try {
            Object histogram =
                    ManagementFactory.getPlatformMBeanServer()
                            .invoke(
                                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                    "gcClassHistogram",
                                    new Object[] {null},
                                    new String[] {String[].class.getName()});
            // A line a class: its number, how many, their bytes, its name.
            return String.valueOf(histogram)
                    .lines()
                    .map(line -> line.strip().split(" +"))
                    .filter(words -> words.length > 3 && words[0].endsWith(":"))
                    .filter(words -> !words[3].contains("jdk.internal.vm.Filler"))
                    .mapToLong(words -> Long.parseLong(words[2]))
                    .sum();
        } catch (JMException failed) {
            throw new IllegalStateException("this Java does not count its objects", failed);
        }
    }

    private static long rss() {
        ProcessReading now = ProcessReading.of(ProcessHandle.current().pid());
        return now == null ? 0 : now.residentBytes();
    }

    private void tell(String what, double figure) {
        progress.accept("%s %,.0f".formatted(what, figure));
    }
}
