package dev.hubbub.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A client of a server's REST calls and sockets, for very many of them.
final class LoadClient implements AutoCloseable {

    /// Requests under way at once.
    static final int REQUESTS_MAX = 64;

    private static final int MESSAGE_BYTES_MAX = 16 << 20;
    private static final int FRAME_BYTES_MAX = 1 << 20;
    private static final long ANSWER_SECONDS_MAX = 60;

    private final Vertx vertx;
    private final HttpClient http;
    private final WebSocketClient sockets;
    private final String host;
    private final @Nullable String token;
    private final int port;

    /// @param token that says who asks, or null where nobody wants to know
    LoadClient(URI url, @Nullable String token, int socketsMax) {
        this.token = token;
        host = url.getHost();
        port = url.getPort() < 0 ? 80 : url.getPort();
        int loops = Runtime.getRuntime().availableProcessors();
        vertx =
                Vertx.builder()
                        .with(
                                new VertxOptions()
                                        .setPreferNativeTransport(true)
                                        .setEventLoopPoolSize(loops))
                        .build();
        http =
                vertx.createHttpClient(
                        new HttpClientOptions().setDefaultHost(host).setDefaultPort(port),
                        new PoolOptions().setHttp1MaxSize(REQUESTS_MAX));
        sockets =
                vertx.createWebSocketClient(
                        new WebSocketClientOptions()
                                .setDefaultHost(host)
                                .setDefaultPort(port)
                                .setMaxConnections(Math.max(1, socketsMax))
                                .setMaxFrameSize(FRAME_BYTES_MAX)
                                .setMaxMessageSize(MESSAGE_BYTES_MAX));
    }

    Future<JsonObject> get(String path) {
        return send(HttpMethod.GET, path, Buffer.buffer());
    }

    Future<JsonObject> post(String path, JsonObject body) {
        return send(HttpMethod.POST, path, body.toBuffer());
    }

    private Future<JsonObject> send(HttpMethod method, String path, Buffer body) {
        // Whoever wants a response's body must say so on its event loop, as soon as it comes.
        return http.request(method, path)
                .compose(request -> {
                    if (token != null) {
                        request.putHeader("authorization", "Bearer " + token);
                    }
                    if (body.length() > 0) {
                        request.putHeader("content-type", "application/json");
                    }
                    return request.send(body)
                            .compose(response -> read(method + " " + path, response));
                });
    }

    private static Future<JsonObject> read(String asked, HttpClientResponse response) {
        return response.body()
                .compose(answer ->
                        response.statusCode() < 300
                                ? Future.succeededFuture(new JsonObject(answer))
                                : Future.failedFuture(
                                        "%s: %d %s"
                                                .formatted(asked, response.statusCode(), answer)));
    }

    /// A socket that hears of what it watches and of nothing else.
    Future<WebSocket> socket() {
        var options =
                new WebSocketConnectOptions().setHost(host).setPort(port).setURI("/ws?quiet=true");
        if (token != null) {
            options.putHeader("authorization", "Bearer " + token);
        }
        return sockets.connect(options);
    }

    /// Waits for an answer; not on an event loop.
    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted");
        } catch (ExecutionException failed) {
            throw new IllegalStateException(String.valueOf(failed.getCause()), failed);
        } catch (TimeoutException slow) {
            throw new IllegalStateException(
                    "The server did not answer in " + ANSWER_SECONDS_MAX + " s.", slow);
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
