package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.engine.Engine;
import dev.hubbub.engine.EngineConfig;
import dev.hubbub.store.MemoryStore;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A server over an engine, a store in memory and a [Puppet], with a client for its HTTP.
final class Running implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    final Puppet puppet = new Puppet();
    final ConversationStore store = new MemoryStore();
    final Engine engine = Engine.start(EngineConfig.DEFAULT, store, puppet);
    final Server server;
    final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();

    /// What the requests of [#request] show, if anything.
    @Nullable String token;

    Running() {
        this(ServerConfig.DEFAULT);
    }

    Running(ServerConfig config) {
        server = Server.start(engine, config.withPort(0));
    }

    /// An answer and its JSON.
    record Answered(HttpResponse<String> response, JsonNode json) {

        int status() {
            return response.statusCode();
        }

        Answered expecting(int status) {
            assertThat(status()).as(response.body()).isEqualTo(status);
            return this;
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    Answered get(String path) {
        return send(request(path));
    }

    Answered delete(String path) {
        return send(request(path).DELETE());
    }

    Answered post(String path, String body) {
        return send("POST", path, body);
    }

    Answered put(String path, String body) {
        return send("PUT", path, body);
    }

    Answered send(String method, String path, String body) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    Answered send(HttpRequest.Builder request) {
        try {
            return answered(http.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// @param whenBegun called when the answer has begun to come, which may be a stream
    Answered send(HttpRequest.Builder request, Runnable whenBegun) {
        return answered(
                http.sendAsync(
                                request.build(),
                                _ -> {
                                    whenBegun.run();
                                    return BodySubscribers.ofString(StandardCharsets.UTF_8);
                                })
                        .orTimeout(20, TimeUnit.SECONDS)
                        .join());
    }

    private static Answered answered(HttpResponse<String> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        return new Answered(
                response,
                type.contains("json") && !response.body().isEmpty()
                        ? parse(response.body())
                        : JSON.createObjectNode());
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException malformed) {
            throw new AssertionError(json, malformed);
        }
    }

    /// A request that posts JSON.
    HttpRequest.Builder posting(String path, String body) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    /// A new chat that `model` answers in; its id.
    String chat(String model) {
        String body = "{\"name\":\"A chat\",\"model\":\"" + model + "\"}";
        return post("/api/chats", body).expecting(201).json().at("/chat/id").textValue();
    }

    /// Says something in a chat, and asks for a reply.
    Answered say(String chat, String text) {
        return post("/api/chats/" + chat + "/messages", "{\"content\":\"" + text + "\"}")
                .expecting(202);
    }

    /// Waits until the running reply of a chat has this text.
    void awaitText(String chat, String text) {
        org.awaitility.Awaitility.await()
                .until(() ->
                        get("/api/messages?chat_id=" + chat)
                                .json()
                                .at("/reply/text")
                                .asText()
                                .equals(text));
    }

    /// Waits until nothing is under way in a chat.
    void awaitIdle(String chat) {
        org.awaitility.Awaitility.await()
                .until(() ->
                        get("/api/chats/" + chat)
                                .json()
                                .at("/chat/status")
                                .asText()
                                .equals("idle"));
    }

    SocketClient socket() {
        return SocketClient.connect(this, "/ws");
    }

    @Override
    public void close() {
        http.shutdownNow();
        server.close();
        engine.close();
    }
}
