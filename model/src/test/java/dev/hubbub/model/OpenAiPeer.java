package dev.hubbub.model;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// A small service that speaks OpenAI's protocol and misbehaves on request: the model's name says
/// how.
final class OpenAiPeer implements AutoCloseable {

    static final List<String> PIECES =
            List.of("It", " all", " depends", " on", " näh", " 🙂", ", *and*\n", "then some.");
    static final String TEXT = String.join("", PIECES);

    /// What was asked, in order.
    final List<JsonObject> bodies = new CopyOnWriteArrayList<>();

    final List<Map<String, String>> headers = new CopyOnWriteArrayList<>();
    private final Map<String, CountDownLatch> arrived = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> closed = new ConcurrentHashMap<>();
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    OpenAiPeer() {
        server =
                vertx.createHttpServer()
                        .requestHandler(request ->
                                request.bodyHandler(body -> answer(request, body.toJsonObject())))
                        .listen(0, "localhost")
                        .await();
    }

    String baseUrl() {
        return "http://localhost:" + server.actualPort() + "/v1";
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

    private void answer(HttpServerRequest request, JsonObject body) {
        bodies.add(body);
        var received = new ConcurrentHashMap<String, String>();
        request.headers().forEach(header -> received.put(header.getKey(), header.getValue()));
        headers.add(received);
        String model = body.getString("model");
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
        response.setChunked(true).putHeader("Content-Type", "text/event-stream");
        stream(request, response, model, body.getJsonArray("messages"));
    }

    private void stream(
            HttpServerRequest request,
            HttpServerResponse response,
            String model,
            JsonArray messages) {
        switch (model) {
            case "silent-after-headers" -> response.writeHead();
            case "silent-in-the-middle" -> say(response, 2);
            case "cut" -> say(response, 2).onComplete(_ -> request.connection().close());
            case "cut-after-headers" ->
                    response.writeHead().onComplete(_ -> request.connection().close());
            case "cut-after-finish" -> {
                say(response, PIECES.size());
                event(response, finish("stop")).onComplete(_ -> request.connection().close());
            }
            case "ends-early" -> {
                say(response, 2);
                response.end();
            }
            case "no-done" -> {
                say(response, PIECES.size());
                event(response, finish("stop"));
                response.end();
            }
            case "done-without-finish" -> {
                say(response, PIECES.size());
                response.end("data: [DONE]");
            }
            case "open-after-done" -> {
                say(response, PIECES.size());
                event(response, finish("stop"));
                event(response, "[DONE]");
            }
            case "garbage" -> {
                say(response, 2);
                event(response, "{\"choices\":[{\"delta\":");
                event(response, piece("too late"));
            }
            case "error-inside" -> {
                say(response, 2);
                event(response, "{\"error\":{\"message\":\"GPU lost.\",\"code\":502}}");
            }
            case "null-errors" -> {
                event(response, new JsonObject(piece("\"error\":")).putNull("error").encode());
                event(response, finish("stop"));
                response.end("data: [DONE]\n\n");
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
            case "empty" -> response.end("data: [DONE]\n\n");
            case "one-byte-at-a-time" -> {
                Buffer all = Buffer.buffer();
                PIECES.forEach(text -> all.appendString("data:" + piece(text) + "\r\n\r\n"));
                all.appendString(": a comment\r\nid: 7\r\n\r\n");
                all.appendString("data: " + finish("stop") + "\r\n\r\ndata: [DONE]\r\n\r\n");
                for (int i = 0; i < all.length(); i++) {
                    response.write(all.getBuffer(i, i + 1));
                }
                response.end();
            }
            case "slow" -> drip(response, 0);
            case "length", "content_filter", "tool_calls", "eos" -> finishWith(response, model);
            default -> converse(response, messages);
        }
    }

    /// Says its text, or what is missing of it.
    private void converse(HttpServerResponse response, JsonArray messages) {
        int said = 0;
        if (messages.size() >= 2) {
            JsonObject before = messages.getJsonObject(messages.size() - 2);
            String text = before.getString("content");
            boolean goesOn =
                    messages.getJsonObject(messages.size() - 1)
                            .getString("content")
                            .startsWith("Your last message was cut off");
            if (goesOn && before.getString("role").equals("assistant") && TEXT.startsWith(text)) {
                said = text.length();
            }
        }
        int at = 0;
        event(response, "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}");
        for (String text : PIECES) {
            String rest = text.substring(Math.clamp(said - at, 0, text.length()));
            at += text.length();
            event(response, piece(rest));
        }
        finishWith(response, "stop");
    }

    private void finishWith(HttpServerResponse response, String reason) {
        event(response, finish(reason));
        event(
                response,
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":8,"
                        + "\"total_tokens\":19}}");
        event(response, "[DONE]");
        response.end();
    }

    private void drip(HttpServerResponse response, int n) {
        if (!response.closed()) {
            event(response, piece("drop "));
            vertx.setTimer(50, _ -> drip(response, n + 1));
        }
    }

    private static Future<Void> say(HttpServerResponse response, int pieces) {
        var last = Future.<Void>succeededFuture();
        for (String text : PIECES.subList(0, pieces)) {
            last = event(response, piece(text));
        }
        return last;
    }

    private static void refuse(HttpServerResponse response, int status) {
        response.setStatusCode(status);
        switch (status) {
            case 401 ->
                    response.end(
                            "{\"error\":{\"message\":\"Incorrect API key provided: sk-secret\"}}");
            case 429 ->
                    response.putHeader("Retry-After", "7")
                            .end("{\"error\":{\"message\":\"Slow down, sk-secret.\"}}");
            case 500 -> response.putHeader("Content-Type", "text/html").end("<h1>Oops</h1>");
            case 400 -> response.end("{\"error\":{\"message\":\"context is\\n too long\"}}");
            case 503 -> response.end("x".repeat(200_000));
            case 302 -> response.putHeader("Location", "http://localhost/").end();
            default -> response.end();
        }
    }

    private static String piece(String text) {
        return new JsonObject()
                .put(
                        "choices",
                        new JsonArray()
                                .add(
                                        new JsonObject()
                                                .put("index", 0)
                                                .put("delta", new JsonObject().put("content", text))
                                                .putNull("finish_reason")))
                .encode();
    }

    private static String finish(String reason) {
        return "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}";
    }

    private static Future<Void> event(HttpServerResponse response, String data) {
        return response.write("data: " + data + "\n\n");
    }
}
