package dev.hubbub.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A model's service that speaks OpenAI's protocol and costs next to nothing: each token is the
/// time at which it is said, in microseconds since 1970, and a blank. A model is called
/// `peer:rate=20,tokens=200`; a rate of 0 says all at once.
///
/// Has a process of its own, so that its work is not counted as anybody else's.
public final class GatewayPeer implements AutoCloseable {

    static final String READY = "The peer is ready: ";

    private static final long START_SECONDS_MAX = 30;
    private static final int BODY_BYTES_MAX = 4 << 20;

    private final Vertx vertx;
    private final HttpServer server;

    private GatewayPeer(Vertx vertx, HttpServer server) {
        this.vertx = vertx;
        this.server = server;
    }

    /// Serves until the process is ended.
    public static void main(String[] arguments) throws InterruptedException {
        GatewayPeer peer = start();
        System.out.println(READY + "http://127.0.0.1:" + peer.port() + "/v1");
        Thread.currentThread().join();
    }

    static GatewayPeer start() {
        Vertx vertx =
                Vertx.builder()
                        .with(
                                new VertxOptions()
                                        .setPreferNativeTransport(true)
                                        .setEventLoopPoolSize(1))
                        .build();
        HttpServer server =
                vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                        .requestHandler(request -> answer(vertx, request));
        try {
            server.listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted");
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException("The peer cannot listen.", failed);
        }
        return new GatewayPeer(vertx, server);
    }

    int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        LoadClient.await(vertx.close());
    }

    private static void answer(Vertx vertx, HttpServerRequest request) {
        request.body()
                .onSuccess(body -> {
                    if (body.length() > BODY_BYTES_MAX) {
                        request.response().setStatusCode(413).end();
                    } else {
                        stream(vertx, request.response(), new JsonObject(body).getString("model"));
                    }
                });
    }

    private static void stream(Vertx vertx, HttpServerResponse response, String model) {
        int rate = parameter(model, "rate");
        int tokens = parameter(model, "tokens");
        response.setChunked(true).putHeader("Content-Type", "text/event-stream");
        if (rate == 0) {
            for (int i = 0; i < tokens; i++) {
                response.write(token(model));
            }
            end(response, model, tokens);
            return;
        }
        var said = new int[1];
        long timer =
                vertx.setPeriodic(
                        1,
                        Math.max(1, 1000 / rate),
                        its -> {
                            response.write(token(model));
                            if (++said[0] == tokens) {
                                vertx.cancelTimer(its);
                                end(response, model, tokens);
                            }
                        });
        response.closeHandler(_ -> vertx.cancelTimer(timer));
    }

    static int parameter(String model, String name) {
        for (String parameter : model.substring(model.indexOf(':') + 1).split(",", -1)) {
            if (parameter.startsWith(name + "=")) {
                return Integer.parseInt(parameter.substring(name.length() + 1));
            }
        }
        throw new IllegalArgumentException(model + " has no " + name);
    }

    private static Buffer token(String model) {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        return chunk(model, "{\"content\":\"" + micros + " \"}", "null");
    }

    private static Buffer chunk(String model, String delta, String reason) {
        return Buffer.buffer(
                "data:"
                    + " {\"id\":\"chatcmpl-peer\",\"object\":\"chat.completion.chunk\",\"created\":1,"
                    + "\"model\":\""
                        + model
                        + "\",\"choices\":[{\"index\":0,\"delta\":"
                        + delta
                        + ",\"finish_reason\":"
                        + reason
                        + "}]}\n\n");
    }

    private static void end(HttpServerResponse response, String model, int tokens) {
        response.write(chunk(model, "{}", "\"stop\""));
        response.write(
                "data:"
                    + " {\"id\":\"chatcmpl-peer\",\"object\":\"chat.completion.chunk\",\"created\":1,"
                    + "\"model\":\""
                        + model
                        + "\",\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":"
                        + tokens
                        + ",\"total_tokens\":"
                        + (tokens + 1)
                        + "}}\n\n");
        response.end("data: [DONE]\n\n");
    }
}
