package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ChatModel.Prompt;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What every [ChatModel] promises. An adapter's test extends this and names its ids.
abstract class ChatModelContract {

    /// The model under test.
    abstract ChatModel model();

    /// An id that answers quickly, in several pieces.
    abstract ModelId quick();

    /// An id that takes a second at least for its reply, in several pieces.
    abstract ModelId slow();

    Prompt prompt(ModelId id) {
        return prompt(id, "");
    }

    Prompt prompt(ModelId id, String soFar) {
        return new Prompt(
                id,
                "Be brief.",
                List.of(
                        new Prompt.Line(Role.USER, "Hello."),
                        new Prompt.Line(Role.ASSISTANT, "How do you do."),
                        new Prompt.Line(Role.USER, "I need some help, that much seems certain.")),
                soFar);
    }

    Transcript reply(Prompt prompt) {
        var transcript = new Transcript();
        model().reply(prompt, transcript);
        return transcript;
    }

    @Test
    void aReplyComesInPiecesAndEndsOnce() {
        Transcript transcript = reply(prompt(quick())).awaitEnd();

        assertThat(transcript.reason).isEqualTo(StopReason.END);
        assertThat(transcript.pieces).hasSizeGreaterThan(2);
        assertThat(transcript.fault).isNull();
        assertNothingFollows(transcript);
    }

    @Test
    void usageIsReported() {
        Usage usage = reply(prompt(quick())).awaitEnd().usage;

        assertThat(usage).isNotNull();
        assertThat(usage.inputTokens()).isPositive();
        assertThat(usage.outputTokens()).isPositive();
    }

    @Test
    void theSamePromptHasTheSameAnswer() {
        String first = reply(prompt(quick())).awaitEnd().text();

        assertThat(reply(prompt(quick())).awaitEnd().text()).isEqualTo(first);
    }

    @Test
    void aReplyGoesOnFromWhereItWas() {
        String whole = reply(prompt(quick())).awaitEnd().text();
        for (int cut : new int[] {1, whole.length() / 3, whole.length() / 2, whole.length()}) {
            Transcript rest = reply(prompt(quick(), whole.substring(0, cut))).awaitEnd();

            assertThat(rest.text()).isEqualTo(whole.substring(cut));
            assertThat(rest.reason).isEqualTo(StopReason.END);
        }
    }

    @Test
    void aCancelSilencesAReply() {
        var transcript = new Transcript();
        ChatModel.Call call = model().reply(prompt(slow()), transcript);
        transcript.awaitPiece();

        call.cancel();
        call.cancel();

        assertNothingFollows(transcript);
        assertThat(transcript.ends).hasValue(0);
    }

    @Test
    void aCancelAtOnceSilencesAReply() {
        var transcript = new Transcript();

        model().reply(prompt(slow()), transcript).cancel();

        assertNothingFollows(transcript);
        assertThat(transcript.pieces).hasSizeLessThan(3);
    }

    @Test
    void aCancelAfterTheEndDoesNothing() {
        var transcript = new Transcript();
        ChatModel.Call call = model().reply(prompt(quick()), transcript);
        transcript.awaitEnd();

        call.cancel();

        assertThat(transcript.ends).hasValue(1);
        assertNothingFollows(transcript);
    }

    @Test
    void aThousandRepliesAtOnceDoNotMix() {
        String expected = reply(prompt(quick())).awaitEnd().text();
        var transcripts = new ArrayList<Transcript>();
        for (int i = 0; i < 1_000; i++) {
            transcripts.add(reply(prompt(quick())));
        }
        for (Transcript transcript : transcripts) {
            transcript.awaitEnd();
            assertThat(transcript.fault).isNull();
            assertThat(transcript.text()).isEqualTo(expected);
            assertThat(transcript.broken).isEmpty();
            assertThat(transcript.ends).hasValue(1);
        }
    }

    @Test
    void aSinkThatThrowsHarmsNobodyElse() {
        var transcripts = new ArrayList<Transcript>();
        for (int i = 0; i < 200; i++) {
            model().reply(prompt(quick()), new Thrower());
            transcripts.add(reply(prompt(quick())));
        }
        for (Transcript transcript : transcripts) {
            assertThat(transcript.awaitEnd().fault).isNull();
            assertThat(transcript.awaitEnd().reason).isEqualTo(StopReason.END);
        }
    }

    /// Waits a moment to see that no more comes.
    static void assertNothingFollows(Transcript transcript) {
        int pieces = transcript.pieces.size();
        await().pollInterval(Duration.ofMillis(10))
                .during(Duration.ofMillis(100))
                .atMost(Duration.ofSeconds(2))
                .until(() -> transcript.pieces.size() - pieces <= 1);
        assertThat(transcript.broken).isEmpty();
    }

    private static final class Thrower implements ChatModel.Sink {

        @Override
        public void text(String piece) {
            throw new IllegalStateException("a sink that is broken on purpose");
        }

        @Override
        public void completed(StopReason reason, @Nullable Usage usage) {
            throw new IllegalStateException("a sink that is broken on purpose");
        }

        @Override
        public void failed(ModelFault fault) {
            throw new IllegalStateException("a sink that is broken on purpose");
        }
    }
}
