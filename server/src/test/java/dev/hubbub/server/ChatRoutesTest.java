package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.server.Running.Answered;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ChatRoutesTest {

    private final Running running = new Running();

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void aNewChatIsListedFirst() {
        String first = running.chat("echo");
        String second = running.chat("puppet");
        JsonNode list = running.get("/api/chats").expecting(200).json();
        assertThat(list.at("/chats/0/id").asText()).isEqualTo(second);
        assertThat(list.at("/chats/1/id").asText()).isEqualTo(first);
        assertThat(list.at("/chats/0/model").asText()).isEqualTo("puppet");
        assertThat(list.at("/chats/0/status").asText()).isEqualTo("idle");
        assertThat(list.at("/current_chat_id").asText()).isEqualTo(second);
        assertThat(list.has("next_cursor")).isFalse();
    }

    @Test
    void aListComesInPages() {
        for (int i = 0; i < 5; i++) {
            running.chat("echo");
        }
        String cursor = "";
        var ids = new java.util.LinkedHashSet<String>();
        int pages = 0;
        do {
            JsonNode page = running.get("/api/chats?limit=2" + cursor).expecting(200).json();
            page.get("chats").forEach(chat -> ids.add(chat.get("id").asText()));
            cursor = page.has("next_cursor") ? "&cursor=" + page.get("next_cursor").asText() : null;
            pages++;
        } while (cursor != null);
        assertThat(pages).isEqualTo(3);
        assertThat(ids).hasSize(5);
    }

    @Test
    void aChatWithoutANameIsNamedByItsFirstMessage() {
        String chat = running.post("/api/chats", "{}").json().at("/chat/id").asText();
        running.say(chat, "What is a hubbub?");
        assertThat(running.get("/api/chats/" + chat).json().at("/chat/name").asText())
                .isEqualTo("What is a hubbub?");
    }

    @Test
    void aClientMayChooseTheIdOfAChatOnce() {
        running.post("/api/chats", "{\"id\":\"my-chat\"}").expecting(201);
        assertThat(code(running.post("/api/chats", "{\"id\":\"my-chat\"}").expecting(409)))
                .isEqualTo("conversation_exists");
        running.delete("/api/chats/my-chat").expecting(200);
        running.post("/api/chats", "{\"id\":\"my-chat\"}").expecting(409);
    }

    @Test
    void aChatIsPinnedFiledAndArchived() {
        String chat = running.chat("echo");
        String other = running.chat("echo");
        JsonNode before = running.get("/api/chats/" + chat).json();
        JsonNode marked =
                running.put(
                                "/api/chats/" + chat,
                                "{\"pinned\":true,\"folder\":\" Work"
                                        + " \",\"tags\":[\"a\",\"b\",\"a\"]}")
                        .expecting(200)
                        .json();
        assertThat(marked.at("/chat/pinned").asBoolean()).isTrue();
        assertThat(marked.at("/chat/folder").asText()).isEqualTo("Work");
        assertThat(marked.at("/chat/tags")).hasSize(2);
        assertThat(marked.at("/chat/updated_at")).isEqualTo(before.at("/chat/updated_at"));
        assertThat(ids("/api/chats?folder=Work")).containsExactly(chat);
        assertThat(ids("/api/chats?tag=b&pinned=true")).containsExactly(chat);
        assertThat(running.get("/api/folders").json().toString())
                .isEqualTo(
                        "{\"folders\":[{\"name\":\"Work\",\"count\":1}],\"tags\":"
                                + "[{\"name\":\"a\",\"count\":1},{\"name\":\"b\",\"count\":1}]}");

        running.put("/api/chats/" + chat, "{\"archived\":true}").expecting(200);
        assertThat(ids("/api/chats")).containsExactly(other);
        assertThat(ids("/api/chats?archived=true")).containsExactly(chat);
        assertThat(running.get("/api/folders").json().at("/folders")).isEmpty();
        running.put("/api/chats/" + chat, "{\"archived\":false,\"folder\":\"\",\"tags\":[]}")
                .expecting(200);
        assertThat(ids("/api/chats")).containsExactly(other, chat);
        assertThat(ids("/api/chats?folder=Work")).isEmpty();
    }

    @Test
    void theFirstPageHasThePinnedChatsOfLaterPages() {
        String pinned = running.chat("echo");
        running.put("/api/chats/" + pinned, "{\"pinned\":true}").expecting(200);
        running.chat("echo");
        JsonNode page = running.get("/api/chats?limit=1").expecting(200).json();
        assertThat(page.at("/pinned/0/id").asText()).isEqualTo(pinned);
        assertThat(running.get("/api/chats?limit=2").json().has("pinned")).isFalse();
    }

    @Test
    void marksThatCannotBeAreRefused() {
        String chat = "/api/chats/" + running.chat("echo");
        String tags = "\"t\"" + ",\"t%d\"".repeat(8).formatted(1, 2, 3, 4, 5, 6, 7, 8);
        for (String bad :
                java.util.List.of(
                        "{\"folder\":\"" + "x".repeat(65) + "\"}",
                        "{\"folder\":\"a\\nb\"}",
                        "{\"tags\":[\"\"]}",
                        "{\"tags\":[\"" + "x".repeat(33) + "\"]}",
                        "{\"tags\":[" + tags + "]}")) {
            assertThat(code(running.put(chat, bad).expecting(422))).isEqualTo("marks_invalid");
        }
        running.put(chat, "{\"pinned\":\"yes\"}").expecting(400);
        running.get("/api/chats?archived=maybe").expecting(400);
        assertThat(running.get(chat).json().at("/chat").has("tags")).isFalse();
    }

    @Test
    void aChatIsUnreadFromTheEndOfAReplyUntilItIsSeen() {
        String chat = running.chat("echo");
        assertThat(running.get("/api/chats/" + chat).json().at("/chat").has("unread")).isFalse();
        running.say(chat, "hello");
        running.awaitIdle(chat);
        JsonNode replied = running.get("/api/chats/" + chat).json();
        assertThat(replied.at("/chat/unread").asBoolean()).as(replied.toString()).isTrue();
        JsonNode seen = running.put("/api/chats/" + chat, "{\"unread\":false}").json();
        assertThat(seen.at("/chat").has("unread")).isFalse();
        assertThat(seen.at("/chat/updated_at")).isEqualTo(replied.at("/chat/updated_at"));
    }

    private java.util.List<String> ids(String path) {
        return running.get(path).expecting(200).json().get("chats").findValuesAsText("id");
    }

    @Test
    void aChatIsChanged() {
        String chat = running.chat("echo");
        JsonNode changed =
                running.put(
                                "/api/chats/" + chat,
                                "{\"name\":\"<b>New</b>\",\"icon\":\"*\",\"model\":\"puppet\","
                                        + "\"system_prompt\":\"Be kind.\"}")
                        .expecting(200)
                        .json();
        assertThat(changed.at("/chat/name").asText()).isEqualTo("<b>New</b>");
        assertThat(changed.at("/chat/icon").asText()).isEqualTo("*");
        assertThat(changed.at("/chat/model").asText()).isEqualTo("puppet");
        assertThat(changed.at("/chat/system_prompt").asText()).isEqualTo("Be kind.");
        assertThat(running.get("/api/chats").json().at("/chats/0").has("system_prompt")).isFalse();
    }

    @Test
    void aDeletedChatIsGone() {
        String chat = running.chat("echo");
        JsonNode deleted = running.delete("/api/chats/" + chat).expecting(200).json();
        assertThat(deleted.get("success").asBoolean()).isTrue();
        assertThat(deleted.get("chat_id").asText()).isEqualTo(chat);
        running.get("/api/chats/" + chat).expecting(404);
        running.delete("/api/chats/" + chat).expecting(404);
        assertThat(running.get("/api/chats").json().get("chats")).isEmpty();
    }

    @Test
    void aMessageIsAnswered() {
        String chat = running.chat("puppet");
        JsonNode taken = running.say(chat, "hello").json();
        assertThat(taken.get("status").asText()).isEqualTo("created");
        assertThat(taken.get("reply_id").asText()).isEqualTo("1");
        running.puppet.next().say("Hi ", "there").end();
        running.awaitIdle(chat);
        JsonNode history = running.get("/api/messages?chat_id=" + chat).expecting(200).json();
        assertThat(history.get("messages")).hasSize(2);
        JsonNode said = history.at("/messages/0");
        JsonNode reply = history.at("/messages/1");
        assertThat(said.get("id")).isEqualTo(taken.get("message_id"));
        assertThat(said.get("role").asText()).isEqualTo("user");
        assertThat(reply.get("content").asText()).isEqualTo("Hi there");
        assertThat(reply.at("/parents/0")).isEqualTo(said.get("id"));
        assertThat(reply.get("stop_reason").asText()).isEqualTo("end");
        assertThat(reply.at("/usage/output_tokens").asInt()).isEqualTo(5);
        assertThat(reply.get("created_at").asText())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(history.get("head")).isEqualTo(reply.get("id"));
        assertThat(history.get("has_more").asBoolean()).isFalse();
        assertThat(running.get("/api/messages").json()).isEqualTo(history);
        assertThat(running.get("/api/messages/" + reply.get("id").asText()).json())
                .isEqualTo(reply);
    }

    @Test
    void withoutAChatThereAreNoMessages() {
        JsonNode history = running.get("/api/messages").expecting(200).json();
        assertThat(history.get("messages")).isEmpty();
        assertThat(history.get("waiting")).isEmpty();
    }

    @Test
    void aMessageSentTwiceIsTakenOnce() {
        String chat = running.chat("echo");
        String body = "{\"content\":\"hello\",\"client_message_id\":\"mine\"}";
        JsonNode first =
                running.post("/api/chats/" + chat + "/messages", body).expecting(202).json();
        running.awaitIdle(chat);
        JsonNode second =
                running.post("/api/chats/" + chat + "/messages", body).expecting(202).json();
        assertThat(second).isEqualTo(first);
        assertThat(running.get("/api/messages").json().get("messages")).hasSize(2);
    }

    @Test
    void aMessageDuringAReplyWaits() {
        String chat = running.chat("puppet");
        running.say(chat, "one");
        var saying = running.puppet.next().say("half");
        running.awaitText(chat, "half");
        JsonNode queued = running.say(chat, "two").json();
        assertThat(queued.get("status").asText()).isEqualTo("queued");
        assertThat(queued.has("message_id")).isFalse();
        JsonNode history = running.get("/api/chats/" + chat + "/messages").json();
        assertThat(history.at("/waiting/0/content").asText()).isEqualTo("two");
        assertThat(history.at("/waiting/0/reply_id")).isEqualTo(queued.get("reply_id"));
        assertThat(history.at("/reply/status").asText()).isEqualTo("streaming");
        String body = "{\"content\":\"three\",\"when_busy\":\"reject\"}";
        Answered busy = running.post("/api/chats/" + chat + "/messages", body).expecting(409);
        assertThat(code(busy)).isEqualTo("busy");
        saying.end();
        assertThat(running.puppet.next().prompt().messages().getLast().text()).isEqualTo("two");
    }

    @Test
    void aFullQueueSaysWhenToComeBack() {
        String chat = running.chat("puppet");
        for (int i = 0; i < 17; i++) {
            running.say(chat, "again");
        }
        Answered full =
                running.post("/api/chats/" + chat + "/messages", "{\"content\":\"more\"}")
                        .expecting(429);
        assertThat(code(full)).isEqualTo("queue_full");
        assertThat(full.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void aStoppedReplyKeepsItsText() {
        String chat = running.chat("puppet");
        running.say(chat, "hello");
        var saying = running.puppet.next().say("half a ");
        running.awaitText(chat, "half a ");
        JsonNode stopped = running.post("/api/chats/" + chat + "/stop", "").expecting(200).json();
        assertThat(stopped.get("stopped").asBoolean()).isTrue();
        saying.say("sentence").end();
        JsonNode reply = running.get("/api/messages").json().at("/messages/1");
        assertThat(reply.get("content").asText()).isEqualTo("half a ");
        assertThat(reply.get("stop_reason").asText()).isEqualTo("stopped");
        assertThat(
                        running.post("/api/chats/" + chat + "/stop", "{\"reply_id\":\"1\"}")
                                .json()
                                .get("stopped")
                                .asBoolean())
                .isFalse();
    }

    @Test
    void aSecondReplyStandsBesideTheFirst() {
        String chat = running.chat("echo");
        String said = running.say(chat, "hello").json().get("message_id").asText();
        running.awaitIdle(chat);
        String first = running.get("/api/messages").json().get("head").asText();
        running.post(
                        "/api/chats/" + chat + "/generate",
                        "{\"message_id\":\"" + said + "\",\"model_id\":\"puppet\"}")
                .expecting(202);
        running.puppet.next().say("other").end();
        running.awaitIdle(chat);
        JsonNode branches =
                running.get("/api/chats/" + chat + "/children?message_id=" + said)
                        .expecting(200)
                        .json()
                        .get("messages");
        assertThat(branches).hasSize(2);
        assertThat(running.get("/api/messages").json().at("/messages/1/content").asText())
                .isEqualTo("other");
        running.post("/api/chats/" + chat + "/head", "{\"message_id\":\"" + first + "\"}")
                .expecting(200);
        assertThat(running.get("/api/messages").json().at("/messages/1/content").asText())
                .isEqualTo("hello");
        assertThat(
                        running.get("/api/chats/" + chat + "/children")
                                .json()
                                .at("/messages/0/id")
                                .asText())
                .isEqualTo(said);
    }

    @Test
    void historyComesInPages() {
        String chat = running.chat("echo");
        for (int i = 0; i < 3; i++) {
            running.say(chat, "message " + i);
            running.awaitIdle(chat);
        }
        String path = "/api/chats/" + chat + "/messages?limit=4";
        JsonNode latest = running.get(path).json();
        assertThat(latest.get("messages")).hasSize(4);
        assertThat(latest.get("has_more").asBoolean()).isTrue();
        String before = latest.at("/messages/0/id").asText();
        JsonNode earlier = running.get(path + "&before=" + before).expecting(200).json();
        assertThat(earlier.get("messages")).hasSize(2);
        assertThat(earlier.at("/messages/0/content").asText()).isEqualTo("message 0");
        assertThat(earlier.get("has_more").asBoolean()).isFalse();
    }

    @Test
    void aForkBeginsInAnotherChatsHistory() {
        String chat = running.chat("echo");
        String said = running.say(chat, "hello").json().get("message_id").asText();
        running.awaitIdle(chat);
        String fork =
                running.post("/api/chats", "{\"starting_head\":\"" + said + "\"}")
                        .expecting(201)
                        .json()
                        .at("/chat/id")
                        .asText();
        JsonNode history = running.get("/api/messages?chat_id=" + fork).json();
        assertThat(history.get("messages")).hasSize(1);
        running.post("/api/chats", "{\"starting_head\":\"" + "0".repeat(64) + "\"}").expecting(404);
    }

    @Test
    void theModelsAreListed() {
        JsonNode models = running.get("/api/models").expecting(200).json();
        assertThat(models.at("/models/0/id").asText()).isEqualTo("puppet");
        assertThat(models.at("/models/0/display_name").asText()).isEqualTo("Puppet");
        assertThat(models.at("/models/0/max_tokens").asInt()).isEqualTo(4096);
        assertThat(models.get("default").asText()).isEqualTo("puppet");
    }

    @Test
    void aFailedReplySaysWhy() {
        String chat = running.chat("puppet");
        running.say(chat, "hello");
        running.puppet.next().say("half").fail();
        running.awaitIdle(chat);
        JsonNode reply = running.get("/api/messages").json().at("/messages/1");
        assertThat(reply.get("stop_reason").asText()).isEqualTo("error");
        assertThat(reply.get("error").asText()).contains("The puppet broke.");
        assertThat(reply.get("content").asText()).isEqualTo("half");
    }

    private static String code(Answered answered) {
        assertThat(answered.header("Content-Type")).isEqualTo("application/problem+json");
        return answered.json().get("code").asText();
    }
}
