package dev.hubbub.server;

import io.vertx.core.Context;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/// The way to one event loop from other threads. Whatever many threads hand over while the loop is
/// busy is done in one go, and each connection written to in it is flushed once.
final class Lane implements Executor {

    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    /// Tasks in one go, so that the loop's other work gets its turn.
    private static final int TASKS_MAX = 1024;

    private final Context context;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final List<Outlet> written = new ArrayList<>();

    Lane(Context context) {
        this.context = context;
    }

    /// Runs `task` on the event loop, after those handed over before it by the same thread.
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        schedule();
    }

    /// Remembers to flush a connection. On the event loop only.
    void flushSoon(Outlet outlet) {
        written.add(outlet);
        schedule();
    }

    private void schedule() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            try {
                context.runOnContext(_ -> drain());
            } catch (RejectedExecutionException closed) {
                LOG.debug("The event loop is closed", closed);
            }
        }
    }

    private void drain() {
        for (int i = 0; i < TASKS_MAX; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                break;
            }
            try {
                task.run();
            } catch (RuntimeException defect) {
                LOG.error("A task of a connection failed", defect);
            }
        }
        for (Outlet outlet : written) {
            outlet.flush();
        }
        written.clear();
        scheduled.set(false);
        if (!tasks.isEmpty()) {
            schedule();
        }
    }
}
