package dev.hubbub.model;

import dev.hubbub.conversation.ModelId;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// How to reach a service that speaks OpenAI's protocol, from the variables `OPENAI_API_KEY`,
/// `OPENAI_BASE_URL`, `OPENAI_MODELS` and `OPENAI_STALL_LIMIT`.
///
/// @param baseUrl ends without a slash; `/chat/completions` is added to it
/// @param key null when none is to be sent
/// @param models what to list, the most useful first
/// @param stallLimit how long the service may send nothing, before its first byte or between two
record OpenAiSettings(
        String baseUrl, @Nullable String key, List<ModelId> models, Duration stallLimit) {

    static final String KEY_VARIABLE = "OPENAI_API_KEY";
    static final String BASE_URL_VARIABLE = "OPENAI_BASE_URL";
    static final String MODELS_VARIABLE = "OPENAI_MODELS";
    static final String STALL_LIMIT_VARIABLE = "OPENAI_STALL_LIMIT";

    static final Duration STALL_LIMIT = Duration.ofSeconds(60);
    private static final Duration STALL_LIMIT_MAX = Duration.ofHours(1);

    private static final String OPENAI_BASE_URL = "https://api.openai.com/v1";
    private static final String OPENAI_MODELS = "gpt-4o-mini,gpt-4o,gpt-4.1-mini,gpt-4.1";

    /// Context sizes of the models that people ask for most, in tokens.
    private static final Map<String, Integer> TOKENS_MAX =
            Map.of(
                    "gpt-4o-mini", 128_000,
                    "gpt-4o", 128_000,
                    "gpt-4.1-nano", 1_047_576,
                    "gpt-4.1-mini", 1_047_576,
                    "gpt-4.1", 1_047_576);

    OpenAiSettings {
        models = List.copyOf(models);
    }

    /// The settings, or null when neither a key nor a base URL is there.
    ///
    /// @throws IllegalArgumentException with a sentence for the user that names the variable at
    ///   fault
    static @Nullable OpenAiSettings fromEnvironment(Map<String, String> environment) {
        String key = environment.getOrDefault(KEY_VARIABLE, "").strip();
        String url = environment.getOrDefault(BASE_URL_VARIABLE, "").strip();
        if (key.isEmpty() && url.isEmpty()) {
            return null;
        }
        if (!key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(
                    KEY_VARIABLE + " has a character in it that no key has; copy the key again");
        }
        String baseUrl = url.isEmpty() ? OPENAI_BASE_URL : checkedUrl(url);
        boolean own = !baseUrl.equals(OPENAI_BASE_URL);
        String models = environment.getOrDefault(MODELS_VARIABLE, own ? "" : OPENAI_MODELS);
        return new OpenAiSettings(
                baseUrl,
                key.isEmpty() ? null : key,
                Arrays.stream(models.split(","))
                        .map(String::strip)
                        .filter(model -> !model.isEmpty())
                        .distinct()
                        .map(OpenAiSettings::checkedModel)
                        .toList(),
                stallLimit(environment.getOrDefault(STALL_LIMIT_VARIABLE, "").strip()));
    }

    /// Whether the service is another than OpenAI's, of whose models only it knows.
    boolean isOwnService() {
        return !baseUrl.equals(OPENAI_BASE_URL);
    }

    boolean serves(ModelId id) {
        return isOwnService() || models.contains(id);
    }

    String host() {
        return URI.create(baseUrl).getRawAuthority();
    }

    String provider() {
        return isOwnService() ? host() : "openai";
    }

    static int tokensMax(ModelId id) {
        return TOKENS_MAX.getOrDefault(id.value(), 0);
    }

    /// Without the key.
    @Override
    public String toString() {
        return "OpenAiSettings[" + baseUrl + ", models " + models + "]";
    }

    private static String checkedUrl(String url) {
        String stripped = url.replaceAll("/+$", "");
        try {
            var uri = new URI(stripped);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean plain =
                    uri.getRawUserInfo() == null
                            && uri.getRawQuery() == null
                            && uri.getRawFragment() == null;
            if (web && plain && uri.getHost() != null) {
                return stripped;
            }
        } catch (URISyntaxException e) {
            // Told below; what was given may hold a password.
        }
        throw new IllegalArgumentException(
                BASE_URL_VARIABLE + " must be a plain address such as http://localhost:11434/v1");
    }

    private static ModelId checkedModel(String model) {
        if (!ModelId.isValid(model)) {
            throw new IllegalArgumentException(
                    MODELS_VARIABLE
                            + " must be the names of models with commas between them, such as "
                            + OPENAI_MODELS);
        }
        return new ModelId(model);
    }

    private static Duration stallLimit(String text) {
        if (text.isEmpty()) {
            return STALL_LIMIT;
        }
        var parameters = new Parameters("Hubbub", Map.of(STALL_LIMIT_VARIABLE, text));
        Duration limit = parameters.duration(STALL_LIMIT_VARIABLE, STALL_LIMIT, STALL_LIMIT_MAX);
        if (limit.toMillis() == 0) {
            throw parameters.bad(STALL_LIMIT_VARIABLE, "more than no time, such as 60s");
        }
        return limit;
    }
}
