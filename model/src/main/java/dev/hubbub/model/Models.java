package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelId;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The models that this program can call: `eliza` and `simulated` always, and those of a service
/// that speaks OpenAI's protocol when `OPENAI_API_KEY` or `OPENAI_BASE_URL` is set.
///
/// With a base URL other than OpenAI's, every id that is not built in is that service's;
/// `OPENAI_MODELS` says which to list. OpenAI's own are those listed.
///
/// An id with wrong parameters is found; asking it for a reply fails with a sentence that says what
/// is wrong. Replies that are still being made when the models are closed end without a word.
public final class Models implements ModelCatalog {

    /// What answers when nothing else was asked for: it needs no key and no network.
    public static final ModelId ELIZA = new ModelId(ElizaModel.NAME);

    public static final ModelId SIMULATED = new ModelId(SimulatedModel.NAME);

    private static final String BUILT_IN = "built-in";

    private final Wheel wheel = new Wheel();
    private final ChatModel eliza = new ElizaModel(wheel);
    private final ChatModel simulated = new SimulatedModel(wheel);
    private final @Nullable OpenAiSettings openAiSettings;
    private final @Nullable OpenAiModel openAi;
    private final List<Entry> models;
    private final ModelId defaultModel;

    private Models(@Nullable OpenAiSettings openAiSettings, ModelId defaultModel) {
        this.openAiSettings = openAiSettings;
        this.defaultModel = defaultModel;
        openAi = openAiSettings == null ? null : new OpenAiModel(openAiSettings);
        models = entries(openAiSettings);
    }

    /// The models that these variables, such as the process's environment, make available.
    ///
    /// @throws IllegalArgumentException with a sentence for the user when a variable is wrong
    public static Models fromEnvironment(Map<String, String> environment) {
        return fromEnvironment(environment, ELIZA);
    }

    /// The same with a default of the caller's choice.
    ///
    /// @param defaultModel must be one that is found
    /// @throws IllegalArgumentException with a sentence for the user when something is wrong
    public static Models fromEnvironment(Map<String, String> environment, ModelId defaultModel) {
        OpenAiSettings settings = OpenAiSettings.fromEnvironment(environment);
        if (!isBuiltIn(defaultModel) && (settings == null || !settings.serves(defaultModel))) {
            throw new IllegalArgumentException(
                    "the default model %s is not one of %s; other models need %s"
                            .formatted(
                                    defaultModel,
                                    entries(settings).stream().map(Entry::id).toList(),
                                    settings == null
                                            ? OpenAiSettings.KEY_VARIABLE
                                            : OpenAiSettings.MODELS_VARIABLE));
        }
        return new Models(settings, defaultModel);
    }

    @Override
    public @Nullable ChatModel find(ModelId id) {
        if (isNamed(id, ElizaModel.NAME)) {
            return eliza;
        }
        if (isNamed(id, SimulatedModel.NAME)) {
            return simulated;
        }
        return openAiSettings != null && openAiSettings.serves(id) ? openAi : null;
    }

    @Override
    public List<Entry> models() {
        return models;
    }

    @Override
    public ModelId defaultModel() {
        return defaultModel;
    }

    @Override
    public void close() {
        wheel.close();
        if (openAi != null) {
            openAi.close();
        }
    }

    private static List<Entry> entries(@Nullable OpenAiSettings settings) {
        var entries = new ArrayList<Entry>();
        if (settings != null) {
            for (ModelId id : settings.models()) {
                int tokensMax = OpenAiSettings.tokensMax(id);
                entries.add(new Entry(id, id.value(), settings.provider(), tokensMax));
            }
        }
        entries.add(new Entry(ELIZA, "ELIZA (1966)", BUILT_IN, 0));
        entries.add(new Entry(SIMULATED, "Simulated", BUILT_IN, 0));
        return List.copyOf(entries);
    }

    private static boolean isBuiltIn(ModelId id) {
        return isNamed(id, ElizaModel.NAME) || isNamed(id, SimulatedModel.NAME);
    }

    /// Whether an id is this name, with parameters or without.
    private static boolean isNamed(ModelId id, String name) {
        String text = id.value();
        return text.startsWith(name)
                && (text.length() == name.length() || text.charAt(name.length()) == ':');
    }
}
