package dev.hubbub.cli;

import com.typesafe.config.ConfigFactory;

import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelCatalog.Entry;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.engine.Engine;
import dev.hubbub.engine.EngineConfig;
import dev.hubbub.model.Models;
import dev.hubbub.store.MemoryStore;
import dev.hubbub.store.SqliteStore;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.stream.Collectors;

/// The parts that run conversations in this process, put together.
final class Node implements AutoCloseable {

    private final ConversationStore store;
    private final Models models;
    private final Engine engine;

    private Node(ConversationStore store, Models models, Engine engine) {
        this.store = store;
        this.models = models;
        this.engine = engine;
    }

    /// Opens the store and starts an engine over it, with nothing configured.
    ///
    /// @param model what answers where nothing else was chosen, or null for the first there is
    static Node start(
            Surroundings surroundings,
            DataDirectory data,
            StoreChoice choice,
            @Nullable String model) {
        return start(surroundings, data, EngineConfig.DEFAULT, choice, model);
    }

    /// Opens the store and starts an engine over it.
    ///
    /// @param model what answers where nothing else was chosen, or null for the first there is
    static Node start(
            Surroundings surroundings,
            DataDirectory data,
            EngineConfig config,
            StoreChoice choice,
            @Nullable String model) {
        Models models = models(surroundings, model);
        try {
            ConversationStore store = open(choice, data);
            try {
                return new Node(store, models, Engine.start(config, store, models));
            } catch (Throwable failed) {
                store.close();
                throw failed;
            }
        } catch (Throwable failed) {
            models.close();
            throw failed;
        }
    }

    static ConversationStore open(StoreChoice choice, DataDirectory data) {
        return switch (choice) {
            case SQLITE -> SqliteStore.open(data.path());
            case MEMORY -> new MemoryStore();
        };
    }

    /// The models that the variables bring in.
    ///
    /// @param model the default, or null for the first there is
    static Models models(Surroundings surroundings, @Nullable String model) {
        if (model != null && !ModelId.isValid(model)) {
            throw Failure.usage("'%s' cannot be a model id; it has no blanks.".formatted(model));
        }
        try {
            return Models.open(
                    surroundings.variables(),
                    ConfigFactory.empty(),
                    model == null ? null : new ModelId(model));
        } catch (IllegalArgumentException wrong) {
            String said = String.valueOf(wrong.getMessage());
            // A variable or a key of the configuration keeps its spelling.
            boolean name = said.matches("(?s)[a-z]+\\..*");
            throw Failure.usage(
                    (name
                                    ? said
                                    : said.substring(0, 1).toUpperCase(Locale.ROOT)
                                            + said.substring(1))
                            + ".");
        }
    }

    /// The sentence for a model id that nothing answers to.
    static Failure unknownModel(String model, ModelCatalog models) {
        return Failure.usage(
                "There is no model '%s'; there are %s."
                        .formatted(
                                model,
                                models.models().stream()
                                        .map(Entry::id)
                                        .map(ModelId::value)
                                        .collect(Collectors.joining(", "))));
    }

    Engine engine() {
        return engine;
    }

    ModelCatalog models() {
        return models;
    }

    @Override
    public void close() {
        try {
            engine.close();
        } finally {
            try {
                store.close();
            } finally {
                models.close();
            }
        }
    }
}
