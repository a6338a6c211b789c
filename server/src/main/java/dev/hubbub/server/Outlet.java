package dev.hubbub.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Vertx;

import org.jspecify.annotations.Nullable;

/// The writing side of one client's connection. Used on its event loop only. Frames go out in the
/// order in which they are given.
///
/// A client that takes nothing for as long as `stallMillisMax` while something waits for it is let
/// go.
abstract class Outlet {

    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final Lane lane;
    private final long stallMillisMax;
    private @Nullable Runnable drained;
    private boolean flushing;
    private boolean closed;
    private long stallTimer = NO_TIMER;
    private long seenProgress;

    Outlet(Vertx vertx, Lane lane, long stallMillisMax) {
        this.vertx = vertx;
        this.lane = lane;
        this.stallMillisMax = stallMillisMax;
    }

    /// What to do whenever the client has taken enough that there is room again.
    final void onDrained(Runnable action) {
        drained = action;
    }

    final void write(Frame frame) {
        if (closed || frame == Frame.NOTHING) {
            return;
        }
        put(frame);
        wrote();
    }

    /// A sign of life.
    final void beat() {
        if (closed || isFull()) {
            return;
        }
        putBeat();
        wrote();
    }

    final void flush() {
        flushing = false;
        if (!closed) {
            flushNow();
        }
    }

    /// The connection is gone, or as good as gone: what is written from now on is dropped.
    final void closed() {
        closed = true;
        vertx.cancelTimer(stallTimer);
    }

    final Vertx vertx() {
        return vertx;
    }

    /// For the subclass: there is room again.
    final void hasDrained() {
        if (closed || isFull()) {
            return;
        }
        if (stallTimer != NO_TIMER) {
            vertx.cancelTimer(stallTimer);
            stallTimer = NO_TIMER;
        }
        if (drained != null) {
            drained.run();
        }
    }

    private void wrote() {
        if (!flushing) {
            flushing = true;
            lane.flushSoon(this);
        }
        if (stallTimer == NO_TIMER && isFull()) {
            watchForStall();
        }
    }

    private void watchForStall() {
        seenProgress = progress();
        stallTimer =
                vertx.setTimer(
                        stallMillisMax,
                        _ -> {
                            stallTimer = NO_TIMER;
                            if (closed || !isFull()) {
                                return;
                            }
                            if (progress() == seenProgress) {
                                closed();
                                letGo();
                            } else {
                                watchForStall();
                            }
                        });
    }

    /// Whether no more should be written before the client has taken some.
    abstract boolean isFull();

    abstract void put(Frame frame);

    abstract void putBeat();

    abstract void flushNow();

    /// Changes whenever the client has taken something.
    abstract long progress();

    /// Closes the connection of a client that takes nothing; nothing is written after.
    abstract void letGo();

    /// Closes a channel at once. What waits to be written is dropped: anything more polite waits
    /// for the very client that takes nothing.
    static void cut(Channel channel) {
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first != null) {
            var _ = first.close();
        }
    }
}
