package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.StoreException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.concurrent.CompletionException;

final class FaultTest {

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void everyRefusalHasAStatusOfAnError(Refusal refusal) {
        Fault fault = Fault.of(refusal);
        assertThat(fault.status()).isBetween(400, 599);
        assertThat(fault.code()).isEqualTo(refusal.name().toLowerCase(java.util.Locale.ROOT));
        assertThat(fault.title()).doesNotContain("Unknown");
    }

    @Test
    void aChatThatIsNotThereIsNamed() {
        assertThat(Fault.of(Refusal.CONVERSATION_UNKNOWN, "x").detail())
                .isEqualTo("Chat not found: x");
        assertThat(Fault.of(Refusal.BUSY, "x")).isEqualTo(Fault.of(Refusal.BUSY));
    }

    @Test
    void aStoreThatFailsIsUnavailable() {
        var failure = new CompletionException(new StoreException("The disk is full."));
        assertThat(Fault.of(failure)).isEqualTo(Fault.of(Refusal.STORE_UNAVAILABLE));
    }

    @Test
    void aDefectIsNotTold() {
        Fault fault = Fault.of(new IllegalStateException("secret"));
        assertThat(fault.status()).isEqualTo(500);
        assertThat(fault.detail()).doesNotContain("secret");
    }

    @Test
    void aProblemSaysWhatToDo() {
        var problem =
                Running.parse(
                        new String(
                                Wire.problem(Fault.of(Refusal.BUSY)),
                                java.nio.charset.StandardCharsets.UTF_8));
        assertThat(problem.get("status").asInt()).isEqualTo(409);
        assertThat(problem.get("title").asText()).isEqualTo("Conflict");
        assertThat(problem.get("code").asText()).isEqualTo("busy");
        assertThat(problem.get("detail").asText()).contains("stop it first");
    }
}
