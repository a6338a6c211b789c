package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelCatalog.Entry;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Price;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
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
                    .contains(
                            new Entry(
                                    new ModelId("gpt-4o"),
                                    "gpt-4o",
                                    "openai",
                                    128_000,
                                    true,
                                    new Price(2_500, 10_000)));
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
                                + " need a key or an address such as OPENAI_API_KEY");
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
                                + " http://localhost:8000/v1");
    }

    @Test
    void aKeyThatIsNoneIsExplainedWithoutIt() {
        assertThatThrownBy(() -> Models.fromEnvironment(Map.of("OPENAI_API_KEY", "sk-1\nx")))
                .hasMessageContaining("OPENAI_API_KEY has a character")
                .hasMessageNotContaining("sk-1");
    }

    @Test
    void nothingShowsAKey() {
        var service =
                new Service(
                        Vendor.OPENAI,
                        "https://api.openai.com/v1",
                        false,
                        "sk-1",
                        List.of(),
                        Duration.ofSeconds(1));

        assertThat(service).asString().doesNotContain("sk-1");
    }

    @Test
    void eachKeyBringsItsModels() {
        try (Models models =
                Models.open(
                        Map.of(
                                "ANTHROPIC_API_KEY", "a",
                                "GEMINI_API_KEY", "b",
                                "OPENROUTER_API_KEY", "c"),
                        ConfigFactory.empty(),
                        null)) {
            assertThat(models.providers()).containsExactly("anthropic", "gemini", "openrouter");
            assertThat(models.models())
                    .extracting(Entry::provider)
                    .containsOnly("anthropic", "gemini", "openrouter", "built-in");
            assertThat(models.defaultModel()).isEqualTo(new ModelId("claude-sonnet-4-5"));
            assertThat(endpoint(models, "claude-sonnet-4-5-20250929")).isEqualTo("anthropic");
            assertThat(endpoint(models, "gemini-3-pro-preview")).isEqualTo("gemini");
            assertThat(endpoint(models, "gemini-x?a=b")).isNull();
            assertThat(endpoint(models, "deepseek/deepseek-r1:free")).isEqualTo("openrouter");
            assertThat(endpoint(models, "gpt-4o")).isNull();
        }
    }

    @Test
    void openRoutersDefaultIsMaverick() {
        try (Models models =
                Models.open(Map.of("OPENROUTER_API_KEY", "c"), ConfigFactory.empty(), null)) {
            assertThat(models.defaultModel())
                    .isEqualTo(new ModelId("meta-llama/llama-4-maverick:free"));
            assertThat(models.models().getFirst().price()).isEqualTo(new Price(0, 0));
        }
    }

    @Test
    void anIdThatNobodyListsIsTheOwnServersBeforeOllamas() {
        Map<String, String> both =
                Map.of(
                        "OPENAI_BASE_URL", "http://localhost:1/v1",
                        "OLLAMA_BASE_URL", "http://localhost:1",
                        "OLLAMA_MODELS", "qwen3:8b");
        try (Models models = Models.fromEnvironment(both)) {
            assertThat(endpoint(models, "anything")).isEqualTo("openai");
            assertThat(endpoint(models, "qwen3:8b")).isEqualTo("ollama");
            assertThat(models.find(new ModelId("eliza"))).isNotNull();
        }
    }

    @Test
    void anOllamaSaysWhichModelsItHas() {
        try (Peer peer = new Peer(Dialect.OLLAMA, "");
                Models models =
                        Models.open(
                                Map.of("OLLAMA_BASE_URL", peer.baseUrl() + "/"),
                                ConfigFactory.empty(),
                                null)) {
            assertThat(models.defaultModel()).isEqualTo(new ModelId("llava:7b"));
            assertThat(models.models())
                    .contains(
                            new Entry(
                                    new ModelId("llava:7b"),
                                    "llava:7b",
                                    "ollama",
                                    0,
                                    true,
                                    new Price(0, 0)))
                    .extracting(entry -> entry.id().value())
                    .containsExactly("llava:7b", "qwen3:8b", "eliza", "simulated");
            models.models();
            assertThat(peer.paths).as("asked once").containsExactly("/api/tags");
        }
    }

    @Test
    void noMoreOfAnOllamasModelsAreListedThanMayBe() {
        try (Peer peer = new Peer(Dialect.OLLAMA, "");
                Models models =
                        Models.open(
                                Map.of("OLLAMA_BASE_URL", peer.baseUrl()),
                                ConfigFactory.parseString("listing.max = 1"),
                                null)) {
            assertThat(models.currentModels().toCompletableFuture().join())
                    .extracting(entry -> entry.id().value())
                    .containsExactly("llava:7b", "eliza", "simulated");
        }
    }

    @Test
    void anOllamaThatIsNotThereHoldsNobodyUp() {
        try (Models models =
                Models.open(
                        Map.of("OLLAMA_BASE_URL", "http://localhost:1"),
                        ConfigFactory.parseString("listing.limit = 200ms"),
                        null)) {
            assertThat(models.defaultModel()).isEqualTo(Models.ELIZA);
            assertThat(endpoint(models, "qwen3:8b")).isEqualTo("ollama");
        }
    }

    @Test
    void theConfigurationIsLaidOverWhatIsKnown() {
        Config config =
                ConfigFactory.parseString(
                        """
                        openai { models = [gpt-4o, mine], stall-limit = 5s }
                        known."gpt-4o" { output = 1.125, input = 0, context = 5 }
                        known.mine { name = "My own", images = true }
                        """);
        try (Models models = Models.open(Map.of("OPENAI_API_KEY", "sk-1"), config, null)) {
            assertThat(models.models().subList(0, 2))
                    .containsExactly(
                            new Entry(
                                    new ModelId("gpt-4o"),
                                    "gpt-4o",
                                    "openai",
                                    5,
                                    false,
                                    new Price(0, 1_125)),
                            new Entry(new ModelId("mine"), "My own", "openai", 0, true, null));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "openai.stal-limit = 5s | hubbub.models.openai does not know 'stal-limit'; it takes"
                        + " base-url, models, stall-limit",
                "openai.stall-limit = soon | hubbub.models.openai.stall-limit is wrong:",
                "openai.stall-limit = 2h | hubbub.models.openai.stall-limit must be a time from 1ms"
                        + " to 3600s",
                "gemini.base-url = nowhere | hubbub.models.gemini.base-url must be a plain address"
                        + " such as https://generativelanguage.googleapis.com",
                "gemini = 5 | hubbub.models.gemini is wrong:",
                "connections.max = 0 | hubbub.models.connections.max must be a number from 1 to"
                        + " 60000",
                "listing.max = 10001 | hubbub.models.listing.max must be a number from 1 to 10000",
                "known.a.price = 1 | hubbub.models.known.\"a\" does not know 'price'",
                "known.a.input = 1 | hubbub.models.known.\"a\" must have both of input and output",
                "known.a { input = 1, output = 0.0001 } | hubbub.models.known.\"a\".output must be"
                        + " US dollars for a million tokens",
                "known.a.context = -1 | hubbub.models.known.\"a\".context must be a number of"
                        + " tokens, or 0"
            })
    void aConfigurationThatIsWrongIsExplained(String config, String sentence) {
        assertThatThrownBy(() ->
                        Models.open(
                                Map.of("OPENAI_API_KEY", "sk-1"),
                                ConfigFactory.parseString(config),
                                null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(sentence);
    }

    @Test
    void sectionsOfOthersAreLeftAlone() {
        try (Models models =
                Models.open(Map.of(), ConfigFactory.parseString("routes.fast = [eliza]"), null)) {
            assertThat(models.defaultModel()).isEqualTo(Models.ELIZA);
        }
    }

    private static @Nullable String endpoint(Models models, String id) {
        ChatModel found = models.find(new ModelId(id));
        return models.endpoints().entrySet().stream()
                .filter(entry -> entry.getValue().equals(found))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
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
