package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.ChatModel.Prompt.Line;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.server.EventClient.Event;
import dev.hubbub.server.Running.Answered;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

final class ResponsesRoutesTest {

    private static final String PATH = "/v1/responses";

    private final Running running = new Running();

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void aResponseIsMadeAndFoundAgain() {
        Answered made =
                running.post(
                                PATH,
                                "{\"model\":\"echo\",\"input\":\"Hello\",\"metadata\":{\"a\":\"b\"}}")
                        .expecting(200);
        JsonNode response = made.json();
        assertThat(response.get("object").asText()).isEqualTo("response");
        assertThat(response.get("status").asText()).isEqualTo("completed");
        assertThat(response.at("/output/0/type").asText()).isEqualTo("message");
        assertThat(response.at("/output/0/content/0/text").asText()).isEqualTo("Hello");
        assertThat(response.at("/conversation/id").asText())
                .isEqualTo(made.header("X-Conversation-Id"));
        assertThat(response.at("/metadata/a").asText()).isEqualTo("b");
        String id = response.get("id").asText();
        JsonNode found = running.get(PATH + "/" + id).expecting(200).json();
        for (String same : List.of("id", "status", "created_at", "model", "output", "error")) {
            assertThat(found.get(same)).as(same).isEqualTo(response.get(same));
        }
        JsonNode items = running.get(PATH + "/" + id + "/input_items").expecting(200).json();
        assertThat(items.at("/data/0/content/0/text").asText()).isEqualTo("Hello");
        assertThat(items.at("/data/0/role").asText()).isEqualTo("user");
        assertThat(items.get("has_more").asBoolean()).isFalse();
    }

    @Test
    void aResponseIsStreamedInOpenAisEvents() {
        try (var events = open("{\"model\":\"puppet\",\"stream\":true,\"input\":\"hi\"}")) {
            var saying = running.puppet.next();
            List<String> first =
                    List.of(
                            "response.created",
                            "response.in_progress",
                            "response.output_item.added",
                            "response.content_part.added");
            for (int i = 0; i < first.size(); i++) {
                Event event = events.require();
                assertThat(event.type()).isEqualTo(first.get(i));
                assertThat(event.data().get("type").asText()).isEqualTo(event.type());
                assertThat(event.data().get("sequence_number").asInt()).isEqualTo(i);
            }
            saying.say("Good ");
            Event delta = events.require();
            assertThat(delta.type()).isEqualTo("response.output_text.delta");
            assertThat(delta.data().get("delta").asText()).isEqualTo("Good ");
            saying.say("day");
            saying.end();
            assertThat(events.require().data().get("delta").asText()).isEqualTo("day");
            List<Event> rest = events.rest();
            assertThat(rest)
                    .extracting(Event::type)
                    .containsExactly(
                            "response.output_text.done",
                            "response.content_part.done",
                            "response.output_item.done",
                            "response.completed");
            assertThat(rest.getFirst().data().get("text").asText()).isEqualTo("Good day");
            JsonNode response = rest.getLast().data().get("response");
            assertThat(response.get("status").asText()).isEqualTo("completed");
            assertThat(response.at("/output/0/content/0/text").asText()).isEqualTo("Good day");
            assertThat(response.at("/usage/input_tokens").asInt()).isEqualTo(3);
            assertThat(response.at("/usage/total_tokens").asInt()).isEqualTo(8);
        }
    }

    @Test
    void aStreamThatWasCutGoesOnAfterAnyEvent() {
        String id;
        long seen;
        Puppet.Saying saying;
        try (var events = open("{\"model\":\"puppet\",\"stream\":true,\"input\":\"hi\"}")) {
            saying = running.puppet.next().say("one ");
            id = events.require().data().at("/response/id").asText();
            Event event = events.require();
            while (!event.type().equals("response.output_text.delta")) {
                event = events.require();
            }
            seen = event.data().get("sequence_number").asLong();
        }
        saying.say("two ");
        try (var resumed = resume(id, seen)) {
            assertThat(resumed.require().data().get("delta").asText()).isEqualTo("two ");
            saying.say("three");
            saying.end();
            assertThat(resumed.require().data().get("delta").asText()).isEqualTo("three");
            assertThat(resumed.rest()).hasSize(4);
        }
        try (var whole = resume(id, -1)) {
            List<Event> all = whole.rest();
            List<Long> numbers =
                    all.stream().map(each -> each.data().get("sequence_number").asLong()).toList();
            assertThat(numbers).isSorted().doesNotHaveDuplicates();
            // After any event come exactly the later ones, the text from where it ends.
            String text = "one two three";
            for (long after = -1; after <= numbers.getLast(); after++) {
                try (var later = resume(id, after)) {
                    List<Event> rest = later.rest();
                    long number = after;
                    assertThat(rest)
                            .extracting(each -> each.data().get("sequence_number").asLong())
                            .containsExactlyElementsOf(
                                    numbers.stream().filter(each -> each > number).toList());
                    String deltas =
                            String.join(
                                    "",
                                    rest.stream()
                                            .map(each -> each.data().path("delta").asText())
                                            .toList());
                    int from = Math.clamp(after - 3, 0, text.length());
                    assertThat(deltas).isEqualTo(text.substring(from));
                }
            }
        }
    }

    @Test
    void aResponseIsMadeInTheBackgroundAndCancelled() {
        JsonNode made =
                running.post(PATH, "{\"model\":\"puppet\",\"background\":true,\"input\":\"hi\"}")
                        .expecting(200)
                        .json();
        assertThat(made.get("status").asText()).isEqualTo("in_progress");
        assertThat(made.get("background").asBoolean()).isTrue();
        running.puppet.next().say("half");
        running.awaitText(made.at("/conversation/id").asText(), "half");
        String id = made.get("id").asText();
        JsonNode now = running.get(PATH + "/" + id).expecting(200).json();
        assertThat(now.get("status").asText()).isEqualTo("in_progress");
        assertThat(now.at("/output/0/content/0/text").asText()).isEqualTo("half");
        JsonNode cancelled = running.post(PATH + "/" + id + "/cancel", "").expecting(200).json();
        assertThat(cancelled.get("status").asText()).isEqualTo("cancelled");
        assertThat(cancelled.at("/output/0/content/0/text").asText()).isEqualTo("half");
        assertThat(running.post(PATH + "/" + id + "/cancel", "").expecting(200).json())
                .isEqualTo(cancelled);
        assertThat(running.get(PATH + "/" + id).json()).isEqualTo(cancelled);
    }

    @Test
    void aResponseFollowsAnother() {
        JsonNode first =
                running.post(PATH, "{\"model\":\"echo\",\"input\":\"one\"}").expecting(200).json();
        String id = first.get("id").asText();
        var opened =
                running.http.sendAsync(
                        running.posting(PATH, following(id, "puppet", "two")).build(),
                        BodyHandlers.ofString());
        var saying = running.puppet.next().say("2");
        assertThat(saying.prompt().messages())
                .containsExactly(
                        new Line(Role.USER, "one"),
                        new Line(Role.ASSISTANT, "one"),
                        new Line(Role.USER, "two"));
        // While that is made, another branch begins in a conversation of its own.
        JsonNode branch = running.post(PATH, following(id, "echo", "three")).expecting(200).json();
        assertThat(branch.get("conversation")).isNotEqualTo(first.get("conversation"));
        saying.end();
        JsonNode second = Running.parse(opened.join().body());
        assertThat(second.get("conversation")).isEqualTo(first.get("conversation"));
        assertThat(second.get("previous_response_id").asText()).isEqualTo(id);
        // The first is still what it was.
        assertThat(running.get(PATH + "/" + id).json().get("output"))
                .isEqualTo(first.get("output"));
        JsonNode edited = running.post(PATH, following(id, "echo", "four")).expecting(200).json();
        assertThat(edited.get("conversation")).isEqualTo(first.get("conversation"));
        String chat = first.at("/conversation/id").asText();
        assertThat(
                        running.get("/api/chats/" + chat + "/messages")
                                .json()
                                .findValuesAsText("content"))
                .containsExactly("one", "one", "four", "four");
    }

    @Test
    void aResponseThatIsBeingMadeCannotBeFollowed() {
        JsonNode made =
                running.post(PATH, "{\"model\":\"puppet\",\"background\":true,\"input\":\"hi\"}")
                        .json();
        running.puppet.next();
        Answered early =
                running.post(PATH, following(made.get("id").asText(), "echo", "x")).expecting(409);
        assertThat(early.json().at("/error/param").asText()).isEqualTo("previous_response_id");
        Answered busy =
                running.post(
                                PATH,
                                "{\"model\":\"echo\",\"input\":\"x\",\"conversation\":"
                                        + made.get("conversation")
                                        + "}")
                        .expecting(409);
        assertThat(busy.json().at("/error/code").asText()).isEqualTo("conversation_locked");
    }

    @Test
    void aConversationIsNamedOrBegunUnderItsName() {
        String one =
                "{\"model\":\"echo\",\"conversation\":\"ours\",\"instructions\":\"Be"
                    + " kind.\",\"input\":"
                    + "[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"one\"}]},"
                    + "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"1\"}]},"
                    + "{\"role\":\"user\",\"content\":\"two\"}]}";
        JsonNode first = running.post(PATH, one).expecting(200).json();
        assertThat(first.at("/conversation/id").asText()).isEqualTo("ours");
        assertThat(first.get("instructions").asText()).isEqualTo("Be kind.");
        running.post(
                        PATH,
                        "{\"input\":\"three\",\"model\":\"echo\",\"conversation\":{\"id\":\"ours\"}}")
                .expecting(200);
        assertThat(running.get("/api/chats/ours/messages").json().findValuesAsText("content"))
                .containsExactly("one", "1", "two", "two", "three", "three");
    }

    @Test
    void anEndThatIsNoEndIsIncompleteOrFailed() {
        JsonNode full = ended(saying -> saying.sink().completed(StopReason.LENGTH, null));
        assertThat(full.get("status").asText()).isEqualTo("incomplete");
        assertThat(full.at("/incomplete_details/reason").asText()).isEqualTo("max_output_tokens");
        JsonNode filtered = ended(saying -> saying.sink().completed(StopReason.FILTERED, null));
        assertThat(filtered.at("/incomplete_details/reason").asText()).isEqualTo("content_filter");
        JsonNode failed = ended(Puppet.Saying::fail);
        assertThat(failed.get("status").asText()).isEqualTo("failed");
        assertThat(failed.at("/error/message").asText()).isEqualTo("The puppet broke.");
    }

    private JsonNode ended(java.util.function.Consumer<Puppet.Saying> end) {
        var opened =
                running.http.sendAsync(
                        running.posting(PATH, "{\"model\":\"puppet\",\"input\":\"hi\"}").build(),
                        BodyHandlers.ofString());
        end.accept(running.puppet.next().say("some"));
        return Running.parse(opened.join().body());
    }

    @Test
    void aResponseIsDeletedWithTheConversationThatItIs() {
        JsonNode alone = running.post(PATH, "{\"model\":\"echo\",\"input\":\"one\"}").json();
        String id = alone.get("id").asText();
        JsonNode gone = running.delete(PATH + "/" + id).expecting(200).json();
        assertThat(gone.get("deleted").asBoolean()).isTrue();
        running.get(PATH + "/" + id).expecting(404);
        JsonNode first = running.post(PATH, "{\"model\":\"echo\",\"input\":\"one\"}").json();
        running.post(PATH, following(first.get("id").asText(), "echo", "two")).expecting(200);
        Answered kept = running.delete(PATH + "/" + first.get("id").asText()).expecting(409);
        assertThat(kept.json().at("/error/code").asText()).isEqualTo("conversation_goes_on");
        running.get(PATH + "/" + first.get("id").asText()).expecting(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"model\":\"echo\"} | 400 | input",
                "{\"model\":\"echo\",\"input\":[]} | 400 | input",
                "{\"model\":\"echo\",\"input\":[{\"type\":\"function_call_output\"}]} | 400 |"
                        + " input[0]",
                "{\"model\":\"echo\",\"input\":\"x\",\"previous_response_id\":\"resp_x\"} | 404 |",
                "{\"model\":\"echo\",\"input\":\"x\",\"background\":true,\"store\":false} | 400 |"
                        + " background",
                "{\"model\":\"echo\",\"input\":\"x\",\"tools\":[{\"type\":\"web_search\"}]} | 400 |"
                        + " tools",
                "{\"model\":\"echo\",\"input\":\"x\",\"text\":{\"format\":{\"type\":\"json_object\"}}}"
                    + " | 400 | text"
            })
    void badInputIsAnErrorInOpenAisForm(String body, int status, String param) {
        JsonNode error = running.post(PATH, body).expecting(status).json().get("error");
        assertThat(error.get("type").asText()).isEqualTo("invalid_request_error");
        assertThat(error.get("param").asText("")).isEqualTo(param == null ? "" : param);
    }

    @Test
    void whatIsNoResponseIsNotFound() {
        JsonNode made = running.post(PATH, "{\"model\":\"echo\",\"input\":\"one\"}").json();
        TurnRef ref = TurnRef.parse("resp_", made.get("id").asText());
        assertThat(ref).isNotNull();
        var other = new TurnRef(ref.chat(), ref.turn(), ref.parent(), 1).text("resp_");
        for (String id : List.of("resp_", "x", other)) {
            running.get(PATH + "/" + id).expecting(404);
        }
        assertThat(running.get(PATH + "/" + other + "?stream=true").expecting(404).json())
                .isEqualTo(running.get(PATH + "/" + other).json());
        running.get(PATH + "/" + made.get("id").asText() + "?stream=true&starting_after=x")
                .expecting(400);
    }

    private EventClient open(String body) {
        return EventClient.open(running, running.posting(PATH, body));
    }

    private EventClient resume(String id, long after) {
        String query = after < 0 ? "?stream=true" : "?stream=true&starting_after=" + after;
        return EventClient.open(running, running.request(PATH + "/" + id + query));
    }

    private static String following(String id, String model, String text) {
        return "{\"model\":\"%s\",\"previous_response_id\":\"%s\",\"input\":\"%s\"}"
                .formatted(model, id, text);
    }
}
