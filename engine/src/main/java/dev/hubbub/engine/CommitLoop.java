package dev.hubbub.engine;

import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.ConversationStore.Outcome;
import dev.hubbub.conversation.Usage;
import dev.hubbub.engine.ToPartition.Landed;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/// Makes what all partitions of a node decided durable, in one append at a time: whatever came
/// while the last one was written goes into the next. Load makes batches larger, not slower.
///
/// On a fast disk that alone makes many small commits of a steady load, and each costs the node a
/// message to every partition and hub in it. So after a commit of at least [#BUSY_BATCHES_MIN]
/// conversations the next one begins a `gap` after it began, at the earliest. Fewer never wait, and
/// after one of [#LARGE_BATCHES_MIN] waiting would gain nothing.
///
/// Many batches of one partition are appended by whoever submits them, where the store can do that
/// without waiting: they are in that processor's cache, and what became of them will be looked at
/// from there.
///
/// What waits is bounded by the conversations in memory, as each has one batch under way at most.
/// Safe for use by many threads; has one of its own.
final class CommitLoop {

    private static final Logger LOG = LoggerFactory.getLogger(CommitLoop.class);

    /// Conversations in a commit from which on the node counts as busy.
    static final int BUSY_BATCHES_MIN = 64;

    /// Conversations in a commit from which on it is large enough without waiting for more.
    static final int LARGE_BATCHES_MIN = 512;

    private final ConversationStore store;
    private final int eventsMax;
    private final long gapNanos;
    private final BiConsumer<Integer, List<Landed>> report;
    private final ConcurrentLinkedQueue<Group> waiting = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<CountDownLatch> drains = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private final Thread thread;
    private volatile boolean closing;

    final LongAdder commits = new LongAdder();
    final LongAdder batches = new LongAdder();
    final LongAdder events = new LongAdder();
    final LongAdder pieces = new LongAdder();
    final LongAdder replies = new LongAdder();
    final LongAdder outputTokens = new LongAdder();
    final LongAdder nanos = new LongAdder();

    /// Whatever a partition knows a batch by.
    interface Entry {

        Batch batch();
    }

    /// What one partition submitted at once.
    ///
    /// @param events in all of it
    /// @param pieces how many of these are pieces of replies
    /// @param replies how many are ends of replies
    /// @param outputTokens what models said these replies have
    record Group(
            int partition,
            List<Entry> entries,
            int events,
            int pieces,
            int replies,
            long outputTokens) {

        /// Counts here, while the partition still has them in its processor's cache.
        static Group of(int partition, List<Entry> entries) {
            int all = 0;
            int small = 0;
            int ended = 0;
            long tokens = 0;
            for (int i = 0; i < entries.size(); i++) {
                List<ConversationEvent> its = entries.get(i).batch().events();
                all += its.size();
                for (int j = 0; j < its.size(); j++) {
                    if (its.get(j) instanceof ConversationEvent.ReplyEnded(_, var message)) {
                        ended++;
                        Usage used = message.usage();
                        tokens += used == null ? 0 : used.outputTokens();
                    } else {
                        small += its.get(j).isNumbered() ? 0 : 1;
                    }
                }
            }
            return new Group(partition, entries, all, small, ended, tokens);
        }
    }

    /// @param report hears, for each partition of a commit, what became of its batches
    CommitLoop(
            ConversationStore store,
            int eventsMax,
            Duration gap,
            BiConsumer<Integer, List<Landed>> report) {
        this.store = store;
        this.eventsMax = eventsMax;
        gapNanos = gap.toNanos();
        this.report = report;
        thread = Thread.ofPlatform().name("hubbub-commit").daemon(true).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void submit(int partition, List<Entry> entries) {
        List<Entry> rest = entries;
        if (entries.size() >= BUSY_BATCHES_MIN) {
            int done = commitAtOnce(partition, entries);
            if (done == entries.size()) {
                return;
            }
            rest = entries.subList(done, entries.size());
        }
        waiting.add(Group.of(partition, rest));
        if (asleep.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
    }

    /// Waits until what was submitted before is committed, `millisMax` at most.
    void drain(long millisMax) {
        var drained = new CountDownLatch(1);
        drains.add(drained);
        LockSupport.unpark(thread);
        try {
            if (!drained.await(millisMax, TimeUnit.MILLISECONDS)) {
                LOG.warn("The store was still busy after {} ms", millisMax);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Commits what was submitted before, then ends.
    ///
    /// @return false when that took longer than `millisMax`
    boolean close(long millisMax) {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(millisMax);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private void run() {
        var taken = new ArrayList<Group>();
        while (true) {
            CountDownLatch drain = drains.poll();
            long began = System.nanoTime();
            boolean all = take(taken);
            if (!taken.isEmpty()) {
                int conversations = commitWhatever(taken);
                if (all && conversations >= BUSY_BATCHES_MIN && conversations < LARGE_BATCHES_MIN) {
                    waitUntil(began + gapNanos);
                }
                taken.clear();
            } else if (closing) {
                return;
            } else if (drain == null) {
                sleep();
            }
            if (drain != null) {
                drain.countDown();
            }
        }
    }

    /// Goes on after whatever happens, memory that ran out too: without this thread everybody would
    /// wait for ever.
    private int commitWhatever(List<Group> taken) {
        try {
            return commit(taken);
        } catch (Throwable defect) {
            LOG.error("What became of a commit could not be told", defect);
            return 0;
        }
    }

    private void waitUntil(long nanoTime) {
        for (long left = nanoTime - System.nanoTime();
                left > 0 && drains.isEmpty() && !closing;
                left = nanoTime - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    private void sleep() {
        asleep.set(true);
        if (waiting.isEmpty() && drains.isEmpty() && !closing) {
            LockSupport.park(this);
        }
        asleep.set(false);
    }

    /// False when more is waiting than goes into one commit.
    private boolean take(List<Group> taken) {
        int size = 0;
        while (size < eventsMax) {
            Group group = waiting.poll();
            if (group == null) {
                return true;
            }
            taken.add(group);
            size += group.events();
        }
        return false;
    }

    /// @return how many of the first entries were reported
    private int commitAtOnce(int partition, List<Entry> entries) {
        var batches = new ArrayList<Batch>(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            batches.add(entries.get(i).batch());
        }
        long began = System.nanoTime();
        List<Outcome> outcomes;
        try {
            outcomes = store.appendAtOnce(batches);
        } catch (RuntimeException | Error failure) {
            tellOf(failure, batches.size());
            report.accept(partition, List.of(new Landed(entries, null)));
            return entries.size();
        }
        int done = outcomes.size();
        if (done > 0) {
            Group group = Group.of(partition, entries.subList(0, done));
            commits.increment();
            count(group);
            nanos.add(System.nanoTime() - began);
            report.accept(partition, List.of(new Landed(group.entries(), outcomes)));
        }
        return done;
    }

    private static int batchesIn(List<Group> taken) {
        int sum = 0;
        for (Group group : taken) {
            sum += group.entries().size();
        }
        return sum;
    }

    /// @return how many batches were committed
    private int commit(List<Group> taken) {
        var appended = new ArrayList<Batch>(batchesIn(taken));
        for (Group group : taken) {
            for (Entry entry : group.entries()) {
                appended.add(entry.batch());
            }
        }
        List<Outcome> outcomes = null;
        long began = System.nanoTime();
        try {
            outcomes = store.append(appended);
        } catch (RuntimeException | Error failure) {
            tellOf(failure, appended.size());
        }
        nanos.add(System.nanoTime() - began);
        commits.increment();
        taken.forEach(this::count);
        landed(taken, outcomes).forEach(report);
        return appended.size();
    }

    private static void tellOf(Throwable failure, int batches) {
        LOG.error("A commit of {} batches failed: {}", batches, failure.toString());
        LOG.debug("The commit that failed", failure);
    }

    private void count(Group group) {
        batches.add(group.entries().size());
        events.add(group.events());
        pieces.add(group.pieces());
        replies.add(group.replies());
        outputTokens.add(group.outputTokens());
    }

    /// For each partition, what became of its batches; `outcomes` is null when nobody knows.
    static Map<Integer, List<Landed>> landed(List<Group> taken, @Nullable List<Outcome> outcomes) {
        Map<Integer, List<Landed>> landed = new LinkedHashMap<>();
        int from = 0;
        for (Group group : taken) {
            int to = from + group.entries().size();
            landed.computeIfAbsent(group.partition(), _ -> new ArrayList<>(1))
                    .add(
                            new Landed(
                                    group.entries(),
                                    outcomes == null ? null : outcomes.subList(from, to)));
            from = to;
        }
        return landed;
    }
}
