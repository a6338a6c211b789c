package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ChatModel.Prompt;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelFault.Kind;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import io.vertx.core.http.HttpServerOptions;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What every service's models promise besides, against a [Peer] that speaks the protocol: each
/// fault ends in exactly one outcome that the reader understands.
abstract class ServiceContract extends ChatModelContract {

    private static final String TWO_PIECES = "It all";

    /// The smallest PNG that there is.
    private static final byte[] PNG =
            Base64.getDecoder()
                    .decode(
                            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    final Vendor vendor;
    final String prefix;
    final Peer peer;
    private final Models models;

    /// @param prefix with which the vendor's models begin
    ServiceContract(Vendor vendor, Dialect dialect, String prefix) {
        this.vendor = vendor;
        this.prefix = prefix;
        peer = new Peer(dialect, prefix);
        models = models(peer.baseUrl(), "sk-secret", "60s");
    }

    @BeforeEach
    void nothingWasAsked() {
        assertThat(peer.bodies).isEmpty();
    }

    @AfterEach
    void close() {
        models.close();
        peer.close();
    }

    @Override
    ChatModel model() {
        return of(models);
    }

    @Override
    ModelId quick() {
        return id("quick");
    }

    @Override
    ModelId slow() {
        return id("slow");
    }

    ModelId id(String name) {
        return new ModelId(prefix + name);
    }

    Models models(String baseUrl, @Nullable String key, String stallLimit) {
        var environment = new HashMap<String, String>();
        environment.put(vendor.urlVariable(), baseUrl);
        environment.put(vendor.keyVariable(), key == null ? "" : key);
        environment.put(vendor.stallVariable(), stallLimit);
        return Models.open(
                environment,
                ConfigFactory.parseMap(
                                Map.of(
                                        prefix + "seeing.images",
                                        true,
                                        prefix + "blind.images",
                                        false,
                                        prefix + "quick.input",
                                        3,
                                        prefix + "quick.output",
                                        "15.5"))
                        .atPath("known"),
                Models.ELIZA);
    }

    ChatModel of(Models all) {
        ChatModel model = all.endpoints().get(vendor.title());
        assertThat(model).isNotNull();
        return model;
    }

    Transcript ask(String name) {
        return ask(models, name);
    }

    Transcript ask(Models all, String name) {
        return ask(all, prompt(id(name)));
    }

    private Transcript ask(Models all, Prompt prompt) {
        var transcript = new Transcript();
        of(all).reply(prompt, transcript);
        return transcript.awaitEnd();
    }

    private static void assertFault(
            Transcript transcript, String text, Kind kind, String sentence) {
        assertFault(transcript, text, new ModelFault(kind, sentence));
    }

    static void assertFault(Transcript transcript, String text, ModelFault fault) {
        assertThat(transcript.fault).isEqualTo(fault);
        assertThat(transcript.text()).isEqualTo(text);
        assertNothingFollows(transcript);
        assertThat(transcript.ends).hasValue(1);
    }

    static void assertWhole(Transcript transcript) {
        assertThat(transcript.fault).isNull();
        assertThat(transcript.reason).isEqualTo(StopReason.END);
        assertThat(transcript.text()).isEqualTo(Peer.TEXT);
        assertNothingFollows(transcript);
        assertThat(transcript.ends).hasValue(1);
    }

    @Test
    void theRequestSaysAllThatThePromptDoes() {
        assertWhole(ask("quick"));

        assertThat(peer.dialect().messages(peer.bodies.getFirst()))
                .containsExactly(
                        "system: Be brief.",
                        "user: Hello.",
                        "assistant: How do you do.",
                        "user: I need some help, that much seems certain.");
        assertThat(peer.headers.getFirst())
                .containsEntry("Accept", vendor.protocol().mediaType())
                .containsValue(sentKey());
        assertThat(peer.headers.getFirst().values())
                .filteredOn(value -> value.contains("sk-secret"))
                .hasSize(1);
    }

    /// The header in which the key is sent.
    String sentKey() {
        return "Bearer sk-secret";
    }

    @Test
    void usageHasItsCost() {
        assertThat(ask("quick").usage).isEqualTo(new Usage(11, 8, 11 * 3_000 + 8 * 15_500));
    }

    @Test
    void aModelThatSeesIsShownThePicture() {
        assertWhole(ask(models, picturePrompt("seeing", "What is this?")));

        String sent = peer.bodies.getFirst().encode();
        assertThat(sent).contains(Base64.getEncoder().encodeToString(PNG));
        assertThat(sent).contains("What is this?");
        assertThat(sent).doesNotContain("cannot see");
    }

    @Test
    void aPictureNeedsNoText() {
        assertWhole(ask(models, picturePrompt("seeing", "")));

        assertThat(peer.bodies.getFirst().encode())
                .contains(Base64.getEncoder().encodeToString(PNG));
    }

    @Test
    void aModelThatDoesNotSeeIsToldOfThePicture() {
        assertWhole(ask(models, picturePrompt("blind", "What is this?")));

        assertThat(peer.dialect().messages(peer.bodies.getFirst()).getLast())
                .isEqualTo(
                        "user: What is this?\n\n[An image was here, which this model cannot see.]");
        assertThat(peer.bodies.getFirst().encode())
                .doesNotContain(Base64.getEncoder().encodeToString(PNG));
    }

    private Prompt picturePrompt(String name, String text) {
        Image image = Image.of(PNG);
        assertThat(image).isNotNull();
        return new Prompt(
                id(name),
                null,
                List.of(new Prompt.Line(Role.USER, text, List.of(new Prompt.Picture(image, PNG)))),
                "");
    }

    @Test
    void withoutAKeyNoneIsSent() {
        try (Models keyless = models(peer.baseUrl(), null, "10s")) {
            assertWhole(ask(keyless, "quick"));
            assertThat(peer.headers.getFirst())
                    .doesNotContainKeys("Authorization", "x-api-key", "x-goog-api-key");
            assertFault(
                    ask(keyless, "status-401"),
                    "",
                    Kind.UNAUTHORIZED,
                    peer.host() + " wants a key (401): set " + vendor.keyVariable() + ".");
        }
    }

    @Test
    void aPromptWithNothingToAnswerIsRejected() {
        assertFault(
                ask(models, new Prompt(quick(), "Be brief.", List.of(), "")),
                "",
                Kind.REJECTED,
                "There is no message to answer: say something first.");
        assertThat(peer.bodies).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "one-byte-at-a-time",
                "no-end",
                "cut-after-finish",
                "open-after-end",
                "end-twice"
            })
    void aReplyThatSaysItIsCompleteIs(String name) {
        // A stream of Gemini's that is left open is over when it stalls.
        try (Models impatient = models(peer.baseUrl(), null, "1s")) {
            assertWhole(ask(impatient, name));
        }
    }

    @Test
    void aReplyMayBeEmpty() {
        Transcript transcript = ask("empty");

        assertThat(transcript.reason).isEqualTo(StopReason.END);
        assertThat(transcript.pieces).isEmpty();
    }

    @Test
    void textThatLooksLikeAnErrorIsText() {
        assertThat(ask("looks-bad").text()).isEqualTo("\"error\": \"done\":true");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | UNAUTHORIZED | does not accept the key (401): check KEY.",
                "403 | UNAUTHORIZED | refuses access (403): check that the key in KEY may use"
                        + " MODEL.",
                "400 | REJECTED | rejects the request (400): context is too long.",
                "302 | REJECTED | points elsewhere (302): check URL.",
                "408 | PROVIDER_ERROR | has a fault of its own (408): try again later.",
                "500 | PROVIDER_ERROR | has a fault of its own (500): try again later.",
                "503 | PROVIDER_ERROR | has a fault of its own (503): try again later.",
                "529 | PROVIDER_ERROR | has a fault of its own (529): try again later."
            })
    void aRefusalSaysWhatToDo(int status, Kind kind, String sentence) {
        String name = "status-" + status;
        assertFault(
                ask(name),
                "",
                kind,
                (peer.host() + " " + sentence)
                        .replace("KEY", vendor.keyVariable())
                        .replace("URL", vendor.urlVariable())
                        .replace("MODEL", id(name).value()));
    }

    @Test
    void aModelThatIsNotThereSaysSo() {
        assertThat(ask("status-404").fault)
                .isNotNull()
                .satisfies(fault -> {
                    assertThat(fault.kind()).isEqualTo(Kind.REJECTED);
                    assertThat(fault.sentence())
                            .contains(id("status-404").value(), "(404)", vendor.urlVariable());
                });
    }

    @Test
    void aServiceThatWantsToRestSaysForHowLong() {
        assertFault(
                ask("status-429"),
                "",
                new ModelFault(
                        Kind.RATE_LIMITED,
                        peer.host()
                                + " wants fewer requests (429): try again in 7 s: Slow down, ***.",
                        Duration.ofSeconds(7)));
        assertThat(ask("status-430").fault)
                .isNotNull()
                .satisfies(fault -> {
                    assertThat(fault.kind()).isEqualTo(Kind.RATE_LIMITED);
                    assertThat(fault.retryAfter())
                            .isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
                });
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
                "%s sent something that is not %s's protocol: check %s."
                        .formatted(peer.host(), vendor.protocol().owner(), vendor.urlVariable());

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
        assertFault(
                ask("overload-inside"),
                TWO_PIECES,
                Kind.RATE_LIMITED,
                peer.host() + " wants fewer requests: try again later: Busy.");
    }

    @Test
    void aStallEndsAReplyAndItsConnection() {
        try (Models impatient = models(peer.baseUrl(), null, "300ms")) {
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
        String sentence = "%s cannot be reached: %s; check %s and the network.";
        try (Models absent = models("http://localhost:" + port, null, "10s");
                Models nowhere = models("http://hubbub.invalid", null, "10s");
                Models plain = models(peer.baseUrl().replace("http", "https"), null, "10s")) {
            assertFault(
                    ask(absent, "quick"),
                    "",
                    Kind.UNREACHABLE,
                    sentence.formatted(
                            "localhost:" + port,
                            "it does not take connections",
                            vendor.urlVariable()));
            assertFault(
                    ask(nowhere, "quick"),
                    "",
                    Kind.UNREACHABLE,
                    sentence.formatted(
                            "hubbub.invalid", "there is no such host", vendor.urlVariable()));
            assertFault(
                    ask(plain, "quick"),
                    "",
                    Kind.UNREACHABLE,
                    sentence.formatted(
                            peer.host(), "no secure connection can be made", vendor.urlVariable()));
        }
    }

    @Test
    void aCertificateThatNobodyVouchesForIsNotTrusted(@TempDir Path directory) throws Exception {
        HttpServerOptions secure = SelfSigned.in(directory);
        try (Peer impostor = new Peer(peer.dialect(), prefix, secure);
                Models trusting = models(impostor.baseUrl(), "sk-secret", "10s")) {
            assertFault(
                    ask(trusting, "quick"),
                    "",
                    Kind.UNREACHABLE,
                    ("%s cannot be reached: its certificate is not one that this machine trusts;"
                                    + " check %s and the network.")
                            .formatted(impostor.host(), vendor.urlVariable()));
            assertThat(impostor.headers).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"silent", "silent-after-headers", "silent-in-the-middle", "slow"})
    void aCancelClosesTheConnection(String name) {
        var transcript = new Transcript();
        ChatModel.Call call = model().reply(prompt(id(name)), transcript);
        Transcript.await(peer.arrived(name), "the request");

        call.cancel();

        Transcript.await(peer.closed(name), "the end of the connection");
        assertNothingFollows(transcript);
        assertThat(transcript.ends).hasValue(0);
    }

    @Test
    void aSinkThatThrowsEndsItsRequest() {
        model().reply(
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
        model().reply(prompt(slow()), transcript);
        transcript.awaitPiece();

        models.close();

        Transcript.await(peer.closed("slow"), "the end of the connection");
        assertThat(transcript.ends).hasValue(0);
        assertThatThrownBy(() -> reply(prompt(quick()))).hasMessage("the models are closed");
    }
}
