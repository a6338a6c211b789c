package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.StopReason;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OllamaModelTest extends ServiceContract {

    OllamaModelTest() {
        super(Vendor.OLLAMA, Dialect.OLLAMA, "");
    }

    @ParameterizedTest
    @CsvSource({"length, LENGTH", "unload, END"})
    void theReasonOfTheEndIsTold(String reason, StopReason expected) {
        assertThat(ask("reason-" + reason).reason).isEqualTo(expected);
    }

    @Test
    void theRequestIsOllamas() {
        ask("quick");

        assertThat(peer.paths).containsExactly("/api/chat");
        assertThat(peer.bodies.getFirst().getBoolean("stream")).isTrue();
    }
}
