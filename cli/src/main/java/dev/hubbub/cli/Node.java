package dev.hubbub.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelCatalog.Entry;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.UsageLedger;
import dev.hubbub.engine.Engine;
import dev.hubbub.engine.EngineConfig;
import dev.hubbub.model.Models;
import dev.hubbub.model.RouteConfig;
import dev.hubbub.model.Routing;
import dev.hubbub.model.RoutingConfig;
import dev.hubbub.store.CsvStore;
import dev.hubbub.store.MemoryStore;
import dev.hubbub.store.SqliteStore;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The parts that run conversations in this process, put together.
final class Node implements AutoCloseable {

    private final Ground ground;
    private final Engine engine;

    private Node(Ground ground, Engine engine) {
        this.ground = ground;
        this.engine = engine;
    }

    /// What conversations are run on.
    record Ground(ConversationStore store, ModelCatalog models) implements AutoCloseable {

        /// Opens both.
        ///
        /// @param configured the section `hubbub.models`
        /// @param model what answers where nothing else was chosen, or null for the first there is
        static Ground open(
                Surroundings surroundings,
                DataDirectory data,
                Config configured,
                StoreChoice choice,
                @Nullable String model) {
            Models models = unrouted(surroundings, configured, model);
            try {
                ConversationStore store = Node.open(choice, data);
                try {
                    return new Ground(store, routed(configured, models, model, store));
                } catch (Throwable failed) {
                    store.close();
                    throw failed;
                }
            } catch (Throwable failed) {
                models.close();
                throw failed;
            }
        }

        @Override
        public void close() {
            try {
                store.close();
            } finally {
                models.close();
            }
        }
    }

    /// Opens the store and starts an engine over it, with nothing configured.
    ///
    /// @param model what answers where nothing else was chosen, or null for the first there is
    static Node start(
            Surroundings surroundings,
            DataDirectory data,
            StoreChoice choice,
            @Nullable String model) {
        return start(
                surroundings, data, EngineConfig.DEFAULT, ConfigFactory.empty(), choice, model);
    }

    /// Opens the store and starts an engine over it.
    ///
    /// @param configured the section `hubbub.models`
    /// @param model what answers where nothing else was chosen, or null for the first there is
    static Node start(
            Surroundings surroundings,
            DataDirectory data,
            EngineConfig config,
            Config configured,
            StoreChoice choice,
            @Nullable String model) {
        Ground ground = Ground.open(surroundings, data, configured, choice, model);
        try {
            return new Node(ground, Engine.start(config, ground.store(), ground.models()));
        } catch (Throwable failed) {
            ground.close();
            throw failed;
        }
    }

    /// The models that routes lead to, for a default that may be a route itself.
    static Models unrouted(Surroundings surroundings, Config configured, @Nullable String model) {
        return models(
                surroundings,
                configured,
                routeOf(routing(configured), model) == null ? model : null);
    }

    /// Pools, routes and budgets around them, for looking at: nothing was used yet.
    static ModelCatalog routed(Config configured, Models models, @Nullable String model) {
        return routed(configured, models, model, new MemoryStore());
    }

    private static ModelCatalog routed(
            Config configured, Models models, @Nullable String model, UsageLedger ledger) {
        RoutingConfig routing = routing(configured);
        ModelId route = routeOf(routing, model);
        return checked(() -> new Routing(models, routing, ledger, Clock.systemUTC(), route));
    }

    private static RoutingConfig routing(Config configured) {
        return checked(() -> RoutingConfig.from(configured.atPath("hubbub.models")));
    }

    private static @Nullable ModelId routeOf(RoutingConfig routing, @Nullable String model) {
        for (RouteConfig route : routing.routes()) {
            if (route.id().value().equals(model)) {
                return route.id();
            }
        }
        return null;
    }

    static ConversationStore open(StoreChoice choice, DataDirectory data) {
        return switch (choice) {
            case SQLITE -> SqliteStore.open(data.path());
            case CSV -> CsvStore.open(data.path());
            case MEMORY -> new MemoryStore();
        };
    }

    /// The models that the variables and the configuration bring in, without pools and routes.
    ///
    /// @param configured the section `hubbub.models`
    /// @param model the default, or null for the first there is
    static Models models(Surroundings surroundings, Config configured, @Nullable String model) {
        if (model != null && !ModelId.isValid(model)) {
            throw Failure.usage("'%s' cannot be a model id; it has no blanks.".formatted(model));
        }
        return checked(() ->
                Models.open(
                        surroundings.variables(),
                        configured,
                        model == null ? null : new ModelId(model)));
    }

    /// What is wrong with the configuration is told as such.
    private static <T> T checked(Supplier<T> opening) {
        try {
            return opening.get();
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
        return ground.models();
    }

    @Override
    public void close() {
        try {
            engine.close();
        } finally {
            ground.close();
        }
    }
}
