package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.server.Running.Answered;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpRequest.BodyPublishers;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadInputTest {

    private static final int BODY_BYTES_MAX = 100_000;

    private final Running running =
            new Running(ServerConfig.DEFAULT.withLimits(BODY_BYTES_MAX, 1 << 20, 1000, 64));
    private String chat = "";

    @BeforeAll
    void makeAChat() {
        chat = running.chat("echo");
    }

    @AfterAll
    void close() {
        running.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"content\":}",
                "nothing",
                "\"text\"",
                "[]",
                "null",
                "{\"content\":\"a\"} {}",
                "{\"content\":\"a\",\"content\":\"b\"}",
                "{\"content\":\"\u0001\"}",
                "{\"content\":\"a\",\"x\":'y'}",
                "{\"content\":\"a\",\"x\":NaN}",
                "{\"content\":\"a\",\"x\":01}"
            })
    void whatIsNoObjectIsRefused(String body) {
        assertThat(code(post(body).expecting(400))).isEqualTo("json_invalid");
    }

    @Test
    void deepJsonIsRefused() {
        int levels = Json.DEPTH_MAX;
        post(nested(levels - 1)).expecting(202);
        assertThat(code(post(nested(levels)).expecting(400))).isEqualTo("json_invalid");
        post(nested(20_000)).expecting(400);
    }

    private static String nested(int levels) {
        return "{\"content\":\"a\",\"x\":" + "[".repeat(levels) + "]".repeat(levels) + "}";
    }

    @Test
    void aHugeNumberIsRefused() {
        post("{\"content\":\"a\",\"x\":" + "9".repeat(64) + "}").expecting(202);
        post("{\"content\":\"a\",\"x\":" + "9".repeat(65) + "}").expecting(400);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] body = "{\"content\":\"?\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        body[12] = (byte) 0xff;
        Answered refused =
                running.send(
                        running.request("/api/chats/" + chat + "/messages")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofByteArray(body)));
        refused.expecting(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"content\":1}",
                "{\"content\":null}",
                "{\"content\":\"a\",\"generate\":\"yes\"}",
                "{\"content\":\"a\",\"when_busy\":\"maybe\"}",
                "{\"content\":\"a\",\"client_message_id\":\" \"}"
            })
    void aBadFieldIsRefused(String body) {
        assertThat(code(post(body).expecting(400))).isEqualTo("field_invalid");
    }

    @Test
    void unknownFieldsAreIgnored() {
        post("{\"content\":\"a\",\"mood\":{\"good\":true}}").expecting(202);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"content\":\"  \"} | 422 | message_blank",
                "{\"content\":\"a\",\"parent\":\"zz\"} | 404 | message_unknown",
                "{\"content\":\"a\",\"model\":\"no such\"} | 422 | model_unknown",
                "{\"content\":\"a\",\"model\":\"nobody\"} | 422 | model_unknown"
            })
    void whatTheChatRefusesHasACode(String body, int status, String code) {
        assertThat(code(post(body).expecting(status))).isEqualTo(code);
    }

    @Test
    void aMessageMayBeAsLongAsTheLimitAndNoLonger() {
        post("{\"generate\":false,\"content\":\"" + "x".repeat(32_768) + "\"}").expecting(202);
        Answered longer =
                post("{\"generate\":false,\"content\":\"" + "x".repeat(32_769) + "\"}")
                        .expecting(422);
        assertThat(code(longer)).isEqualTo("message_too_long");
    }

    @Test
    void aBodyMayBeAsLongAsTheLimitAndNoLonger() {
        String frame = "{\"generate\":false,\"content\":\"a\",\"pad\":\"\"}";
        String pad = "p".repeat(BODY_BYTES_MAX - frame.length());
        post(frame.replace("\"\"", '"' + pad + '"')).expecting(202);
        Answered longer = post(frame.replace("\"\"", '"' + pad + "p\"")).expecting(413);
        assertThat(code(longer)).isEqualTo("body_too_long");
        post("{\"pad\":\"" + "p".repeat(3 << 20) + "\"}").expecting(413);
    }

    @Test
    void aBodyInManyPiecesIsHeldToTheLimitToo() {
        var pieces = java.util.stream.Stream.generate(() -> new byte[10_000]).limit(20).toList();
        running.send(
                        running.request("/api/chats/" + chat + "/messages")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofByteArrays(pieces)))
                .expecting(413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "text/json"})
    void aBodyOfAnotherTypeIsRefused(String type) {
        Answered refused =
                running.send(
                        running.request("/api/chats")
                                .header("Content-Type", type)
                                .POST(BodyPublishers.ofString("{}")));
        assertThat(code(refused.expecting(415))).isEqualTo("not_json");
        running.send(running.request("/api/chats").POST(BodyPublishers.ofString("{}")))
                .expecting(415);
    }

    @Test
    void aTypeMayNameItsCharset() {
        running.send(
                        running.request("/api/chats")
                                .header("Content-Type", "Application/JSON; charset=utf-8")
                                .POST(BodyPublishers.ofString("{}")))
                .expecting(201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PATCH | /api/chats | GET, HEAD, POST, OPTIONS",
                "POST | /api/chats/x | GET, HEAD, PUT, DELETE, OPTIONS",
                "DELETE | /api/messages | GET, HEAD, OPTIONS",
                "GET | /chat | POST, OPTIONS",
                "POST | /api/chats/x/events | GET, OPTIONS",
                "PUT | /ws | GET, OPTIONS",
                "POST | / | GET, HEAD, OPTIONS",
                "DELETE | /docs | GET, HEAD, OPTIONS"
            })
    void aWrongMethodIsToldTheRightOnes(String method, String path, String allow) {
        Answered refused = running.send(method, path, "{}").expecting(405);
        assertThat(refused.header("Allow")).isEqualTo(allow);
        Answered options = running.send("OPTIONS", path, "").expecting(204);
        assertThat(options.header("Allow")).isEqualTo(allow);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/chats/unknown",
                "/api/chats/unknown/messages",
                "/api/chats/unknown/events",
                "/api/chats/unknown/children",
                "/api/chats/unknown/compare",
                "/api/chats/%2e%2e%2f",
                "/api/chats/a%00b",
                "/api/chats/",
                "/api/messages/123",
                "/api/nothing",
                "/api/chats/%zz",
                "/chat/unknown",
                "/../etc/passwd",
                "/nothing.js"
            })
    void whatIsNotThereIs404(String path) {
        // The client would tidy the path up.
        assertThat(RawHttp.get(running.server.port(), path)).startsWith("HTTP/1.1 404 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/chats?limit=0",
                "/api/chats?limit=101",
                "/api/chats?limit=x",
                "/api/chats?cursor=x",
                "/api/messages?limit=201",
                "/api/messages?limit=-1"
            })
    void aBadParameterIsRefused(String path) {
        assertThat(code(running.get(path).expecting(400))).isEqualTo("field_invalid");
    }

    @Test
    void aNameHasItsLimit() {
        running.put("/api/chats/" + chat, "{\"name\":\"" + "n".repeat(200) + "\"}").expecting(200);
        Answered longer =
                running.put("/api/chats/" + chat, "{\"name\":\"" + "n".repeat(201) + "\"}");
        assertThat(code(longer.expecting(422))).isEqualTo("name_invalid");
        running.post("/api/chats", "{\"id\":\"" + "i".repeat(65) + "\"}").expecting(400);
    }

    private Answered post(String body) {
        return running.post("/api/chats/" + chat + "/messages", body);
    }

    private static String code(Answered answered) {
        return answered.json().get("code").asText();
    }
}
