package dev.hubbub.bench;

import io.vertx.core.Future;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/// Many asynchronous steps of one kind, some at a time, with a word about how far they are.
final class Steps {

    private static final long WORD_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long STEP_SECONDS_MAX = 60;

    private final String what;
    private final int atOnce;
    private final Consumer<String> progress;
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicReference<@Nullable String> reason = new AtomicReference<>();

    Steps(String what, int atOnce, Consumer<String> progress) {
        this.what = what;
        this.atOnce = atOnce;
        this.progress = progress;
    }

    /// Takes the steps 0 to `count`, and returns when all are done.
    ///
    /// @return how many failed
    int take(int count, IntFunction<Future<?>> step) {
        var free = new Semaphore(atOnce);
        long began = System.nanoTime();
        long said = began;
        for (int i = 0; i < count; i++) {
            acquire(free, 1);
            step.apply(i)
                    .onComplete(done -> {
                        if (done.failed()) {
                            failed.incrementAndGet();
                            reason.compareAndSet(null, String.valueOf(done.cause().getMessage()));
                        }
                        free.release();
                    });
            long now = System.nanoTime();
            if (now - said > WORD_NANOS) {
                said = now;
                progress.accept("%s: %d of %d".formatted(what, i + 1, count));
            }
        }
        acquire(free, atOnce);
        double seconds = (System.nanoTime() - began) / 1e9;
        progress.accept(
                "%s: %d in %.1f s%s"
                        .formatted(
                                what,
                                count,
                                seconds,
                                failed.get() == 0
                                        ? ""
                                        : "; %d failed: %s".formatted(failed.get(), reason.get())));
        return failed.get();
    }

    private void acquire(Semaphore free, int permits) {
        try {
            if (!free.tryAcquire(permits, STEP_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IllegalStateException(
                        "%s: no step ended in %d s".formatted(what, STEP_SECONDS_MAX));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted");
        }
    }
}
