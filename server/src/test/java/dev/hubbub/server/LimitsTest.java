package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.server.Running.Answered;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What each user and each address is held to, over the wire.
final class LimitsTest {

    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void messagesOverAllProtocolsCountTogether() {
        try (var running = running(limits(100, 100, new Rate(4, HOUR), Rate.UNLIMITED))) {
            running.token = Guarded.token(Guarded.ALICE);
            String chat = running.chat("echo");
            running.say(chat, "one");
            running.post("/chat", "{\"message\":\"two\"}").expecting(200);
            try (var socket = running.socket()) {
                socket.send(send(chat, "three", "s"));
                assertThat(socket.answer("s").get("type").asText()).isEqualTo("messages_updated");
                socket.send(generate(chat, "g"));
                assertThat(socket.answer("g").get("type").asText()).isEqualTo("messages_updated");

                socket.send(send(chat, "five", "t"));
                JsonNode slow = socket.answer("t");
                assertThat(slow.get("type").asText()).isEqualTo("error");
                assertThat(slow.get("message").asText())
                        .isEqualTo("Rate limit exceeded. Please slow down.");
                assertThat(slow.get("code").asText()).isEqualTo("rate_limited");
                assertThat(slow.get("retry_after_ms").asLong()).isBetween(800_000L, 900_001L);
                socket.send(generate(chat, "u"));
                assertThat(socket.answer("u").get("code").asText()).isEqualTo("rate_limited");
            }
            Answered slow =
                    running.post("/api/chats/" + chat + "/messages", "{\"content\":\"six\"}")
                            .expecting(429);
            assertThat(Long.parseLong(slow.header("Retry-After"))).isBetween(800L, 901L);
            assertThat(slow.json().get("code").asText()).isEqualTo("rate_limited");
            int chats = running.get("/api/chats").json().get("chats").size();
            running.post("/chat", "{\"message\":\"seven\"}").expecting(429);
            assertThat(running.get("/api/chats").json().get("chats")).hasSize(chats);
            running.token = Guarded.token(Guarded.MALLORY);
            running.say(running.chat("echo"), "another user may");
        }
    }

    @Test
    void whatIsRefusedDoesNotCount() {
        try (var running = running(limits(100, 100, new Rate(2, HOUR), Rate.UNLIMITED))) {
            running.token = Guarded.token(Guarded.ALICE);
            String chat = running.chat("echo");
            String messages = "/api/chats/" + chat + "/messages";
            for (int i = 0; i < 5; i++) {
                running.post(messages, "{\"content\":\"  \"}").expecting(422);
                running.post(messages, "{}").expecting(400);
                running.post("/api/chats/nowhere/messages", "{\"content\":\"a\"}").expecting(404);
            }
            running.say(chat, "one");
            running.say(chat, "two");
            running.post(messages, "{\"content\":\"three\"}").expecting(429);
        }
    }

    @Test
    void anAddressAsksAsOftenAsTheLimitOnAllItsWays() {
        try (var running = running(limits(100, 100, Rate.UNLIMITED, new Rate(6, HOUR)))) {
            running.token = Guarded.token(Guarded.ALICE);
            running.get("/").expecting(200);
            running.get("/api/chats").expecting(200);
            running.get("/nowhere").expecting(404);
            try (var socket = running.socket()) {
                socket.send("nonsense");
                assertThat(socket.next("error").get("code").asText()).isEqualTo("invalid_format");
                socket.send("{\"type\":\"get_head\",\"request_id\":\"h\"}");
                socket.answer("h");
                socket.send("{\"type\":\"get_head\",\"request_id\":\"i\"}");
                assertThat(socket.next("error").get("code").asText()).isEqualTo("rate_limited");
            }
            Answered slow = running.get("/api/chats").expecting(429);
            assertThat(slow.header("Retry-After")).isNotEmpty();
            running.get("/").expecting(429);
        }
    }

    @Test
    void aUserHasAsManySocketsAndStreamsAsTheLimitAndNoMore() {
        try (var running = running(limits(2, 100, Rate.UNLIMITED, Rate.UNLIMITED))) {
            running.token = Guarded.token(Guarded.ALICE);
            String chat = running.chat("echo");
            var socket = running.socket();
            try (var events = EventClient.connect(running, chat, null)) {
                assertThat(events.require().type()).isEqualTo("snapshot");

                assertThat(refusal(running)).isEqualTo(429);
                try (var more = EventClient.connect(running, chat, null)) {
                    assertThat(more.response.statusCode()).isEqualTo(429);
                }
                running.token = Guarded.token(Guarded.MALLORY);
                running.socket().close();
                running.token = Guarded.token(Guarded.ALICE);
                socket.close();
                await().until(() -> refusal(running) == 101);
            }
        }
    }

    @Test
    void anAddressHasAsManyConnectionsAsTheLimitAndNoMore() {
        try (var running = running(limits(100, 3, Rate.UNLIMITED, Rate.UNLIMITED))) {
            running.token = Guarded.token(Guarded.ALICE);
            var open = new ArrayList<SocketClient>();
            for (int i = 0; i < 3; i++) {
                open.add(running.socket());
            }
            int port = running.server.port();
            assertThat(RawHttp.get(port, "/health/live"))
                    .startsWith("HTTP/1.1 429 ")
                    .contains("too_many_connections");
            open.getFirst().close();
            await().until(() -> RawHttp.get(port, "/health/live").startsWith("HTTP/1.1 200 "));
            open.forEach(SocketClient::close);
        }
    }

    @Test
    void behindAProxyItsClientsAreHeldToTheLimitAndNotTheProxy() {
        var network = new Network(List.of(), List.of(), List.of("127.0.0.0/8"));
        var config =
                ServerConfig.DEFAULT.withClients(
                        Guarded.ACCESS, network, limits(100, 1, Rate.UNLIMITED, Rate.UNLIMITED));
        try (var running = new Running(config)) {
            running.token = Guarded.token(Guarded.ALICE);
            var first = forwarded(running, "203.0.113.1");
            var second = forwarded(running, "203.0.113.2, 127.0.0.1");
            assertThat(refusal(running, "203.0.113.1")).isEqualTo(429);
            assertThat(refusal(running, "9.9.9.9, 203.0.113.2")).isEqualTo(429);
            first.close();
            await().until(() -> refusal(running, "203.0.113.1") == 101);
            second.close();
        }
    }

    private static ClientLimits limits(int perUser, int perAddress, Rate messages, Rate requests) {
        return new ClientLimits(perUser, perAddress, messages, requests, 1000);
    }

    private static Running running(ClientLimits limits) {
        return new Running(
                ServerConfig.DEFAULT.withClients(Guarded.ACCESS, Network.DIRECT, limits));
    }

    private static SocketClient forwarded(Running running, String by) {
        var builder = running.http.newWebSocketBuilder().header("X-Forwarded-For", by);
        return SocketClient.connect(builder, running, "/ws");
    }

    private static int refusal(Running running, String by) {
        var builder = running.http.newWebSocketBuilder().header("X-Forwarded-For", by);
        return SocketClient.handshake(builder, running, "/ws");
    }

    private static int refusal(Running running) {
        return refusal(running, "203.0.113.7");
    }

    private static String send(String chat, String content, String requestId) {
        return "{\"type\":\"send_message\",\"chat_id\":\"%s\",\"content\":\"%s\",\"request_id\":\"%s\"}"
                .formatted(chat, content, requestId);
    }

    private static String generate(String chat, String requestId) {
        return "{\"type\":\"generate_llm_response\",\"chat_id\":\"%s\",\"request_id\":\"%s\"}"
                .formatted(chat, requestId);
    }
}
