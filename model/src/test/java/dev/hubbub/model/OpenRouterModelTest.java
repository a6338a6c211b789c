package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.StopReason;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OpenRouterModelTest extends ServiceContract {

    OpenRouterModelTest() {
        super(Vendor.OPENROUTER, Dialect.OPENAI, "meta-llama/");
    }

    @ParameterizedTest
    @CsvSource({"length, LENGTH", "content_filter, FILTERED"})
    void theReasonOfTheEndIsTold(String reason, StopReason expected) {
        assertThat(ask("reason-" + reason).reason).isEqualTo(expected);
    }

    @Test
    void aFreeModelCostsNothing() {
        assertThat(ask("any:free").usage)
                .isNotNull()
                .satisfies(usage -> assertThat(usage.costNanos()).isZero());
    }
}
