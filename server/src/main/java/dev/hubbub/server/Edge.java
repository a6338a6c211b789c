package dev.hubbub.server;

import dev.hubbub.conversation.UserId;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.SocketAddress;

import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One event loop's part of the server: takes connections and requests, and gives each to what
/// answers it.
final class Edge extends VerticleBase {

    /// What the kernel keeps of what a client has not taken; grows without bound otherwise.
    private static final int SEND_BUFFER_BYTES = 128 << 10;

    /// How much longer than allowed a body may be and still be read to its end, so that the client
    /// hears what is wrong instead of a broken connection.
    private static final int BODY_BYTES_DISCARDED_MAX = 8 << 20;

    /// All event loops take connections from one free port.
    private static final int RANDOM_PORT_GROUP = 1;

    private static final int IDLE_SECONDS_MAX = 120;

    /// What is answered here rather than by [Routes], or by [Page].
    static final List<String> SPECIAL_ROUTES =
            List.of("GET /ws", "GET /api/chats/{id}/events", "POST /token", "GET " + Docs.ADDRESS);

    private static final int SURPLUS_MAX = 64;

    private static final long LINGER_MILLIS = 500;

    private static final Fault QUERY_MALFORMED =
            new Fault(
                    400, "query_malformed", "The query is malformed; write a percent sign as %25.");

    private final Shared shared;
    private @Nullable HttpServer server;
    private @Nullable Hub hub;

    /// Connections of addresses that have too many; they are told so and closed.
    private final Set<HttpConnection> surplus = new HashSet<>();

    Edge(Shared shared) {
        this.shared = shared;
    }

    @Override
    public Future<?> start() {
        ServerConfig config = shared.config();
        int heartbeatSeconds = (int) config.heartbeat().toSeconds();
        var options =
                new HttpServerOptions()
                        .setHttp2ClearTextEnabled(false)
                        .setTcpKeepAlive(true)
                        .setSendBufferSize(SEND_BUFFER_BYTES)
                        .setIdleTimeout(Math.max(IDLE_SECONDS_MAX, 4 * heartbeatSeconds))
                        .setMaxWebSocketFrameSize(config.frameBytesMax())
                        .setMaxWebSocketMessageSize(config.frameBytesMax())
                        .addWebSocketSubProtocol(Caller.SUB_PROTOCOL)
                        .setPerMessageWebSocketCompressionSupported(false)
                        .setPerFrameWebSocketCompressionSupported(false);
        hub = new Hub(shared, vertx, new Lane(context));
        shared.responses().add(hub);
        server =
                vertx.createHttpServer(options)
                        .connectionHandler(this::connected)
                        .invalidRequestHandler(Malformed::answer)
                        .requestHandler(this::take);
        return server.listen(
                config.port() == 0
                        ? SocketAddress.sharedRandomPort(RANDOM_PORT_GROUP, config.host())
                        : SocketAddress.inetSocketAddress(config.port(), config.host()));
    }

    int actualPort() {
        return server == null ? 0 : server.actualPort();
    }

    /// Says goodbye to sockets and event streams; requests under way go on.
    void leave() {
        if (hub != null) {
            hub.leave();
        }
    }

    private void connected(HttpConnection connection) {
        int open = shared.connections().incrementAndGet();
        String address = shared.origins().ofConnection(connection.remoteAddress());
        boolean fits = address == null || shared.seats().takeAddress(address);
        if (!fits) {
            surplus.add(connection);
        }
        // Of the channel, since a connection that has become a socket does not tell its end.
        var _ =
                ((HttpServerConnection) connection)
                        .channelHandlerContext()
                        .channel()
                        .closeFuture()
                        .addListener(_ -> {
                            shared.connections().decrementAndGet();
                            surplus.remove(connection);
                            if (fits && address != null) {
                                shared.seats().leaveAddress(address);
                            }
                        });
        if (!fits && surplus.size() > SURPLUS_MAX) {
            connection.close();
        }
        // A few more than allowed are taken, to be told so; see #take.
        if (open > shared.config().connectionsMax() + 64) {
            connection.close();
        }
    }

    private void take(HttpServerRequest request) {
        try {
            answer(request);
        } catch (RuntimeException failure) {
            refuse(request, Fault.of(failure));
        }
        if (hasBody(request)) {
            awaitBody(request);
        }
    }

    private static boolean hasBody(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    /// Closes the connection of a request that is answered already and whose body still has not
    /// come to its end: nobody waits for that.
    private void awaitBody(HttpServerRequest request) {
        vertx.setPeriodic(
                shared.config().bodyMax().toMillis(),
                timer -> {
                    HttpServerResponse response = request.response();
                    if (request.isEnded()) {
                        vertx.cancelTimer(timer);
                    } else if (response.ended() || response.closed()) {
                        vertx.cancelTimer(timer);
                        request.connection().close();
                    }
                });
    }

    private void answer(HttpServerRequest request) {
        if (shared.connections().get() > shared.config().connectionsMax()) {
            request.response().putHeader(HttpHeaders.CONNECTION, "close");
            refuse(request, new Fault(503, "full", "Too many connections; try again later."));
            return;
        }
        if (surplus.contains(request.connection())) {
            request.response().putHeader(HttpHeaders.CONNECTION, "close");
            refuse(request, shared.seats().tooManyFromAddress());
            return;
        }
        Origin origin = shared.origins().of(request);
        boolean preflight = shared.gate().share(request);
        Fault slow = shared.rates().request(origin.address());
        if (slow != null) {
            refuse(request, slow);
            return;
        }
        Fault barred = shared.gate().judge(request, actualPort(), origin.scheme());
        if (barred != null) {
            refuse(request, barred);
            return;
        }
        String path = request.path();
        if (path == null || !path.startsWith("/")) {
            refuse(request, Fault.NOT_FOUND);
            return;
        }
        if (preflight) {
            request.response().setStatusCode(204).end();
            return;
        }
        if (path.equals(TokenDesk.PATH)) {
            if (request.method().equals(TokenDesk.METHOD)) {
                send(request, shared.desk().answer(request));
            } else {
                notAllowed(request, TokenDesk.METHOD.name());
            }
            return;
        }
        if (!hasReadableQuery(request)) {
            refuse(request, QUERY_MALFORMED);
            return;
        }
        List<String> segments = Routes.segments(path).stream().map(Edge::decoded).toList();
        if (path.equals("/ws")) {
            upgrade(request, shared.caller().of(request, origin, true));
            return;
        }
        if (isEvents(segments)) {
            Visitor visitor = shared.caller().of(request, origin, true);
            if (request.method().equals(HttpMethod.GET)) {
                loop().stream(request, visitor, Fields.chatOf(segments.get(2)));
            } else {
                notAllowed(request, "GET");
            }
            return;
        }
        Routes.Match match = shared.routes().find(segments);
        if (match != null) {
            UserId user = match.open() ? null : shared.caller().of(request, origin, false).user();
            dispatch(request, user, match);
        } else if (request.method().equals(HttpMethod.GET)
                || request.method().equals(HttpMethod.HEAD)) {
            shared.page().answer(vertx, request, path);
        } else if (Page.isPage(path)) {
            notAllowed(request, "GET, HEAD");
        } else {
            refuse(request, Fault.NOT_FOUND);
        }
    }

    private void dispatch(HttpServerRequest request, @Nullable UserId user, Routes.Match match) {
        HttpMethod method =
                request.method().equals(HttpMethod.HEAD) ? HttpMethod.GET : request.method();
        Routes.Handler handler = match.handlers().get(method);
        if (handler == null) {
            notAllowed(
                    request,
                    match.handlers().keySet().stream()
                            .flatMap(known ->
                                    known.equals(HttpMethod.GET)
                                            ? Stream.of("GET", "HEAD")
                                            : Stream.of(known.name()))
                            .collect(Collectors.joining(", ")));
        } else if (method.equals(HttpMethod.GET)) {
            reply(request, handler, asked(request, user, match, Fields.NONE, Buffer.buffer()));
        } else if (handler instanceof Routes.FileHandler taker) {
            takeFile(request, taker, asked(request, user, match, Fields.NONE, Buffer.buffer()));
        } else if (handler instanceof Routes.BytesHandler taker) {
            whenOver(request, taker.begin());
            readBody(
                    request,
                    taker.bytesMax(),
                    bytes ->
                            reply(
                                    request,
                                    handler,
                                    asked(request, user, match, Fields.NONE, bytes)));
        } else {
            readBody(
                    request,
                    shared.config().bodyBytesMax(),
                    body -> {
                        Fields fields = fields(request, body);
                        reply(
                                request,
                                handler,
                                asked(request, user, match, fields, Buffer.buffer()));
                    });
        }
    }

    private void takeFile(HttpServerRequest request, Routes.FileHandler taker, Request asked) {
        Runnable over = taker.begin(asked);
        FileBody.read(
                vertx,
                request,
                taker.limits().directory(),
                taker.limits().bytesMax(),
                shared.config().bodyMax().toMillis(),
                file -> {
                    taker.take(asked, file, over).begin(loop(), request);
                },
                fault -> {
                    over.run();
                    if (fault != null) {
                        refuseAndClose(request, fault);
                    }
                });
    }

    private static Request asked(
            HttpServerRequest request,
            @Nullable UserId user,
            Routes.Match match,
            Fields body,
            Buffer bytes) {
        return new Request(user, match.id(), request.params(), request.headers(), body, bytes);
    }

    /// Runs `action` once, when the answer is sent or the client is gone.
    private static void whenOver(HttpServerRequest request, Runnable action) {
        var over = new AtomicBoolean();
        Handler<@Nullable Void> once =
                _ -> {
                    if (over.compareAndSet(false, true)) {
                        action.run();
                    }
                };
        request.response().endHandler(once).closeHandler(once);
    }

    private void reply(HttpServerRequest request, Routes.Handler handler, Request asked) {
        CompletionStage<Response> answer = Chats.stage(() -> handler.apply(asked));
        answer.whenCompleteAsync(
                (response, failure) -> {
                    if (response != null && response.streaming() != null) {
                        stream(request, response.streaming());
                    } else if (response != null) {
                        send(request, response);
                    } else {
                        refuse(request, Fault.of(Objects.requireNonNull(failure)));
                    }
                },
                loop().lane());
    }

    private void stream(HttpServerRequest request, Response.Streaming streaming) {
        if (request.method().equals(HttpMethod.HEAD)) {
            send(request, Response.none());
        } else if (loop().isLeaving()) {
            refuse(request, new Fault(503, "closing", "The server is closing."));
        } else {
            streaming.begin(loop(), request);
        }
    }

    private void readBody(HttpServerRequest request, int bytesMax, Consumer<Buffer> then) {
        var fault = new Fault(413, "body_too_long", "A body has at most " + bytesMax + " bytes.");
        String declared = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (declared != null && declared.length() > 9) {
            refuseAndClose(request, fault);
            return;
        }
        if (request.getHeader(HttpHeaders.EXPECT) != null) {
            var _ = request.response().writeContinue();
        }
        long timer = vertx.setTimer(shared.config().bodyMax().toMillis(), _ -> tooSlow(request));
        request.exceptionHandler(_ -> vertx.cancelTimer(timer));
        Buffer body = Buffer.buffer();
        var discarded = new long[1];
        request.handler(part -> {
            if (discarded[0] == 0 && body.length() + part.length() <= bytesMax) {
                body.appendBuffer(part);
                return;
            }
            discarded[0] += part.length();
            if (discarded[0] > BODY_BYTES_DISCARDED_MAX && !request.response().ended()) {
                refuseAndClose(request, fault);
            }
        });
        request.endHandler(_ -> {
            vertx.cancelTimer(timer);
            if (request.response().ended()) {
                return;
            }
            if (discarded[0] > 0) {
                refuse(request, fault);
                return;
            }
            try {
                then.accept(body);
            } catch (RuntimeException failure) {
                refuse(request, Fault.of(failure));
            }
        });
    }

    private void tooSlow(HttpServerRequest request) {
        if (!request.response().ended()) {
            refuseAndClose(
                    request,
                    new Fault(408, "body_too_slow", "The body came too slowly; send it again."));
        }
    }

    /// For a request whose body is not read to its end. Closes a moment after the answer: what
    /// comes until then is dropped, and does not reset the connection before the answer is read.
    private void refuseAndClose(HttpServerRequest request, Fault fault) {
        request.response().putHeader(HttpHeaders.CONNECTION, "close");
        refuse(request, fault);
        vertx.setTimer(LINGER_MILLIS, _ -> request.connection().close());
    }

    /// The fields of a JSON body; an empty one is an object without fields.
    private static Fields fields(HttpServerRequest request, Buffer body) {
        if (body.length() == 0) {
            return Fields.NONE;
        }
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        String media = type == null ? "" : type.split(";", 2)[0].strip();
        if (!media.equalsIgnoreCase(Response.JSON)) {
            throw new Fault(415, "not_json", "Send the body as application/json.").exception();
        }
        return Fields.parse(body.getBytes());
    }

    private void upgrade(HttpServerRequest request, Visitor visitor) {
        if (!request.method().equals(HttpMethod.GET)) {
            notAllowed(request, "GET");
            return;
        }
        if (!"websocket".equalsIgnoreCase(request.getHeader(HttpHeaders.UPGRADE))) {
            request.response().putHeader(HttpHeaders.UPGRADE, "websocket");
            refuse(request, new Fault(426, "upgrade_required", "This is a WebSocket."));
            return;
        }
        Fault full = shared.seats().take(visitor);
        if (full != null) {
            refuse(request, full);
            return;
        }
        boolean quiet = "true".equals(request.getParam("quiet"));
        request.toWebSocket()
                .onSuccess(socket -> loop().open(socket, visitor, quiet))
                .onFailure(_ -> {
                    shared.seats().leave(visitor);
                    if (!request.response().ended()) {
                        refuse(request, new Fault(400, "handshake_invalid", "Not a WebSocket."));
                    }
                });
    }

    private Hub loop() {
        return Objects.requireNonNull(hub);
    }

    private static boolean hasReadableQuery(HttpServerRequest request) {
        try {
            var _ = request.params();
            return true;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static boolean isEvents(List<String> path) {
        return path.size() == 4
                && path.get(0).equals("api")
                && path.get(1).equals("chats")
                && path.get(3).equals("events");
    }

    private static String decoded(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw Fault.NOT_FOUND.exception();
        }
    }

    private static void notAllowed(HttpServerRequest request, String allow) {
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.ALLOW, allow + ", OPTIONS");
        if (request.method().equals(HttpMethod.OPTIONS)) {
            response.setStatusCode(204).end();
        } else {
            refuse(
                    request,
                    new Fault(405, "method_not_allowed", "This address takes " + allow + "."));
        }
    }

    static void refuse(HttpServerRequest request, Fault fault) {
        HttpServerResponse response = request.response();
        Duration retryAfter = fault.retryAfter();
        if (retryAfter != null) {
            long seconds = Math.max(1, Math.ceilDiv(retryAfter.toMillis(), 1000));
            response.putHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
        }
        if (fault.status() == 401) {
            response.putHeader(
                    "WWW-Authenticate",
                    fault.code().endsWith("_missing")
                            ? "Bearer realm=\"hubbub\""
                            : "Bearer realm=\"hubbub\", error=\"invalid_token\"");
        }
        send(request, Response.of(fault, request.path()));
    }

    static void send(HttpServerRequest request, Response answer) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed() || response.headWritten()) {
            return;
        }
        answer.headers().forEach(response::putHeader);
        response.setStatusCode(answer.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType())
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Content-Type-Options", "nosniff");
        answer.headers().forEach(response::putHeader);
        response.end(answer.body());
    }
}
