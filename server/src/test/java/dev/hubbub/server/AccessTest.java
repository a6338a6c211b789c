package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.server.Running.Answered;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// How one shows who one is, and what is said to those who do not.
final class AccessTest {

    private final Running running = new Running(Guarded.config());

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void aTokenIsMadeForAProgramOnThisMachine() {
        JsonNode made = issue("/token?userid=alice").expecting(200).json();

        assertThat(made.get("userid").asText()).isEqualTo("alice");
        assertThat(made.get("expires_in").asLong()).isEqualTo(3600);
        running.token = made.get("token").asText();
        running.get("/api/chats").expecting(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/token", "/token?userid=", "/token?userid=ab", "/token?userid=a%20b%20c"})
    void aUserIdMustBeOne(String path) {
        Answered refused = issue(path).expecting(422);

        assertThat(refused.json().get("title").asText()).isEqualTo("Validation Error");
        assertThat(refused.json().get("detail").asText()).contains("3 to 64");
    }

    @Test
    void aUserIdHas64CharactersAndNoMore() {
        issue("/token?userid=" + "u".repeat(3)).expecting(200);
        issue("/token?userid=" + "u".repeat(64)).expecting(200);
        issue("/token?userid=" + "u".repeat(65)).expecting(422);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 203.0.113.9",
                "X-Forwarded-Proto: https",
                "Forwarded: for=203.0.113.9",
                "Via: 1.1 proxy",
                "Origin: http://localhost",
                "Host: chat.example.com"
            })
    void whoMaySpeakForSomebodyElsewhereNeedsTheIssuersKey(String header) {
        String answer = post("/token?userid=alice", header);

        assertThat(answer).containsAnyOf("HTTP/1.1 401 ", "HTTP/1.1 403 ").doesNotContain("eyJ");
    }

    @Test
    void theIssuersKeyServesEveryoneWhoHasIt() {
        String forwarded = "X-Forwarded-For: 203.0.113.9";
        assertThat(
                        post(
                                "/token?userid=alice",
                                forwarded,
                                "Authorization: Bearer " + Guarded.ISSUER_KEY))
                .startsWith("HTTP/1.1 200 ");
        assertThat(post("/token?userid=alice", "Authorization: Bearer wrong"))
                .startsWith("HTTP/1.1 401 ")
                .contains("issuer_key_wrong");
    }

    @Test
    void aServerThatOthersReachMakesNoTokenWithoutTheIssuersKey() {
        try (var open = new Running(Guarded.config().withHost("0.0.0.0"))) {
            assertThat(open.send(open.request("/token?userid=alice").POST(BodyPublishers.noBody())))
                    .extracting(Answered::status)
                    .isEqualTo(401);
            open.token = Guarded.ISSUER_KEY;
            open.send(open.request("/token?userid=alice").POST(BodyPublishers.noBody()))
                    .expecting(200);
        }
    }

    @Test
    void aServerWithoutTokensMakesNone() {
        try (var open = new Running()) {
            Answered refused =
                    open.send(open.request("/token?userid=abc").POST(BodyPublishers.noBody()))
                            .expecting(404);
            assertThat(refused.json().get("detail").asText()).contains("--auth tokens");
        }
    }

    @Test
    void whoShowsNothingIsToldWhatToShow() {
        Answered refused = running.get("/api/chats").expecting(401);

        assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"hubbub\"");
        assertThat(refused.json().get("code").asText()).isEqualTo("token_missing");
        running.token = "nonsense";
        Answered wrong = running.get("/api/chats").expecting(401);
        assertThat(wrong.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
        assertThat(
                        RawHttp.get(
                                running.server.port(),
                                "/api/chats",
                                "Authorization: Basic YTpiYzpk"))
                .startsWith("HTTP/1.1 401 ");
    }

    @Test
    void theUserIdOfARequestMustBeTheTokens() {
        running.token = Guarded.token(Guarded.ALICE);
        running.get("/api/chats?userid=alice").expecting(200);
        Answered refused = running.get("/api/chats?userid=mallory").expecting(403);
        assertThat(refused.json().get("code").asText()).isEqualTo("another_user");
    }

    @Test
    void anAddressTakesTokensFromSocketsAndEventStreamsOnly() {
        String token = Guarded.token(Guarded.ALICE);
        running.token = token;
        String chat = running.chat("echo");
        running.token = null;
        running.get("/api/chats?token=" + token).expecting(401);
        try (var socket = SocketClient.connect(running, "/ws?userid=alice&token=" + token);
                var events =
                        EventClient.connect(
                                running, chat + "/events?token=" + token + "&x=", null)) {
            assertThat(socket.next("chats_update").at("/chats/0/id").asText()).isEqualTo(chat);
            assertThat(events.response.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aSubProtocolThatIsATokenIsNotSaidBack() {
        String token = Guarded.token(Guarded.ALICE);
        try (var socket =
                SocketClient.connect(
                        running.http
                                .newWebSocketBuilder()
                                .subprotocols("hubbub", "bearer." + token),
                        running,
                        "/ws")) {
            socket.next("chats_update");
            assertThat(java.util.Objects.requireNonNull(socket.socket).getSubprotocol())
                    .isEqualTo("hubbub");
        }
    }

    @Test
    void aSocketIsRefusedBeforeItIsOne() {
        assertThat(refusalOf("/ws")).isEqualTo(401);
        assertThat(refusalOf("/ws?token=nonsense")).isEqualTo(401);
        assertThat(refusalOf("/ws?token=" + Guarded.expired(Guarded.ALICE))).isEqualTo(401);
        assertThat(refusalOf("/ws?token=" + Guarded.unsigned(Guarded.ALICE))).isEqualTo(401);
        assertThat(refusalOf("/ws?token=" + Guarded.ofAnotherKey(Guarded.ALICE))).isEqualTo(401);
        assertThat(refusalOf("/ws?userid=alice&token=" + Guarded.token(Guarded.MALLORY)))
                .isEqualTo(403);
    }

    @Test
    void aSocketEndsWithItsToken() throws Exception {
        running.token = Guarded.TOKENS.issue(Guarded.ALICE, Duration.ofSeconds(3)).token();
        try (var socket = running.socket()) {
            socket.next("chats_update");
            assertThat(socket.closed.get(20, TimeUnit.SECONDS)).isEqualTo(4001);
        }
    }

    @Test
    void aNewTokenInTimeKeepsTheSocketOpen() throws Exception {
        running.token = Guarded.TOKENS.issue(Guarded.ALICE, Duration.ofSeconds(6)).token();
        try (var kept = running.socket();
                var ended = running.socket()) {
            kept.send(authenticate("m", Guarded.token(Guarded.MALLORY)));
            assertThat(kept.answer("m").get("code").asText()).isEqualTo("another_user");
            kept.send(authenticate("x", Guarded.expired(Guarded.ALICE)));
            assertThat(kept.answer("x").get("code").asText()).isEqualTo("token_expired");
            kept.send(authenticate("a", Guarded.token(Guarded.ALICE)));
            JsonNode again = kept.answer("a");
            assertThat(again.get("type").asText()).isEqualTo("authenticated");
            assertThat(again.get("userid").asText()).isEqualTo("alice");
            assertThat(again.get("expires_in").asLong()).isBetween(3000L, 3600L);

            assertThat(ended.closed.get(20, TimeUnit.SECONDS)).isEqualTo(4001);
            kept.send("{\"type\":\"get_head\",\"request_id\":\"h\"}");
            assertThat(kept.answer("h").get("type").asText()).isEqualTo("head");
        }
    }

    @Test
    void anEventStreamEndsWithItsToken() {
        running.token = Guarded.TOKENS.issue(Guarded.ALICE, Duration.ofSeconds(4)).token();
        String chat = running.chat("echo");
        try (var events = EventClient.connect(running, chat, null)) {
            assertThat(events.require().type()).isEqualTo("snapshot");
            assertThat(events.next()).isNull();
        }
    }

    @Test
    void thePageAndTheHealthAreForEverybody() {
        running.get("/").expecting(200);
        running.get("/health").expecting(200);
        running.get("/health/live").expecting(200);
        running.get("/nowhere").expecting(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void withTokensOtherMachinesMayReachIt(String host) {
        try (var server =
                Server.start(running.engine, Guarded.config().withHost(host).withPort(0))) {
            assertThat(server.port()).isPositive();
        }
    }

    @Test
    void withoutTokensTheRemedyIsSaid() {
        assertThatThrownBy(() ->
                        Server.start(
                                running.engine,
                                ServerConfig.DEFAULT.withHost("0.0.0.0").withPort(0)))
                .hasMessageContaining("--auth tokens")
                .hasMessageContaining("--host 127.0.0.1");
    }

    private Answered issue(String path) {
        return running.send(running.request(path).POST(BodyPublishers.noBody()));
    }

    private String post(String path, String... headers) {
        return RawHttp.post(running.server.port(), path, headers);
    }

    private int refusalOf(String path) {
        return SocketClient.handshake(running.http.newWebSocketBuilder(), running, path);
    }

    private static String authenticate(String requestId, String token) {
        return "{\"type\":\"authenticate\",\"token\":\""
                + token
                + "\",\"request_id\":\""
                + requestId
                + "\"}";
    }
}
