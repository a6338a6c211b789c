package dev.hubbub.cli;

import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.Files;

/// Who one is to a server: the same for every command that talks with one.
@Command
final class TokenOption {

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = {
                "Token for a server that wants one. Others can read the options of a process;"
                        + " HUBBUB_TOKEN stands for this one.",
            })
    private @Nullable String token;

    @Nullable String value() {
        return token == null || token.isBlank() ? null : token.strip();
    }

    /// The token given; else one for the user of this machine, where the data directory has a key
    /// that makes one, for the server that runs on it.
    @Nullable String orOwn(Settings settings, DataDirectory data) {
        String given = value();
        if (given != null || !Files.exists(data.path().resolve(settings.auth().keyFile()))) {
            return given;
        }
        return settings.auth().tokens(data).issue(UserId.LOCAL).token();
    }
}
