package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.atomic.AtomicBoolean;

/// A [ChatModel.Sink] that holds an adapter to the port's promises: one end at most, nothing after
/// it, nothing after a cancel. One thread at a time writes; any thread cancels.
///
/// A sink that throws has its reply ended without a word, as if it had been cancelled: it harms no
/// other reply.
final class Outlet {

    private static final Logger LOG = LoggerFactory.getLogger(Outlet.class);

    private final ChatModel.Sink sink;
    private final AtomicBoolean over = new AtomicBoolean();

    Outlet(ChatModel.Sink sink) {
        this.sink = sink;
    }

    boolean isOver() {
        return over.get();
    }

    void text(String piece) {
        if (!over.get() && !piece.isEmpty()) {
            guarded(() -> sink.text(piece));
        }
    }

    void completed(StopReason reason, @Nullable Usage usage) {
        if (!over.getAndSet(true)) {
            guarded(() -> sink.completed(reason, usage));
        }
    }

    void failed(ModelFault fault) {
        if (!over.getAndSet(true)) {
            guarded(() -> sink.failed(fault));
        }
    }

    void cancel() {
        over.set(true);
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            over.set(true);
            LOG.warn("A reply was ended because its reader failed", e);
        }
    }
}
