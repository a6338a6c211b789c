package dev.hubbub.engine;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelId;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/// The store and the models of a [Hubbub], opened as its configuration says; those that come from
/// elsewhere are not closed.
///
/// @param room for more conversations
record Parts(ConversationStore store, ModelCatalog models, Room room, List<AutoCloseable> ours) {

    static Parts open(HubbubConfig config) {
        var ours = new ArrayList<AutoCloseable>();
        try {
            ModelCatalog models = models(config, ours);
            ConversationStore store = store(config.storage(), ours);
            Room room =
                    store.loadsAtOnce()
                            ? Room.inMemory()
                            : Room.onDisk(config.engine().residentBytesMax());
            return new Parts(store, models, room, List.copyOf(ours));
        } catch (Throwable failed) {
            close(ours);
            throw failed;
        }
    }

    void close() {
        close(ours);
    }

    private static void close(List<AutoCloseable> ours) {
        RuntimeException failure = null;
        for (AutoCloseable each : ours.reversed()) {
            try {
                each.close();
            } catch (Exception failed) {
                if (failure == null) {
                    failure = new IllegalStateException("a part could not be closed", failed);
                } else {
                    failure.addSuppressed(failed);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static ConversationStore store(HubbubConfig.Storage storage, List<AutoCloseable> ours) {
        return switch (storage) {
            case HubbubConfig.Storage.Given(var given) -> given;
            case HubbubConfig.Storage.Memory _ -> kept(stores().inMemory(), ours);
            case HubbubConfig.Storage.Directory(var path) ->
                    kept(stores().inDirectory(path.toString()), ours);
        };
    }

    private static ConversationStore.Provider stores() {
        var found = service(ConversationStore.Provider.class);
        if (found == null) {
            throw new IllegalStateException(
                    "No store is on the class path: add dev.hubbub:hubbub-store at run time, or"
                            + " give one with HubbubConfig.inStore.");
        }
        return found;
    }

    private static ModelCatalog models(HubbubConfig config, List<AutoCloseable> ours) {
        ModelCatalog given = config.catalog();
        ModelCatalog base = given == null ? found(ours) : given;
        if (base == null && config.models().isEmpty()) {
            throw new IllegalStateException(
                    "No models are on the class path: add dev.hubbub:hubbub-model at run time, or"
                            + " give one with HubbubConfig.withModel.");
        }
        ModelId chosen = config.defaultModel();
        if (chosen == null) {
            chosen =
                    base == null ? config.models().keySet().iterator().next() : base.defaultModel();
        }
        var catalog = new AddedModels(config.models(), base, chosen);
        if (catalog.find(chosen) == null) {
            throw new IllegalArgumentException(
                    "The default model %s is not there; there are %s."
                            .formatted(
                                    chosen,
                                    catalog.models().stream()
                                            .map(ModelCatalog.Entry::id)
                                            .toList()));
        }
        return catalog;
    }

    /// Those that the class path and the environment bring; null when there are none.
    private static @Nullable ModelCatalog found(List<AutoCloseable> ours) {
        var provider = service(ModelCatalog.Provider.class);
        return provider == null ? null : kept(provider.open(System.getenv()), ours);
    }

    private static <T extends AutoCloseable> T kept(T opened, List<AutoCloseable> ours) {
        ours.add(opened);
        return opened;
    }

    /// From where this class came: a thread's own class loader may know nothing of it.
    private static <T> @Nullable T service(Class<T> type) {
        return ServiceLoader.load(type, Parts.class.getClassLoader()).findFirst().orElse(null);
    }

    /// The models that a program brings, before those that are there anyway.
    private record AddedModels(
            Map<ModelId, ChatModel> added, @Nullable ModelCatalog base, ModelId defaultModel)
            implements ModelCatalog {

        @Override
        public @Nullable ChatModel find(ModelId id) {
            ChatModel exact = added.get(id);
            if (exact != null) {
                return exact;
            }
            int colon = id.value().indexOf(':');
            ChatModel named =
                    colon < 1 ? null : added.get(new ModelId(id.value().substring(0, colon)));
            if (named != null) {
                return named;
            }
            return base == null ? null : base.find(id);
        }

        @Override
        public List<Entry> models() {
            var all = new ArrayList<Entry>();
            added.keySet().forEach(id -> all.add(new Entry(id, id.value(), "program", 0)));
            if (base != null) {
                base.models().stream()
                        .filter(entry -> !added.containsKey(entry.id()))
                        .forEach(all::add);
            }
            return List.copyOf(all);
        }
    }
}
