package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

final class LiveStateTest {

    private final Running running =
            new Running(ServerConfig.DEFAULT.withLimits(2 << 20, 1 << 20, 1000, 2));

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void aGroupBeginsWithASyncAndThenEveryChange() {
        String chat = running.chat("puppet");
        running.say(chat, "One");
        running.puppet.next().say("1").end();
        running.awaitIdle(chat);
        try (SocketClient socket = join(chat, "")) {
            JsonNode sync = socket.next(frame -> isEvent(frame, "sync"), "sync");
            assertThat(sync.get("streamName").asText()).isEqualTo("conversation");
            assertThat(sync.get("groupId").asText()).isEqualTo(chat);
            assertThat(sync.get("timestamp").isIntegralNumber()).isTrue();
            assertThat(texts(sync.at("/event/data"))).containsExactly("One", "1");
            assertThat(sync.at("/event/data/0/from").asText()).isEqualTo("user");
            assertThat(sync.at("/event/data/1/status").asText()).isEqualTo("completed");

            running.say(chat, "Two");
            JsonNode said = event(socket, "create");
            assertThat(said.at("/event/data/message").asText()).isEqualTo("Two");
            assertThat(said.get("id")).isEqualTo(said.at("/event/data/id"));
            JsonNode begun = event(socket, "create");
            assertThat(begun.at("/event/data/from").asText()).isEqualTo("assistant");
            assertThat(begun.at("/event/data/status").asText()).isEqualTo("created");
            Puppet.Saying saying = running.puppet.next().say("2");
            JsonNode grown = event(socket, "update");
            assertThat(grown.at("/event/data/message").asText()).isEqualTo("2");
            assertThat(grown.at("/event/data/status").asText()).isEqualTo("streaming");
            saying.say(" and more").end();
            JsonNode last = lastUpdate(socket);
            assertThat(last.at("/event/data/message").asText()).isEqualTo("2 and more");
            assertThat(last.at("/event/data/id")).isEqualTo(begun.at("/event/data/id"));
            assertThat(last.at("/event/data/message_id").asText()).hasSize(64);
        }
    }

    @Test
    void aClientThatKeepsItemsBySeenTimestampsEndsUpWithWhatIsThere() {
        String chat = running.chat("puppet");
        try (SocketClient socket = join(chat, "")) {
            var state = new Mirror();
            running.say(chat, "Count");
            Puppet.Saying saying = running.puppet.next();
            for (int i = 0; i < 500; i++) {
                saying.say(i + " ");
            }
            saying.end();
            int frames = 0;
            while (!state.isCompleted()) {
                JsonNode frame = socket.poll(10_000);
                assertThat(frame).isNotNull();
                frames += state.take(frame) ? 1 : 0;
            }
            assertThat(state.texts()).hasSize(2).last().asString().endsWith("498 499 ");
            assertThat(frames).isLessThan(100);
        }
    }

    /// A client as they are: it drops an update whose timestamp is not newer than the last.
    private static final class Mirror {

        private final List<JsonNode> items = new ArrayList<>();
        private long last;

        boolean take(JsonNode frame) {
            if (!frame.has("event")) {
                return false;
            }
            assertThat(frame.get("timestamp").asLong()).isGreaterThan(last);
            last = frame.get("timestamp").asLong();
            JsonNode data = frame.at("/event/data");
            switch (frame.at("/event/type").asText()) {
                case "sync" -> {
                    items.clear();
                    data.forEach(items::add);
                }
                case "create" -> items.add(data);
                case "update" ->
                        items.replaceAll(
                                item -> item.get("id").equals(data.get("id")) ? data : item);
                default -> throw new AssertionError(frame);
            }
            return true;
        }

        boolean isCompleted() {
            return items.size() == 2 && items.getLast().get("status").asText().equals("completed");
        }

        List<String> texts() {
            return items.stream().map(item -> item.get("message").asText()).toList();
        }
    }

    @Test
    void whoAsksForDeltasIsSentEachCharacterOnce() {
        String chat = running.chat("puppet");
        try (SocketClient socket = join(chat, ",\"deltas\":true")) {
            event(socket, "sync");
            running.say(chat, "Count");
            Puppet.Saying saying = running.puppet.next();
            for (int i = 0; i < 1000; i++) {
                saying.say(i + " ");
            }
            saying.end();
            var text = new StringBuilder();
            JsonNode frame = event(socket, "update");
            while (!frame.at("/event/data/status").asText().equals("completed")) {
                assertThat(frame.at("/event/data/offset").asInt()).isEqualTo(text.length());
                text.append(frame.at("/event/data/append").asText());
                frame = event(socket, "update");
            }
            assertThat(frame.at("/event/data").has("message")).isFalse();
            assertThat(text.toString()).endsWith("998 999 ").hasSize(3890);
        }
    }

    @Test
    void aJoinInMidReplyLosesNothing() {
        String chat = running.chat("puppet");
        running.say(chat, "Hello");
        Puppet.Saying saying = running.puppet.next().say("Half");
        running.awaitText(chat, "Half");
        try (SocketClient socket = join(chat, ",\"deltas\":true")) {
            JsonNode sync = event(socket, "sync");
            assertThat(texts(sync.at("/event/data"))).containsExactly("Hello", "Half");
            saying.say(" and half");
            JsonNode delta = event(socket, "update");
            assertThat(delta.at("/event/data/offset").asInt()).isEqualTo(4);
            assertThat(delta.at("/event/data/append").asText()).isEqualTo(" and half");
            saying.end();
        }
    }

    @Test
    void anItemIsJoinedByWhatSayingItAnswered() {
        String chat = running.chat("puppet");
        String reply =
                running.post("/chat", "{\"message\":\"Hello\",\"conversationId\":\"" + chat + "\"}")
                        .expecting(200)
                        .json()
                        .get("messageId")
                        .asText();
        Puppet.Saying saying = running.puppet.next();
        try (SocketClient socket = join(chat, ",\"id\":\"" + reply + "\"")) {
            JsonNode sync = event(socket, "sync");
            assertThat(sync.get("id").asText()).isEqualTo(reply);
            assertThat(sync.at("/event/data/status").asText()).isEqualTo("created");
            saying.say("Hi").end();
            assertThat(lastUpdate(socket).at("/event/data/message").asText()).isEqualTo("Hi");
        }
        try (SocketClient later = join(chat, ",\"id\":\"" + reply + "\"")) {
            JsonNode sync = event(later, "sync");
            assertThat(sync.at("/event/data/message").asText()).isEqualTo("Hi");
            assertThat(sync.at("/event/data/status").asText()).isEqualTo("completed");
        }
    }

    @Test
    void aReplyThatFailedIsNotCompleted() {
        String chat = running.chat("puppet");
        try (SocketClient socket = join(chat, "")) {
            event(socket, "sync");
            running.say(chat, "Hello");
            running.puppet.next().say("Half").fail();
            JsonNode last = lastUpdate(socket);
            assertThat(last.at("/event/data/status").asText()).isEqualTo("failed");
            assertThat(last.at("/event/data/message").asText()).isEqualTo("Half");
            assertThat(last.at("/event/data/error").asText()).isNotBlank();
        }
    }

    @Test
    void anotherBranchIsASync() {
        String chat = running.chat("echo");
        String first = running.say(chat, "One").json().get("message_id").asText();
        running.awaitIdle(chat);
        try (SocketClient socket = join(chat, "")) {
            assertThat(texts(event(socket, "sync").at("/event/data")))
                    .containsExactly("One", "One");
            running.post("/api/chats/" + chat + "/head", "{\"message_id\":\"" + first + "\"}")
                    .expecting(200);
            assertThat(texts(event(socket, "sync").at("/event/data"))).containsExactly("One");
        }
    }

    @Test
    void aSecondReplyToAMessageTakesThePlaceOfTheFirst() {
        String chat = running.chat("puppet");
        String first = running.say(chat, "One").json().get("message_id").asText();
        running.puppet.next().say("1").end();
        running.awaitIdle(chat);
        try (SocketClient socket = join(chat, "")) {
            event(socket, "sync");
            running.post("/api/chats/" + chat + "/generate", "{\"message_id\":\"" + first + "\"}")
                    .expecting(202);
            assertThat(texts(event(socket, "sync").at("/event/data"))).containsExactly("One", "");
            running.puppet.next().say("uno").end();
            assertThat(lastUpdate(socket).at("/event/data/message").asText()).isEqualTo("uno");
        }
    }

    @Test
    void aDeletedChatIsEmptyAndThenGone() {
        String chat = running.chat("echo");
        running.say(chat, "One");
        running.awaitIdle(chat);
        try (SocketClient socket = join(chat, "")) {
            event(socket, "sync");
            running.delete("/api/chats/" + chat).expecting(200);
            assertThat(event(socket, "sync").at("/event/data")).isEmpty();
            assertThat(event(socket, "delete").has("id")).isFalse();
        }
    }

    @Test
    void nothingComesAfterALeave() {
        String chat = running.chat("echo");
        try (SocketClient socket = join(chat, ",\"subscriptionId\":\"s1\"")) {
            assertThat(event(socket, "sync").get("subscriptionId").asText()).isEqualTo("s1");
            socket.send(command("leave", chat, ",\"subscriptionId\":\"s1\"", "r2"));
            socket.answer("r2");
            running.say(chat, "One");
            running.awaitIdle(chat);
            socket.send("{\"type\":\"list_models\"}");
            assertThat(socket.until(frame -> frame.path("type").asText().equals("models_list")))
                    .noneMatch(frame -> frame.has("event"));
        }
    }

    @Test
    void joinsAndWatchesHaveOneLimit() {
        String chat = running.chat("echo");
        try (SocketClient socket = join(chat, ",\"subscriptionId\":\"s1\"")) {
            socket.send(command("join", chat, ",\"subscriptionId\":\"s2\"", "r2")).answer("r2");
            String third = command("join", chat, ",\"subscriptionId\":\"s3\"", "r3");
            assertThat(socket.send(third).answer("r3").get("code").asText())
                    .isEqualTo("too_many_watches");
            socket.send(command("join", chat, ",\"subscriptionId\":\"s2\"", "r4"));
            assertThat(socket.answer("r4").get("type").asText()).isEqualTo("joined");
            socket.send("{\"type\":\"watch\",\"chat_id\":\"" + chat + "\",\"request_id\":\"r5\"}");
            assertThat(socket.answer("r5").get("code").asText()).isEqualTo("too_many_watches");
        }
    }

    @Test
    void whatCannotBeJoinedIsTold() {
        String chat = running.chat("echo");
        try (SocketClient socket = running.socket()) {
            assertThat(refused(socket, "\"streamName\":\"weather\",\"groupId\":\"" + chat + "\""))
                    .isEqualTo("stream_unknown");
            assertThat(refused(socket, "\"streamName\":\"conversation\",\"groupId\":\"nobody\""))
                    .isEqualTo("conversation_unknown");
            assertThat(refused(socket, "\"streamName\":\"conversation\""))
                    .isEqualTo("field_invalid");
            for (String id : List.of("x", "99", "-1", "a".repeat(64))) {
                String item = "\"groupId\":\"" + chat + "\",\"id\":\"" + id + "\"";
                assertThat(refused(socket, "\"streamName\":\"conversation\"," + item))
                        .isEqualTo("message_unknown");
            }
            socket.send("{\"type\":\"join\",\"data\":[]}");
            assertThat(socket.next("error").get("code").asText()).isEqualTo("field_invalid");
        }
    }

    @Test
    void aLongReplyIsToldAgainLessOften() {
        String chat = running.chat("puppet");
        try (SocketClient socket = join(chat, "")) {
            event(socket, "sync");
            running.say(chat, "Long");
            Puppet.Saying saying = running.puppet.next().say("x".repeat(300_000));
            event(socket, "create");
            event(socket, "create");
            JsonNode update = event(socket, "update");
            assertThat(update.at("/event/data/message").asText()).hasSize(300_000);
            long since = System.nanoTime();
            saying.say("y");
            assertThat(event(socket, "update").at("/event/data/message").asText()).hasSize(300_001);
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since)).isGreaterThan(500);
            saying.end();
        }
    }

    private static String refused(SocketClient socket, String data) {
        socket.send("{\"type\":\"join\",\"data\":{" + data + "}}");
        return socket.next("error").get("code").asText();
    }

    private SocketClient join(String chat, String more) {
        SocketClient socket = running.socket();
        socket.next("chats_update");
        socket.send(command("join", chat, more, "r1")).answer("r1");
        return socket;
    }

    private static String command(String type, String chat, String more, String id) {
        return "{\"type\":\"%s\",\"request_id\":\"%s\",\"data\":{\"streamName\":\"conversation\",\"groupId\":\"%s\"%s}}"
                .formatted(type, id, chat, more);
    }

    private static JsonNode event(SocketClient socket, String type) {
        return socket.next(frame -> isEvent(frame, type), type);
    }

    private static JsonNode lastUpdate(SocketClient socket) {
        return socket.next(
                frame -> isEvent(frame, "update") && frame.at("/event/data").has("message_id"),
                "the last update");
    }

    private static boolean isEvent(JsonNode frame, String type) {
        return frame.at("/event/type").asText().equals(type);
    }

    private static List<String> texts(JsonNode items) {
        var texts = new ArrayList<String>();
        items.forEach(item -> texts.add(item.get("message").asText()));
        return texts;
    }
}
