package dev.hubbub.engine;

import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ModelCatalog;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Begins model calls of one partition, one after another on one thread, as they take no time: and
/// the notices of models that answer at once go together in one message.
///
/// A model may be slow to begin, or never return, though it should not. Then more and more threads
/// take over the calls that are left, and notices go at once: no call waits long for another.
final class Beginning {

    private static final long PATIENCE_MILLIS = 20;

    private final List<Node.Begin> calls;
    private final Histories histories;
    private final ModelCatalog models;
    private final Executor threads;
    private final Consumer<ToPartition> partition;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger left;
    private final List<ToPartition> notices = new ArrayList<>();
    private boolean atOnce;

    /// @param calls at least one
    /// @param threads where blocking is no harm
    Beginning(
            List<Node.Begin> calls,
            ConversationStore store,
            ModelCatalog models,
            EngineConfig config,
            Executor threads,
            Consumer<ToPartition> partition) {
        this.calls = calls;
        this.models = models;
        this.threads = threads;
        this.partition = partition;
        histories = new Histories(calls, store, config);
        left = new AtomicInteger(calls.size());
        // There is nobody to wait for.
        atOnce = calls.size() == 1;
    }

    void start() {
        threads.execute(this::work);
        if (calls.size() > 1) {
            threads.execute(this::watch);
        }
    }

    void notice(ToPartition notice) {
        synchronized (this) {
            if (!atOnce) {
                notices.add(notice);
                return;
            }
        }
        partition.accept(notice);
    }

    private void work() {
        for (int i = next.getAndIncrement(); i < calls.size(); i = next.getAndIncrement()) {
            Node.Begin each = calls.get(i);
            each.call().begin(each, histories.of(i), this, models);
            if (left.decrementAndGet() == 0) {
                histories.forget();
            }
        }
        flush(false);
    }

    private void watch() {
        int helpers = 1;
        try {
            Thread.sleep(PATIENCE_MILLIS);
            flush(true);
            while (next.get() < calls.size()) {
                for (int i = 0; i < helpers; i++) {
                    threads.execute(this::work);
                }
                helpers *= 2;
                Thread.sleep(PATIENCE_MILLIS);
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private void flush(boolean forGood) {
        List<ToPartition> held;
        synchronized (this) {
            atOnce |= forGood;
            held = List.copyOf(notices);
            notices.clear();
        }
        if (!held.isEmpty()) {
            partition.accept(new ToPartition.Several(held));
        }
    }
}
