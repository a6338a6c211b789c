package dev.hubbub.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// A long answer, written by a thread of its own as fast as the client takes it: one piece is under
/// way at a time. An answer that cannot be finished breaks off, so that the client does not take it
/// for whole.
final class Download extends OutputStream {

    private static final Logger LOG = LoggerFactory.getLogger(Download.class);

    private static final int PIECE_BYTES = 64 << 10;

    private final Hub hub;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final byte[] piece = new byte[PIECE_BYTES];
    private int size;

    /// Writes all of it.
    interface Content {
        void write(OutputStream out) throws IOException;
    }

    private Download(Hub hub, HttpServerRequest request) {
        this.hub = hub;
        this.request = request;
        response = request.response();
    }

    /// @param seat called before it begins; throws a [FaultException] when there is no room. What
    ///   it gives is called once, when all is sent or the client is gone
    static Response of(Map<String, String> headers, Content content, Supplier<Runnable> seat) {
        return Response.streaming((hub, request) -> {
            try {
                new Download(hub, request).begin(headers, content, seat.get());
            } catch (FaultException full) {
                Edge.refuse(request, full.fault());
            }
        });
    }

    private void begin(Map<String, String> headers, Content content, Runnable over) {
        response.setChunked(true)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Accel-Buffering", "no");
        headers.forEach(response::putHeader);
        Thread.ofVirtual()
                .name("hubbub-download")
                .start(() -> {
                    try {
                        content.write(this);
                        send();
                        hub.lane().execute(response::end);
                    } catch (IOException | RuntimeException failed) {
                        LOG.debug("A download broke off", failed);
                        hub.lane().execute(this::cut);
                    } finally {
                        over.run();
                    }
                });
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        int at = from;
        int left = length;
        while (left > 0) {
            int some = Math.min(left, piece.length - size);
            System.arraycopy(bytes, at, piece, size, some);
            size += some;
            at += some;
            left -= some;
            if (size == piece.length) {
                send();
            }
        }
    }

    /// Waits until the client has taken what was written.
    private void send() throws IOException {
        if (size == 0) {
            return;
        }
        Buffer bytes = Buffer.buffer().appendBytes(piece, 0, size);
        size = 0;
        var sent = new CompletableFuture<Void>();
        hub.lane()
                .execute(() -> {
                    if (response.closed()) {
                        sent.completeExceptionally(new IOException("the client is gone"));
                    } else {
                        response.write(bytes)
                                .onSuccess(sent::complete)
                                .onFailure(sent::completeExceptionally);
                    }
                });
        try {
            sent.get(hub.shared().config().stallMax().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } catch (ExecutionException | TimeoutException gone) {
            throw new IOException("the client takes nothing", gone);
        }
    }

    private void cut() {
        Outlet.cut(((HttpServerConnection) request.connection()).channelHandlerContext().channel());
    }
}
