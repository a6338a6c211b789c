package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.StopReason;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;

final class GeminiModelTest extends ServiceContract {

    GeminiModelTest() {
        super(Vendor.GEMINI, Dialect.GEMINI, "gemini-");
    }

    @Override
    String sentKey() {
        return "sk-secret";
    }

    @ParameterizedTest
    @CsvSource({
        "MAX_TOKENS, LENGTH",
        "SAFETY, FILTERED",
        "IMAGE_SAFETY, FILTERED",
        "OTHER, END",
        "A_REASON_OF_TOMORROW, END"
    })
    void theReasonOfTheEndIsTold(String reason, StopReason expected) {
        assertThat(ask("reason-" + reason).reason).isEqualTo(expected);
    }

    @Test
    void theRequestIsGeminis() {
        ask("quick");

        assertThat(peer.paths).containsExactly("/v1beta/models/gemini-quick:streamGenerateContent");
    }

    @Test
    void aPromptThatIsNotToBeAnsweredIsFiltered() {
        Transcript transcript = ask("blocked");

        assertThat(transcript.reason).isEqualTo(StopReason.FILTERED);
        assertThat(transcript.pieces).isEmpty();
    }

    @Test
    void aWrongKeyIsToldApart() {
        assertFault(
                ask("wrong-key"),
                "",
                new ModelFault(
                        ModelFault.Kind.UNAUTHORIZED,
                        peer.host() + " does not accept the key (400): check GEMINI_API_KEY."));
    }

    @Test
    void aDelayInsideAnErrorIsRead() {
        assertThat(ask("delay").fault)
                .isNotNull()
                .satisfies(
                        fault -> assertThat(fault.retryAfter()).isEqualTo(Duration.ofSeconds(38)));
    }
}
