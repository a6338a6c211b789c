package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.ChatModel.Prompt.Line;
import dev.hubbub.conversation.Role;
import dev.hubbub.server.EventClient.Event;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

final class UiStreamRoutesTest {

    private final Running running = new Running();

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void aMessageIsAnsweredWithTheUiMessageStream() {
        try (var events = say("mine", user("u1", "hi"), "puppet")) {
            assertThat(events.response.headers().firstValue("x-vercel-ai-ui-message-stream"))
                    .hasValue("v1");
            var saying = running.puppet.next().say("Good ");
            assertThat(type(events.require())).isEqualTo("start");
            assertThat(type(events.require())).isEqualTo("start-step");
            assertThat(type(events.require())).isEqualTo("text-start");
            JsonNode delta = events.require().data();
            assertThat(delta.get("delta").asText()).isEqualTo("Good ");
            saying.say("day");
            saying.end();
            List<Event> rest = events.rest();
            assertThat(rest)
                    .extracting(UiStreamRoutesTest::type)
                    .containsExactly("text-delta", "text-end", "finish-step", "finish", "[DONE]");
        }
        assertThat(texts("mine")).containsExactly("hi", "Good day");
    }

    @Test
    void aPageThatComesBackGoesOnFromTheBeginningOfTheReply() {
        Puppet.Saying saying;
        try (var events = say("mine", user("u1", "hi"), "puppet")) {
            saying = running.puppet.next().say("one ");
            assertThat(type(events.require())).isEqualTo("start");
        }
        await().until(() -> running.engine.figures().viewers() == 0);
        running.awaitText("mine", "one ");
        try (var resumed = EventClient.open(running, running.request("/api/chat/mine/stream"))) {
            List<Event> first = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                first.add(resumed.require());
            }
            assertThat(first.getLast().data().get("delta").asText()).isEqualTo("one ");
            saying.say("two");
            saying.end();
            assertThat(resumed.require().data().get("delta").asText()).isEqualTo("two");
            assertThat(type(resumed.rest().getLast())).isEqualTo("[DONE]");
        }
        running.get("/api/chat/mine/stream").expecting(204);
        running.get("/api/chats/mine/ui/stream").expecting(204);
        running.get("/api/chat/nobodys/stream").expecting(204);
    }

    @Test
    void aReplyIsMadeAnewBesideTheOld() {
        String first = reply("mine", user("u1", "one"), null);
        String again =
                "{\"id\":\"mine\",\"trigger\":\"regenerate-message\",\"messageId\":\"%s\",\"messages\":[%s]}"
                        .formatted(first, user("u1", "one"));
        try (var events = EventClient.open(running, running.posting("/api/chat", again))) {
            var saying = running.puppet.next();
            assertThat(saying.prompt().messages()).containsExactly(new Line(Role.USER, "one"));
            saying.say("new");
            saying.end();
            String second = events.require().data().get("messageId").asText();
            assertThat(second).isNotEqualTo(first);
            events.rest();
            assertThat(texts("mine")).containsExactly("one", "new");
            // What is said after the old one is a branch that follows it.
            String messages =
                    "%s,{\"id\":\"%s\",\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"text\":\"old\"}]},%s"
                            .formatted(user("u1", "one"), first, user("u2", "two"));
            reply("mine", messages, null);
            assertThat(texts("mine")).containsExactly("one", "old", "two", "old");
        }
    }

    @Test
    void anEditedMessageIsABranchAndIsAnsweredAnew() {
        reply("mine", user("u1", "one"), null);
        reply("mine", user("u1", "uno"), "u1");
        assertThat(texts("mine")).containsExactly("one", "old", "uno", "old");
    }

    @Test
    void aMessageSentTwiceIsTakenOnce() {
        String first = reply("mine", user("u1", "one"), null);
        try (var events = say("mine", user("u1", "one"), "puppet")) {
            assertThat(events.require().data().get("messageId").asText()).isEqualTo(first);
            events.rest();
        }
        assertThat(texts("mine")).containsExactly("one", "old");
    }

    @Test
    void aFailureAndAStopAreTold() {
        try (var events = say("mine", user("u1", "hi"), "puppet")) {
            running.puppet.next().say("half").fail();
            List<Event> all = events.rest();
            assertThat(all.get(all.size() - 2).data().get("errorText").asText())
                    .isEqualTo("The puppet broke.");
        }
        try (var events = say("mine", user("u2", "hi"), "puppet")) {
            running.puppet.next().say("half");
            running.awaitText("mine", "half");
            running.post("/api/chats/mine/stop", "").expecting(200);
            List<Event> all = events.rest();
            assertThat(type(all.get(all.size() - 2))).isEqualTo("abort");
        }
    }

    @Test
    void badInputIsRefusedInOurForm() {
        assertThat(running.post("/api/chat", "{}").expecting(400).json().get("code").asText())
                .isEqualTo("field_invalid");
        running.post("/api/chat", "{\"id\":\"no/slash\",\"messages\":[]}").expecting(404);
        running.post(
                        "/api/chats/mine/ui",
                        "{\"messages\":[{\"role\":\"user\",\"parts\":[{\"type\":\"tool-x\"}]}]}")
                .expecting(400);
        running.post(
                        "/api/chats/mine/ui",
                        "{\"trigger\":\"x\",\"messages\":[" + user("u", "x") + "]}")
                .expecting(400);
    }

    /// Has the puppet reply `old`; the id of the reply.
    private String reply(
            String chat, String messages, @org.jspecify.annotations.Nullable String edited) {
        String body =
                "{\"id\":\"%s\",\"trigger\":\"submit-message\",%s\"messages\":[%s]}"
                        .formatted(
                                chat,
                                edited == null ? "" : "\"messageId\":\"" + edited + "\",",
                                messages);
        try (var events = EventClient.open(running, running.posting("/api/chat", body))) {
            var saying = running.puppet.next().say("old");
            saying.end();
            String id = events.require().data().get("messageId").asText();
            events.rest();
            return id;
        }
    }

    private EventClient say(String chat, String messages, String model) {
        return EventClient.open(
                running,
                running.posting(
                        "/api/chats/" + chat + "/ui",
                        "{\"model\":\"%s\",\"messages\":[%s]}".formatted(model, messages)));
    }

    private List<String> texts(String chat) {
        return running.get("/api/chats/" + chat + "/messages")
                .expecting(200)
                .json()
                .findValuesAsText("content");
    }

    private static String type(Event event) {
        return event.data().isTextual()
                ? event.data().textValue()
                : event.data().get("type").asText();
    }

    private static String user(String id, String text) {
        return "{\"id\":\"%s\",\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":\"%s\"}]}"
                .formatted(id, text);
    }
}
