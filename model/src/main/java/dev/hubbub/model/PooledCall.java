package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ChatModel.Prompt;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelFault.Kind;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UserId;
import dev.hubbub.model.Pool.End;
import dev.hubbub.model.Timers.Alarm;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;

import org.jspecify.annotations.Nullable;

import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// One call on its way through a [Pool]: what it has tried, and how it goes on. What is mutable is
/// under the pool's lock; the sink is called without it, by one at a time, because whoever wants to
/// must first win the call's [State].
final class PooledCall implements ChatModel.Call {

    /// Faults that may be gone at the next try. All others stay, or are nothing that this provider
    /// can help.
    private static final Set<Kind> RETRIED =
            EnumSet.of(
                    Kind.RATE_LIMITED,
                    Kind.PROVIDER_ERROR,
                    Kind.UNREACHABLE,
                    Kind.STALLED,
                    Kind.CUT_OFF);

    /// Tries where nothing listens: that seldom passes in a minute, and somebody waits to hear that
    /// the address is wrong.
    static final int UNREACHABLE_TRIES_MAX = 3;

    private final Pool pool;
    private final ChatModel model;
    private final UserId user;
    private final ChatModel.Sink sink;
    private final int triesMax;
    private final long arrivedNanos;

    /// Changed by the pool, under its lock; read without it to drop what comes too late.
    volatile State state = State.NEW;

    /// Null once there is text: no other try will need it, and a history may be large.
    private @Nullable Prompt prompt;

    private int tries;
    private boolean begun;
    private @Nullable Try current;
    private @Nullable Alarm deadline;
    private @Nullable Alarm pause;
    private @Nullable ModelFault last;

    PooledCall(Pool pool, ChatModel model, Prompt prompt, ChatModel.Sink sink, int triesMax) {
        this.pool = pool;
        this.model = model;
        this.prompt = prompt;
        user = prompt.user();
        this.sink = sink;
        this.triesMax = triesMax;
        arrivedNanos = pool.timers().nanos();
    }

    enum State {
        NEW,
        /// Waits for a place.
        QUEUED,
        /// Has a place.
        ACTIVE,
        /// Failed, and waits for its next try.
        BACKING_OFF,
        OVER
    }

    UserId user() {
        return user;
    }

    /// Under the lock.
    void arrive(Alarm endOfPatience) {
        deadline = endOfPatience;
    }

    /// Asks the model. Only for a call that has a place, and on a thread that may block.
    void ask() {
        if (!pool.breaker().tryAcquirePermission()) {
            leftAlone();
            return;
        }
        Try mine = null;
        Prompt what;
        pool.lock().lock();
        try {
            what = prompt;
            if (state == State.ACTIVE) {
                pool.countTry(tries > 0);
                tries++;
                mine = new Try(pool.timers().nanos());
                current = mine;
            }
        } finally {
            pool.lock().unlock();
        }
        if (mine == null || what == null) {
            pool.breaker().releasePermission();
            return;
        }
        try {
            mine.asked(model.reply(what, mine));
        } catch (Throwable defect) {
            mine.failed(pool.defect(defect));
        }
    }

    /// A call that was never tried is told so at once; one that was waits on, as if it had been.
    private void leftAlone() {
        ModelFault fault = pool.leftAlone();
        Ending ending = null;
        pool.lock().lock();
        try {
            if (state == State.ACTIVE) {
                boolean first = tries == 0;
                tries++;
                ending = triedInVain(fault, !first);
            }
        } finally {
            pool.lock().unlock();
        }
        finish(ending);
    }

    /// Under the lock: what is to be done after a try, or a part of one, brought nothing.
    private Ending triedInVain(ModelFault fault, boolean worthIt) {
        ModelFault told = fault.kind() == Kind.BUSY && last != null ? last : fault;
        last = told;
        long pauseNanos = pool.pauseNanos(tries, fault.retryAfter());
        long now = pool.timers().nanos();
        boolean inTime = now + pauseNanos - arrivedNanos < pool.beforeTextNanosMax();
        int most =
                told.kind() == Kind.UNREACHABLE
                        ? Math.min(triesMax, UNREACHABLE_TRIES_MAX)
                        : triesMax;
        if (worthIt && tries < most && inTime) {
            current = null;
            PooledCall next = pool.leave(this, State.BACKING_OFF);
            pause = pool.timers().after(pauseNanos, this::again);
            return new Ending(null, next);
        }
        return end(told, End.FAILED);
    }

    /// The pause is over.
    private void again() {
        boolean now = false;
        pool.lock().lock();
        try {
            if (state != State.BACKING_OFF) {
                return;
            }
            pool.leave(this, State.NEW);
            now = pool.hasRoom();
            if (now) {
                pool.run(this);
            } else {
                pool.wait(this, true);
            }
        } finally {
            pool.lock().unlock();
        }
        if (now) {
            ask();
        }
    }

    /// Nothing has come in all the time there was.
    void expire() {
        Ending ending = null;
        Try abandoned = null;
        pool.lock().lock();
        try {
            if (state != State.OVER && !begun) {
                abandoned = current;
                ending = end(last == null ? pool.waitedTooLong() : last, End.FAILED);
            }
        } finally {
            pool.lock().unlock();
        }
        if (abandoned != null) {
            abandoned.abandon();
            abandoned.wasSick();
        }
        finish(ending);
    }

    @Override
    public void cancel() {
        Ending ending = null;
        Try abandoned = null;
        boolean spoke;
        pool.lock().lock();
        try {
            spoke = begun;
            if (state != State.OVER) {
                abandoned = current;
                ending = end(null, End.CANCELLED);
            }
        } finally {
            pool.lock().unlock();
        }
        if (abandoned != null) {
            abandoned.abandon();
            if (spoke) {
                abandoned.wasWell();
            } else {
                abandoned.saidNothing();
            }
        }
        finish(ending);
    }

    /// What is left to do without the lock.
    ///
    /// @param fault to tell the sink, or null
    /// @param next what got the place
    private record Ending(@Nullable ModelFault fault, @Nullable PooledCall next) {}

    /// Under the lock.
    private Ending end(@Nullable ModelFault fault, End how) {
        current = null;
        if (deadline != null) {
            deadline.cancel();
        }
        if (pause != null) {
            pause.cancel();
        }
        pool.countEnd(how);
        return new Ending(fault, pool.leave(this, State.OVER));
    }

    private void finish(@Nullable Ending ending) {
        if (ending == null) {
            return;
        }
        pool.askSoon(ending.next());
        if (ending.fault() != null) {
            sink.failed(ending.fault());
        }
    }

    /// What the breaker is given for a failure; it wants an exception, of which nobody reads more.
    private static final class Sick extends RuntimeException {

        private static final long serialVersionUID = 1;

        Sick() {
            super("the provider failed", null, false, false);
        }
    }

    /// One request to the provider. The breaker hears once whether the provider was well: at the
    /// end, or at the first text of a call that is to find out.
    private final class Try implements ChatModel.Sink {

        private final long startNanos;
        private final AtomicBoolean judged = new AtomicBoolean();
        private boolean text;
        private boolean abandoned;
        private ChatModel.@Nullable Call upstream;

        Try(long startNanos) {
            this.startNanos = startNanos;
        }

        void wasWell() {
            if (judged.compareAndSet(false, true)) {
                pool.breaker().onSuccess(nanos(), TimeUnit.NANOSECONDS);
            }
        }

        void wasSick() {
            if (judged.compareAndSet(false, true)) {
                pool.breaker().onError(nanos(), TimeUnit.NANOSECONDS, new Sick());
            }
        }

        void saidNothing() {
            if (judged.compareAndSet(false, true)) {
                pool.breaker().releasePermission();
            }
        }

        private long nanos() {
            return pool.timers().nanos() - startNanos;
        }

        void asked(ChatModel.Call call) {
            synchronized (this) {
                if (!abandoned) {
                    upstream = call;
                    return;
                }
            }
            call.cancel();
        }

        void abandon() {
            ChatModel.Call ending;
            synchronized (this) {
                abandoned = true;
                ending = upstream;
            }
            if (ending != null) {
                ending.cancel();
            }
        }

        @Override
        public void text(String piece) {
            if (text ? state == State.OVER : !begins()) {
                return;
            }
            text = true;
            sink.text(piece);
        }

        private boolean begins() {
            pool.lock().lock();
            try {
                if (current != this) {
                    return false;
                }
                begun = true;
                prompt = null;
                if (deadline != null) {
                    deadline.cancel();
                }
            } finally {
                pool.lock().unlock();
            }
            if (pool.breaker().getState() == CircuitBreaker.State.HALF_OPEN) {
                wasWell();
            }
            return true;
        }

        @Override
        public void attempt(ModelId next, @Nullable Usage used, @Nullable ModelFault why) {
            if (state == State.ACTIVE) {
                sink.attempt(next, used, why);
            }
        }

        @Override
        public void completed(StopReason reason, @Nullable Usage usage) {
            Ending ending;
            pool.lock().lock();
            try {
                if (current != this) {
                    return;
                }
                ending = end(null, End.COMPLETED);
            } finally {
                pool.lock().unlock();
            }
            wasWell();
            finish(ending);
            sink.completed(reason, usage);
        }

        @Override
        public void failed(ModelFault fault) {
            Ending ending;
            pool.lock().lock();
            try {
                if (current != this) {
                    return;
                }
                ending =
                        text
                                ? end(fault, End.FAILED)
                                : triedInVain(fault, RETRIED.contains(fault.kind()));
            } finally {
                pool.lock().unlock();
            }
            judge(fault);
            finish(ending);
        }

        /// A provider that refuses is well.
        private void judge(ModelFault fault) {
            switch (fault.kind()) {
                case PROVIDER_ERROR, UNREACHABLE, STALLED, CUT_OFF, GARBLED -> wasSick();
                case REJECTED, UNAUTHORIZED -> wasWell();
                case RATE_LIMITED, BUSY, BUDGET, INTERNAL -> saidNothing();
            }
        }
    }
}
