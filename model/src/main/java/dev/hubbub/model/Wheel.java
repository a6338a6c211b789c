package dev.hubbub.model;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// A clock for very many replies that each say a little now and then: one thread and a hashed timer
/// wheel with ticks of [#TICK_NANOS].
///
/// A turn is its own list node and says itself when it wants to run next, so that a token costs no
/// allocation and no call to a scheduler. The thread sleeps for good when nothing is due, which is
/// what Netty's wheel does not do.
///
/// Turns that are due at once take their turns in the order in which they became so, each for as
/// long as its `run` lasts: keep that short.
final class Wheel implements AutoCloseable {

    /// The next run of a turn that has none.
    static final long NEVER = Long.MIN_VALUE;

    /// What a turn answers that would go on at once, after the others.
    static final long AT_ONCE = Long.MIN_VALUE + 1;

    static final long TICK_NANOS = 5_000_000;

    /// One lap is about ten seconds; a later turn stays in its slot for more laps.
    private static final int SLOTS = 2_048;

    private static final Logger LOG = LoggerFactory.getLogger(Wheel.class);

    /// Something that runs now and then on the wheel's thread.
    abstract static class Turn {

        private @Nullable Turn next;
        private long tick;

        /// Does what is due and says when to come back: a time in [System#nanoTime] terms,
        /// [#AT_ONCE] or [#NEVER]. An exception is as [#NEVER].
        abstract long run(long nowNanos);
    }

    private final AtomicReference<@Nullable Turn> arrivals = new AtomicReference<>();
    private final @Nullable Turn[] slots = new @Nullable Turn[SLOTS];
    private final Thread thread;
    private final long originNanos = System.nanoTime();
    private volatile boolean closed;

    // What follows belongs to the thread.
    private @Nullable Turn readyFirst;
    private @Nullable Turn readyLast;
    private long tick;
    private int waiting;

    Wheel() {
        thread = Thread.ofPlatform().name("hubbub-wheel").daemon().start(this::turn);
    }

    /// Runs a turn for the first time as soon as may be, never when the wheel is closed. It must
    /// not be in a wheel already.
    void add(Turn turn) {
        Turn before =
                arrivals.getAndAccumulate(
                        turn,
                        (first, added) -> {
                            added.next = first;
                            return added;
                        });
        if (before == null) {
            LockSupport.unpark(thread);
        }
    }

    /// @throws IllegalStateException when the wheel is closed
    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the models are closed");
        }
    }

    /// Ends the thread; turns that are waiting run no more.
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void turn() {
        while (!closed) {
            admit();
            if (readyFirst == null) {
                if (waiting == 0) {
                    LockSupport.park(this);
                } else {
                    LockSupport.parkNanos(this, nanosOf(tick + 1) - System.nanoTime());
                }
            }
            advance();
            runReady();
        }
    }

    /// Puts what arrived in the order of its arrival.
    private void admit() {
        Turn reversed = null;
        Turn arrived = arrivals.getAndSet(null);
        while (arrived != null) {
            Turn next = arrived.next;
            arrived.next = reversed;
            reversed = arrived;
            arrived = next;
        }
        while (reversed != null) {
            Turn next = reversed.next;
            ready(reversed);
            reversed = next;
        }
    }

    /// Makes ready what has become due in the ticks since the last time.
    private void advance() {
        long now = (System.nanoTime() - originNanos) / TICK_NANOS;
        if (waiting == 0) {
            tick = now;
            return;
        }
        long from = Math.max(tick + 1, now - SLOTS + 1);
        for (long t = from; t <= now; t++) {
            int slot = (int) (t & (SLOTS - 1));
            Turn turn = slots[slot];
            slots[slot] = null;
            while (turn != null) {
                Turn next = turn.next;
                if (turn.tick <= now) {
                    waiting--;
                    ready(turn);
                } else {
                    turn.next = slots[slot];
                    slots[slot] = turn;
                }
                turn = next;
            }
        }
        tick = now;
    }

    /// Runs what is ready now, once each; what becomes ready meanwhile waits for the next time.
    private void runReady() {
        Turn turn = readyFirst;
        readyFirst = null;
        readyLast = null;
        long nowNanos = System.nanoTime();
        while (turn != null && !closed) {
            Turn next = turn.next;
            long again = NEVER;
            try {
                again = turn.run(nowNanos);
            } catch (RuntimeException | StackOverflowError | AssertionError e) {
                LOG.error("A turn of the wheel failed", e);
            }
            if (again == AT_ONCE) {
                ready(turn);
            } else if (again != NEVER) {
                await(turn, again);
            }
            turn = next;
        }
    }

    private void ready(Turn turn) {
        turn.next = null;
        if (readyLast == null) {
            readyFirst = turn;
        } else {
            readyLast.next = turn;
        }
        readyLast = turn;
    }

    private void await(Turn turn, long dueNanos) {
        long due = (dueNanos - originNanos + TICK_NANOS - 1) / TICK_NANOS;
        turn.tick = Math.max(due, tick + 1);
        int slot = (int) (turn.tick & (SLOTS - 1));
        turn.next = slots[slot];
        slots[slot] = turn;
        waiting++;
    }

    private long nanosOf(long ofTick) {
        return originNanos + ofTick * TICK_NANOS;
    }
}
