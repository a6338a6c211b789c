package dev.hubbub.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Where conversations are kept and what answers in them: the same for every command.
@Command
final class StorageOptions {

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = {
                "Directory for everything that Hubbub writes, made when it is missing.",
                "Default: $XDG_DATA_HOME/hubbub or ~/.local/share/hubbub;",
                "on macOS ~/Library/Application Support/Hubbub."
            })
    private @Nullable String data;

    @Option(
            names = "--store",
            paramLabel = "STORE",
            description = {
                "sqlite: one file in the data directory. memory: nothing is kept.",
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
        if (data == null) {
            return new DataDirectory(DataDirectory.standard(surroundings));
        }
        if (data.isBlank()) {
            throw Failure.usage("The data directory has no name; give one with --data.");
        }
        try {
            return new DataDirectory(Path.of(data));
        } catch (InvalidPathException impossible) {
            throw Failure.usage(
                    "'%s' cannot be a directory; give another with --data.".formatted(data));
        }
    }

    StoreChoice store() {
        return store == null ? StoreChoice.SQLITE : StoreChoice.parse(store);
    }

    /// The model asked for, or null.
    @Nullable String model() {
        return model;
    }
}
