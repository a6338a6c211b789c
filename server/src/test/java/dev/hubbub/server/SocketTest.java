package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

final class SocketTest {

    private final Running running =
            new Running(
                    ServerConfig.DEFAULT
                            .withLimits(1 << 20, 100_000, 1000, 3)
                            .withTimes(
                                    Duration.ofMillis(200),
                                    Duration.ofSeconds(30),
                                    Duration.ofSeconds(1)));

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void aSocketIsGreeted() {
        try (var empty = running.socket()) {
            JsonNode head = empty.next("head");
            assertThat(head.has("head")).isFalse();
            assertThat(head.has("current_chat_id")).isFalse();
            assertThat(empty.next("chats_update").get("chats")).isEmpty();
        }
        String chat = running.chat("echo");
        running.say(chat, "hello");
        running.awaitIdle(chat);
        try (var socket = running.socket()) {
            JsonNode head = socket.next("head");
            assertThat(head.get("current_chat_id").asText()).isEqualTo(chat);
            assertThat(head.get("head")).isEqualTo(running.get("/api/messages").json().get("head"));
            assertThat(socket.next("chats_update").at("/chats/0/id").asText()).isEqualTo(chat);
        }
    }

    @Test
    void chatsAreMadeRenamedChangedAndDeleted() {
        try (var socket = running.socket();
                var other = running.socket()) {
            other.next("chats_update");
            socket.send("{\"type\":\"create_chat\",\"name\":\"First\",\"request_id\":\"a\"}");
            JsonNode created = socket.answer("a");
            assertThat(created.get("type").asText()).isEqualTo("chat_created");
            String chat = created.at("/chat/id").asText();
            assertThat(other.next("chats_update").at("/chats/0/name").asText()).isEqualTo("First");
            socket.send(
                    "{\"type\":\"rename_chat\",\"chat_id\":\"%s\",\"name\":\"Second\",\"request_id\":7}"
                            .formatted(chat));
            JsonNode renamed = socket.answer("7");
            assertThat(renamed.get("type").asText()).isEqualTo("chat_renamed");
            assertThat(renamed.get("request_id").isInt()).isTrue();
            assertThat(other.next("chats_update").at("/chats/0/name").asText()).isEqualTo("Second");
            socket.send(
                    "{\"type\":\"update_chat\",\"chat_id\":\"%s\",\"icon\":\"*\",\"request_id\":\"c\"}"
                            .formatted(chat));
            assertThat(socket.answer("c").at("/chat/icon").asText()).isEqualTo("*");
            socket.send("{\"type\":\"list_chats\",\"request_id\":\"d\"}");
            JsonNode listed = socket.answer("d");
            assertThat(listed.get("type").asText()).isEqualTo("chats_update");
            assertThat(listed.get("current_chat_id").asText()).isEqualTo(chat);
            socket.send(
                    "{\"type\":\"delete_chat\",\"chat_id\":\"%s\",\"request_id\":\"e\"}"
                            .formatted(chat));
            assertThat(socket.answer("e").get("type").asText()).isEqualTo("chat_deleted");
            other.next(
                    frame ->
                            frame.path("type").asText().equals("chats_update")
                                    && frame.get("chats").isEmpty(),
                    "an empty list");
        }
    }

    @Test
    void eachSocketHasACurrentChatOfItsOwn() {
        String first = running.chat("echo");
        String second = running.chat("echo");
        try (var one = running.socket();
                var two = running.socket()) {
            one.send(
                    "{\"type\":\"switch_chat\",\"chat_id\":\"%s\",\"request_id\":\"a\"}"
                            .formatted(first));
            JsonNode switched = one.answer("a");
            assertThat(switched.get("type").asText()).isEqualTo("messages_updated");
            assertThat(switched.get("current_chat_id").asText()).isEqualTo(first);
            one.send("{\"type\":\"get_head\",\"request_id\":\"b\"}");
            assertThat(one.answer("b").get("current_chat_id").asText()).isEqualTo(first);
            two.send("{\"type\":\"get_head\",\"request_id\":\"b\"}");
            assertThat(two.answer("b").get("current_chat_id").asText()).isEqualTo(second);
        }
    }

    @Test
    void aMessageIsSentAndAnsweredInTwoSteps() {
        String chat = running.chat("puppet");
        try (var socket = running.socket();
                var other = running.socket()) {
            other.next("chats_update");
            socket.send("{\"type\":\"send_message\",\"content\":\"hello\",\"request_id\":\"a\"}");
            JsonNode sent = socket.answer("a");
            assertThat(sent.get("type").asText()).isEqualTo("messages_updated");
            assertThat(sent.get("chat_id").asText()).isEqualTo(chat);
            assertThat(sent.get("message_id")).isEqualTo(sent.get("head"));
            assertThat(sent.has("reply_id")).isFalse();
            assertThat(other.next("messages_updated").get("head")).isEqualTo(sent.get("head"));
            socket.send("{\"type\":\"generate_llm_response\",\"request_id\":\"b\"}");
            var saying = running.puppet.next().say("one ");
            running.awaitText(chat, "one ");
            saying.say("two ", "three").end();
            for (var viewer : List.of(socket, other)) {
                var text = new StringBuilder();
                while (text.length() < "one two three".length()) {
                    JsonNode delta = viewer.next("delta");
                    assertThat(delta.get("offset").asInt()).isEqualTo(text.length());
                    assertThat(delta.get("reply_id").asText()).isNotEmpty();
                    text.append(delta.get("text").asText());
                }
                assertThat(text.toString()).isEqualTo("one two three");
            }
            JsonNode done = socket.answer("b");
            assertThat(done.get("type").asText()).isEqualTo("messages_updated");
            assertThat(done.at("/message/content").asText()).isEqualTo("one two three");
            assertThat(done.get("stop_reason").asText()).isEqualTo("end");
            assertThat(other.next("messages_updated").get("head")).isEqualTo(done.get("head"));
        }
    }

    @Test
    void theAnswerToAMessageComesOnceAndFirst() {
        running.chat("echo");
        try (var socket = running.socket()) {
            socket.next("chats_update");
            for (int i = 0; i < 50; i++) {
                socket.send(
                        "{\"type\":\"send_message\",\"content\":\"m\",\"request_id\":\"%d\"}"
                                .formatted(i));
            }
            for (int i = 0; i < 50; i++) {
                JsonNode updated = socket.next("messages_updated");
                assertThat(updated.path("request_id").asText()).isEqualTo(Integer.toString(i));
            }
        }
    }

    @Test
    void aReplyIsStoppedAndKeepsItsText() {
        String chat = running.chat("puppet");
        try (var socket = running.socket();
                var other = running.socket()) {
            socket.send(
                    "{\"type\":\"send_message\",\"content\":\"hello\",\"generate\":true,"
                            + "\"request_id\":\"a\"}");
            JsonNode sent = socket.answer("a");
            assertThat(sent.get("reply_id").asText()).isEqualTo("1");
            running.puppet.next().say("half");
            running.awaitText(chat, "half");
            assertThat(socket.next("delta").get("text").asText()).isEqualTo("half");
            socket.send("{\"type\":\"stop_generation\",\"request_id\":\"b\"}");
            JsonNode stopped = socket.answer("b");
            assertThat(stopped.get("type").asText()).isEqualTo("messages_updated");
            assertThat(stopped.get("stop_reason").asText()).isEqualTo("stopped");
            assertThat(stopped.at("/message/content").asText()).isEqualTo("half");
            other.next(
                    frame ->
                            frame.path("type").asText().equals("messages_updated")
                                    && frame.get("head").equals(stopped.get("head")),
                    "the new head");
        }
    }

    @Test
    void historyMessagesAndModelsAreRead() {
        String chat = running.chat("echo");
        running.say(chat, "hello");
        running.awaitIdle(chat);
        try (var socket = running.socket()) {
            socket.send("{\"type\":\"get_messages\",\"limit\":1,\"request_id\":\"a\"}");
            JsonNode page = socket.answer("a");
            assertThat(page.get("type").asText()).isEqualTo("messages");
            assertThat(page.get("messages")).hasSize(1);
            assertThat(page.get("has_more").asBoolean()).isTrue();
            String head = page.get("head").asText();
            socket.send(
                    "{\"type\":\"get_message\",\"message_id\":\"%s\",\"request_id\":\"b\"}"
                            .formatted(head));
            assertThat(socket.answer("b").at("/message/id").asText()).isEqualTo(head);
            socket.send("{\"type\":\"list_models\",\"request_id\":\"c\"}");
            assertThat(socket.answer("c").at("/models/0/id").asText()).isEqualTo("puppet");
            String said = running.get("/api/messages").json().at("/messages/0/id").asText();
            socket.send(
                    "{\"type\":\"move_head\",\"message_id\":\"%s\",\"request_id\":\"d\"}"
                            .formatted(said));
            assertThat(socket.answer("d").get("head").asText()).isEqualTo(said);
        }
    }

    @Test
    void aSocketThatDropsGoesOnWhereItWas() {
        String chat = running.chat("puppet");
        running.say(chat, "hello");
        var saying = running.puppet.next();
        var expected = new StringBuilder();
        var seen = new StringBuilder();
        String after = "";
        for (int i = 0; i < 50; i++) {
            try (var socket = running.socket()) {
                socket.send(watch(chat, after));
                assertThat(socket.next("watching").get("chat_id").asText()).isEqualTo(chat);
                String piece = "piece " + i + " ";
                expected.append(piece);
                saying.say(piece);
                while (seen.length() < expected.length()) {
                    JsonNode event = socket.next(frame -> frame.has("position"), "an event");
                    after = event.get("position").asText();
                    if (event.get("type").asText().equals("snapshot")) {
                        assertThat(i).isZero();
                        seen.append(event.at("/reply/text").asText());
                    } else {
                        assertThat(event.get("offset").asInt()).isEqualTo(seen.length());
                        seen.append(event.get("text").asText());
                    }
                }
            }
        }
        saying.end();
        running.awaitIdle(chat);
        assertThat(running.get("/api/messages").json().at("/messages/1/content").asText())
                .isEqualTo(seen.toString());
    }

    @Test
    void aWatchEndsWithTheChat() {
        String chat = running.chat("puppet");
        try (var socket = running.socket()) {
            socket.send(watch(chat, ""));
            socket.next("snapshot");
            running.delete("/api/chats/" + chat).expecting(200);
            assertThat(socket.next("deleted").get("chat_id").asText()).isEqualTo(chat);
            socket.send(watch(chat, ""));
            assertThat(socket.next("error").get("message").asText())
                    .isEqualTo("Chat not found: " + chat);
        }
    }

    @Test
    void anUnwatchedChatIsSilent() {
        String chat = running.chat("echo");
        String other = running.chat("echo");
        try (var socket = running.socket()) {
            socket.send(watch(chat, ""));
            socket.next("snapshot");
            socket.send(
                    "{\"type\":\"unwatch\",\"chat_id\":\"%s\",\"request_id\":\"u\"}"
                            .formatted(chat));
            assertThat(socket.answer("u").get("type").asText()).isEqualTo("unwatched");
            running.say(chat, "hello");
            running.awaitIdle(chat);
            socket.send(watch(other, ""));
            List<JsonNode> frames =
                    socket.until(frame -> frame.path("type").asText().equals("snapshot"));
            assertThat(frames)
                    .noneMatch(frame ->
                            frame.has("position") && frame.get("chat_id").asText().equals(chat));
        }
    }

    @Test
    void aSocketWatchesAsManyChatsAsTheLimitAndNoMore() {
        try (var socket = running.socket()) {
            for (int i = 0; i < 3; i++) {
                socket.send(watch(running.chat("echo"), ""));
                socket.next("snapshot");
            }
            socket.send(watch(running.chat("echo"), ""));
            assertThat(socket.next("error").get("code").asText()).isEqualTo("too_many_watches");
        }
    }

    @Test
    void everySocketHearsOfActivity() {
        String chat = running.chat("puppet");
        running.chat("puppet");
        try (var socket = running.socket();
                var quiet = SocketClient.connect(running, "/ws?quiet=true")) {
            socket.next("chats_update");
            quiet.next("chats_update");
            running.say(chat, "hello");
            assertThat(status(socket)).isEqualTo("replying");
            running.puppet.next().say("x").end();
            socket.next(
                    frame ->
                            frame.path("type").asText().equals("chat_activity")
                                    && frame.at("/chat/status").asText().equals("idle"),
                    "the end of the reply");
            quiet.send("{\"type\":\"get_head\",\"request_id\":\"q\"}");
            JsonNode next = quiet.poll(5000);
            assertThat(next).isNotNull();
            assertThat(next.path("request_id").asText()).isEqualTo("q");
        }
    }

    private static String status(SocketClient socket) {
        return socket.next("chat_activity").at("/chat/status").asText();
    }

    @Test
    void aBadCommandIsAnErrorAndTheSocketStaysOpen() {
        try (var socket = running.socket()) {
            for (String bad : List.of("{", "[]", "\"x\"", "", "{\"a\":1,\"a\":2}")) {
                socket.send(bad);
                JsonNode error = socket.next("error");
                assertThat(error.get("message").asText()).isEqualTo("Invalid message format");
                assertThat(error.get("code").asText()).isEqualTo("invalid_format");
            }
            for (String bad : List.of("{\"type\":\"dance\"}", "{}", "{\"type\":7}")) {
                socket.send(bad);
                assertThat(socket.next("error").get("message").asText())
                        .isEqualTo("Invalid command");
            }
            refused(socket, "\"type\":\"switch_chat\",\"chat_id\":\"x\"", "Chat not found: x");
            refused(socket, "\"type\":\"delete_chat\",\"chat_id\":\"x\"", "Chat not found: x");
            refused(
                    socket,
                    "\"type\":\"rename_chat\",\"chat_id\":\"a b\",\"name\":\"n\"",
                    "Chat not found: a b");
            refused(socket, "\"type\":\"switch_chat\"", "`chat_id` is missing.");
            refused(socket, "\"type\":\"create_chat\",\"name\":[]", "`name` is a string.");
            refused(
                    socket,
                    "\"type\":\"send_message\",\"content\":\"x\"",
                    "No chat is open here; create one, or name one.");
            refused(
                    socket,
                    "\"type\":\"get_message\",\"message_id\":\"x\"",
                    "There is no such message in this conversation.");
            running.chat("echo");
            socket.send("{\"type\":\"list_chats\",\"request_id\":\"ok\"}");
            assertThat(socket.answer("ok").get("chats")).hasSize(1);
        }
    }

    private static void refused(SocketClient socket, String fields, String message) {
        socket.send("{" + fields + ",\"request_id\":\"r\"}");
        JsonNode error = socket.answer("r");
        assertThat(error.get("type").asText()).isEqualTo("error");
        assertThat(error.get("message").asText()).isEqualTo(message);
        assertThat(error.get("code").asText()).isNotEmpty();
    }

    @Test
    void aMessageOverTheLimitEndsTheSocketAndNoOther() throws Exception {
        try (var socket = running.socket();
                var other = running.socket()) {
            String frame = "{\"type\":\"list_models\",\"request_id\":\"x\",\"pad\":\"\"}";
            String pad = "p".repeat(100_000 - frame.length());
            socket.send(frame.replace("\"\"}", '"' + pad + "\"}"));
            assertThat(socket.answer("x").get("type").asText()).isEqualTo("models_list");
            socket.send(frame.replace("\"\"}", '"' + pad + "p\"}"));
            assertThat(socket.closed.handle((code, failure) -> true).get(10, TimeUnit.SECONDS))
                    .isTrue();
            other.send("{\"type\":\"list_models\",\"request_id\":\"y\"}");
            assertThat(other.answer("y").get("type").asText()).isEqualTo("models_list");
        }
    }

    @Test
    void aLongMessageArrivesWhole() {
        String chat = running.chat("echo");
        String text = "wörd😀".repeat(5000);
        try (var socket = running.socket()) {
            socket.send(watch(chat, ""));
            socket.next("snapshot");
            running.say(chat, text);
            JsonNode ended = socket.next("reply_ended");
            assertThat(ended.at("/message/content").asText()).isEqualTo(text);
        }
    }

    @Test
    void aQuietSocketIsPinged() {
        try (var socket = running.socket()) {
            await().until(() -> socket.pings.get() >= 3);
            assertThat(socket.closed).isNotDone();
        }
    }

    @Test
    void aClosingServerSaysSo() throws Exception {
        try (var socket = running.socket()) {
            socket.next("chats_update");
            running.server.close();
            assertThat(socket.closed.get(5, TimeUnit.SECONDS)).isEqualTo(1001);
        }
    }

    @Test
    void nothingIsLeftOfASocketThatIsGone() {
        String chat = running.chat("puppet");
        try (var socket = running.socket()) {
            socket.send(watch(chat, ""));
            socket.next("snapshot");
            assertThat(running.get("/health").json().get("total_connections").asInt()).isOne();
        }
        await().until(() -> running.engine.figures().viewers() == 0);
        await().until(() -> running.get("/health").json().get("total_connections").asInt() == 0);
    }

    private static String watch(String chat, String after) {
        return "{\"type\":\"watch\",\"chat_id\":\"%s\",\"after\":\"%s\"}".formatted(chat, after);
    }
}
