package dev.hubbub.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Where the program keeps what it writes, and where it is configured.
@Command
final class DataOptions {

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
            names = "--config",
            paramLabel = "FILE",
            description = {
                "Configuration: docs/reference/configuration.md.",
                "Default: hubbub.conf in the data directory, if it is there."
            })
    private @Nullable Path config;

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

    Settings settings(Surroundings surroundings) {
        return Settings.load(surroundings, data(surroundings), config);
    }
}
