package dev.hubbub.model;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

import org.jspecify.annotations.Nullable;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// A small service that speaks a provider's protocol over a real socket and misbehaves on request:
/// the model's name, after a prefix if need be, says how.
final class Peer implements AutoCloseable {

    static final List<String> PIECES =
            List.of("It", " all", " depends", " on", " näh", " 🙂", ", *and*\n", "then some.");
    static final String TEXT = String.join("", PIECES);

    /// What was asked, in order.
    final List<JsonObject> bodies = new CopyOnWriteArrayList<>();

    final List<Map<String, String>> headers = new CopyOnWriteArrayList<>();
    final List<String> paths = new CopyOnWriteArrayList<>();
    private final Dialect dialect;
    private final String prefix;
    private final String scheme;
    private final Map<String, CountDownLatch> arrived = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> closed = new ConcurrentHashMap<>();
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    /// @param prefix what all models' names begin with
    Peer(Dialect dialect, String prefix) {
        this(dialect, prefix, null);
    }

    /// @param secure how to speak TLS, null for plain HTTP
    Peer(Dialect dialect, String prefix, @Nullable HttpServerOptions secure) {
        this.dialect = dialect;
        this.prefix = prefix;
        scheme = secure == null ? "http" : "https";
        server =
                vertx.createHttpServer(secure == null ? new HttpServerOptions() : secure)
                        .requestHandler(request -> request.bodyHandler(body -> ask(request, body)))
                        .listen(0, "localhost")
                        .await();
    }

    Dialect dialect() {
        return dialect;
    }

    String baseUrl() {
        return scheme + "://" + host() + dialect.path();
    }

    String host() {
        return "localhost:" + server.actualPort();
    }

    /// Opens when a request for this model is there.
    CountDownLatch arrived(String model) {
        return arrived.computeIfAbsent(model, _ -> new CountDownLatch(1));
    }

    /// Opens when the connection of a request for this model is closed.
    CountDownLatch closed(String model) {
        return closed.computeIfAbsent(model, _ -> new CountDownLatch(1));
    }

    @Override
    public void close() {
        vertx.close().await();
    }

    private void ask(HttpServerRequest request, Buffer body) {
        String path = String.valueOf(request.path());
        paths.add(path);
        if (path.equals("/api/tags")) {
            request.response()
                    .end(
                            "{\"models\":[{\"name\":\"llava:7b\"},{\"name\":\"qwen3:8b\"},{\"x\":1}]}");
            return;
        }
        answer(request, body.toJsonObject());
    }

    private void answer(HttpServerRequest request, JsonObject body) {
        bodies.add(body);
        var received = new ConcurrentHashMap<String, String>();
        request.headers().forEach(header -> received.put(header.getKey(), header.getValue()));
        headers.add(received);
        String model = dialect.model(request, body).substring(prefix.length());
        request.connection().closeHandler(_ -> closed(model).countDown());
        arrived(model).countDown();
        HttpServerResponse response = request.response();
        if (model.startsWith("status-")) {
            refuse(response, Integer.parseInt(model.substring(7)));
            return;
        }
        if (model.equals("silent")) {
            return;
        }
        if (model.equals("hang-up")) {
            request.connection().close();
            return;
        }
        response.setChunked(true).putHeader("Content-Type", dialect.mediaType());
        stream(request, response, model, dialect.messages(body));
    }

    private void stream(
            HttpServerRequest request,
            HttpServerResponse response,
            String model,
            List<String> messages) {
        String stop = dialect.last(dialect.stop());
        switch (model) {
            case "silent-after-headers" -> response.writeHead();
            case "silent-in-the-middle" -> say(response, 2);
            case "cut" -> say(response, 2).onComplete(_ -> request.connection().close());
            case "cut-after-headers" ->
                    response.writeHead().onComplete(_ -> request.connection().close());
            case "cut-after-finish" -> {
                say(response, PIECES.size());
                response.write(stop).onComplete(_ -> request.connection().close());
            }
            case "ends-early" -> {
                say(response, 2);
                response.end();
            }
            case "no-end" -> {
                say(response, PIECES.size());
                response.end(stop);
            }
            case "open-after-end" -> {
                say(response, PIECES.size());
                response.write(stop + dialect.end());
            }
            case "end-twice" -> {
                say(response, PIECES.size());
                response.end(stop + dialect.end() + stop + dialect.end());
            }
            case "garbage" -> {
                say(response, 2);
                response.write(dialect.garbage() + dialect.piece("too late"));
            }
            case "error-inside" -> {
                say(response, 2);
                response.write(dialect.error() + dialect.piece("too late"));
            }
            case "overload-inside" -> {
                say(response, 2);
                response.end(dialect.overload());
            }
            case "looks-bad" -> {
                response.write(dialect.begin() + dialect.piece("\"error\": \"done\":true"));
                response.end(stop + dialect.end());
            }
            case "web-page" ->
                    response.putHeader("Content-Type", "text/html").end("<html>\n\nHi!\n</html>");
            case "endless-line" -> {
                say(response, 2);
                response.write("data: ");
                for (int i = 0; i < 32; i++) {
                    response.write("x".repeat(64 * 1024));
                }
            }
            case "empty" -> response.end(dialect.begin() + stop + dialect.end());
            case "blocked" ->
                    response.end("data: {\"promptFeedback\": {\"blockReason\": \"SAFETY\"}}\n\n");
            case "wrong-key" ->
                    response.setStatusCode(400)
                            .end(
                                    "[{\"error\":{\"code\":400,\"message\":\"API key not"
                                            + " valid.\",\"details\":[{\"reason\":"
                                            + "\"API_KEY_INVALID\"}]}}]");
            case "delay" ->
                    response.setStatusCode(429)
                            .end(
                                    "{\"error\":{\"code\":429,\"message\":\"Quota\","
                                            + "\"details\":[{\"retryDelay\":\"38s\"}]}}");
            case "one-byte-at-a-time" -> byteByByte(response, stop);
            case "slow" -> {
                response.write(dialect.begin());
                drip(response);
            }
            default -> {
                if (model.startsWith("reason-")) {
                    say(response, 1);
                    response.end(dialect.last(model.substring(7)) + dialect.end());
                } else {
                    converse(response, messages);
                }
            }
        }
    }

    private void byteByByte(HttpServerResponse response, String stop) {
        var all = new StringBuilder(dialect.begin());
        PIECES.forEach(text -> all.append(dialect.piece(text)));
        all.append(stop).append(dialect.end());
        String events = all.toString().replace("\n", "\r\n");
        Buffer bytes =
                Buffer.buffer(
                        dialect == Dialect.OLLAMA
                                ? events
                                : ": a comment\r\nid: 7\r\n\r\n" + events);
        for (int i = 0; i < bytes.length(); i++) {
            response.write(bytes.getBuffer(i, i + 1));
        }
        response.end();
    }

    /// Says its text, or what is missing of it.
    private void converse(HttpServerResponse response, List<String> messages) {
        int said = 0;
        if (messages.size() >= 2 && messages.getLast().equals("user: " + Messages.CONTINUE)) {
            String before = messages.get(messages.size() - 2);
            if (before.startsWith("assistant: ") && TEXT.startsWith(before.substring(11))) {
                said = before.length() - 11;
            }
        }
        int at = 0;
        response.write(dialect.begin() + dialect.piece(""));
        for (String text : PIECES) {
            response.write(dialect.piece(text.substring(Math.clamp(said - at, 0, text.length()))));
            at += text.length();
        }
        response.end(dialect.last(dialect.stop()) + dialect.end());
    }

    private void drip(HttpServerResponse response) {
        if (!response.closed()) {
            response.write(dialect.piece("drop "));
            vertx.setTimer(50, _ -> drip(response));
        }
    }

    private Future<Void> say(HttpServerResponse response, int pieces) {
        var last = response.write(dialect.begin() + dialect.piece(PIECES.getFirst()));
        for (String text : PIECES.subList(1, pieces)) {
            last = response.write(dialect.piece(text));
        }
        return last;
    }

    private void refuse(HttpServerResponse response, int status) {
        response.setStatusCode(status == 430 ? 429 : status);
        switch (status) {
            case 401 -> response.end(dialect.errorBody("Incorrect API key provided: sk-secret"));
            case 429 ->
                    response.putHeader("Retry-After", "7")
                            .end(dialect.errorBody("Slow down, sk-secret."));
            case 430 ->
                    response.putHeader(
                                    "Retry-After",
                                    DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                            ZonedDateTime.now(ZoneOffset.UTC).plusHours(1)))
                            .end();
            case 500 -> response.putHeader("Content-Type", "text/html").end("<h1>Oops</h1>");
            case 400 -> response.end(dialect.errorBody("context is\n too long"));
            case 503 -> response.end("x".repeat(200_000));
            case 302 -> response.putHeader("Location", "http://localhost/").end();
            default -> response.end();
        }
    }
}
