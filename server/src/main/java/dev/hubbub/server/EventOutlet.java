package dev.hubbub.server;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;

/// Writes server-sent events to a response.
final class EventOutlet extends Outlet {

    private static final Buffer COMMENT = Buffer.buffer(":\n\n");

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private long taken;

    EventOutlet(Vertx vertx, Lane lane, long stallMillisMax, HttpServerRequest request) {
        super(vertx, lane, stallMillisMax);
        this.request = request;
        response = request.response();
        response.drainHandler(_ -> hasDrained());
    }

    @Override
    boolean isFull() {
        return response.writeQueueFull();
    }

    @Override
    void put(Frame frame) {
        Buffer event = frame.event();
        // In slices, so that the progress of a slow client can be seen.
        for (int at = 0; at < event.length(); at += Frame.FRAGMENT_BYTES) {
            int end = Math.min(event.length(), at + Frame.FRAGMENT_BYTES);
            write(end - at == event.length() ? event : event.slice(at, end));
        }
    }

    @Override
    void putBeat() {
        write(COMMENT);
    }

    private void write(Buffer bytes) {
        response.write(bytes).onComplete(_ -> taken++);
    }

    @Override
    void flushNow() {
        // Vert.x flushes.
    }

    @Override
    long progress() {
        return taken;
    }

    @Override
    void letGo() {
        cut(((HttpServerConnection) request.connection()).channelHandlerContext().channel());
    }
}
