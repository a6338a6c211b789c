package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubbub.conversation.ModelCatalog.Entry;
import dev.hubbub.conversation.ModelId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

final class ModelsTest {

    @Test
    void twoModelsNeedNothing() {
        try (Models models = Models.fromEnvironment(Map.of())) {
            assertThat(models.models())
                    .containsExactly(
                            new Entry(new ModelId("eliza"), "ELIZA (1966)", "built-in", 0),
                            new Entry(new ModelId("simulated"), "Simulated", "built-in", 0));
            assertThat(models.defaultModel()).isEqualTo(new ModelId("eliza"));
            assertThat(models.models()).allMatch(entry -> models.find(entry.id()) != null);
        }
    }

    @Test
    void parametersAreFoundAndOtherNamesAreNot() {
        try (Models models = Models.fromEnvironment(Map.of())) {
            assertThat(models.find(new ModelId("simulated:rate=20"))).isNotNull();
            assertThat(models.find(new ModelId("eliza:nonsense"))).isNotNull();
            assertThat(models.find(new ModelId("elizabeth"))).isNull();
            assertThat(models.find(new ModelId("gpt-4o"))).isNull();
        }
    }

    @Test
    void aKeyBringsOpenAisModels() {
        try (Models models = Models.fromEnvironment(Map.of("OPENAI_API_KEY", "sk-1"))) {
            assertThat(models.models())
                    .contains(new Entry(new ModelId("gpt-4o"), "gpt-4o", "openai", 128_000));
            assertThat(models.find(new ModelId("gpt-4o"))).isNotNull();
            assertThat(models.find(new ModelId("gpt-unlisted"))).isNull();
        }
    }

    @Test
    void theListOfModelsIsTheUsers() {
        try (Models models =
                Models.fromEnvironment(
                        Map.of("OPENAI_API_KEY", "sk-1", "OPENAI_MODELS", " a, b/c:free,,a"),
                        new ModelId("b/c:free"))) {
            assertThat(models.models())
                    .extracting(entry -> entry.id().value())
                    .containsExactly("a", "b/c:free", "eliza", "simulated");
            assertThat(models.defaultModel()).isEqualTo(new ModelId("b/c:free"));
        }
    }

    @Test
    void anotherServiceKnowsItsModelsItself() {
        try (Models models =
                Models.fromEnvironment(Map.of("OPENAI_BASE_URL", "http://localhost:1/v1/"))) {
            assertThat(models.models())
                    .extracting(entry -> entry.id().value())
                    .containsExactly("eliza", "simulated");
            assertThat(models.find(new ModelId("llama4"))).isNotNull();
        }
    }

    @Test
    void anUnknownDefaultIsExplained() {
        assertThatThrownBy(() -> Models.fromEnvironment(Map.of(), new ModelId("gpt-4o")))
                .hasMessage(
                        "the default model gpt-4o is not one of [eliza, simulated]; other models"
                                + " need OPENAI_API_KEY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:1234",
                "ftp://x/v1",
                "http://",
                "http://me:pw@x/v1",
                "http://x/v1?k=v",
                "a b"
            })
    void aBaseUrlThatIsNoneIsExplained(String url) {
        assertThatThrownBy(() -> Models.fromEnvironment(Map.of("OPENAI_BASE_URL", url)))
                .hasMessage(
                        "OPENAI_BASE_URL must be a plain address such as"
                                + " http://localhost:11434/v1");
    }

    @Test
    void aKeyThatIsNoneIsExplainedWithoutIt() {
        assertThatThrownBy(() -> Models.fromEnvironment(Map.of("OPENAI_API_KEY", "sk-1\nx")))
                .hasMessageContaining("OPENAI_API_KEY has a character")
                .hasMessageNotContaining("sk-1");
    }

    @Test
    void settingsDoNotShowTheKey() {
        assertThat(OpenAiSettings.fromEnvironment(Map.of("OPENAI_API_KEY", "sk-1")))
                .asString()
                .doesNotContain("sk-1");
    }

    @Test
    void aStallLimitThatIsNoneIsExplained() {
        assertThatThrownBy(() ->
                        Models.fromEnvironment(
                                Map.of(
                                        "OPENAI_API_KEY", "sk-1",
                                        "OPENAI_STALL_LIMIT", "soon")))
                .hasMessageStartingWith("Hubbub cannot take OPENAI_STALL_LIMIT=soon: ");
    }
}
