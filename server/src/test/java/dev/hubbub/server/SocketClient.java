package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A client of `/ws` that keeps what it is sent.
final class SocketClient implements WebSocket.Listener, AutoCloseable {

    private final BlockingQueue<JsonNode> frames = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    @Nullable WebSocket socket;

    static SocketClient connect(Running running, String path) {
        return connect(running.http.newWebSocketBuilder(), running, path);
    }

    static SocketClient connect(WebSocket.Builder builder, Running running, String path) {
        if (running.token != null) {
            builder.header("Authorization", "Bearer " + running.token);
        }
        var client = new SocketClient();
        client.socket =
                builder.buildAsync(
                                java.net.URI.create(
                                        "ws://127.0.0.1:" + running.server.port() + path),
                                client)
                        .join();
        return client;
    }

    /// The status of the answer to an upgrade: 101 when it is a socket, which is closed again.
    static int handshake(WebSocket.Builder builder, Running running, String path) {
        try {
            connect(builder, running, path).close();
            return 101;
        } catch (CompletionException refused) {
            if (refused.getCause() instanceof WebSocketHandshakeException handshake) {
                return handshake.getResponse().statusCode();
            }
            throw refused;
        }
    }

    SocketClient send(String json) {
        java.util.Objects.requireNonNull(socket).sendText(json, true).join();
        return this;
    }

    /// The next frame of this type; what comes before it is dropped.
    JsonNode next(String type) {
        return next(frame -> frame.path("type").asText().equals(type), type);
    }

    /// The answer to the command with this request id.
    JsonNode answer(String requestId) {
        return next(frame -> frame.path("request_id").asText().equals(requestId), requestId);
    }

    JsonNode next(Predicate<JsonNode> wanted, String what) {
        var passed = new ArrayList<JsonNode>();
        while (true) {
            JsonNode frame = poll(10_000);
            if (frame == null) {
                throw new AssertionError("no frame " + what + " after " + passed);
            }
            if (wanted.test(frame)) {
                return frame;
            }
            passed.add(frame);
        }
    }

    /// All frames up to and with the first that is wanted.
    List<JsonNode> until(Predicate<JsonNode> wanted) {
        var all = new ArrayList<JsonNode>();
        while (all.isEmpty() || !wanted.test(all.getLast())) {
            JsonNode frame = poll(20_000);
            assertThat(frame).as("a frame after %s", all.size()).isNotNull();
            all.add(frame);
        }
        return all;
    }

    @Nullable JsonNode poll(long millis) {
        try {
            return frames.poll(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onText(
            WebSocket webSocket, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            frames.add(Running.parse(partial.toString()));
            partial.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket webSocket, ByteBuffer message) {
        pings.incrementAndGet();
        webSocket.request(1);
        return null;
    }

    final java.util.concurrent.atomic.AtomicInteger pings =
            new java.util.concurrent.atomic.AtomicInteger();

    @Override
    public @Nullable CompletionStage<?> onClose(
            WebSocket webSocket, int statusCode, String reason) {
        closed.complete(statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.completeExceptionally(error);
    }

    @Override
    public void close() {
        java.util.Objects.requireNonNull(socket).abort();
    }
}
