package dev.hubbub.bench;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.engine.BroadcastOptions;
import dev.hubbub.engine.BroadcastResult;
import dev.hubbub.engine.ConversationStats;
import dev.hubbub.engine.ConversationUnknown;
import dev.hubbub.engine.EngineConfig;
import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.HubbubConfig;
import dev.hubbub.engine.HubbubException;
import dev.hubbub.engine.Lookup;
import dev.hubbub.engine.SendOptions;

import org.jspecify.annotations.Nullable;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Many conversations for a long time, through the Java API, at a steady and moderate rate: begun,
/// talked to, crashed, let go, pushed out of memory and deleted at random, so that as many are
/// there at the end as at the beginning. Heap should be as flat as their number.
///
/// Every reply is compared with what it must be, and before a conversation is deleted, and at the
/// end, the whole history with all that was ever said in it. Who is told that a conversation
/// crashed asks again under the same client message id: what was said must be there once. Half of
/// the operations go to a tenth of the conversations; those that nobody uses leave memory after a
/// few seconds, and the least recently used sooner, because there is a budget of bytes.
public final class SoakBench {

    /// The fewest that can be chosen from.
    public static final int CONVERSATIONS_MIN = 100;

    /// Turns after which a conversation makes room for another.
    private static final int TURNS_MAX = 12;

    /// One operation in so many begins a conversation where one was deleted.
    private static final int STARTS_PART = 8;

    private static final int HOT_PART = 10;
    private static final int BROADCAST_MIN = 16;
    private static final int BROADCAST_MAX = 64;
    private static final int IN_FLIGHT_MAX = 2_000;
    private static final int HISTORIES_AT_ONCE = 200;
    private static final Duration IDLE_MAX = Duration.ofSeconds(8);

    /// Of the rough weight that the engine gives a conversation, what is allowed for each.
    private static final long RESIDENT_BYTES_EACH = 250;

    /// The beginning of a text names it.
    private static final int NAME_CHARS = 16;

    private static final int TRIES_MAX = 10;
    private static final int FAULTS_TOLD_MAX = 10;

    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Plan plan;
    private final Consumer<String> progress;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Talk[] talks;
    private final List<SoakReport.Sample> samples = new ArrayList<>();
    private final Queue<Talk> empties = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger population = new AtomicInteger();
    private final LongAdder starts = new LongAdder();
    private final LongAdder sends = new LongAdder();
    private final LongAdder broadcasts = new LongAdder();
    private final LongAdder turns = new LongAdder();
    private final LongAdder deletes = new LongAdder();
    private final LongAdder closes = new LongAdder();
    private final LongAdder crashes = new LongAdder();
    private final LongAdder reads = new LongAdder();
    private final LongAdder checks = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final AtomicReference<@Nullable String> firstFault = new AtomicReference<>();

    /// What to do.
    ///
    /// @param n conversations, at least [#CONVERSATIONS_MIN]
    /// @param store with `MEMORY` the store itself keeps what was deleted, on the heap: that grows
    /// @param time how long
    /// @param sampleEvery how often to look at the heap
    /// @param operationsPerSecond at most
    public record Plan(
            int n,
            EngineBench.Store store,
            Duration time,
            Duration sampleEvery,
            int operationsPerSecond) {

        public Plan {
            if (n < CONVERSATIONS_MIN) {
                throw new IllegalArgumentException("too few conversations: " + n);
            }
            if (time.compareTo(sampleEvery) < 0
                    || !sampleEvery.isPositive()
                    || operationsPerSecond < 1) {
                throw new IllegalArgumentException("nothing to do, or nothing to see of it");
            }
        }

        /// A look every ten seconds, or thirty in all when there is less time; 1,000 operations a
        /// second.
        public static Plan of(int n, EngineBench.Store store, Duration time) {
            Duration part = time.dividedBy(30);
            Duration most = Duration.ofSeconds(10);
            return new Plan(n, store, time, part.compareTo(most) < 0 ? part : most, 1_000);
        }
    }

    /// A place for a conversation. What has set [#busy] may change it, until it is unset.
    private static final class Talk {

        volatile boolean busy;

        /// Null while nothing is here.
        volatile @Nullable ConversationId id;

        int turns;

        /// Turns after which it makes room for another.
        int turnsMax = TURNS_MAX;

        /// Of all that was said, in order.
        int hash;

        /// A call failed, so that it is not known what was said.
        boolean unsure;

        void said(String text) {
            turns++;
            hash = hash(hash(hash, text), RepeatingModel.replyTo(text));
        }

        static int hash(int before, String text) {
            return 31 * before + text.hashCode();
        }
    }

    private SoakBench(Plan plan, Consumer<String> progress) {
        this.plan = plan;
        this.progress = progress;
        talks = new Talk[plan.n()];
        Arrays.setAll(talks, _ -> new Talk());
    }

    /// Does it, in this process.
    ///
    /// @param scratch a directory for the data of the while
    /// @param progress is told each sample when it is taken
    public static SoakReport run(Plan plan, Path scratch, Consumer<String> progress) {
        try (Scratch directory = Scratch.in(scratch);
                var model = new RepeatingModel();
                Hubbub hubbub = Hubbub.start(config(plan, directory.path(), model))) {
            return new SoakBench(plan, progress).run(hubbub);
        }
    }

    private static HubbubConfig config(Plan plan, Path directory, RepeatingModel model) {
        var base =
                plan.store() == EngineBench.Store.MEMORY
                        ? HubbubConfig.inMemory()
                        : HubbubConfig.inDirectory(directory.resolve("data"));
        return base.withModel("repeating", model)
                .withDefaultModel("repeating")
                .withStartsMax(plan.n())
                .withEngine(
                        EngineConfig.DEFAULT
                                .withIdle(IDLE_MAX, RESIDENT_BYTES_EACH * plan.n())
                                // Here they crash on purpose, and nobody is to be set aside.
                                .withCrashes(Integer.MAX_VALUE, Duration.ofSeconds(1)));
    }

    private SoakReport run(Hubbub hubbub) {
        List<ConversationId> first = hubbub.startConversations(plan.n());
        starts.add(plan.n());
        population.set(plan.n());
        for (int i = 0; i < talks.length; i++) {
            talks[i].id = first.get(i);
            // Not all of the first make room at the same time.
            talks[i].turnsMax = random.nextInt(1, TURNS_MAX + 1);
        }
        long began = System.nanoTime();
        Duration cpuBefore = cpu();
        long end = began + plan.time().toNanos();
        long next = began + plan.sampleEvery().toNanos();
        long due = began;
        long each = SECOND_NANOS / plan.operationsPerSecond();
        for (long now = began; now < end; now = System.nanoTime()) {
            if (now >= next) {
                sample(hubbub, now - began);
                next += plan.sampleEvery().toNanos();
                continue;
            }
            // What could not be done in time is not done in a rush afterwards.
            due = Math.max(due, now - SECOND_NANOS / 10);
            while (due <= now && inFlight.get() < IN_FLIGHT_MAX) {
                due += each * step(hubbub);
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
        sample(hubbub, System.nanoTime() - began);
        double seconds = (System.nanoTime() - began) / 1e9;
        double cores = cpu().minus(cpuBefore).toMillis() / 1e3 / seconds;
        settle();
        checkAll(hubbub);
        return new SoakReport(
                plan,
                samples,
                new SoakReport.Totals(
                        seconds,
                        cores,
                        starts.sum(),
                        sends.sum(),
                        broadcasts.sum(),
                        turns.sum(),
                        deletes.sum(),
                        closes.sum(),
                        crashes.sum(),
                        reads.sum(),
                        checks.sum(),
                        retries.sum(),
                        errors.sum(),
                        lost.sum(),
                        firstFault.get()));
    }

    // --- One operation -------------------------------------------------------------------------

    /// @return how many operations it was
    private int step(Hubbub hubbub) {
        Talk empty = random.nextInt(STARTS_PART) == 0 ? empties.poll() : null;
        Talk talk = empty == null ? any() : empty;
        ConversationId id = talk.id;
        int dice = random.nextInt(1_000);
        if (talk.busy) {
            // In the middle of a turn, or of its end: nobody may notice.
            if (id != null && dice < 50) {
                crash(hubbub, List.of(id));
            } else if (id != null && dice < 100) {
                close(hubbub, id);
            }
        } else if (id == null) {
            if (empty != null) {
                start(hubbub, talk);
            }
        } else if (dice < 10 || talk.turns >= talk.turnsMax || talk.unsure) {
            delete(hubbub, talk, id);
        } else if (dice < 30) {
            close(hubbub, id);
        } else if (dice < 40) {
            crash(hubbub, List.of(id));
        } else if (dice < 80) {
            read(hubbub, talk, id);
        } else if (dice < 83) {
            return broadcast(hubbub);
        } else {
            send(hubbub, talk, id);
        }
        return 1;
    }

    private Talk any() {
        int from = random.nextBoolean() ? talks.length / HOT_PART : talks.length;
        return talks[random.nextInt(from)];
    }

    private void start(Hubbub hubbub, Talk talk) {
        talk.busy = true;
        end(
                hubbub.startConversationAsync(),
                talk,
                id -> {
                    talk.turns = 0;
                    talk.turnsMax = TURNS_MAX;
                    talk.hash = 0;
                    talk.unsure = false;
                    talk.id = id;
                    population.incrementAndGet();
                    starts.increment();
                });
    }

    private void send(Hubbub hubbub, Talk talk, ConversationId id) {
        talk.busy = true;
        String text = text();
        sends.increment();
        end(
                retrying(() -> hubbub.sendMessageAsync(id, text, named(text)), 1),
                talk,
                reply -> heard(talk, text, reply));
    }

    private int broadcast(Hubbub hubbub) {
        int wanted = random.nextInt(BROADCAST_MIN, BROADCAST_MAX + 1);
        var chosen = new ArrayList<Talk>();
        var ids = new ArrayList<ConversationId>();
        for (int i = 0; i < wanted; i++) {
            Talk talk = any();
            ConversationId id = talk.id;
            if (!talk.busy && id != null && talk.turns < talk.turnsMax) {
                talk.busy = true;
                chosen.add(talk);
                ids.add(id);
            }
        }
        String text = text();
        broadcasts.increment();
        inFlight.addAndGet(chosen.size());
        var _ =
                hubbub.broadcastAsync(ids, text, BroadcastOptions.DEFAULT.withSend(named(text)))
                        .whenComplete(
                                (results, failed) -> gather(hubbub, chosen, text, results, failed));
        return Math.max(1, chosen.size());
    }

    private void gather(
            Hubbub hubbub,
            List<Talk> chosen,
            String text,
            @Nullable List<BroadcastResult> results,
            @Nullable Throwable failed) {
        for (int i = 0; i < chosen.size(); i++) {
            Talk talk = chosen.get(i);
            BroadcastResult result = results == null ? null : results.get(i);
            if (result instanceof BroadcastResult.Failed(var id, var error) && crashed(error)) {
                retries.increment();
                end(
                        retrying(() -> hubbub.sendMessageAsync(id, text, named(text)), 2),
                        talk,
                        reply -> heard(talk, text, reply));
            } else {
                if (result instanceof BroadcastResult.Replied(_, var reply)) {
                    heard(talk, text, reply);
                } else if (result instanceof BroadcastResult.Failed(_, var error)) {
                    failed(talk, error);
                } else {
                    failed(talk, failed);
                }
                talk.busy = false;
            }
            inFlight.decrementAndGet();
        }
    }

    private static SendOptions named(String text) {
        return SendOptions.DEFAULT.withClientMessageId(text.substring(0, NAME_CHARS));
    }

    /// Asks again while the answer is that the conversation crashed meanwhile.
    private <T> CompletionStage<T> retrying(Supplier<CompletionStage<T>> call, int tries) {
        return call.get()
                .exceptionallyCompose(failed -> {
                    if (!crashed(failed) || tries >= TRIES_MAX) {
                        return CompletableFuture.failedStage(failed);
                    }
                    retries.increment();
                    return retrying(call, tries + 1);
                });
    }

    private static boolean crashed(Throwable failed) {
        return cause(failed) instanceof HubbubException known && known.refusal() == Refusal.CRASHED;
    }

    private static Throwable cause(Throwable failed) {
        return failed instanceof CompletionException && failed.getCause() != null
                ? failed.getCause()
                : failed;
    }

    private void heard(Talk talk, String text, Message reply) {
        if (!reply.text().equals(RepeatingModel.replyTo(text))) {
            lost("A reply to '%s' was '%s'.".formatted(text, reply.text()));
        }
        talk.said(text);
        turns.increment();
    }

    private void read(Hubbub hubbub, Talk talk, ConversationId id) {
        talk.busy = true;
        reads.increment();
        end(retrying(() -> hubbub.statsAsync(id), 1), talk, stats -> count(talk, stats));
    }

    private void count(Talk talk, ConversationStats stats) {
        if (stats.messageCount() != 2L * talk.turns) {
            lost("%d messages after %d turns.".formatted(stats.messageCount(), talk.turns));
        }
    }

    private void delete(Hubbub hubbub, Talk talk, ConversationId id) {
        talk.busy = true;
        CompletionStage<List<Message>> read = retrying(() -> hubbub.historyAsync(id), 1);
        end(
                read.thenCompose(history -> {
                    check(talk, history);
                    return deleted(hubbub, id, 1);
                }),
                talk,
                _ -> {
                    talk.id = null;
                    population.decrementAndGet();
                    deletes.increment();
                    empties.add(talk);
                });
    }

    /// Whoever is told of a crash while deleting finds it deleted, or does it again.
    private CompletionStage<Boolean> deleted(Hubbub hubbub, ConversationId id, int tries) {
        return hubbub.deleteAsync(id)
                .thenApply(_ -> true)
                .exceptionallyCompose(failed -> {
                    if (tries > 1 && cause(failed) instanceof ConversationUnknown) {
                        return CompletableFuture.completedStage(true);
                    }
                    if (!crashed(failed) || tries >= TRIES_MAX) {
                        return CompletableFuture.failedStage(failed);
                    }
                    retries.increment();
                    return deleted(hubbub, id, tries + 1);
                });
    }

    private void close(Hubbub hubbub, ConversationId id) {
        inFlight.incrementAndGet();
        var _ =
                hubbub.closeAsync(id)
                        .whenComplete((wasThere, failed) -> {
                            if (failed != null) {
                                error(failed);
                            } else if (wasThere) {
                                closes.increment();
                            }
                            inFlight.decrementAndGet();
                        });
    }

    private void crash(Hubbub hubbub, List<ConversationId> ids) {
        inFlight.incrementAndGet();
        var _ =
                hubbub.crashAsync(ids)
                        .whenComplete((count, failed) -> {
                            if (failed != null) {
                                error(failed);
                            } else {
                                crashes.add(count);
                            }
                            inFlight.decrementAndGet();
                        });
    }

    /// What is to be done when a call has ended; nobody else uses the place until then.
    private <T> void end(CompletionStage<T> call, Talk talk, Consumer<T> then) {
        inFlight.incrementAndGet();
        var _ =
                call.whenComplete((value, failed) -> {
                    if (failed == null) {
                        then.accept(value);
                    } else {
                        failed(talk, failed);
                    }
                    talk.busy = false;
                    inFlight.decrementAndGet();
                });
    }

    private String text() {
        String beginning = "%016x, and ".formatted(random.nextLong());
        return beginning + "so on ".repeat(random.nextInt(1, 12)).strip();
    }

    // --- Checking ------------------------------------------------------------------------------

    private void check(Talk talk, List<Message> history) {
        if (talk.unsure) {
            return;
        }
        checks.increment();
        int hash = 0;
        for (Message message : history) {
            hash = Talk.hash(hash, message.text());
        }
        if (history.size() != 2 * talk.turns || hash != talk.hash) {
            lost(
                    "A history has %d messages after %d turns, or other ones: %s"
                            .formatted(
                                    history.size(),
                                    talk.turns,
                                    history.stream().map(Message::text).toList()));
        }
    }

    /// Waits for what is under way.
    private void settle() {
        long deadline = System.nanoTime() + 60 * SECOND_NANOS;
        while (inFlight.get() > 0 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TICK_NANOS);
        }
        if (inFlight.get() > 0) {
            lost("%d calls have not ended a minute later.".formatted(inFlight.get()));
        }
    }

    private void checkAll(Hubbub hubbub) {
        var left = new ArrayList<Talk>();
        var ids = new ArrayList<ConversationId>();
        for (Talk talk : talks) {
            ConversationId id = talk.id;
            if (id != null && !talk.busy) {
                left.add(talk);
                ids.add(id);
            }
        }
        for (int from = 0; from < left.size(); from += HISTORIES_AT_ONCE) {
            int to = Math.min(left.size(), from + HISTORIES_AT_ONCE);
            List<Lookup<List<Message>>> histories = hubbub.histories(ids.subList(from, to));
            for (int i = from; i < to; i++) {
                switch (histories.get(i - from)) {
                    case Lookup.Found<List<Message>>(_, var history) -> check(left.get(i), history);
                    case Lookup.Failed<List<Message>>(_, var error) ->
                            lost("A history could not be read: " + error.getMessage());
                }
            }
        }
    }

    private void failed(Talk talk, @Nullable Throwable failed) {
        talk.unsure = true;
        error(failed);
    }

    private void error(@Nullable Throwable failed) {
        errors.increment();
        tell(String.valueOf(failed));
    }

    private void lost(String what) {
        lost.increment();
        tell(what);
    }

    private void tell(String fault) {
        firstFault.compareAndSet(null, fault);
        if (errors.sum() + lost.sum() <= FAULTS_TOLD_MAX) {
            progress.accept(fault);
        }
    }

    // --- Looking -------------------------------------------------------------------------------

    private void sample(Hubbub hubbub, long nanos) {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        ProcessReading process = ProcessReading.of(ProcessHandle.current().pid());
        var sample =
                new SoakReport.Sample(
                        nanos / 1e9,
                        heap,
                        process == null ? 0 : process.residentBytes(),
                        population.get(),
                        hubbub.figures().resident(),
                        turns.sum(),
                        crashes.sum(),
                        errors.sum(),
                        lost.sum());
        samples.add(sample);
        progress.accept(
                String.format(
                        Locale.ROOT,
                        "%5.0f s: heap %.1f MiB, %,d conversations, %,d in memory, %,d turns,"
                                + " %,d crashes, %,d errors, %,d lost",
                        sample.seconds(),
                        sample.heapBytes() / 1048576.0,
                        sample.conversations(),
                        sample.resident(),
                        sample.turns(),
                        sample.crashes(),
                        sample.errors(),
                        sample.lost()));
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
