package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.ChatModel.Prompt.Line;
import dev.hubbub.conversation.ConversationStore.Filter;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.UserId;
import dev.hubbub.server.EventClient.Event;
import dev.hubbub.server.Running.Answered;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

final class OpenAiRoutesTest {

    private static final String PATH = "/v1/chat/completions";
    private static final String PNG =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
                + "rkJggg==";

    private Running running = new Running();

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void theModelsAreListed() {
        JsonNode list = running.get("/v1/models").expecting(200).json();
        assertThat(list.get("object").asText()).isEqualTo("list");
        assertThat(list.at("/data/0/id").asText()).isEqualTo("puppet");
        assertThat(list.at("/data/0/object").asText()).isEqualTo("model");
        assertThat(list.at("/data/0/owned_by").asText()).isEqualTo("test");
        assertThat(running.get("/v1/models/echo").expecting(200).json().get("id").asText())
                .isEqualTo("echo");
        Answered unknown = running.get("/v1/models/meta/llama:free").expecting(404);
        assertThat(unknown.json().at("/error/code").asText()).isEqualTo("model_not_found");
        assertThat(running.get("/v1/models/meta%2Fllama:free").expecting(404).json())
                .isEqualTo(unknown.json());
    }

    @Test
    void aCompletionIsATurnOfAConversation() {
        Answered answered = running.post(PATH, echo("Hello there")).expecting(200);
        JsonNode completion = answered.json();
        assertThat(completion.get("object").asText()).isEqualTo("chat.completion");
        assertThat(completion.get("id").asText()).startsWith("chatcmpl-");
        assertThat(completion.get("model").asText()).isEqualTo("echo");
        assertThat(completion.at("/choices/0/message/role").asText()).isEqualTo("assistant");
        assertThat(completion.at("/choices/0/message/content").asText()).isEqualTo("Hello there");
        assertThat(completion.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        String chat = answered.header("X-Conversation-Id");
        JsonNode messages = running.get("/api/chats/" + chat + "/messages").expecting(200).json();
        assertThat(messages.at("/messages/1/content").asText()).isEqualTo("Hello there");
        assertThat(messages.get("messages")).hasSize(2);
    }

    @Test
    void aCompletionIsStreamedInOpenAisChunks() {
        String body =
                """
                {"model":"puppet","stream":true,"stream_options":{"include_usage":true},\
                "messages":[{"role":"system","content":"Be brief."},\
                {"role":"user","content":[{"type":"text","text":"hi"}]}]}\
                """;
        var opened = running.http.sendAsync(posting(body).build(), BodyHandlers.ofString());
        var saying = running.puppet.next();
        assertThat(saying.prompt().system()).isEqualTo("Be brief.");
        assertThat(saying.prompt().messages()).containsExactly(new Line(Role.USER, "hi"));
        saying.say("Good ", "day");
        saying.end();
        List<String> events = opened.join().body().lines().filter(line -> !line.isEmpty()).toList();
        assertThat(events.getLast()).isEqualTo("data: [DONE]");
        List<JsonNode> chunks =
                events.subList(0, events.size() - 1).stream()
                        .map(line -> Running.parse(line.substring(6)))
                        .toList();
        assertThat(chunks.getFirst().at("/choices/0/delta/role").asText()).isEqualTo("assistant");
        var text = new StringBuilder();
        for (JsonNode chunk : chunks) {
            assertThat(chunk.get("object").asText()).isEqualTo("chat.completion.chunk");
            assertThat(chunk.get("id")).isEqualTo(chunks.getFirst().get("id"));
            assertThat(chunk.has("usage")).isTrue();
            text.append(chunk.at("/choices/0/delta/content").asText());
        }
        assertThat(text.toString()).isEqualTo("Good day");
        assertThat(chunks.get(chunks.size() - 2).at("/choices/0/finish_reason").asText())
                .isEqualTo("stop");
        assertThat(chunks.getLast().get("choices")).isEmpty();
        assertThat(chunks.getLast().at("/usage/prompt_tokens").asInt()).isEqualTo(3);
        assertThat(chunks.getLast().at("/usage/total_tokens").asInt()).isEqualTo(8);
    }

    @Test
    void aHistoryThatIsKnownIsGoneOnWith() {
        Answered first = running.post(PATH, echo("one")).expecting(200);
        String chat = first.header("X-Conversation-Id");
        Answered second = running.post(PATH, history("echo", "one", "one", "two")).expecting(200);
        assertThat(second.header("X-Conversation-Id")).isEqualTo(chat);
        assertThat(texts(chat)).containsExactly("one", "one", "two", "two");
        // Another question in its place is a branch of the same.
        Answered other = running.post(PATH, history("echo", "one", "one", "three")).expecting(200);
        assertThat(other.header("X-Conversation-Id")).isEqualTo(chat);
        assertThat(texts(chat)).containsExactly("one", "one", "three", "three");
        Answered longer =
                running.post(PATH, history("echo", "one", "one", "two", "two", "four"))
                        .expecting(200);
        assertThat(longer.header("X-Conversation-Id")).isEqualTo(chat);
        assertThat(texts(chat)).containsExactly("one", "one", "two", "two", "four", "four");
    }

    @Test
    void aHistoryThatIsNotKnownIsTakenIn() {
        String chat =
                running.post(PATH, history("echo", "a", "b", "c"))
                        .expecting(200)
                        .header("X-Conversation-Id");
        assertThat(texts(chat)).containsExactly("a", "b", "c", "c");
        var opened =
                running.http.sendAsync(
                        posting(history("puppet", "a", "changed", "d")).build(),
                        BodyHandlers.ofString());
        var saying = running.puppet.next();
        assertThat(saying.prompt().messages())
                .containsExactly(
                        new Line(Role.USER, "a"),
                        new Line(Role.ASSISTANT, "changed"),
                        new Line(Role.USER, "d"));
        saying.end();
        assertThat(opened.join().headers().firstValue("X-Conversation-Id")).isNotEqualTo(chat);
    }

    @Test
    void onlySoManyHistoriesAreRemembered() {
        running.close();
        running = new Running(ServerConfig.DEFAULT.withRecollectedMax(1));
        String one = running.post(PATH, echo("one")).header("X-Conversation-Id");
        String again =
                running.post(PATH, history("echo", "one", "one", "1")).header("X-Conversation-Id");
        assertThat(again).isEqualTo(one);
        String forgotten =
                running.post(PATH, history("echo", "one", "one", "2")).header("X-Conversation-Id");
        assertThat(forgotten).isNotEqualTo(one);
        assertThat(texts(forgotten)).containsExactly("one", "one", "2", "2");
    }

    @Test
    void aBusyConversationIsGoneOnWithInAnother() {
        String chat = running.post(PATH, echo("one")).header("X-Conversation-Id");
        var first =
                running.http.sendAsync(
                        posting(history("puppet", "one", "one", "two")).build(),
                        BodyHandlers.ofString());
        var busy = running.puppet.next();
        Answered second = running.post(PATH, history("echo", "one", "one", "three")).expecting(200);
        String fork = second.header("X-Conversation-Id");
        assertThat(fork).isNotEqualTo(chat);
        assertThat(texts(fork)).containsExactly("one", "one", "three", "three");
        busy.end();
        assertThat(first.join().headers().firstValue("X-Conversation-Id")).hasValue(chat);
    }

    @Test
    void aNamedConversationGoesOnWithItsOwnHistory() {
        String body =
                echo("one")
                        .replace(
                                "{\"model\"",
                                "{\"metadata\":{\"conversation_id\":\"mine\"},\"model\"");
        running.post(PATH, body).expecting(200);
        Answered second =
                running.send(
                        posting(history("echo", "not", "ours", "two"))
                                .header("X-Conversation-Id", "mine"));
        assertThat(second.expecting(200).header("X-Conversation-Id")).isEqualTo("mine");
        assertThat(texts("mine")).containsExactly("one", "one", "two", "two");
    }

    @Test
    void aRequestThatComesTwiceIsAnsweredOnce() {
        var first =
                running.send(posting(echo("one")).header("Idempotency-Key", "k")).expecting(200);
        var again =
                running.send(posting(echo("one")).header("Idempotency-Key", "k")).expecting(200);
        assertThat(again.json().get("id")).isEqualTo(first.json().get("id"));
        assertThat(texts(first.header("X-Conversation-Id"))).containsExactly("one", "one");
    }

    @Test
    void aClientThatLeavesStopsItsReplyAndTheTextIsKept() {
        String body =
                "{\"model\":\"puppet\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        var opening = running.http.sendAsync(posting(body).build(), BodyHandlers.ofInputStream());
        var saying = running.puppet.next().say("half");
        var response = opening.join();
        String chat = response.headers().firstValue("X-Conversation-Id").orElseThrow();
        running.awaitText(chat, "half");
        try {
            response.body().close();
        } catch (IOException closed) {
            throw new AssertionError(closed);
        }
        running.awaitIdle(chat);
        JsonNode last = running.get("/api/chats/" + chat + "/messages").json().at("/messages/1");
        assertThat(last.get("content").asText()).isEqualTo("half");
        assertThat(last.get("stop_reason").asText()).isEqualTo("stopped");
        saying.say("too late");
    }

    @Test
    void aStoredReplyOutlivesItsClient() throws IOException {
        String body =
                "{\"model\":\"puppet\",\"stream\":true,\"store\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        var opening = running.http.sendAsync(posting(body).build(), BodyHandlers.ofInputStream());
        var saying = running.puppet.next().say("half");
        var response = opening.join();
        String chat = response.headers().firstValue("X-Conversation-Id").orElseThrow();
        response.body().close();
        await().until(() -> running.engine.figures().viewers() == 0);
        saying.say(" and whole");
        saying.end();
        running.awaitIdle(chat);
        assertThat(texts(chat)).containsExactly("hi", "half and whole");
    }

    @Test
    void aModelThatFailsBeforeItSaysAnythingIsAnErrorOfHttp() {
        String body =
                "{\"model\":\"puppet\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        var opened = running.http.sendAsync(posting(body).build(), BodyHandlers.ofString());
        running.puppet.next().fail();
        var response = opened.join();
        assertThat(response.statusCode()).isEqualTo(502);
        assertThat(response.headers().firstValue("x-should-retry")).hasValue("false");
        JsonNode error = Running.parse(response.body()).get("error");
        assertThat(error.get("message").asText()).isEqualTo("The puppet broke.");
        assertThat(error.get("type").asText()).isEqualTo("server_error");
        assertThat(error.get("code").asText()).isEqualTo("model_failed");
    }

    @Test
    void aModelThatFailsInMidReplyIsAnErrorInTheStream() {
        String body =
                "{\"model\":\"puppet\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        var opening = running.http.sendAsync(posting(body).build(), BodyHandlers.ofString());
        running.puppet.next().say("half").fail();
        var response = opening.join();
        assertThat(response.statusCode()).isEqualTo(200);
        List<String> lines =
                response.body().lines().filter(line -> line.startsWith("data: ")).toList();
        JsonNode last = Running.parse(lines.getLast().substring(6));
        assertThat(last.at("/error/message").asText()).isEqualTo("The puppet broke.");
    }

    @Test
    void aLimitAndABudgetAreToldAsLength() {
        for (StopReason reason : new StopReason[] {StopReason.LENGTH, StopReason.BUDGET}) {
            var opened =
                    running.http.sendAsync(
                            posting(history("puppet", "hi")).build(), BodyHandlers.ofString());
            var saying = running.puppet.next().say("some");
            saying.sink().completed(reason, null);
            JsonNode completion = Running.parse(opened.join().body());
            assertThat(completion.at("/choices/0/finish_reason").asText()).isEqualTo("length");
            assertThat(completion.has("usage")).isFalse();
        }
        var spent =
                running.http.sendAsync(
                        posting(history("puppet", "hi")).build(), BodyHandlers.ofString());
        running.puppet.next().sink().completed(StopReason.BUDGET, null);
        assertThat(spent.join().statusCode()).isEqualTo(429);
        assertThat(spent.join().body()).contains("insufficient_quota");
    }

    @Test
    void anImageIsKeptAndShownToTheModel() {
        String body =
                """
                {"model":"puppet","messages":[{"role":"user","content":[\
                {"type":"text","text":"What is this?"},\
                {"type":"image_url","image_url":{"url":"data:image/png;base64,%s"}}]}]}\
                """
                        .formatted(PNG);
        var opened = running.http.sendAsync(posting(body).build(), BodyHandlers.ofString());
        var saying = running.puppet.next();
        assertThat(saying.prompt().messages().getLast().pictures()).hasSize(1);
        assertThat(saying.prompt().messages().getLast().pictures().getFirst().image().mediaType())
                .isEqualTo("image/png");
        saying.say("A dot");
        saying.end();
        assertThat(opened.join().statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"messages\":[]} | 400 | field_invalid | model",
                "{\"model\":\"nobody\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]} | 404"
                        + " | model_not_found | model",
                "{\"model\":\"echo\"} | 400 | field_invalid | messages",
                "{\"model\":\"echo\",\"messages\":[]} | 400 | field_invalid | messages",
                "{\"model\":\"echo\",\"messages\":[{\"role\":\"user\",\"content\":\" \"}]} | 400 |"
                        + " message_blank |",
                "{\"model\":\"echo\",\"messages\":[{\"role\":\"wizard\",\"content\":\"x\"}]} | 400"
                        + " | field_invalid | messages[0].role",
                "{\"model\":\"echo\",\"messages\":[{\"role\":\"assistant\",\"content\":\"x\"}]} |"
                        + " 400 | field_invalid | messages",
                "{\"model\":\"echo\",\"n\":2,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
                        + " | 400 | unsupported_parameter | n",
                "{\"model\":\"echo\",\"stop\":\"x\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
                    + " | 400 | unsupported_parameter | stop",
                "{\"model\":\"echo\",\"tools\":[{}],\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
                    + " | 400 | unsupported_parameter | tools",
                "{\"model\":\"echo\",\"temperature\":3,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
                    + " | 400 | field_invalid | temperature",
                "{\"model\":\"echo\",\"response_format\":{\"type\":\"json_object\"},\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
                    + " | 400 | unsupported_parameter | response_format",
                "{\"model\":\"echo\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://a.example/b.png\"}}]}]}"
                    + " | 400 | invalid_image_url | messages[0].content[0]",
                "{\"model\":\"echo\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,AAAA\"}}]}]}"
                    + " | 400 | invalid_image | messages[0].content[0]",
                "{\"model\":\"echo\",\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]} | 400 |"
                        + " unsupported_value | messages[0]",
                "not json | 400 | json_invalid |"
            })
    void badInputIsAnErrorInOpenAisForm(String body, int status, String code, String param) {
        JsonNode error = running.post(PATH, body).expecting(status).json().get("error");
        assertThat(error.get("code").asText()).isEqualTo(code);
        assertThat(error.get("type").asText()).isEqualTo("invalid_request_error");
        assertThat(error.get("message").asText()).isNotBlank();
        assertThat(error.get("param").asText("")).isEqualTo(param == null ? "" : param);
        assertThat(
                        running.engine
                                .conversations(UserId.LOCAL, Filter.ALL, null, 1)
                                .toCompletableFuture()
                                .join())
                .as("no conversation was begun for it")
                .isEmpty();
    }

    @Test
    void whatOnlyShapesTheWordsIsIgnored() {
        String body =
                echo("one")
                        .replace(
                                "{\"model\"",
                                "{\"temperature\":0.2,\"top_p\":1,\"max_tokens\":5,\"stop\":null,\"n\":1,"
                                    + "\"seed\":7,\"user\":\"u\",\"tools\":[],\"model\"");
        running.post(PATH, body).expecting(200);
    }

    @Test
    void aMessageHasItsLimitHereToo() {
        int charsMax = running.engine.config().limits().messageCharsMax();
        running.post(PATH, echo("x".repeat(charsMax))).expecting(200);
        Answered longer = running.post(PATH, echo("x".repeat(charsMax + 1))).expecting(400);
        assertThat(longer.json().at("/error/code").asText()).isEqualTo("string_above_max_length");
    }

    @Test
    void aHistoryHasItsLimit() {
        String[] most = new String[999];
        java.util.Arrays.fill(most, "x");
        running.post(PATH, history("echo", most)).expecting(200);
        String[] more = new String[1001];
        java.util.Arrays.fill(more, "x");
        assertThat(
                        running.post(PATH, history("echo", more))
                                .expecting(400)
                                .json()
                                .at("/error/param")
                                .asText())
                .isEqualTo("messages");
    }

    @Test
    void errorsOfTheAddressAreInOpenAisFormToo() {
        assertThat(running.get("/v1/nothing").expecting(404).json().at("/error/type").asText())
                .isEqualTo("invalid_request_error");
        Answered wrong = running.get(PATH).expecting(405);
        assertThat(wrong.header("Allow")).startsWith("POST");
        assertThat(wrong.json().at("/error/code").asText()).isEqualTo("method_not_allowed");
    }

    @Test
    void aSlowModelIsWaitedForWithSignsOfLife() {
        running.close();
        running =
                new Running(
                        ServerConfig.DEFAULT.withTimes(
                                Duration.ofMillis(400),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(1)));
        String body =
                "{\"model\":\"puppet\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        try (var events = EventClient.open(running, posting(body))) {
            // The head came with the first comment, before the model said anything.
            var saying = running.puppet.next();
            saying.sink().failed(new ModelFault(ModelFault.Kind.STALLED, "It is silent."));
            Event error = events.require();
            assertThat(error.data().at("/error/message").asText()).isEqualTo("It is silent.");
            assertThat(events.comments).isPositive();
        }
    }

    @Test
    void aReplyInOnePieceIsWaitedForWithSignsOfLifeToo() throws IOException {
        running.close();
        running =
                new Running(
                        ServerConfig.DEFAULT.withTimes(
                                Duration.ofMillis(400),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(1)));
        String body = history("puppet", "hi");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), running.server.port())) {
            socket.setSoTimeout(10_000);
            String request =
                    "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    .formatted(PATH)
                            + "Connection: close\r\nContent-Length: %d\r\n\r\n%s"
                                    .formatted(body.length(), body);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            var saying = running.puppet.next();
            var lines =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            assertThat(lines.readLine()).startsWith("HTTP/1.1 103");
            saying.say("At last");
            saying.end();
            assertThat(lines.lines().toList())
                    .anyMatch(line -> line.startsWith("HTTP/1.1 200"))
                    .anyMatch(line -> line.contains("\"content\":\"At last\""));
        }
    }

    private java.net.http.HttpRequest.Builder posting(String body) {
        return running.posting(PATH, body);
    }

    private List<String> texts(String chat) {
        return running.get("/api/chats/" + chat + "/messages")
                .expecting(200)
                .json()
                .findValuesAsText("content");
    }

    private static String echo(String text) {
        return history("echo", text);
    }

    /// A request with these messages, of which the first is the user's, the next the model's.
    private static String history(String model, String... texts) {
        var messages = new StringBuilder();
        for (int i = 0; i < texts.length; i++) {
            messages.append(i == 0 ? "" : ",")
                    .append("{\"role\":\"")
                    .append(i % 2 == 0 ? "user" : "assistant")
                    .append("\",\"content\":\"")
                    .append(texts[i])
                    .append("\"}");
        }
        return "{\"model\":\"%s\",\"messages\":[%s]}".formatted(model, messages);
    }
}
