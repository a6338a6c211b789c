package dev.hubbub.model;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The machine's time: one thread that watches it, and a virtual one for each thing to be done.
final class SystemTimers implements Timers {

    private final ScheduledThreadPoolExecutor watch =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().name("hubbub-pools").daemon().factory());
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("hubbub-pools-", 0).factory());

    SystemTimers() {
        watch.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Alarm after(long nanos, Runnable task) {
        try {
            Future<?> later = watch.schedule(() -> fork(task), nanos, TimeUnit.NANOSECONDS);
            return () -> later.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    @Override
    public void fork(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException closed) {
            // Replies end without a word when the models are closed.
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
        threads.shutdown();
    }
}
