package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ChatModel.Prompt;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelFault.Kind;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import io.vertx.core.json.JsonObject;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;

final class OpenAiModelTest extends ChatModelContract {

    private static final String TWO_PIECES = "It all";

    private final OpenAiPeer peer = new OpenAiPeer();
    private final OpenAiModel openAi = model(peer.baseUrl(), "sk-secret", "10s");

    @AfterEach
    void close() {
        openAi.close();
        peer.close();
    }

    @Override
    ChatModel model() {
        return openAi;
    }

    @Override
    ModelId quick() {
        return new ModelId("quick");
    }

    @Override
    ModelId slow() {
        return new ModelId("slow");
    }

    private static OpenAiModel model(String baseUrl, @Nullable String key, String stallLimit) {
        OpenAiSettings settings =
                OpenAiSettings.fromEnvironment(
                        Map.of(
                                "OPENAI_BASE_URL", baseUrl,
                                "OPENAI_API_KEY", key == null ? "" : key,
                                "OPENAI_STALL_LIMIT", stallLimit));
        assertThat(settings).isNotNull();
        return new OpenAiModel(settings);
    }

    private Transcript ask(String model) {
        return ask(openAi, model);
    }

    private Transcript ask(ChatModel of, String model) {
        var transcript = new Transcript();
        of.reply(prompt(new ModelId(model)), transcript);
        return transcript.awaitEnd();
    }

    private static void assertFault(
            Transcript transcript, String text, Kind kind, String sentence) {
        assertThat(transcript.fault).isEqualTo(new ModelFault(kind, sentence));
        assertThat(transcript.text()).isEqualTo(text);
        assertNothingFollows(transcript);
        assertThat(transcript.ends).hasValue(1);
    }

    private static void assertWhole(Transcript transcript) {
        assertThat(transcript.fault).isNull();
        assertThat(transcript.reason).isEqualTo(StopReason.END);
        assertThat(transcript.text()).isEqualTo(OpenAiPeer.TEXT);
        assertNothingFollows(transcript);
        assertThat(transcript.ends).hasValue(1);
    }

    @Test
    void theRequestSaysAllThatThePromptDoes() {
        Transcript transcript = ask("quick");

        assertWhole(transcript);
        assertThat(transcript.usage).isEqualTo(new Usage(11, 8));
        JsonObject body = peer.bodies.getFirst();
        assertThat(body.getString("model")).isEqualTo("quick");
        assertThat(body.getBoolean("stream")).isTrue();
        assertThat(body.getJsonObject("stream_options").getBoolean("include_usage")).isTrue();
        assertThat(
                        body.getJsonArray("messages").stream()
                                .map(JsonObject.class::cast)
                                .map(m -> m.getString("role") + ": " + m.getString("content")))
                .containsExactly(
                        "system: Be brief.",
                        "user: Hello.",
                        "assistant: How do you do.",
                        "user: I need some help, that much seems certain.");
        assertThat(peer.headers.getFirst())
                .containsEntry("Authorization", "Bearer sk-secret")
                .containsEntry("Accept", "text/event-stream");
    }

    @Test
    void withoutAKeyNoneIsSent() {
        try (OpenAiModel keyless = model(peer.baseUrl(), null, "10s")) {
            assertWhole(ask(keyless, "quick"));
            assertThat(peer.headers.getFirst()).doesNotContainKey("Authorization");
            assertFault(
                    ask(keyless, "status-401"),
                    "",
                    Kind.UNAUTHORIZED,
                    peer.host() + " wants a key (401): set OPENAI_API_KEY.");
        }
    }

    @Test
    void aPromptWithNothingToAnswerIsRejected() {
        var transcript = new Transcript();
        openAi.reply(new Prompt(quick(), "Be brief.", List.of(), ""), transcript);

        assertFault(
                transcript.awaitEnd(),
                "",
                Kind.REJECTED,
                "There is no message to answer: say something first.");
        assertThat(peer.bodies).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "one-byte-at-a-time",
                "no-done",
                "done-without-finish",
                "cut-after-finish",
                "open-after-done"
            })
    void aReplyThatSaysItIsCompleteIs(String model) {
        assertWhole(ask(model));
    }

    @ParameterizedTest
    @CsvSource({"length, LENGTH", "content_filter, FILTERED", "tool_calls, END", "eos, END"})
    void theReasonOfTheEndIsTold(String model, StopReason expected) {
        assertThat(ask(model).reason).isEqualTo(expected);
    }

    @Test
    void aReplyMayBeEmpty() {
        Transcript transcript = ask("empty");

        assertThat(transcript.reason).isEqualTo(StopReason.END);
        assertThat(transcript.pieces).isEmpty();
        assertThat(transcript.usage).isNull();
    }

    @Test
    void textThatLooksLikeAnErrorIsText() {
        assertThat(ask("null-errors").text()).isEqualTo("\"error\":");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | UNAUTHORIZED | does not accept the key (401): check OPENAI_API_KEY.",
                "403 | UNAUTHORIZED | refuses access (403): check that the key in OPENAI_API_KEY"
                        + " may use status-403.",
                "404 | REJECTED | does not know the model status-404 (404): check its name and"
                        + " OPENAI_BASE_URL.",
                "400 | REJECTED | rejects the request (400): context is too long.",
                "302 | REJECTED | points elsewhere (302): check OPENAI_BASE_URL.",
                "429 | RATE_LIMITED | wants fewer requests (429): try again in 7 s: Slow down,"
                        + " ***.",
                "408 | PROVIDER_ERROR | has a fault of its own (408): try again later.",
                "500 | PROVIDER_ERROR | has a fault of its own (500): try again later.",
                "503 | PROVIDER_ERROR | has a fault of its own (503): try again later."
            })
    void aRefusalSaysWhatToDo(int status, Kind kind, String sentence) {
        assertFault(ask("status-" + status), "", kind, peer.host() + " " + sentence);
    }

    @Test
    void aReplyThatIsCutOffKeepsItsText() {
        String sentence = peer.host() + " ended the reply before it was complete; try again.";

        assertFault(ask("cut"), TWO_PIECES, Kind.CUT_OFF, sentence);
        assertFault(ask("ends-early"), TWO_PIECES, Kind.CUT_OFF, sentence);
        assertFault(ask("cut-after-headers"), "", Kind.CUT_OFF, sentence);
        assertFault(
                ask("hang-up"),
                "",
                Kind.CUT_OFF,
                peer.host() + " closed the connection without an answer; try again.");
    }

    @Test
    void whatIsNotTheProtocolIsGarbled() {
        String sentence =
                peer.host()
                        + " sent something that is not OpenAI's protocol: check"
                        + " OPENAI_BASE_URL.";

        assertFault(ask("garbage"), TWO_PIECES, Kind.GARBLED, sentence);
        assertFault(ask("endless-line"), TWO_PIECES, Kind.GARBLED, sentence);
        assertFault(ask("web-page"), "", Kind.GARBLED, sentence);
        Transcript.await(peer.closed("garbage"), "the end of a garbled connection");
    }

    @Test
    void anErrorInTheMiddleIsTold() {
        assertFault(
                ask("error-inside"),
                TWO_PIECES,
                Kind.PROVIDER_ERROR,
                peer.host() + " broke off with an error: GPU lost.");
    }

    @Test
    void aStallEndsAReplyAndItsConnection() {
        try (OpenAiModel impatient = model(peer.baseUrl(), null, "300ms")) {
            String never = peer.host() + " did not answer within 300 ms; try again.";
            String noMore = peer.host() + " sent nothing more for 300 ms; try again.";

            assertFault(ask(impatient, "silent"), "", Kind.STALLED, never);
            assertFault(ask(impatient, "silent-after-headers"), "", Kind.STALLED, noMore);
            assertFault(ask(impatient, "silent-in-the-middle"), TWO_PIECES, Kind.STALLED, noMore);
            Transcript.await(peer.closed("silent"), "the end of a stalled connection");
            Transcript.await(
                    peer.closed("silent-in-the-middle"), "the end of a stalled connection");
        }
    }

    @Test
    void aServiceThatIsNotThereIsUnreachable() throws IOException {
        int port;
        try (var unused = new ServerSocket(0)) {
            port = unused.getLocalPort();
        }
        try (OpenAiModel absent = model("http://localhost:" + port + "/v1", null, "10s");
                OpenAiModel nowhere = model("http://hubbub.invalid/v1", null, "10s");
                OpenAiModel plain = model(peer.baseUrl().replace("http", "https"), null, "10s")) {
            assertFault(
                    ask(absent, "quick"),
                    "",
                    Kind.UNREACHABLE,
                    "localhost:%d cannot be reached: it does not take connections; check OPENAI_BASE_URL and the network."
                            .formatted(port));
            assertFault(
                    ask(nowhere, "quick"),
                    "",
                    Kind.UNREACHABLE,
                    "hubbub.invalid cannot be reached: there is no such host; check"
                            + " OPENAI_BASE_URL and the network.");
            assertFault(
                    ask(plain, "quick"),
                    "",
                    Kind.UNREACHABLE,
                    peer.host()
                            + " cannot be reached: no secure connection can be made; check"
                            + " OPENAI_BASE_URL and the network.");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"silent", "silent-after-headers", "silent-in-the-middle", "slow"})
    void aCancelClosesTheConnection(String model) {
        var transcript = new Transcript();
        ChatModel.Call call = openAi.reply(prompt(new ModelId(model)), transcript);
        Transcript.await(peer.arrived(model), "the request");

        call.cancel();

        Transcript.await(peer.closed(model), "the end of the connection");
        assertNothingFollows(transcript);
        assertThat(transcript.ends).hasValue(0);
    }

    @Test
    void aSinkThatThrowsEndsItsRequest() {
        openAi.reply(
                prompt(slow()),
                new ChatModel.Sink() {
                    @Override
                    public void text(String piece) {
                        throw new IllegalStateException("a sink that is broken on purpose");
                    }

                    @Override
                    public void completed(StopReason reason, @Nullable Usage usage) {}

                    @Override
                    public void failed(ModelFault fault) {}
                });

        Transcript.await(peer.closed("slow"), "the end of the connection");
    }

    @Test
    void closingEndsRepliesWithoutAWord() {
        var transcript = new Transcript();
        openAi.reply(prompt(slow()), transcript);
        transcript.awaitPiece();

        openAi.close();

        Transcript.await(peer.closed("slow"), "the end of the connection");
        assertThat(transcript.ends).hasValue(0);
        assertThatThrownBy(() -> reply(prompt(quick()))).hasMessage("the models are closed");
    }
}
