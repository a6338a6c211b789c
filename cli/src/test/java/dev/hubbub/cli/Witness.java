package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.cli.ServerSentEvents.Event;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// Somebody who watches one chat over server-sent events, as docs/reference/protocol.md has it, and
/// remembers every character of its reply across servers. Safe for use by two threads: one watches,
/// one asks.
final class Witness implements AutoCloseable {

    private final HttpClient client = HttpClient.newHttpClient();
    private final StringBuilder seen = new StringBuilder();
    private volatile String question = "";
    private volatile String chat = "";
    private volatile String reply = "";
    private volatile String position = "";
    private volatile @Nullable JsonNode ended;
    private CompletableFuture<Void> watching = CompletableFuture.completedFuture(null);

    /// Begins a chat and asks something; the reply is to be watched.
    void ask(URI server, String text) {
        question = text;
        chat = post(server, "api/chats", Map.of()).path("chat").path("id").asText();
        reply =
                post(server, "api/chats/" + chat + "/messages", Map.of("content", text))
                        .path("reply_id")
                        .asText();
    }

    /// Watches until the reply ends or the connection does, once the watch before is over.
    ///
    /// @param resume whether to go on from the last event seen, rather than begin with a snapshot
    CompletableFuture<Void> watch(URI server, boolean resume) {
        watching.join();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve("api/chats/" + chat + "/events"))
                        .header("Accept", "text/event-stream");
        if (resume && !position.isEmpty()) {
            request.header("Last-Event-ID", position);
        }
        var over = new CompletableFuture<Void>();
        watching = over;
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        read(request.build());
                        over.complete(null);
                    } catch (Throwable wrong) {
                        over.completeExceptionally(wrong);
                    }
                });
        return over;
    }

    String question() {
        return question;
    }

    /// The text seen so far.
    String seen() {
        synchronized (seen) {
            return seen.toString();
        }
    }

    /// The message that the reply became, or null.
    @Nullable JsonNode ended() {
        return ended;
    }

    /// The message, asked for by its id.
    JsonNode asked(URI server, String message) {
        return send(HttpRequest.newBuilder(server.resolve("api/messages/" + message)).build());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private void read(HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(200);
            try (var events = new ServerSentEvents(response.body())) {
                for (Event event = events.next();
                        event != null && ended == null;
                        event = ended == null ? events.next() : null) {
                    take(event);
                }
            }
        } catch (IOException killed) {
            // The server is gone, as it is meant to be.
        }
    }

    private void take(Event event) {
        JsonNode data = ServerApi.json(event.data());
        switch (event.type()) {
            case "snapshot" -> {
                JsonNode running = data.path("reply");
                if (running.path("id").asText().equals(reply)) {
                    whole(running.path("text").asText());
                }
                for (JsonNode message : data.path("messages")) {
                    if (message.path("role").asText().equals("assistant")) {
                        end(message);
                    }
                }
            }
            case "reply" -> {
                JsonNode begun = data.path("reply");
                assertThat(begun.path("id").asText()).isEqualTo(reply);
                // Begun again after a crash, it has what it had.
                assertThat(begun.path("text").asText()).isEqualTo(seen());
            }
            case "delta" -> {
                assertThat(data.path("reply_id").asText()).isEqualTo(reply);
                assertThat(data.path("offset").asInt()).isEqualTo(seen().length());
                see(data.path("text").asText());
            }
            case "reply_ended" -> end(data.path("message"));
            default -> {
                // The chat got its name from the message, say.
            }
        }
        position = event.id();
    }

    private void whole(String text) {
        assertThat(text).startsWith(seen());
        see(text.substring(seen().length()));
    }

    private void see(String text) {
        synchronized (seen) {
            seen.append(text);
        }
    }

    private void end(JsonNode message) {
        whole(message.path("content").asText());
        assertThat(message.path("content").asText()).isEqualTo(seen());
        ended = message;
    }

    private JsonNode post(URI server, String path, Map<String, String> fields) {
        var body = new StringBuilder();
        fields.forEach((name, value) ->
                body.append(body.isEmpty() ? "" : ",")
                        .append("\"%s\":\"%s\"".formatted(name, value)));
        return send(
                HttpRequest.newBuilder(server.resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{" + body + "}"))
                        .build());
    }

    private JsonNode send(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
            return ServerApi.json(response.body());
        } catch (IOException | InterruptedException broken) {
            throw new AssertionError(broken);
        }
    }
}
