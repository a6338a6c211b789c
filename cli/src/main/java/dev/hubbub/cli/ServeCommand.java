package dev.hubbub.cli;

import dev.hubbub.server.Server;
import dev.hubbub.server.ServerConfig;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.PrintStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;

/// `hubbub serve`: store, models, engine and server, until somebody says stop.
@Command(
        name = "serve",
        description = "Run the server and its page, until Ctrl-C.",
        sortOptions = false,
        exitCodeList = {
            "0:it ran and was stopped by Ctrl-C or SIGTERM",
            "1:it could not start; the last line says why and what to do",
            "2:it was asked in a wrong way"
        },
        footer = {
            "",
            "Examples:",
            "  hubbub serve",
            "  hubbub serve --port 0 --data ./try",
            "  hubbub serve --store memory --model simulated:rate=20,tokens=400",
            "  hubbub serve --auth tokens --host 0.0.0.0",
            "",
            "Environment:",
            "  HUBBUB_HOST, HUBBUB_PORT, HUBBUB_AUTH, HUBBUB_DATA, HUBBUB_CONFIG,",
            "  HUBBUB_STORE, HUBBUB_MODEL",
            "                     stand for the options of these names.",
            "  HUBBUB_ISSUER_KEY  what POST /token wants; otherwise <data>/issuer.key,",
            "                     which is made.",
            "  OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY, OPENROUTER_API_KEY",
            "                     bring in the models of these services.",
            "  OPENAI_BASE_URL    brings in those of a server that speaks like OpenAI's.",
            "  OLLAMA_BASE_URL    brings in Ollama's, such as http://localhost:11434.",
            "",
            "Standard output gets the address once the server is ready, standard error",
            "the log. While it runs, <data>/address holds its address."
        })
final class ServeCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final HubbubCommand hubbub;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description = {
                "Address of this machine to listen on. Without tokens only this machine may reach"
                        + " it, so it is one of 127.0.0.1, ::1 and localhost.",
                "Default: 127.0.0.1."
            })
    private @Nullable String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            converter = Port.Converter.class,
            description = {
                "Port to listen on; 0 takes a free one, which is printed.",
                "Default: 8080."
            })
    private @Nullable Port port;

    @Option(
            names = "--auth",
            paramLabel = "MODE",
            description = {
                "none: whoever reaches the server is its one user. tokens: whoever has a token is"
                        + " the user it names.",
                "Default: none."
            })
    private @Nullable String auth;

    @Mixin private final StorageOptions storage = new StorageOptions();

    @Option(names = "--exit-when-ready", hidden = true, description = "End once it is ready.")
    private boolean exitWhenReady;

    ServeCommand(Surroundings surroundings, HubbubCommand hubbub) {
        this.surroundings = surroundings;
        this.hubbub = hubbub;
    }

    @Override
    public Integer call() {
        Logging.choose(hubbub.debug() ? Logging.Detail.DEBUG : Logging.Detail.SERVING);
        Settings settings = storage.settings(surroundings);
        AuthSettings.Mode mode =
                auth == null ? settings.auth().mode() : AuthSettings.Mode.parse(auth);
        requireReachable(host == null ? settings.server().host() : host, mode);
        StoreChoice store = storage.store(settings);
        DataDirectory data = storage.data(surroundings).prepare();
        ServerConfig config = config(settings, mode, data);
        try (Node node =
                        Node.start(
                                surroundings,
                                data,
                                settings.engine(),
                                settings.models(),
                                store,
                                storage.model(settings));
                Server server = Server.start(node.engine(), config)) {
            ServerAddress address = ServerAddress.ofThisProcess(url(config.host(), server.port()));
            address.leaveIn(data);
            try {
                StopSignal stop = StopSignal.listen();
                announce(address, data, store, node, mode, settings.auth());
                if (!exitWhenReady) {
                    stop.await();
                }
            } finally {
                address.removeFrom(data);
            }
        }
        return ExitCode.OK.number();
    }

    private ServerConfig config(Settings settings, AuthSettings.Mode mode, DataDirectory data) {
        ServerConfig config = settings.server();
        if (host != null) {
            config = config.withHost(host);
        }
        if (port != null) {
            config = config.withPort(port.number());
        }
        config = config.withTransfers(config.transfers().in(data.path().resolve("transfers")));
        return config.withClients(
                settings.auth().access(surroundings, data, mode),
                config.network(),
                settings.clients().of(mode));
    }

    private void announce(
            ServerAddress address,
            DataDirectory data,
            StoreChoice store,
            Node node,
            AuthSettings.Mode mode,
            AuthSettings auths) {
        Paint paint = Paint.of(surroundings);
        PrintStream out = surroundings.out();
        out.println(
                """
                Hubbub %s is ready: %s
                  data   %s
                  store  %s
                  model  %s
                %sPress Ctrl-C to stop.\
                """
                        .formatted(
                                Version.number(),
                                paint.bold(address.url().toString()),
                                data,
                                store == StoreChoice.MEMORY ? "memory: nothing is kept" : store,
                                node.models().defaultModel(),
                                users(data, mode, auths)));
        out.flush();
    }

    /// A line of its own where there are tokens.
    private String users(DataDirectory data, AuthSettings.Mode mode, AuthSettings auths) {
        return switch (mode) {
            case NONE -> "";
            case TOKENS ->
                    "  users  by token; the issuer's key is in %s\n"
                            .formatted(
                                    surroundings.variable(AuthSettings.ISSUER_KEY).isEmpty()
                                            ? auths.issuerKeyPath(data)
                                            : AuthSettings.ISSUER_KEY);
        };
    }

    private static void requireReachable(String host, AuthSettings.Mode mode) {
        try {
            if (!host.isBlank() && mode == AuthSettings.Mode.TOKENS) {
                var _ = InetAddress.getByName(host);
                return;
            }
            if (!host.isBlank() && InetAddress.getByName(host).isLoopbackAddress()) {
                return;
            }
        } catch (UnknownHostException unknown) {
            throw Failure.usage(
                    "This machine knows no address '%s'; use --host 127.0.0.1.".formatted(host));
        }
        throw Failure.usage(
                "On '%s' other machines would reach Hubbub, and without tokens everybody would be its one user; use --host 127.0.0.1, or tell users apart with --auth tokens."
                        .formatted(host));
    }

    private static URI url(String host, int port) {
        String name = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return URI.create("http://%s:%d/".formatted(name, port));
    }
}
