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
        return orOwn(settings, data, UserId.LOCAL);
    }

    /// The same for another user, whom only tokens can tell apart.
    @Nullable String orOwn(Settings settings, DataDirectory data, UserId user) {
        String given = value();
        if (given != null || !Files.exists(data.path().resolve(settings.auth().keyFile()))) {
            if (given == null && !user.equals(UserId.LOCAL)) {
                throw Failure.usage(
                        "The server has one user, local; leave --user out, or run it with --auth"
                                + " tokens.");
            }
            return given;
        }
        return settings.auth().tokens(data).issue(user).token();
    }
}
