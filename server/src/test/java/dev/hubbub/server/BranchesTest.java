package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;

/// Ways through a chat: other versions, other replies, more of a reply, and none of it.
final class BranchesTest {

    private final Running running = new Running();

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void anotherVersionOfAMessageStandsBesideIt() {
        String chat = running.chat("echo");
        say(chat, "{\"content\":\"one\"}");
        say(chat, "{\"content\":\"two\"}");
        JsonNode before = page(chat);
        String first = id(before, 0);
        String reply = id(before, 1);
        String second = id(before, 2);
        assertThat(before.findValues("siblings")).isEmpty();

        say(chat, "{\"content\":\"zwei\",\"parent\":\"%s\"}".formatted(reply));
        JsonNode after = page(chat);
        assertThat(texts(after)).containsExactly("one", "one", "zwei", "zwei");
        assertThat(siblings(after, 2)).containsExactly(second, id(after, 2));

        say(chat, "{\"content\":\"eins\",\"parent\":null}");
        JsonNode anew = page(chat);
        assertThat(texts(anew)).containsExactly("eins", "eins");
        assertThat(siblings(anew, 0)).containsExactly(first, id(anew, 0));

        JsonNode moved = head(chat, first, true);
        assertThat(moved.at("/chat/head").asText()).isEqualTo(id(after, 3));
        assertThat(texts(page(chat))).containsExactly("one", "one", "zwei", "zwei");
        head(chat, second, true);
        assertThat(texts(page(chat))).containsExactly("one", "one", "two", "two");
        head(chat, second, false);
        assertThat(texts(page(chat))).containsExactly("one", "one", "two");
    }

    @Test
    void aStoppedReplyIsContinuedAndTheOldOneStays() {
        String chat = running.chat("puppet");
        running.say(chat, "tell me");
        running.puppet.next().say("Once upon ");
        running.awaitText(chat, "Once upon ");
        running.post("/api/chats/%s/stop".formatted(chat), "{}").expecting(200);
        running.awaitIdle(chat);
        JsonNode stopped = page(chat);
        String half = id(stopped, 1);

        running.post(
                        "/api/chats/%s/generate".formatted(chat),
                        "{\"message_id\":\"%s\",\"continue\":true}".formatted(half))
                .expecting(202);
        Puppet.Saying more = running.puppet.next();
        assertThat(more.prompt().soFar()).isEqualTo("Once upon ");
        more.say("a time.").end();
        running.awaitIdle(chat);

        JsonNode whole = page(chat);
        assertThat(texts(whole)).containsExactly("tell me", "Once upon a time.");
        assertThat(siblings(whole, 1)).containsExactly(half, id(whole, 1));
        assertThat(
                        running.post(
                                        "/api/chats/%s/generate".formatted(chat),
                                        "{\"message_id\":\"%s\",\"continue\":true}"
                                                .formatted(id(whole, 0)))
                                .expecting(409)
                                .json()
                                .path("code")
                                .asText())
                .isEqualTo("nothing_to_answer");
        running.post("/api/chats/%s/generate".formatted(chat), "{\"continue\":true}")
                .expecting(400);
    }

    @Test
    void aClearedChatBeginsAgainAndIsUndone() {
        String chat = running.chat("echo");
        say(chat, "{\"content\":\"one\"}");
        String last = id(page(chat), 1);

        JsonNode cleared =
                running.post("/api/chats/%s/clear".formatted(chat), "").expecting(200).json();
        assertThat(cleared.path("chat").has("head")).isFalse();
        assertThat(page(chat).path("messages")).isEmpty();

        head(chat, last, false);
        assertThat(texts(page(chat))).containsExactly("one", "one");
    }

    @Test
    void otherSocketsHearThatAChatWasCleared() {
        String chat = running.chat("echo");
        try (var one = running.socket();
                var other = running.socket()) {
            say(chat, "{\"content\":\"one\"}");
            String last = id(page(chat), 1);
            other.next(frame -> frame.path("head").asText().equals(last), "where the chat is");
            one.send(
                    "{\"type\":\"clear_chat\",\"chat_id\":\"%s\",\"request_id\":\"a\"}"
                            .formatted(chat));
            assertThat(one.answer("a").path("type").asText()).isEqualTo("chat_cleared");
            var cleared =
                    other.next(
                            frame ->
                                    frame.path("type").asText().equals("messages_updated")
                                            && !frame.has("head"),
                            "that it has no head");
            assertThat(cleared.path("chat_id").asText()).isEqualTo(chat);
        }
    }

    private void say(String chat, String body) {
        running.post("/api/chats/%s/messages".formatted(chat), body).expecting(202);
        running.awaitIdle(chat);
    }

    private JsonNode head(String chat, String message, boolean leaf) {
        return running.post(
                        "/api/chats/%s/head".formatted(chat),
                        "{\"message_id\":\"%s\",\"leaf\":%s}".formatted(message, leaf))
                .expecting(200)
                .json();
    }

    private JsonNode page(String chat) {
        return running.get("/api/chats/%s/messages".formatted(chat)).expecting(200).json();
    }

    private static String id(JsonNode page, int at) {
        return page.path("messages").path(at).path("id").asText();
    }

    private static List<String> texts(JsonNode page) {
        return page.path("messages").findValuesAsText("content");
    }

    private static List<String> siblings(JsonNode page, int at) {
        var ids = new java.util.ArrayList<String>();
        page.path("messages").path(at).path("siblings").forEach(id -> ids.add(id.asText()));
        return ids;
    }
}
