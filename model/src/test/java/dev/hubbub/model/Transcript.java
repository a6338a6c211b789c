package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// A sink that writes down what comes, and what should not have come.
final class Transcript implements ChatModel.Sink {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    final List<String> pieces = new CopyOnWriteArrayList<>();
    final List<String> broken = new CopyOnWriteArrayList<>();
    final CountDownLatch firstPiece = new CountDownLatch(1);
    final AtomicInteger ends = new AtomicInteger();
    volatile @Nullable StopReason reason;
    volatile @Nullable Usage usage;
    volatile @Nullable ModelFault fault;

    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicBoolean writing = new AtomicBoolean();

    @Override
    public void text(String piece) {
        guarded(() -> {
            if (piece.isEmpty()) {
                broken.add("an empty piece");
            }
            if (ends.get() > 0) {
                broken.add("text after the end: " + piece);
            }
            pieces.add(piece);
            firstPiece.countDown();
        });
    }

    @Override
    public void completed(StopReason why, @Nullable Usage counted) {
        guarded(() -> {
            reason = why;
            usage = counted;
            ended();
        });
    }

    @Override
    public void failed(ModelFault why) {
        guarded(() -> {
            fault = why;
            ended();
        });
    }

    String text() {
        return String.join("", pieces);
    }

    /// Waits for the end, which must come.
    Transcript awaitEnd() {
        await(end, "the end of a reply");
        return this;
    }

    Transcript awaitPiece() {
        await(firstPiece, "the first piece of a reply");
        return this;
    }

    static void await(CountDownLatch latch, String what) {
        try {
            if (!latch.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(what + " did not come");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void ended() {
        if (ends.incrementAndGet() > 1) {
            broken.add("a second end");
        }
        end.countDown();
    }

    private void guarded(Runnable call) {
        if (!writing.compareAndSet(false, true)) {
            broken.add("two calls at once");
        }
        call.run();
        writing.set(false);
    }
}
