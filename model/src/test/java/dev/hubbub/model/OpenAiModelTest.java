package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.StopReason;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OpenAiModelTest extends ServiceContract {

    OpenAiModelTest() {
        super(Vendor.OPENAI, Dialect.OPENAI, "");
    }

    @ParameterizedTest
    @CsvSource({"length, LENGTH", "content_filter, FILTERED", "tool_calls, END", "eos, END"})
    void theReasonOfTheEndIsTold(String reason, StopReason expected) {
        assertThat(ask("reason-" + reason).reason).isEqualTo(expected);
    }

    @Test
    void usageIsAskedFor() {
        ask("quick");

        assertThat(peer.paths).containsExactly("/v1/chat/completions");
        assertThat(peer.bodies.getFirst().getString("model")).isEqualTo("quick");
        assertThat(peer.bodies.getFirst().getBoolean("stream")).isTrue();
        assertThat(
                        peer.bodies
                                .getFirst()
                                .getJsonObject("stream_options")
                                .getBoolean("include_usage"))
                .isTrue();
    }
}
