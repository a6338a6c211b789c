package dev.hubbub.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValueFactory;

import dev.hubbub.conversation.Limits;
import dev.hubbub.engine.EngineConfig;
import dev.hubbub.server.Access;
import dev.hubbub.server.ClientLimits;
import dev.hubbub.server.ImageLimits;
import dev.hubbub.server.Network;
import dev.hubbub.server.Rate;
import dev.hubbub.server.ServerConfig;
import dev.hubbub.server.TransferLimits;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What is configured: the file `hubbub.conf` over the defaults of `hubbub-defaults.conf`, in which
/// every key stands with what it means. Options and variables win over both; their readers see to
/// that.
///
/// @param store what keeps conversations
/// @param model what answers where nothing else was chosen, or null for the first there is
/// @param server how it listens, and its limits, while it has one user
/// @param auth who may use it
/// @param clients what each user and each address is held to, where they are at all
/// @param engine how the engine is sized
/// @param models the section `hubbub.models`, whose keys its readers know
record Settings(
        StoreChoice store,
        @Nullable String model,
        ServerConfig server,
        AuthSettings auth,
        Clients clients,
        EngineConfig engine,
        Config models) {

    /// The section whose keys are not ours to judge.
    static final String MODELS = "hubbub.models";

    static final String FILE = "hubbub.conf";

    private static final String DEFAULTS = "hubbub-defaults.conf";
    private static final int CHARS_MAX = 64 << 20;
    private static final Duration LONG = Duration.ofDays(366);

    /// When users and addresses are held to something.
    enum When {
        TOKENS,
        ALWAYS,
        NEVER
    }

    record Clients(When when, ClientLimits limits) {

        ClientLimits of(AuthSettings.Mode mode) {
            return switch (when) {
                case ALWAYS -> limits;
                case NEVER -> ClientLimits.NONE;
                case TOKENS ->
                        switch (mode) {
                            case TOKENS -> limits;
                            case NONE -> ClientLimits.NONE;
                        };
            };
        }
    }

    /// The settings of a data directory.
    ///
    /// @param given the file, or null for the one in the data directory if it is there
    /// @throws Failure for a file that cannot be read, and for what is wrong in it
    static Settings load(Surroundings surroundings, DataDirectory data, @Nullable Path given) {
        if (given != null && !Files.isReadable(given)) {
            throw Failure.usage(
                    "There is no configuration file %s that can be read; name another with --config."
                            .formatted(given));
        }
        Path file = given == null ? data.path().resolve(FILE) : given;
        Config defaults = defaults();
        if (!Files.exists(file)) {
            return of(new SettingsReader(defaults));
        }
        try {
            Config written =
                    ConfigFactory.parseFile(
                            file.toFile(),
                            ConfigParseOptions.defaults()
                                    .setSyntax(ConfigSyntax.CONF)
                                    .setAllowMissing(false));
            Config variables = ConfigValueFactory.fromMap(surroundings.variables()).toConfig();
            Config resolved = written.resolveWith(written.withFallback(variables));
            SettingsReader.requireKnown(resolved.root(), defaults.root(), "");
            return of(new SettingsReader(resolved.withFallback(defaults)));
        } catch (ConfigException wrong) {
            throw SettingsReader.unreadable(file, wrong);
        }
    }

    static Config defaults() {
        return ConfigFactory.parseResources(Settings.class, DEFAULTS).resolve();
    }

    private static Settings of(SettingsReader reader) {
        String model = reader.text("hubbub.model");
        StoreChoice store =
                reader.choice("hubbub.store", List.of(StoreChoice.values()), StoreChoice::name);
        return new Settings(
                store,
                model.isEmpty() ? null : model,
                server(reader),
                AuthSettings.of(reader),
                clients(reader),
                engine(reader),
                reader.section(MODELS));
    }

    private static ServerConfig server(SettingsReader reader) {
        String host = reader.text("hubbub.server.host");
        if (host.isBlank()) {
            throw reader.wrong("hubbub.server.host", "an address of this machine");
        }
        var network =
                reader.checked(
                        "hubbub.server",
                        () ->
                                new Network(
                                        reader.texts("hubbub.server.allowed-hosts"),
                                        reader.texts("hubbub.server.allowed-origins"),
                                        reader.texts("hubbub.server.trusted-proxies")));
        return new ServerConfig(
                host,
                reader.number("hubbub.server.port", 0, Port.NUMBER_MAX),
                reader.bytes("hubbub.limits.body-bytes", 1, 1 << 30),
                reader.bytes("hubbub.limits.frame-bytes", 1, 1 << 30),
                reader.number("hubbub.limits.connections", 1, 10_000_000),
                reader.number("hubbub.limits.watches-per-socket", 1, 100_000),
                reader.number("hubbub.limits.turns-per-socket", 1, 100_000),
                reader.number("hubbub.limits.recollected", 0, 100_000_000),
                images(reader),
                transfers(reader),
                reader.time("hubbub.server.heartbeat", Duration.ofMillis(8), Duration.ofHours(1)),
                reader.time("hubbub.server.stall-max", Duration.ofMillis(1), Duration.ofHours(1)),
                reader.time("hubbub.server.body-max", Duration.ofMillis(1), Duration.ofHours(1)),
                reader.time("hubbub.server.close-max", Duration.ZERO, Duration.ofHours(1)),
                Access.ANYONE,
                network,
                ClientLimits.NONE);
    }

    private static ImageLimits images(SettingsReader reader) {
        String images = "hubbub.limits.images.";
        return reader.checked(
                "hubbub.limits.images",
                () ->
                        new ImageLimits(
                                reader.bytes(images + "bytes", 1, 1 << 30),
                                reader.longBytes(images + "bytes-per-user", 1, 1L << 50),
                                reader.number(images + "uploads", 1, 100_000)));
    }

    private static TransferLimits transfers(SettingsReader reader) {
        String transfers = "hubbub.limits.transfers.";
        return new TransferLimits(
                reader.longBytes(transfers + "bytes", 1, 1L << 40),
                reader.number(transfers + "under-way", 1, 10_000),
                null);
    }

    private static Clients clients(SettingsReader reader) {
        String clients = "hubbub.limits.clients.";
        return new Clients(
                reader.choice(clients + "when", List.of(When.values()), When::name),
                new ClientLimits(
                        reader.number(clients + "connections-per-user", 1, 10_000_000),
                        reader.number(clients + "connections-per-address", 1, 10_000_000),
                        rate(reader, clients + "messages-per-user"),
                        rate(reader, clients + "requests-per-address"),
                        reader.number(clients + "remembered", 1, 100_000_000)));
    }

    private static Rate rate(SettingsReader reader, String path) {
        return new Rate(
                reader.number(path + ".count", 0, 1_000_000_000),
                reader.time(path + ".period", Duration.ofSeconds(1), Duration.ofDays(31)));
    }

    private static EngineConfig engine(SettingsReader reader) {
        String limits = "hubbub.limits.";
        String engine = "hubbub.engine.";
        return new EngineConfig(
                new Limits(
                        reader.number(limits + "message-chars", 1, CHARS_MAX),
                        reader.number(limits + "reply-chars", 1, CHARS_MAX),
                        reader.number(limits + "system-prompt-chars", 0, CHARS_MAX),
                        reader.number(limits + "name-chars", 1, 100_000),
                        reader.number(limits + "queue", 0, 100_000),
                        reader.number(engine + "attempts", 1, 1_000),
                        reader.number(limits + "images-per-message", 0, 1_000)),
                EngineConfig.DEFAULT.partitions(),
                reader.number(engine + "history-messages", 1, 1_000_000),
                reader.number(engine + "history-chars", 1, 1 << 30),
                reader.number(engine + "history-images", 0, 10_000),
                reader.time(engine + "stall-max", Duration.ofMillis(1), LONG),
                reader.time(engine + "idle-max", Duration.ZERO, LONG),
                reader.longBytes(engine + "resident-bytes", 1 << 20, 1L << 50),
                reader.number(engine + "requests", 1, 100_000_000),
                reader.number(engine + "commit-events", 1, 10_000_000),
                reader.time(engine + "commit-gap", Duration.ZERO, Duration.ofSeconds(10)),
                reader.number(engine + "viewer-events", 1, 1_000_000),
                reader.number(engine + "bulk", 1, 10_000_000),
                reader.number(engine + "crashes.count", 0, 1_000_000),
                reader.time(engine + "crashes.window", Duration.ofMillis(1), LONG),
                reader.time(engine + "close-max", Duration.ZERO, Duration.ofHours(1)));
    }
}
