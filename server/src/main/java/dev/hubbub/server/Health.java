package dev.hubbub.server;

import dev.hubbub.engine.Engine;
import dev.hubbub.engine.Figures;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// Tells whether this server can do its work, by really asking the store. Safe for use by many
/// threads.
final class Health {

    /// How long an answer of the store stands for the next asker, too.
    private static final long FRESH_NANOS = 1_000_000_000;

    private static final long STORE_MILLIS_MAX = 2000;

    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    private final Engine engine;
    private final Presence presence;
    private final String serverId;
    private Check latest = new Check(0, CompletableFuture.completedFuture(0L));
    private volatile boolean closing;

    private record Check(long nanos, CompletableFuture<Long> conversations) {}

    Health(Engine engine, Presence presence) {
        this.engine = engine;
        this.presence = presence;
        byte[] random = new byte[4];
        new SecureRandom().nextBytes(random);
        serverId = "hubbub-" + HexFormat.of().formatHex(random);
        latest = check();
    }

    void addTo(Routes routes) {
        routes.addOpen(HttpMethod.GET, "/health", _ -> health());
        routes.addOpen(HttpMethod.GET, "/health/ready", _ -> health());
        routes.addOpen(
                HttpMethod.GET,
                "/health/live",
                _ ->
                        CompletableFuture.completedStage(
                                Response.ok(json -> {
                                    json.writeStringField("status", "healthy");
                                    json.writeStringField("service", "hubbub");
                                    json.writeStringField("server_id", serverId);
                                })));
    }

    /// From now on the server is not ready for new work.
    void closing() {
        closing = true;
    }

    private CompletionStage<Response> health() {
        return count().handle((conversations, failure) -> {
            if (failure != null) {
                LOG.warn("The store does not answer: {}", failure.toString());
            }
            return response(conversations, failure == null);
        });
    }

    private Response response(Long conversations, boolean storeAnswers) {
        boolean healthy = storeAnswers && !closing;
        Figures figures = engine.figures();
        byte[] body =
                Json.bytes(json -> {
                    json.writeStringField("status", healthy ? "healthy" : "unhealthy");
                    json.writeStringField("service", "hubbub");
                    json.writeStringField("server_id", serverId);
                    json.writeNumberField("active_users", presence.users());
                    json.writeNumberField("total_connections", presence.connections());
                    if (storeAnswers) {
                        json.writeNumberField("conversations", conversations);
                    }
                    json.writeNumberField("resident", figures.resident());
                    json.writeNumberField("replying", figures.replying());
                    json.writeNumberField("viewers", figures.viewers());
                    json.writeNumberField("commits", figures.commits());
                    json.writeNumberField("batches", figures.batches());
                    json.writeNumberField("events", figures.events());
                    json.writeNumberField("pieces", figures.pieces());
                    json.writeNumberField("commit_nanos", figures.commitNanos());
                    json.writeNumberField("crashes", figures.crashes());
                    json.writeObjectFieldStart("checks");
                    json.writeStringField("store", storeAnswers ? "ok" : "no answer");
                    json.writeEndObject();
                });
        return new Response(healthy ? 200 : 503, Response.JSON, Buffer.buffer(body));
    }

    private synchronized CompletableFuture<Long> count() {
        if (System.nanoTime() - latest.nanos() > FRESH_NANOS) {
            latest = check();
        }
        return latest.conversations();
    }

    private Check check() {
        CompletableFuture<Long> count =
                Chats.stage(engine::count)
                        .toCompletableFuture()
                        .copy()
                        .orTimeout(STORE_MILLIS_MAX, TimeUnit.MILLISECONDS);
        return new Check(System.nanoTime(), count);
    }
}
