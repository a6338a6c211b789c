package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

final class CompareRoutesTest {

    private static final String TWO = "[\"puppet\",\"echo\"]";

    private final Running running = new Running();

    @AfterEach
    void close() {
        running.close();
    }

    private static String body(String content, String models) {
        return "{\"content\":\"" + content + "\",\"models\":" + models + "}";
    }

    private Running.Answered compare(String chat, String body) {
        return running.post("/api/chats/" + chat + "/compare", body);
    }

    @Test
    void everyModelAnswersTheOneMessage() {
        String chat = running.chat("puppet");
        JsonNode compared = compare(chat, body("Men are all alike.", TWO)).expecting(202).json();
        String message = compared.get("message_id").asText();
        assertThat(compared.at("/replies/0/model").asText()).isEqualTo("puppet");
        assertThat(compared.at("/replies/1/model").asText()).isEqualTo("echo");
        String first = compared.at("/replies/0/chat_id").asText();
        String second = compared.at("/replies/1/chat_id").asText();
        assertThat(compared.at("/replies/0/reply_id").asText()).isEqualTo("1");

        // Both are under way at once: one has ended while the other has not begun.
        running.awaitIdle(second);
        Puppet.Saying saying = running.puppet.next();
        assertThat(saying.prompt().messages().getLast().text()).isEqualTo("Men are all alike.");
        saying.say("In what way?").end();
        running.awaitIdle(first);

        JsonNode here = running.get("/api/chats/" + chat + "/messages").json();
        assertThat(here.get("messages")).hasSize(1);
        assertThat(here.get("head").asText()).isEqualTo(message);
        JsonNode children =
                running.get("/api/chats/" + chat + "/children?message_id=" + message)
                        .expecting(200)
                        .json();
        var texts = new ArrayList<String>();
        children.get("messages").forEach(child -> texts.add(child.get("content").asText()));
        assertThat(texts).containsExactlyInAnyOrder("In what way?", "Men are all alike.");

        String chosen = children.at("/messages/0/id").asText();
        running.post("/api/chats/" + chat + "/head", "{\"message_id\":\"" + chosen + "\"}")
                .expecting(200);
        assertThat(running.get("/api/chats/" + chat).json().at("/chat/head").asText())
                .isEqualTo(chosen);
    }

    @Test
    void aForkSaysWhoseItIs() {
        String chat =
                running.post(
                                "/api/chats",
                                "{\"name\":\"Which is better?\",\"system_prompt\":\"Be brief.\"}")
                        .expecting(201)
                        .json()
                        .at("/chat/id")
                        .asText();
        JsonNode compared = compare(chat, body("Hello", TWO)).expecting(202).json();
        String fork = compared.at("/replies/1/chat_id").asText();

        JsonNode there = running.get("/api/chats/" + fork).expecting(200).json();
        assertThat(there.at("/chat/name").asText()).isEqualTo("Which is better? · echo");
        assertThat(there.at("/chat/model").asText()).isEqualTo("echo");
        assertThat(there.at("/chat/system_prompt").asText()).isEqualTo("Be brief.");
    }

    @Test
    void aForkOfAChatWithALongNameStillSaysWhoseItIs() {
        String name = "x".repeat(199) + "y";
        String chat =
                running.post("/api/chats", "{\"name\":\"" + name + "\"}")
                        .expecting(201)
                        .json()
                        .at("/chat/id")
                        .asText();
        JsonNode compared = compare(chat, body("Hello", TWO)).expecting(202).json();
        String fork = compared.at("/replies/1/chat_id").asText();

        String forked = running.get("/api/chats/" + fork).json().at("/chat/name").asText();
        assertThat(forked).hasSize(200).startsWith("xxx").endsWith("x… · echo");
    }

    @Test
    void askedAgainTheSameRepliesComeBack() {
        String chat = running.chat("puppet");
        String body = "{\"content\":\"Hello\",\"client_message_id\":\"m1\",\"models\":" + TWO + "}";
        JsonNode first = compare(chat, body).expecting(202).json();
        running.puppet.next().say("Hi.").end();
        running.awaitIdle(first.at("/replies/0/chat_id").asText());
        JsonNode second = compare(chat, body).expecting(202).json();

        assertThat(second).isEqualTo(first);
        String message = first.get("message_id").asText();
        assertThat(
                        running.get("/api/chats/" + chat + "/children?message_id=" + message)
                                .json()
                                .get("messages"))
                .hasSize(2);
        assertThat(running.get("/api/chats").json().get("chats")).hasSize(3);
    }

    @Test
    void aRepetitionMayNameOneModelMore() {
        String chat = running.chat("puppet");
        String start = "{\"content\":\"Hello\",\"client_message_id\":\"m1\",\"models\":";
        JsonNode first = compare(chat, start + TWO + "}").expecting(202).json();
        JsonNode more = compare(chat, start + "[\"echo\",\"echo:loud\",\"puppet\"]}").json();

        // The catalog of this test knows no parameters.
        assertThat(more.get("code").asText()).isEqualTo("model_unknown");
        JsonNode turned = compare(chat, start + "[\"echo\",\"puppet\"]}").expecting(202).json();
        assertThat(turned.at("/replies/1")).isEqualTo(first.at("/replies/0"));
    }

    private JsonNode compared(String chat, String query) {
        return running.get("/api/chats/" + chat + "/compare" + query).expecting(200).json();
    }

    @Test
    void whatWasAskedIsFoundAgainWhileItIsAnsweredAndAfter() {
        String chat = running.chat("puppet");
        JsonNode asked = compare(chat, body("Hello", TWO)).expecting(202).json();
        Puppet.Saying saying = running.puppet.next();
        assertThat(compared(chat, "")).isEqualTo(asked);

        saying.say("Hi.").end();
        running.awaitIdle(asked.at("/replies/0/chat_id").asText());
        assertThat(compared(chat, "")).isEqualTo(asked);

        // The chat goes on; what was compared on the way stays.
        running.say(chat, "And you?");
        String message = asked.get("message_id").asText();
        assertThat(compared(chat, "?message_id=" + message)).isEqualTo(asked);
    }

    @Test
    void aModelThatNoListHasIsFoundToo() {
        String chat = running.chat("puppet");
        String models = "[\"puppet:hidden\",\"echo\"]";
        JsonNode asked = compare(chat, body("Hello", models)).expecting(202).json();
        Puppet.Saying saying = running.puppet.next();
        assertThat(compared(chat, "").at("/replies/0")).isEqualTo(asked.at("/replies/1"));
        assertThat(compared(chat, "").at("/replies/1")).isEqualTo(asked.at("/replies/0"));

        String fork = asked.at("/replies/0/chat_id").asText();
        saying.say("Hi.").end();
        running.awaitIdle(fork);
        // Found by its reply now, whoever answers in its chat.
        running.put("/api/chats/" + fork, "{\"model\":\"echo\"}").expecting(200);
        assertThat(compared(chat, "").at("/replies/1")).isEqualTo(asked.at("/replies/0"));
    }

    @Test
    void aReplyWhoseChatIsDeletedIsNotFound() {
        String chat = running.chat("puppet");
        JsonNode asked = compare(chat, body("Hello", TWO)).expecting(202).json();
        String echo = asked.at("/replies/1/chat_id").asText();
        running.awaitIdle(echo);
        running.delete("/api/chats/" + echo).expecting(200);
        assertThat(compared(chat, "").get("replies")).containsExactly(asked.at("/replies/0"));
    }

    @Test
    void whereNothingWasComparedNothingIsFound() {
        String chat = running.chat("echo");
        assertThat(compared(chat, "")).hasToString("{\"replies\":[]}");

        String said = running.say(chat, "Hello").json().get("message_id").asText();
        running.awaitIdle(chat);
        // The head is a reply.
        assertThat(compared(chat, "")).hasToString("{\"replies\":[]}");
        assertThat(compared(chat, "?message_id=" + said))
                .hasToString("{\"message_id\":\"" + said + "\",\"replies\":[]}");

        running.get("/api/chats/" + chat + "/compare?message_id=first").expecting(404);
        running.get("/api/chats/nowhere/compare").expecting(404);
        assertThat(running.get("/api/chats").json().get("chats")).hasSize(1);
    }

    @Test
    void whatWasComparedElsewhereIsNotFoundHere() {
        String chat = running.chat("puppet");
        JsonNode asked = compare(chat, body("Hello", TWO)).expecting(202).json();
        String other = running.chat("puppet");
        String message = asked.get("message_id").asText();
        assertThat(compared(other, "?message_id=" + message).get("replies")).isEmpty();
    }

    @Test
    void aChatThatIsRepliedInIsBusy() {
        String chat = running.chat("puppet");
        running.say(chat, "Hello");
        assertThat(compare(chat, body("And you?", TWO)).expecting(409).json().get("code").asText())
                .isEqualTo("busy");
    }

    @Test
    void wrongRequestsChangeNothing() {
        String chat = running.chat("puppet");
        for (String models :
                List.of(
                        "[]",
                        "[\"puppet\"]",
                        "[\"puppet\",\"puppet\"]",
                        "\"puppet\"",
                        "[\"puppet\",7]",
                        "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\"]",
                        "null")) {
            assertThat(compare(chat, body("Hello", models)).expecting(400).json().get("detail"))
                    .hasToString("\"`models` is a list of 2 to 8 different models.\"");
        }
        compare(chat, "{\"content\":\"Hello\"}").expecting(400);
        compare(chat, "{\"models\":" + TWO + "}").expecting(400);
        compare(chat, body(" ", TWO)).expecting(422);
        compare(chat, body("Hello", "[\"puppet\",\"nobody\"]")).expecting(422);
        compare(chat, body("Hello", "[\"puppet\",\"no body\"]")).expecting(422);
        compare("nowhere", body("Hello", TWO)).expecting(404);
        assertThat(running.get("/api/chats/" + chat).json().at("/chat/message_count").asInt())
                .isZero();
        assertThat(running.get("/api/chats").json().get("chats")).hasSize(1);
    }
}
