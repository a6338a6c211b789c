package dev.hubbub.cli;

import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.net.URI;
import java.util.List;

/// Whose chats a command is about, and where they are: at a server that is named, at the one that
/// runs on the data directory, or else in the data directory.
@Command
final class ServerOptions {

    @Option(
            names = "--user",
            paramLabel = "ID",
            description = {"Whose chats. Default: local, the one user of a server without tokens."})
    private String user = UserId.LOCAL.value();

    @Option(
            names = {"--server", "--url"},
            paramLabel = "URL",
            description = {
                "Server to ask, such as http://127.0.0.1:8080.",
                "Default: the one that runs on the data directory, if one does."
            })
    private @Nullable URI server;

    @Mixin private final TokenOption token = new TokenOption();

    @Mixin private final StorageOptions storage = new StorageOptions();

    Transfers open(Surroundings surroundings) {
        UserId whose = user();
        if (server != null) {
            if (server.getHost() == null
                    || !List.of("http", "https").contains(server.getScheme())) {
                throw Failure.usage(
                        "'%s' is not the address of a server; give one like http://127.0.0.1:8080."
                                .formatted(server));
            }
            return new ServedTransfers(server, token.value());
        }
        DataDirectory data = storage.data(surroundings);
        Settings settings = storage.settings(surroundings);
        StoreChoice store = storage.store(settings);
        ServerAddress running = store == StoreChoice.MEMORY ? null : ServerAddress.find(data);
        if (running != null) {
            return new ServedTransfers(running.url(), token.orOwn(settings, data, whose));
        }
        if (store == StoreChoice.MEMORY) {
            throw Failure.usage("A store in memory has no chats to take out, and keeps none.");
        }
        return new LocalTransfers(
                Node.start(
                        surroundings,
                        data.prepare(),
                        settings.engine(),
                        settings.models(),
                        store,
                        storage.model(settings)),
                whose);
    }

    private UserId user() {
        try {
            return new UserId(user);
        } catch (IllegalArgumentException wrong) {
            throw Failure.usage(
                    "'%s' cannot be a user, who has 3 to 64 characters of A-Z a-z 0-9 _ -."
                            .formatted(user));
        }
    }
}
