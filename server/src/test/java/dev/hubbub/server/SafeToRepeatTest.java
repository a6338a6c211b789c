package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.server.Running.Answered;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;

final class SafeToRepeatTest {

    private final Running running = new Running();

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void aChatIsMadeOnce() {
        Answered made = post("/api/chats", "{\"name\":\"One\"}", "key").expecting(201);
        Answered again = post("/api/chats", "{\"name\":\"One\"}", "\"key\"").expecting(201);
        assertThat(again.json()).isEqualTo(made.json());
        post("/api/chats", "{\"name\":\"Two\"}", "another").expecting(201);
        assertThat(running.get("/api/chats").json().get("chats")).hasSize(2);
    }

    @Test
    void aMessageIsTakenOnce() {
        String chat = running.chat("echo");
        String path = "/api/chats/" + chat + "/messages";
        Answered first = post(path, "{\"content\":\"Hello\"}", "key").expecting(202);
        running.awaitIdle(chat);
        Answered again = post(path, "{\"content\":\"Hello\"}", "key").expecting(202);
        assertThat(again.json().get("message_id")).isEqualTo(first.json().get("message_id"));
        assertThat(running.get("/api/chats/" + chat).json().at("/chat/message_count").asInt())
                .isEqualTo(2);
    }

    @Test
    void aFieldWinsOverTheHeader() {
        String chat = running.chat("echo");
        String path = "/api/chats/" + chat + "/messages";
        post(path, "{\"content\":\"One\",\"client_message_id\":\"m1\"}", "key").expecting(202);
        post(path, "{\"content\":\"Two\",\"client_message_id\":\"m2\"}", "key").expecting(202);
        running.awaitIdle(chat);
        assertThat(running.get("/api/chats/" + chat).json().at("/chat/message_count").asInt())
                .isEqualTo(4);
    }

    @Test
    void whatIsSaidWithoutAChatMakesOneOnly() {
        String body = "{\"message\":\"Hello\"}";
        Answered first = post("/chat", body, "key").expecting(200);
        Answered again = post("/chat", body, "key").expecting(200);
        assertThat(again.json().get("conversationId"))
                .isEqualTo(first.json().get("conversationId"));
        assertThat(again.json().get("messageId")).isEqualTo(first.json().get("messageId"));
        running.puppet.next().say("Hi").end();
        assertThat(running.get("/api/chats").json().get("chats")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\" \""})
    void aKeyThatNamesNothingIsRefused(String key) {
        assertThat(post("/api/chats", "{}", key).expecting(400).json().get("code").asText())
                .isEqualTo("field_invalid");
    }

    @Test
    void aKeyMayBeAsLongAsTheLimitAndNoLonger() {
        post("/api/chats", "{}", "k".repeat(128)).expecting(201);
        post("/api/chats", "{}", "k".repeat(129)).expecting(400);
    }

    @Test
    void thereIsOneKey() {
        HttpRequest.Builder request =
                running.request("/api/chats")
                        .header("Idempotency-Key", "a")
                        .header("Idempotency-Key", "b")
                        .POST(BodyPublishers.noBody());
        running.send(request).expecting(400);
    }

    private Answered post(String path, String body, String key) {
        return running.send(
                running.request(path)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", key)
                        .POST(BodyPublishers.ofString(body)));
    }
}
