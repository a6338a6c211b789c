package dev.hubbub.cli;

import dev.hubbub.server.Server;
import dev.hubbub.server.ServerConfig;

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
            "",
            "Environment:",
            "  HUBBUB_HOST, HUBBUB_PORT, HUBBUB_DATA, HUBBUB_STORE, HUBBUB_MODEL",
            "                     stand for the options of these names.",
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
                "Address of this machine to listen on. Only this machine may reach it, so it is"
                        + " one of 127.0.0.1, ::1 and localhost.",
                "Default: 127.0.0.1."
            })
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            converter = Port.Converter.class,
            description = {
                "Port to listen on; 0 takes a free one, which is printed.",
                "Default: 8080."
            })
    private Port port = Port.STANDARD;

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
        requireLoopback(host);
        StoreChoice store = storage.store();
        DataDirectory data = storage.data(surroundings).prepare();
        try (Node node = Node.start(surroundings, data, store, storage.model());
                Server server =
                        Server.start(
                                node.engine(),
                                ServerConfig.DEFAULT.withHost(host).withPort(port.number()))) {
            ServerAddress address = ServerAddress.ofThisProcess(url(host, server.port()));
            address.leaveIn(data);
            try {
                StopSignal stop = StopSignal.listen();
                announce(address, data, store, node);
                if (!exitWhenReady) {
                    stop.await();
                }
            } finally {
                address.removeFrom(data);
            }
        }
        return ExitCode.OK.number();
    }

    private void announce(ServerAddress address, DataDirectory data, StoreChoice store, Node node) {
        Paint paint = Paint.of(surroundings);
        PrintStream out = surroundings.out();
        out.println(
                """
                Hubbub %s is ready: %s
                  data   %s
                  store  %s
                  model  %s
                Press Ctrl-C to stop.\
                """
                        .formatted(
                                Version.number(),
                                paint.bold(address.url().toString()),
                                data,
                                store == StoreChoice.MEMORY ? "memory: nothing is kept" : store,
                                node.models().defaultModel()));
        out.flush();
    }

    private static void requireLoopback(String host) {
        try {
            if (!host.isBlank() && InetAddress.getByName(host).isLoopbackAddress()) {
                return;
            }
        } catch (UnknownHostException unknown) {
            throw Failure.usage(
                    "This machine knows no address '%s'; use --host 127.0.0.1.".formatted(host));
        }
        throw Failure.usage(
                "Hubbub has no accounts yet, so it listens only to its own machine and not on '%s'; use --host 127.0.0.1."
                        .formatted(host));
    }

    private static URI url(String host, int port) {
        String name = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return URI.create("http://%s:%d/".formatted(name, port));
    }
}
