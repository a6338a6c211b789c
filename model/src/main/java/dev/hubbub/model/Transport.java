package dev.hubbub.model;

import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// The connections to all services: one Vert.x with an event loop for each processor, and one
/// client, which trusts whom the JDK trusts. Safe for use by many threads.
///
/// A reply has a connection of its own while it lasts, HTTP/1.1, which is closed to cancel it; one
/// that is free again is kept for the next reply.
final class Transport implements AutoCloseable {

    /// How much there may be of it.
    ///
    /// @param connectionsMax to one service; the standard is well below the ports that one machine
    ///   has for one address
    /// @param waitingMax replies that wait for a connection to one service
    /// @param connectLimit how long it may take to connect
    record Limits(int connectionsMax, int waitingMax, Duration connectLimit) {}

    private final Vertx vertx;
    private final List<Context> contexts;
    private final HttpClient client;
    private final AtomicInteger used = new AtomicInteger();
    private volatile boolean closed;

    Transport(Limits limits) {
        int loops = Math.max(1, Runtime.getRuntime().availableProcessors());
        vertx =
                Vertx.vertx(
                        new VertxOptions()
                                .setEventLoopPoolSize(loops)
                                .setWorkerPoolSize(1)
                                .setInternalBlockingPoolSize(2)
                                .setFileSystemOptions(
                                        new FileSystemOptions()
                                                .setClassPathResolvingEnabled(false)
                                                .setFileCachingEnabled(false)));
        contexts = contexts(vertx, loops);
        client =
                vertx.createHttpClient(
                        new HttpClientOptions()
                                .setConnectTimeout((int) limits.connectLimit().toMillis()),
                        new PoolOptions()
                                .setHttp1MaxSize(limits.connectionsMax())
                                .setMaxWaitQueueSize(limits.waitingMax()));
    }

    Vertx vertx() {
        return vertx;
    }

    HttpClient client() {
        return client;
    }

    /// Where the next reply is to happen: replies spread over all event loops, and each stays on
    /// one.
    Context next() {
        return contexts.get(Math.floorMod(used.getAndIncrement(), contexts.size()));
    }

    boolean isClosed() {
        return closed;
    }

    /// Ends all replies, without a word.
    @Override
    public void close() {
        closed = true;
        vertx.close().await();
    }

    private static List<Context> contexts(Vertx vertx, int loops) {
        var contexts = new CopyOnWriteArrayList<Context>();
        vertx.deployVerticle(() -> new Loop(contexts), new DeploymentOptions().setInstances(loops))
                .await();
        return contexts;
    }

    private static final class Loop extends VerticleBase {

        private final List<Context> contexts;

        Loop(List<Context> contexts) {
            this.contexts = contexts;
        }

        @Override
        public Future<?> start() {
            contexts.add(context);
            return Future.succeededFuture();
        }
    }
}
