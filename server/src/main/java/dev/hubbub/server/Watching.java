package dev.hubbub.server;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Engine;
import dev.hubbub.engine.Position;
import dev.hubbub.engine.Update;
import dev.hubbub.engine.Viewer;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;

/// One client's watch of one chat. Asks the engine for a few updates, and for more only when the
/// client's connection has room, so that a slow client is sent fewer and larger pieces.
///
/// All but the calls of the engine is on the connection's event loop.
final class Watching implements Viewer {

    /// Updates that may be on their way from the engine to the connection.
    static final int CREDITS = 8;

    /// What `ended` gets when history could not be read for the client; nothing came after it.
    private static final Refusal UNREADABLE = Refusal.STORE_UNAVAILABLE;

    private final Lane lane;
    private final Outlet outlet;
    private final Function<Update, @Nullable CompletableFuture<Frame>> encoder;
    private final Consumer<Refusal> onEnd;
    private final Deque<Pending> pending = new ArrayDeque<>();
    private @Nullable Watch watch;
    private @Nullable Refusal end;
    private boolean reading;
    private boolean over;
    private int owed;

    /// @param owes whether an update of the engine stands behind it
    private record Pending(CompletableFuture<Frame> frame, boolean owes) {}

    /// @param encoder gives null for an update that the client is not to be sent
    /// @param onEnd called once, after the last frame, unless the client ended the watch itself
    Watching(
            Lane lane,
            Outlet outlet,
            Function<Update, @Nullable CompletableFuture<Frame>> encoder,
            Consumer<Refusal> onEnd) {
        this.lane = lane;
        this.outlet = outlet;
        this.encoder = encoder;
        this.onEnd = onEnd;
    }

    void start(Engine engine, UserId user, ConversationId chat, @Nullable Position after) {
        if (over) {
            return;
        }
        Watch started = engine.watch(user, chat, after, this);
        watch = started;
        started.request(CREDITS);
    }

    /// Ends the watch; nothing is written after.
    void cancel() {
        over = true;
        pending.clear();
        if (watch != null) {
            watch.cancel();
        }
    }

    /// There is room in the connection again.
    void drained() {
        if (!over) {
            replenish();
        }
    }

    @Override
    public void updates(List<Update> updates) {
        lane.execute(() -> take(updates));
    }

    @Override
    public void ended(Refusal reason) {
        lane.execute(() -> {
            end = reason;
            writeReady();
        });
    }

    private void take(List<Update> updates) {
        if (over) {
            return;
        }
        for (Update update : updates) {
            CompletableFuture<Frame> frame = encoder.apply(update);
            if (frame == null) {
                owed++;
            } else {
                pending.add(new Pending(frame, true));
            }
        }
        writeReady();
    }

    /// Writes a frame that no update asks for, after those that are pending.
    void insert(CompletableFuture<Frame> frame) {
        if (!over) {
            pending.add(new Pending(frame, false));
            writeReady();
        }
    }

    /// Writes frames in order up to one whose history is still being read.
    private void writeReady() {
        if (over || reading) {
            return;
        }
        Pending first = pending.peek();
        while (first != null) {
            CompletableFuture<Frame> next = first.frame();
            if (!next.isDone()) {
                reading = true;
                var _ =
                        next.whenCompleteAsync(
                                (_, _) -> {
                                    reading = false;
                                    writeReady();
                                },
                                lane);
                return;
            }
            if (next.isCompletedExceptionally()) {
                Fault.of(next.exceptionNow());
                cancel();
                onEnd.accept(UNREADABLE);
                return;
            }
            pending.remove();
            outlet.write(next.resultNow());
            owed += first.owes() ? 1 : 0;
            first = pending.peek();
        }
        if (end != null) {
            over = true;
            onEnd.accept(end);
            return;
        }
        replenish();
    }

    private void replenish() {
        if (watch != null && owed >= CREDITS / 2 && !outlet.isFull()) {
            int credits = owed;
            owed = 0;
            watch.request(credits);
        }
    }
}
