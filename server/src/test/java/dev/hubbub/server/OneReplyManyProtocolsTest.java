package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.CompletableFuture;

final class OneReplyManyProtocolsTest {

    private final Running running = new Running();

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void oneLiveReplyIsWatchedThroughAllProtocolsAtOnce() {
        String body =
                "{\"model\":\"puppet\",\"stream\":true,\"input\":\"Say"
                        + " much\",\"conversation\":\"shared\"}";
        try (var responses = EventClient.open(running, running.posting("/v1/responses", body))) {
            var saying = running.puppet.next();
            String id = responses.require().data().at("/response/id").asText();
            try (var socket = running.socket();
                    var events = EventClient.connect(running, "shared", null);
                    var ui = EventClient.open(running, running.request("/api/chat/shared/stream"));
                    var resumed =
                            EventClient.open(
                                    running,
                                    running.request("/v1/responses/" + id + "?stream=true"))) {
                socket.send("{\"type\":\"watch\",\"chat_id\":\"shared\"}");
                socket.next("snapshot");
                var expected = new StringBuilder();
                for (int i = 0; i < 500; i++) {
                    String piece = "piece " + i + " é😀 ";
                    expected.append(piece);
                    saying.say(piece);
                }
                saying.end();
                var texts =
                        List.of(
                                deltas(responses, "delta"),
                                deltas(resumed, "delta"),
                                deltas(ui, "delta"),
                                deltas(events, "text"));
                List<JsonNode> frames =
                        socket.until(frame -> frame.get("type").asText().equals("reply_ended"));
                var overSocket = new StringBuilder();
                frames.stream()
                        .filter(frame -> frame.get("type").asText().equals("delta"))
                        .forEach(frame -> overSocket.append(frame.get("text").asText()));
                assertThat(overSocket.toString()).isEqualTo(expected.toString());
                for (CompletableFuture<String> text : texts) {
                    assertThat(text.join()).isEqualTo(expected.toString());
                }
            }
        }
    }

    /// All text of a stream, read by a thread of its own to the end of the reply.
    private static CompletableFuture<String> deltas(EventClient events, String field) {
        return CompletableFuture.supplyAsync(() -> {
            var text = new StringBuilder();
            for (var event = events.next(); event != null; event = events.next()) {
                String type =
                        event.type().isEmpty() ? event.data().path("type").asText() : event.type();
                if (type.endsWith("delta")) {
                    text.append(event.data().get(field).asText());
                } else if (type.equals("reply_ended")) {
                    break;
                }
            }
            return text.toString();
        });
    }
}
