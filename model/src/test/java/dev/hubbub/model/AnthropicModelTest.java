package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ChatModel.Prompt;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

final class AnthropicModelTest extends ServiceContract {

    AnthropicModelTest() {
        super(Vendor.ANTHROPIC, Dialect.ANTHROPIC, "claude-");
    }

    @Override
    String sentKey() {
        return "sk-secret";
    }

    @ParameterizedTest
    @CsvSource({"max_tokens, LENGTH", "refusal, FILTERED", "stop_sequence, END", "pause_turn, END"})
    void theReasonOfTheEndIsTold(String reason, StopReason expected) {
        assertThat(ask("reason-" + reason).reason).isEqualTo(expected);
    }

    @Test
    void theRequestIsAnthropics() {
        ask("opus-4-1");

        assertThat(peer.paths).containsExactly("/v1/messages");
        assertThat(peer.headers.getFirst()).containsEntry("anthropic-version", "2023-06-01");
        assertThat(peer.bodies.getFirst().getInteger("max_tokens")).isEqualTo(32_000);
    }

    @Test
    void aHistoryThatTheModelBeganIsBegunByTheUser() {
        var transcript = new Transcript();
        model().reply(
                        new Prompt(
                                quick(),
                                null,
                                List.of(
                                        new Prompt.Line(Role.ASSISTANT, "Hello!"),
                                        new Prompt.Line(Role.USER, "Hi.")),
                                ""),
                        transcript);

        assertWhole(transcript.awaitEnd());
        assertThat(peer.dialect().messages(peer.bodies.getFirst()))
                .containsExactly("user: " + Messages.BEFORE, "assistant: Hello!", "user: Hi.");
    }
}
