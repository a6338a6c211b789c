package dev.hubbub.server;

import dev.hubbub.engine.Engine;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.BindException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// An engine's door to HTTP, WebSockets and server-sent events.
public final class Server implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private static final Duration START_MAX = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final ServerConfig config;
    private final Health health;
    private final Shared shared;
    private final List<Edge> edges;
    private final List<String> routes;
    private final int port;

    private Server(
            Vertx vertx,
            ServerConfig config,
            Health health,
            Shared shared,
            List<Edge> edges,
            List<String> routes,
            int port) {
        this.vertx = vertx;
        this.config = config;
        this.health = health;
        this.shared = shared;
        this.edges = edges;
        this.routes = routes;
        this.port = port;
    }

    /// Listens, and returns when it does. Does not close the engine.
    ///
    /// @throws ServerException when it cannot listen there, or may not: without tokens it serves
    ///   this machine alone
    public static Server start(Engine engine, ServerConfig config) {
        boolean loopback = isLoopback(config.host());
        if (!loopback && config.access() instanceof Access.Anyone) {
            throw new ServerException(
                    "Other machines can reach host "
                            + config.host()
                            + ", and without tokens everybody would be this server's one user;"
                            + " use --host 127.0.0.1, or turn tokens on with --auth tokens.");
        }
        int loops = Runtime.getRuntime().availableProcessors();
        Vertx vertx =
                Vertx.builder()
                        .with(
                                new VertxOptions()
                                        .setPreferNativeTransport(true)
                                        .setEventLoopPoolSize(loops)
                                        .setFileSystemOptions(
                                                new FileSystemOptions()
                                                        .setFileCachingEnabled(false)
                                                        .setClassPathResolvingEnabled(false)))
                        .build();
        var presence = new Presence();
        var health = new Health(engine, presence);
        Shared shared = shared(engine, config, presence, health, loopback);
        var edges = new CopyOnWriteArrayList<Edge>();
        try {
            await(
                    vertx.deployVerticle(
                            () -> {
                                var edge = new Edge(shared);
                                edges.add(edge);
                                return edge;
                            },
                            new DeploymentOptions().setInstances(loops)),
                    START_MAX);
            int port = edges.getFirst().actualPort();
            LOG.info("Listening on http://{}:{}", config.host(), port);
            List<String> routes =
                    Stream.concat(shared.routes().listing().stream(), Edge.SPECIAL_ROUTES.stream())
                            .toList();
            return new Server(vertx, config, health, shared, edges, routes, port);
        } catch (ExecutionException | TimeoutException failed) {
            var _ = vertx.close();
            throw refused(config, failed);
        }
    }

    private static Shared shared(
            Engine engine,
            ServerConfig config,
            Presence presence,
            Health health,
            boolean loopback) {
        var history = new History(engine);
        var rates = new Rates(config.clients());
        var responses = new Responses();
        var shares = new Shares(engine, responses);
        var chats = new Chats(engine, history, rates, shares);
        var gate = new Gate(config.host(), config.network(), config.access());
        boolean direct = loopback && config.network().trustedProxies().isEmpty();
        var routes = new Routes();
        new ChatRoutes(engine, chats).addTo(routes);
        new TurnRoutes(chats).addTo(routes);
        var turns = new Turns(engine, chats);
        var recollection = new Recollection(config.recollectedMax());
        new OpenAiRoutes(engine, turns, recollection).addTo(routes);
        new ResponsesRoutes(engine, chats, turns).addTo(routes);
        new UiStreamRoutes(engine, chats, turns).addTo(routes);
        new ImageRoutes(engine, config.images()).addTo(routes);
        new CompareRoutes(engine, chats).addTo(routes);
        new UsageRoutes(engine, Clock.systemUTC()).addTo(routes);
        new TransferRoutes(engine, chats, config.transfers(), config.images(), Clock.systemUTC())
                .addTo(routes);
        new SearchRoutes(engine).addTo(routes);
        new PromptRoutes(engine, responses, Clock.systemUTC()).addTo(routes);
        new SettingsRoutes(engine, responses).addTo(routes);
        new ShareRoutes(engine, chats, shares, Clock.systemUTC()).addTo(routes);
        health.addTo(routes);
        new OpenApi().addTo(routes);
        return new Shared(
                engine,
                config,
                Caller.of(config.access()),
                new Origin.Finder(config.network()),
                gate,
                new TokenDesk(config.access(), gate, direct),
                rates,
                new Seats(config.clients()),
                chats,
                new UpdateFrames(history),
                routes,
                new Page(Server.class.getClassLoader()),
                presence,
                responses,
                new AtomicInteger());
    }

    /// Connections that are open now.
    int connections() {
        return shared.connections().get();
    }

    /// Where it listens.
    public int port() {
        return port;
    }

    /// All that it answers but the page, such as `GET /api/chats/{id}`.
    List<String> routes() {
        return routes;
    }

    /// Takes no more, tells sockets and event streams to come back later, waits a little for
    /// requests under way, and lets go of the port. May be called again.
    @Override
    public void close() {
        health.closing();
        for (Edge edge : edges) {
            edge.leave();
        }
        try {
            await(vertx.close(), config.closeMax().plusSeconds(5));
        } catch (ExecutionException | TimeoutException failed) {
            LOG.warn("The server did not close in time", failed);
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            throw new ServerException(
                    "There is no host " + host + "; use --host 127.0.0.1.", unknown);
        }
    }

    private static ServerException refused(ServerConfig config, Exception failed) {
        Throwable cause = failed;
        while (cause.getCause() != null && !(cause instanceof SocketException)) {
            cause = cause.getCause();
        }
        String message = String.valueOf(cause.getMessage());
        if (message.contains("Permission denied")) {
            return new ServerException(
                    "You may not listen on port "
                            + config.port()
                            + "; choose one above 1023 with --port.",
                    failed);
        }
        if (cause instanceof BindException || message.contains("in use")) {
            return new ServerException(
                    "Port "
                            + config.port()
                            + " is in use; choose another with --port, or --port 0 for any free"
                            + " one.",
                    failed);
        }
        return new ServerException(
                "Cannot listen on " + config.host() + ":" + config.port() + ": " + message, failed);
    }

    private static <T> T await(Future<T> future, Duration max)
            throws ExecutionException, TimeoutException {
        try {
            return future.toCompletionStage()
                    .toCompletableFuture()
                    .get(max.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TimeoutException("interrupted");
        }
    }
}
