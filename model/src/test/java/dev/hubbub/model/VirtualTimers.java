package dev.hubbub.model;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/// Time that stands still until a test says otherwise. Everything is done on the test's thread, in
/// the order of its time.
final class VirtualTimers implements Timers {

    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::number));
    private long now = 1_000_000_000_000L;
    private long numbers;

    private record Due(long at, long number, Runnable task) {}

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Alarm after(long nanos, Runnable task) {
        var later = new Due(now + nanos, numbers++, task);
        due.add(later);
        return () -> due.remove(later);
    }

    @Override
    public void fork(Runnable task) {
        after(0, task);
    }

    @Override
    public void close() {
        due.clear();
    }

    /// Does what is due now.
    void settle() {
        advance(Duration.ZERO);
    }

    /// Does what is due until then.
    void advance(Duration time) {
        long until = now + time.toNanos();
        while (!due.isEmpty() && due.element().at() <= until) {
            Due next = due.remove();
            now = Math.max(now, next.at());
            next.task().run();
        }
        now = until;
    }

    /// How much there is still to do.
    int size() {
        return due.size();
    }
}
