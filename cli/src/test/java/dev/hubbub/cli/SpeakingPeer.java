package dev.hubbub.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A service that speaks OpenAI's protocol, and what a test makes of it.
final class SpeakingPeer implements AutoCloseable {

    /// What was asked, in order.
    final List<String> bodies = new CopyOnWriteArrayList<>();

    final List<Long> nanos = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    /// How it answers.
    interface Manners {

        /// Answers one request.
        ///
        /// @param number of the request, from 1
        void answer(HttpExchange exchange, int number) throws IOException;
    }

    SpeakingPeer(Manners manners) {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    bodies.add(
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8));
                    nanos.add(System.nanoTime());
                    try (exchange) {
                        manners.answer(exchange, bodies.size());
                    }
                });
        server.start();
    }

    String baseUrl() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    static void refuse(HttpExchange exchange, int status, String retryAfter) throws IOException {
        exchange.getResponseHeaders().add("Retry-After", retryAfter);
        exchange.sendResponseHeaders(status, -1);
    }

    static void say(HttpExchange exchange, String... pieces) throws IOException {
        OutputStream out = begin(exchange, pieces);
        event(out, "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
        event(out, "{\"choices\":[],\"usage\":{\"prompt_tokens\":60,\"completion_tokens\":40}}");
        event(out, "[DONE]");
        out.close();
    }

    /// Says something and is gone.
    static void die(HttpExchange exchange, String... pieces) throws IOException {
        var _ = begin(exchange, pieces);
        // Closed in the middle of a chunked body: its reader sees no end.
        throw new IOException("gone");
    }

    private static OutputStream begin(HttpExchange exchange, String... pieces) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        for (String piece : pieces) {
            event(
                    out,
                    "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\""
                            + piece
                            + "\"},\"finish_reason\":null}]}");
        }
        return out;
    }

    private static void event(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
