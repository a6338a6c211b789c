package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.server.Running.Answered;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;

final class ServerTest {

    private final Running running =
            new Running(ServerConfig.DEFAULT.withLimits(1 << 20, 1 << 20, 20, 64));

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void aPortInUseIsSaidWithWhatToDo() {
        int port = running.server.port();
        assertThatThrownBy(() -> Server.start(running.engine, ServerConfig.DEFAULT.withPort(port)))
                .isInstanceOf(ServerException.class)
                .hasMessage(
                        "Port "
                                + port
                                + " is in use; choose another with --port, or --port 0 for any"
                                + " free one.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void onlyThisMachineIsServed(String host) {
        assertThatThrownBy(() ->
                        Server.start(
                                running.engine, ServerConfig.DEFAULT.withHost(host).withPort(0)))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("--host 127.0.0.1");
    }

    @Test
    void theLoopbackHasSeveralNames() {
        for (String host : new String[] {"localhost", "127.0.0.1", "::1"}) {
            try (var server =
                    Server.start(running.engine, ServerConfig.DEFAULT.withHost(host).withPort(0))) {
                assertThat(server.port()).isPositive();
            }
        }
    }

    @Test
    void itIsHealthy() {
        running.chat("echo");
        JsonNode health = running.get("/health").expecting(200).json();
        assertThat(health.get("status").asText()).isEqualTo("healthy");
        assertThat(health.get("service").asText()).isEqualTo("hubbub");
        assertThat(health.get("server_id").asText()).isNotEmpty();
        assertThat(health.get("active_users").asInt()).isZero();
        assertThat(health.get("total_connections").asInt()).isZero();
        running.get("/health/live").expecting(200);
        running.get("/health/ready").expecting(200);
    }

    @Test
    void itIsNotHealthyWhenItsStoreIsNot() {
        running.store.close();
        org.awaitility.Awaitility.await().until(() -> running.get("/health").status() == 503);
        JsonNode health = running.get("/health").json();
        assertThat(health.get("status").asText()).isEqualTo("unhealthy");
        assertThat(health.at("/checks/store").asText()).isEqualTo("no answer");
        running.get("/health/ready").expecting(503);
        running.get("/health/live").expecting(200);
        Answered list = running.get("/api/chats").expecting(503);
        assertThat(list.json().get("code").asText()).isEqualTo("store_unavailable");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "http://localhost:1",
                "https://127.0.0.1",
                "null",
                "http://127.0.0.1.evil.example",
                "file://localhost"
            })
    void anotherSitesPageMayNotChangeAnything(String origin) {
        HttpRequest.Builder request =
                running.request("/api/chats")
                        .header("Content-Type", "application/json")
                        .header("Origin", origin)
                        .POST(BodyPublishers.ofString("{}"));
        Answered refused = running.send(request).expecting(403);
        assertThat(refused.json().get("code").asText()).isEqualTo("origin_refused");
        assertThat(upgrade("Origin: " + origin)).startsWith("HTTP/1.1 403 ");
        assertThat(running.get("/api/chats").json().get("chats")).isEmpty();
    }

    @Test
    void ourOwnPageMay() {
        int port = running.server.port();
        for (String host : List.of("127.0.0.1", "localhost", "[::1]")) {
            String origin = "http://" + host + ":" + port;
            running.send(
                            running.request("/api/chats")
                                    .header("Content-Type", "application/json")
                                    .header("Origin", origin)
                                    .POST(BodyPublishers.ofString("{}")))
                    .expecting(201);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "evil.example:80", "127.0.0.1.evil.example", "10.0.0.1"})
    void anotherNameForThisMachineIsRefused(String host) {
        assertThat(RawHttp.get(running.server.port(), "/api/chats", "Host: " + host))
                .startsWith("HTTP/1.1 403 ")
                .contains("host_refused");
        assertThat(upgrade("Host: " + host)).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void aSocketWantsAnUpgrade() {
        Answered plain = running.get("/ws").expecting(426);
        assertThat(plain.json().get("code").asText()).isEqualTo("upgrade_required");
    }

    private String upgrade(String header) {
        return RawHttp.get(
                running.server.port(),
                "/ws",
                header,
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    }

    @Test
    void thereAreAsManyConnectionsAsTheLimitAndNoMore() throws Exception {
        var open = new ArrayList<Socket>();
        int port = running.server.port();
        try {
            for (int i = 0; i < 20; i++) {
                open.add(new Socket(java.net.InetAddress.getLoopbackAddress(), port));
            }
            org.awaitility.Awaitility.await()
                    .until(() -> RawHttp.get(port, "/health/live").startsWith("HTTP/1.1 503 "));
            open.removeFirst().close();
            org.awaitility.Awaitility.await()
                    .until(() -> RawHttp.get(port, "/health/live").startsWith("HTTP/1.1 200 "));
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    void aConnectionThatWasASocketCountsNoMoreOnceItIsClosed() {
        for (int i = 0; i < 20; i++) {
            running.socket().close();
        }
        int port = running.server.port();
        org.awaitility.Awaitility.await()
                .until(() -> RawHttp.get(port, "/health/live").startsWith("HTTP/1.1 200 "));
    }

    @Test
    void aClosedServerLetsGoOfItsPort() {
        int port = running.server.port();
        running.server.close();
        running.server.close();
        try (var again = Server.start(running.engine, ServerConfig.DEFAULT.withPort(port))) {
            assertThat(again.port()).isEqualTo(port);
        }
    }
}
