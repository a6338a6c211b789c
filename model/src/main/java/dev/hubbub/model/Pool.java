package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ChatModel.Prompt;
import dev.hubbub.conversation.ChatModel.Sink;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelFault.Kind;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// How the calls of one provider share it: so many at once, the others in a queue of bounded length
/// in which users take turns; a call that fails before its first text is tried again, after a pause
/// in which others have its place; and a provider that fails too often is left alone for a while.
///
/// A call is in one place at a time: among the active, in the queue, or backing off. There are
/// never more than [PoolConfig#concurrentMax] active, nor more in all than [PoolConfig#waitingMax]
/// besides those; one that finds no room is refused at once. Waiting costs no thread.
///
/// Safe for use by many threads. Under the lock nothing is called that can call back.
final class Pool {

    private final PoolConfig config;
    private final Timers timers;
    private final IntervalFunction pauseMillis;
    private final CircuitBreaker breaker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Turns<PooledCall> queue = new Turns<>();
    private int active;
    private int backingOff;
    private long calls;
    private long refused;
    private long tries;
    private long retries;
    private long completed;
    private long failed;
    private long cancelled;
    private volatile long openedAtNanos;

    Pool(PoolConfig config, Timers timers) {
        this.config = config;
        this.timers = timers;
        pauseMillis =
                config.retryJitter() > 0
                        ? IntervalFunction.ofExponentialRandomBackoff(
                                config.retryFirst(), 2, config.retryJitter(), config.retryLongest())
                        : IntervalFunction.ofExponentialBackoff(
                                config.retryFirst(), 2, config.retryLongest());
        breaker = breaker(config, timers);
        breaker.getEventPublisher()
                .onStateTransition(change -> {
                    if (change.getStateTransition().getToState() == CircuitBreaker.State.OPEN) {
                        openedAtNanos = timers.nanos();
                    }
                });
    }

    private static CircuitBreaker breaker(PoolConfig config, Timers timers) {
        PoolConfig.Breaker when = config.breaker();
        return CircuitBreaker.of(
                config.name(),
                CircuitBreakerConfig.custom()
                        .slidingWindow(when.calls(), when.callsMin(), SlidingWindowType.COUNT_BASED)
                        .failureRateThreshold(when.failedPercent())
                        .waitDurationInOpenState(when.open())
                        .permittedNumberOfCallsInHalfOpenState(when.probes())
                        .clock(new TimersClock(timers))
                        .currentTimestampFunction(_ -> timers.nanos(), TimeUnit.NANOSECONDS)
                        .build());
    }

    /// Asks a model of this provider as soon as there is room.
    ///
    /// @param triesMax no more than this often, and no more than the pool allows
    ChatModel.Call reply(ChatModel model, Prompt prompt, Sink sink, int triesMax) {
        var call = new PooledCall(this, model, prompt, sink, Math.min(triesMax, config.triesMax()));
        boolean now = false;
        boolean full;
        lock.lock();
        try {
            calls++;
            boolean free = active < config.concurrentMax() && queue.size() == 0;
            full = isFull() || (!free && isFullFor(call));
            if (full) {
                refused++;
                call.state = PooledCall.State.OVER;
            } else {
                call.arrive(timers.after(config.beforeTextMax().toNanos(), call::expire));
                now = free;
                if (free) {
                    run(call);
                } else {
                    wait(call, false);
                }
            }
        } finally {
            lock.unlock();
        }
        if (full) {
            sink.failed(busy());
        } else if (now) {
            call.ask();
        }
        return call;
    }

    private boolean isFull() {
        return active + queue.size() + backingOff
                >= config.concurrentMax() + (long) config.waitingMax();
    }

    private boolean isFullFor(PooledCall call) {
        return queue.sizeOf(call.user()) >= config.waitingPerUserMax();
    }

    PoolFigures figures() {
        boolean open = breaker.getState() == CircuitBreaker.State.OPEN;
        lock.lock();
        try {
            return new PoolFigures(
                    config.name(),
                    active,
                    queue.size(),
                    backingOff,
                    config.concurrentMax(),
                    open,
                    calls,
                    refused,
                    tries,
                    retries,
                    completed,
                    failed,
                    cancelled);
        } finally {
            lock.unlock();
        }
    }

    /// How much of its room is taken, 0 to 1 and beyond when calls wait; a provider that is left
    /// alone counts as busier than any other.
    double load() {
        if (breaker.getState() == CircuitBreaker.State.OPEN && openNanosLeft() > 0) {
            return Double.MAX_VALUE;
        }
        lock.lock();
        try {
            return (active + queue.size() + backingOff) / (double) config.concurrentMax();
        } finally {
            lock.unlock();
        }
    }

    // What follows is for the calls.

    ReentrantLock lock() {
        return lock;
    }

    /// Under the lock: gives a call one of the places.
    void run(PooledCall call) {
        active++;
        call.state = PooledCall.State.ACTIVE;
    }

    /// Under the lock.
    ///
    /// @param again whether it had a place before
    void wait(PooledCall call, boolean again) {
        call.state = PooledCall.State.QUEUED;
        if (again) {
            queue.addFirst(call.user(), call);
        } else {
            queue.addLast(call.user(), call);
        }
    }

    /// Under the lock: whether there is a place.
    boolean hasRoom() {
        return active < config.concurrentMax();
    }

    /// Under the lock: takes a call out of where it is.
    ///
    /// @return what got its place and is to be asked, by [#askSoon], without the lock
    @Nullable PooledCall leave(PooledCall call, PooledCall.State to) {
        PooledCall next = null;
        switch (call.state) {
            case QUEUED -> queue.remove(call.user(), call);
            case BACKING_OFF -> backingOff--;
            case ACTIVE -> {
                active--;
                next = queue.poll();
                if (next != null) {
                    run(next);
                }
            }
            case NEW, OVER -> {}
        }
        call.state = to;
        if (to == PooledCall.State.BACKING_OFF) {
            backingOff++;
        }
        return next;
    }

    /// Models may read the store when they are asked, so that this is for a thread that may block.
    void askSoon(@Nullable PooledCall next) {
        if (next != null) {
            timers.fork(next::ask);
        }
    }

    /// Under the lock.
    void countTry(boolean again) {
        tries++;
        retries += again ? 1 : 0;
    }

    /// Under the lock.
    void countEnd(End end) {
        switch (end) {
            case COMPLETED -> completed++;
            case FAILED -> failed++;
            case CANCELLED -> cancelled++;
        }
    }

    enum End {
        COMPLETED,
        FAILED,
        CANCELLED
    }

    CircuitBreaker breaker() {
        return breaker;
    }

    Timers timers() {
        return timers;
    }

    long beforeTextNanosMax() {
        return config.beforeTextMax().toNanos();
    }

    /// How long to wait after this many tries.
    ///
    /// @param asked what the provider asked for, or null
    long pauseNanos(int triesSoFar, @Nullable Duration asked) {
        long pause = TimeUnit.MILLISECONDS.toNanos(pauseMillis.apply(triesSoFar));
        return asked == null ? pause : Math.max(pause, nanos(asked));
    }

    private static long nanos(Duration time) {
        return time.compareTo(Duration.ofDays(1)) > 0
                ? Duration.ofDays(1).toNanos()
                : time.toNanos();
    }

    long openNanosLeft() {
        return openedAtNanos + config.breaker().open().toNanos() - timers.nanos();
    }

    ModelFault busy() {
        return new ModelFault(
                Kind.BUSY,
                "Too many replies wait for %s; try again in a moment.".formatted(config.name()));
    }

    ModelFault waitedTooLong() {
        return new ModelFault(
                Kind.BUSY,
                "No answer began at %s within %d s; try again later."
                        .formatted(config.name(), config.beforeTextMax().toSeconds()));
    }

    ModelFault leftAlone() {
        // Probes are let through when the time is over, not when it is up.
        Duration left = Duration.ofNanos(Math.max(0, openNanosLeft())).plusMillis(1);
        return new ModelFault(
                Kind.BUSY,
                "%s failed too often lately and is left alone for now; try again in %d s."
                        .formatted(config.name(), Math.max(1, left.toSeconds())),
                left);
    }

    ModelFault defect(Throwable cause) {
        return new ModelFault(
                Kind.INTERNAL,
                "%s could not be asked: %s"
                        .formatted(
                                config.name(),
                                cause.getMessage() == null
                                        ? cause.getClass().getSimpleName().toLowerCase(Locale.ROOT)
                                        : cause.getMessage()));
    }

    /// The breaker's clock. Its times are only compared with each other.
    private static final class TimersClock extends Clock {

        private final Timers timers;

        TimersClock(Timers timers) {
            this.timers = timers;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plusNanos(timers.nanos());
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
