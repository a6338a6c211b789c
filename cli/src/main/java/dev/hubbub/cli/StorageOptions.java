package dev.hubbub.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Where conversations are kept and what answers in them: the same for every command.
@Command
final class StorageOptions {

    @Mixin private final DataOptions data = new DataOptions();

    @Option(
            names = "--store",
            paramLabel = "STORE",
            description = {
                "sqlite: one file in the data directory. csv: a file for each chat. memory: nothing"
                        + " is kept.",
                "Default: sqlite."
            })
    private @Nullable String store;

    @Option(
            names = "--model",
            paramLabel = "ID",
            description = {
                "Model that answers in new conversations, parameters included, such as"
                        + " simulated:rate=20,tokens=400.",
                "Default: the first that is configured; eliza with nothing configured."
            })
    private @Nullable String model;

    DataDirectory data(Surroundings surroundings) {
        return data.data(surroundings);
    }

    /// What is configured, without these options.
    Settings settings(Surroundings surroundings) {
        return data.settings(surroundings);
    }

    StoreChoice store(Settings settings) {
        return store == null ? settings.store() : StoreChoice.parse(store);
    }

    /// The model asked for here, or null.
    @Nullable String model() {
        return model;
    }

    /// The model asked for here or configured, or null.
    @Nullable String model(Settings settings) {
        return model == null ? settings.model() : model;
    }
}
