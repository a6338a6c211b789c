package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TurnRoutesTest {

    private final Running running = new Running();

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void aMessageIsAnsweredAtOnce() {
        JsonNode turn = running.post("/chat", "{\"message\":\"hello\"}").expecting(200).json();
        assertThat(turn.get("status").asText()).isEqualTo("created");
        assertThat(turn.get("message").asText()).isEqualTo("Message received, AI is responding...");
        assertThat(turn.get("from").asText()).isEqualTo("assistant");
        assertThat(turn.get("messageId").asText()).isEqualTo("1");
        String path = "/chat/" + turn.get("conversationId").asText();
        var saying = running.puppet.next().say("Hi");
        running.awaitText(turn.get("conversationId").asText(), "Hi");
        JsonNode state = running.get(path).expecting(200).json();
        assertThat(state.get("status").asText()).isEqualTo("streaming");
        assertThat(state.at("/messages/0/from").asText()).isEqualTo("user");
        assertThat(state.at("/messages/1/message").asText()).isEqualTo("Hi");
        assertThat(state.at("/messages/1/status").asText()).isEqualTo("streaming");
        saying.say(" there").end();
        running.awaitIdle(turn.get("conversationId").asText());
        JsonNode after = running.get(path).json();
        assertThat(after.get("status").asText()).isEqualTo("completed");
        assertThat(after.at("/messages/1/message").asText()).isEqualTo("Hi there");
    }

    @Test
    void aCallerMayWaitForTheReply() {
        var turn =
                running.http.sendAsync(
                        running.request("/chat?wait=3")
                                .header("Content-Type", "application/json")
                                .POST(
                                        java.net.http.HttpRequest.BodyPublishers.ofString(
                                                "{\"message\":\"hello\",\"conversationId\":\"mine\"}"))
                                .build(),
                        java.net.http.HttpResponse.BodyHandlers.ofString());
        running.puppet.next().say("Hi ", "there").end();
        JsonNode answer = Running.parse(turn.join().body());
        assertThat(answer.get("status").asText()).isEqualTo("completed");
        assertThat(answer.get("message").asText()).isEqualTo("Hi there");
        assertThat(answer.get("conversationId").asText()).isEqualTo("mine");
    }

    @Test
    void aCallerWhoWaitsInVainHearsHowFarItIs() {
        var before = System.nanoTime();
        JsonNode turn =
                running.post("/chat?wait=300ms", "{\"message\":\"hello\"}").expecting(200).json();
        assertThat(System.nanoTime() - before).isGreaterThan(250_000_000);
        assertThat(turn.get("status").asText()).isEqualTo("created");
        assertThat(turn.get("messageId").asText()).isEqualTo("1");
    }

    @Test
    void aFailureIsNotReportedAsCompleted() {
        var turn =
                running.http.sendAsync(
                        running.request("/chat?wait")
                                .header("Content-Type", "application/json")
                                .POST(
                                        java.net.http.HttpRequest.BodyPublishers.ofString(
                                                "{\"message\":\"hello\"}"))
                                .build(),
                        java.net.http.HttpResponse.BodyHandlers.ofString());
        running.puppet.next().fail();
        JsonNode answer = Running.parse(turn.join().body());
        assertThat(answer.get("status").asText()).isEqualTo("failed");
        assertThat(answer.get("message").asText()).contains("The puppet broke.");
        JsonNode state = running.get("/chat/" + answer.get("conversationId").asText()).json();
        assertThat(state.get("status").asText()).isEqualTo("failed");
    }

    @Test
    void theSameMessageSentAgainIsNotAnsweredAgain() {
        String body =
                "{\"message\":\"hello\",\"conversationId\":\"c\",\"client_message_id\":\"m\"}";
        running.post("/chat", body).expecting(200);
        running.puppet.next().say("once").end();
        running.awaitIdle("c");
        for (String path : new String[] {"/chat", "/chat?wait=1"}) {
            JsonNode again = running.post(path, body).expecting(200).json();
            assertThat(again.get("status").asText()).isEqualTo("completed");
            assertThat(again.get("message").asText()).isEqualTo("once");
            assertThat(again.get("messageId").asText()).isEqualTo("1");
        }
    }

    @Test
    void theIdOfADeletedConversationIsNotUsedAgain() {
        running.post("/chat", "{\"message\":\"hello\",\"conversationId\":\"c\"}").expecting(200);
        running.delete("/api/chats/c").expecting(200);
        running.post("/chat", "{\"message\":\"hello\",\"conversationId\":\"c\"}").expecting(404);
        running.get("/chat/c").expecting(404);
    }

    @Test
    void anEmptyMessageLeavesNoConversation() {
        running.post("/chat", "{\"message\":\" \"}").expecting(422);
        running.post("/chat", "{\"message\":\"" + "x".repeat(32_769) + "\"}").expecting(422);
        running.post("/chat", "{}").expecting(400);
        running.post("/chat?wait=soon", "{\"message\":\"hello\"}").expecting(400);
        assertThat(running.get("/api/chats").json().get("chats")).isEmpty();
    }

    @Test
    void waitingTimesAreUnderstood() {
        assertThat(TurnRoutes.waitMillis(null)).isZero();
        assertThat(TurnRoutes.waitMillis("0")).isZero();
        assertThat(TurnRoutes.waitMillis("")).isEqualTo(3000);
        assertThat(TurnRoutes.waitMillis("2")).isEqualTo(2000);
        assertThat(TurnRoutes.waitMillis("2s")).isEqualTo(2000);
        assertThat(TurnRoutes.waitMillis("500ms")).isEqualTo(500);
        assertThat(TurnRoutes.waitMillis("60")).isEqualTo(3000);
        assertThatThrownBy(() -> TurnRoutes.waitMillis("-1")).isInstanceOf(FaultException.class);
    }
}
