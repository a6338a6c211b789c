package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.server.EventClient.Event;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

final class EventStreamTest {

    private final Running running =
            new Running(
                    ServerConfig.DEFAULT.withTimes(
                            Duration.ofMillis(400), Duration.ofSeconds(30), Duration.ofSeconds(1)));

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void aStreamBeginsWithASnapshotAndGoesOn() {
        String chat = running.chat("puppet");
        running.say(chat, "hello");
        var saying = running.puppet.next().say("one ");
        running.awaitText(chat, "one ");
        try (var events = EventClient.connect(running, chat, null)) {
            assertThat(events.response.headers().firstValue("Content-Type"))
                    .hasValue("text/event-stream");
            Event snapshot = events.require();
            assertThat(snapshot.type()).isEqualTo("snapshot");
            assertThat(snapshot.data().get("position").asText()).isEqualTo(snapshot.id());
            assertThat(snapshot.data().get("chat_id").asText()).isEqualTo(chat);
            assertThat(snapshot.data().at("/chat/status").asText()).isEqualTo("replying");
            assertThat(snapshot.data().at("/messages/0/content").asText()).isEqualTo("hello");
            assertThat(snapshot.data().at("/reply/text").asText()).isEqualTo("one ");
            assertThat(snapshot.data().get("has_more").asBoolean()).isFalse();
            saying.say("two");
            Event delta = events.require();
            assertThat(delta.type()).isEqualTo("delta");
            assertThat(delta.data().get("offset").asInt()).isEqualTo(4);
            assertThat(delta.data().get("text").asText()).isEqualTo("two");
            saying.end();
            Event ended = events.require();
            assertThat(ended.type()).isEqualTo("reply_ended");
            assertThat(ended.data().get("status").asText()).isEqualTo("completed");
            assertThat(ended.data().at("/message/content").asText()).isEqualTo("one two");
            assertThat(ended.data().get("head")).isEqualTo(ended.data().at("/message/id"));
        }
    }

    @Test
    void everythingThatHappensIsAnEvent() {
        String chat = running.chat("puppet");
        String path = "/api/chats/" + chat;
        try (var events = EventClient.connect(running, chat, null)) {
            assertThat(events.require().type()).isEqualTo("snapshot");
            running.say(chat, "one");
            Event message = events.require();
            assertThat(message.type()).isEqualTo("message");
            assertThat(message.data().at("/message/content").asText()).isEqualTo("one");
            Event reply = events.require();
            assertThat(reply.type()).isEqualTo("reply");
            assertThat(reply.data().at("/reply/text").asText()).isEmpty();
            assertThat(reply.data().at("/reply/parent")).isEqualTo(message.data().get("head"));
            running.say(chat, "two");
            Event waiting = events.require();
            assertThat(waiting.type()).isEqualTo("waiting");
            assertThat(waiting.data().at("/waiting/content").asText()).isEqualTo("two");
            String waits = waiting.data().at("/waiting/reply_id").asText();
            running.post(path + "/stop", "{\"reply_id\":\"" + waits + "\"}").expecting(200);
            Event withdrawn = events.require();
            assertThat(withdrawn.type()).isEqualTo("withdrawn");
            assertThat(withdrawn.data().get("reply_id").asText()).isEqualTo(waits);
            running.post(path + "/stop", "").expecting(200);
            Event stopped = events.require();
            assertThat(stopped.type()).isEqualTo("reply_ended");
            assertThat(stopped.data().get("status").asText()).isEqualTo("stopped");
            running.put(path, "{\"name\":\"Renamed\"}").expecting(200);
            Event chatEvent = events.require();
            assertThat(chatEvent.type()).isEqualTo("chat");
            assertThat(chatEvent.data().at("/chat/name").asText()).isEqualTo("Renamed");
            String first = message.data().get("head").asText();
            running.post(path + "/head", "{\"message_id\":\"" + first + "\"}").expecting(200);
            Event head = events.require();
            assertThat(head.type()).isEqualTo("head");
            assertThat(head.data().get("messages")).hasSize(1);
            running.delete(path).expecting(200);
            assertThat(events.require().type()).isEqualTo("deleted");
            assertThat(events.next()).isNull();
        }
    }

    @Test
    void aClientThatDropsAndResumesAHundredTimesMissesNothing() {
        String chat = running.chat("puppet");
        running.say(chat, "hello");
        var saying = running.puppet.next();
        var expected = new StringBuilder();
        var seen = new StringBuilder();
        String last = null;
        for (int i = 0; i < 100; i++) {
            try (var events = EventClient.connect(running, chat, last)) {
                for (int j = 0; j <= i % 3; j++) {
                    String piece = "piece " + i + "." + j + " é😀 ";
                    expected.append(piece);
                    saying.say(piece);
                }
                do {
                    Event event = events.require();
                    last = event.id();
                    apply(event.data(), seen);
                } while (i % 2 == 0 && seen.length() < expected.length());
            }
        }
        saying.end();
        running.awaitIdle(chat);
        try (var events = EventClient.connect(running, chat, last)) {
            while (true) {
                Event event = events.require();
                assertThat(event.type()).isNotEqualTo("snapshot");
                apply(event.data(), seen);
                if (event.type().equals("reply_ended")) {
                    assertThat(event.data().at("/message/content").asText())
                            .isEqualTo(expected.toString());
                    break;
                }
            }
        }
        assertThat(seen.toString()).isEqualTo(expected.toString());
    }

    private static void apply(JsonNode data, StringBuilder seen) {
        switch (data.get("type").asText()) {
            case "snapshot" -> {
                seen.setLength(0);
                seen.append(data.at("/reply/text").asText());
            }
            case "delta" -> {
                assertThat(data.get("offset").asInt()).isEqualTo(seen.length());
                seen.append(data.get("text").asText());
            }
            default -> {}
        }
    }

    @Test
    void aPositionThatIsNotOursBeginsAnew() {
        String chat = running.chat("puppet");
        for (String last : List.of("nonsense", "999999.7", "0.0", "1.")) {
            try (var events = EventClient.connect(running, chat, last)) {
                assertThat(events.require().type()).isIn("snapshot", "chat");
            }
        }
    }

    @Test
    void twoViewersSeeTheSame() {
        String chat = running.chat("puppet");
        try (var one = EventClient.connect(running, chat, null);
                var two = EventClient.connect(running, chat, null)) {
            one.require();
            two.require();
            running.say(chat, "hello");
            running.puppet.next().say("a", "b", "c").end();
            assertThat(textOf(one)).isEqualTo("abc");
            assertThat(textOf(two)).isEqualTo("abc");
        }
    }

    private static String textOf(EventClient events) {
        var text = new StringBuilder();
        var types = new ArrayList<String>();
        while (!types.contains("reply_ended")) {
            Event event = events.require();
            types.add(event.type());
            apply(event.data(), text);
        }
        return text.toString();
    }

    @Test
    void aReplyWithoutViewersIsCompleted() {
        String chat = running.chat("puppet");
        running.say(chat, "hello");
        var saying = running.puppet.next().say("first ");
        running.awaitText(chat, "first ");
        try (var events = EventClient.connect(running, chat, null)) {
            events.require();
        }
        await().until(() -> running.engine.figures().viewers() == 0);
        saying.say("second").end();
        running.awaitIdle(chat);
        assertThat(running.get("/api/messages").json().at("/messages/1/content").asText())
                .isEqualTo("first second");
    }

    @Test
    void aQuietStreamGetsComments() {
        String chat = running.chat("puppet");
        try (var events = EventClient.connect(running, chat, null)) {
            events.require();
            await().pollDelay(Duration.ofMillis(900)).until(() -> true);
            running.put("/api/chats/" + chat, "{\"name\":\"Other\"}").expecting(200);
            assertThat(events.require().type()).isEqualTo("chat");
            assertThat(events.comments).isPositive();
        }
    }

    @Test
    void anUnknownChatHasNoStream() {
        try (var events = EventClient.connect(running, "nobody", null)) {
            assertThat(events.response.statusCode()).isEqualTo(404);
            assertThat(events.response.headers().firstValue("Content-Type"))
                    .hasValue("application/problem+json");
        }
    }

    @Test
    void aClosingServerEndsItsStreams() {
        String chat = running.chat("puppet");
        try (var events = EventClient.connect(running, chat, null)) {
            events.require();
            running.server.close();
            assertThat(events.next()).isNull();
        }
    }
}
