package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

final class SocketMessagesTest {

    private final Running running = new Running(ServerConfig.DEFAULT.withTurnsMax(2));

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void aResponseGoesToAllSocketsOfTheUserOnce() {
        String chat = running.chat("echo");
        try (SocketClient sender = open();
                SocketClient other = open();
                SocketClient quiet = SocketClient.connect(running, "/ws?quiet=true")) {
            quiet.next("chats_update");
            sender.send(message(chat, "Good day", "\"userid\":\"somebody\""));
            JsonNode response = sender.next("response");
            assertThat(response.get("content").asText()).isEqualTo("Good day");
            assertThat(response.get("userid").asText()).isEqualTo("local");
            assertThat(response.get("conversation_id").asText()).isEqualTo(chat);
            assertThat(response.get("message_id").asText()).hasSize(64);
            assertThat(response.get("correlation_id").asText()).isNotBlank();
            assertThat(response.get("processing_time_ms").isIntegralNumber()).isTrue();
            assertThat(response.get("timestamp").asText()).endsWith("Z");
            assertThat(other.next("response")).isEqualTo(response);
            sender.send("{\"type\":\"list_models\"}");
            assertThat(sender.until(frame -> isType(frame, "models_list")))
                    .noneMatch(frame -> isType(frame, "response"));
            quiet.send("{\"type\":\"list_models\"}");
            assertThat(quiet.until(frame -> isType(frame, "models_list"))).hasSize(1);
        }
    }

    @Test
    void aMessageSentTwiceIsAnsweredOnceToOthersAndToEachWhoSentIt() {
        String chat = running.chat("puppet");
        try (SocketClient first = open();
                SocketClient second = open();
                SocketClient other = open()) {
            String message = message(chat, "Hello", "\"client_message_id\":\"m1\"");
            first.send(message);
            Puppet.Saying saying = running.puppet.next();
            second.send(message).send("{\"type\":\"list_models\"}");
            second.next("models_list");
            saying.say("Hi").end();
            String id = first.next("response").get("message_id").asText();
            assertThat(second.next("response").get("message_id").asText()).isEqualTo(id);
            assertThat(other.next("response").get("message_id").asText()).isEqualTo(id);
            first.send(message);
            assertThat(first.next("response").get("message_id").asText()).isEqualTo(id);
            other.send("{\"type\":\"list_models\"}");
            assertThat(other.until(frame -> isType(frame, "models_list")))
                    .noneMatch(frame -> isType(frame, "response"));
            assertThat(running.get("/api/chats/" + chat).json().at("/chat/message_count").asInt())
                    .isEqualTo(2);
        }
    }

    @Test
    void deltasComeWhereTheyAreAskedFor() {
        String chat = running.chat("puppet");
        try (SocketClient plain = open();
                SocketClient streaming = open()) {
            streaming.send(message(chat, "Hello", "\"stream\":true"));
            running.puppet.next().say("One ", "two").end();
            List<JsonNode> frames = streaming.until(frame -> isType(frame, "response"));
            assertThat(deltas(frames)).isEqualTo("One two");
            plain.next("response");
            plain.send(message(chat, "Again", ""));
            running.puppet.next().say("Three").end();
            assertThat(deltas(plain.until(frame -> isType(frame, "response")))).isEmpty();
        }
    }

    private static String deltas(List<JsonNode> frames) {
        var text = new StringBuilder();
        for (JsonNode frame : frames) {
            if (isType(frame, "delta")) {
                text.append(frame.get("text").asText());
            }
        }
        return text.toString();
    }

    @Test
    void withoutAConversationItIsTheCurrentOneWhichIsMadeWhenThereIsNone() {
        try (SocketClient socket = open()) {
            socket.send("{\"type\":\"message\",\"content\":\"One\"}");
            running.puppet.next().say("1").end();
            String chat = socket.next("response").get("conversation_id").asText();
            socket.send("{\"type\":\"message\",\"content\":\"Two\"}");
            running.puppet.next().say("2").end();
            assertThat(socket.next("response").get("conversation_id").asText()).isEqualTo(chat);
            socket.send(message("one-of-my-own", "Three", ""));
            running.puppet.next().say("3").end();
            assertThat(socket.next("response").get("conversation_id").asText())
                    .isEqualTo("one-of-my-own");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"message\"}",
                "{\"type\":\"message\",\"content\":1}",
                "{\"type\":\"message\",\"content\":\"\"}",
                "{\"type\":\"message\",\"content\":\" \\u00a0\\n\"}",
                "{\"type\":\"message\",\"content\":\"\\u0000\"}",
                "{\"type\":\"message\",\"content\":\"a\",\"stream\":\"yes\"}",
                "{\"type\":\"message\",\"content\":\"a\",\"images\":\"b\"}",
                "{\"type\":\"message\",\"content\":\"a\",\"client_message_id\":\" \"}",
                "{\"type\":\"message\",\"content\":",
                "nothing"
            })
    void anInvalidMessageIsToldAndTheSocketStaysOpen(String message) {
        try (SocketClient socket = open()) {
            socket.send(message);
            JsonNode error = socket.next("error");
            assertThat(error.get("message").asText()).isEqualTo("Invalid message format");
            assertThat(error.get("code").asText()).isEqualTo("invalid_format");
            socket.send("{\"type\":\"list_models\"}").next("models_list");
            assertThat(running.get("/api/chats").json().get("chats")).isEmpty();
        }
    }

    @Test
    void contentMayBeAsLongAsTheLimitAndNoLonger() {
        String chat = running.chat("echo");
        try (SocketClient socket = open()) {
            socket.send(message(chat, "x".repeat(32_768) + "\\u0000", ""));
            assertThat(socket.next("response").get("content").asText()).hasSize(32_768);
            socket.send(message(chat, "x".repeat(32_769), ""));
            assertThat(socket.next("error").get("code").asText()).isEqualTo("invalid_format");
        }
    }

    @Test
    void aReplyThatFailsIsToldToAll() {
        String chat = running.chat("puppet");
        try (SocketClient sender = open();
                SocketClient other = open()) {
            sender.send(message(chat, "Hello", ""));
            running.puppet.next().say("Half").fail();
            JsonNode error = sender.next("error");
            assertThat(error.get("code").asText()).isEqualTo("reply_failed");
            assertThat(error.get("conversation_id").asText()).isEqualTo(chat);
            assertThat(error.get("correlation_id").asText()).isNotBlank();
            assertThat(other.next("error")).isEqualTo(error);
        }
    }

    @Test
    void aSocketWaitsForSoManyRepliesAndNoMore() {
        String chat = running.chat("puppet");
        try (SocketClient socket = open()) {
            for (int i = 0; i < 3; i++) {
                socket.send(message(chat, "Hello " + i, ""));
            }
            assertThat(socket.next("error").get("code").asText()).isEqualTo("too_many_turns");
            running.puppet.next().say("0").end();
            running.puppet.next().say("1").end();
            socket.next("response");
            socket.next("response");
            socket.send(message(chat, "Hello again", ""));
            running.puppet.next().say("2").end();
            assertThat(socket.next("response").get("content").asText()).isEqualTo("2");
        }
    }

    @Test
    void aReplyOutlivesTheSocketThatAskedForIt() {
        String chat = running.chat("puppet");
        try (SocketClient other = open()) {
            Puppet.Saying saying;
            try (SocketClient sender = open()) {
                sender.send(message(chat, "Hello", ""));
                saying = running.puppet.next();
            }
            saying.say("Still here").end();
            assertThat(other.next("response").get("content").asText()).isEqualTo("Still here");
        }
    }

    private SocketClient open() {
        SocketClient socket = running.socket();
        socket.next("chats_update");
        return socket;
    }

    private static String message(String chat, String content, String more) {
        return "{\"type\":\"message\",\"conversation_id\":\""
                + chat
                + "\",\"content\":\""
                + content
                + "\""
                + (more.isEmpty() ? "" : "," + more)
                + "}";
    }

    private static boolean isType(JsonNode frame, String type) {
        return frame.path("type").asText().equals(type);
    }
}
