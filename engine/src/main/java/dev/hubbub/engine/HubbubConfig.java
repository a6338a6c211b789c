package dev.hubbub.engine;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// What a [Hubbub] is started with. Immutable and safe for use by many threads.
///
/// ```java
/// HubbubConfig.inDirectory(Path.of("chats")).withModel("parrot", new Parrot())
/// ```
public final class HubbubConfig {

    /// How many conversations one call may start unless told otherwise.
    public static final int STARTS_MAX = 1_000_000;

    private final Storage storage;
    private final Map<ModelId, ChatModel> models;
    private final @Nullable ModelCatalog catalog;
    private final @Nullable ModelId defaultModel;
    private final UserId owner;
    private final int startsMax;
    private final EngineConfig engine;

    private HubbubConfig(
            Storage storage,
            Map<ModelId, ChatModel> models,
            @Nullable ModelCatalog catalog,
            @Nullable ModelId defaultModel,
            UserId owner,
            int startsMax,
            EngineConfig engine) {
        this.storage = storage;
        this.models = models;
        this.catalog = catalog;
        this.defaultModel = defaultModel;
        this.owner = owner;
        this.startsMax = startsMax;
        this.engine = engine;
    }

    /// Where conversations are kept.
    sealed interface Storage {

        record Memory() implements Storage {}

        record Directory(Path path) implements Storage {}

        record Given(ConversationStore store) implements Storage {}
    }

    /// Keeps conversations in memory: gone when the [Hubbub] is closed.
    public static HubbubConfig inMemory() {
        return with(new Storage.Memory());
    }

    /// Keeps conversations in this directory, made when it is not there: they outlive the program,
    /// and replies that a crash cut short go on at the next start. One process uses a directory at
    /// a time.
    public static HubbubConfig inDirectory(Path directory) {
        return with(new Storage.Directory(Objects.requireNonNull(directory, "directory")));
    }

    /// Keeps conversations in a store of the caller's, who closes it after the [Hubbub].
    public static HubbubConfig inStore(ConversationStore store) {
        return with(new Storage.Given(Objects.requireNonNull(store, "store")));
    }

    private static HubbubConfig with(Storage storage) {
        return new HubbubConfig(
                storage, Map.of(), null, null, UserId.LOCAL, STARTS_MAX, EngineConfig.DEFAULT);
    }

    /// Adds a model, beside those that are there anyway. It answers for its name, and for its name
    /// followed by a colon and parameters, which it finds in its prompt. It is not closed with the
    /// [Hubbub]. A second one of the same name takes the place of the first.
    ///
    /// @param name 1 to [ModelId#CHARS_MAX] visible ASCII characters, no blanks
    /// @throws IllegalArgumentException when no model could have that name
    public HubbubConfig withModel(String name, ChatModel model) {
        var more = new LinkedHashMap<>(models);
        more.put(
                new ModelId(Objects.requireNonNull(name, "name")),
                Objects.requireNonNull(model, "model"));
        return new HubbubConfig(
                storage,
                Collections.unmodifiableMap(more),
                catalog,
                defaultModel,
                owner,
                startsMax,
                engine);
    }

    /// Has these models answer instead of those that are there anyway: of a program that knows its
    /// models from elsewhere than the environment. They are not closed with the [Hubbub], and their
    /// default is the default unless [#withDefaultModel] says otherwise.
    public HubbubConfig withModels(ModelCatalog value) {
        Objects.requireNonNull(value, "models");
        return new HubbubConfig(storage, models, value, defaultModel, owner, startsMax, engine);
    }

    /// What answers in conversations that are not told otherwise. Unless this is said it is
    /// `eliza`, which needs no key and no network.
    ///
    /// @param name one that is found when the [Hubbub] starts
    /// @throws IllegalArgumentException when no model could have that name
    public HubbubConfig withDefaultModel(String name) {
        var id = new ModelId(Objects.requireNonNull(name, "name"));
        return new HubbubConfig(storage, models, catalog, id, owner, startsMax, engine);
    }

    /// Whose conversations they are, and who asks. Unless this is said it is [UserId#LOCAL].
    public HubbubConfig withOwner(UserId value) {
        Objects.requireNonNull(value, "owner");
        return new HubbubConfig(storage, models, catalog, defaultModel, value, startsMax, engine);
    }

    /// How many conversations one call of [Hubbub#startConversations] may start, at least 1. A
    /// guard against a slip of the keyboard: unless this is said, [#STARTS_MAX].
    public HubbubConfig withStartsMax(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("startsMax is at least 1, not " + value);
        }
        return new HubbubConfig(storage, models, catalog, defaultModel, owner, value, engine);
    }

    /// How the engine beneath is sized: memory, history given to models, time-outs.
    public HubbubConfig withEngine(EngineConfig value) {
        Objects.requireNonNull(value, "engine");
        return new HubbubConfig(storage, models, catalog, defaultModel, owner, startsMax, value);
    }

    Storage storage() {
        return storage;
    }

    Map<ModelId, ChatModel> models() {
        return models;
    }

    @Nullable ModelCatalog catalog() {
        return catalog;
    }

    @Nullable ModelId defaultModel() {
        return defaultModel;
    }

    UserId owner() {
        return owner;
    }

    int startsMax() {
        return startsMax;
    }

    EngineConfig engine() {
        return engine;
    }
}
