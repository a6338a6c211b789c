package dev.hubbub.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A service that speaks OpenAI's protocol, whose model says what a test dictates at the moment
/// when it is dictated: whatever is to happen in mid-reply happens there.
final class Dictation implements AutoCloseable {

    static final String MODEL = "dictated";

    /// The same, of a family whose models look at images.
    static final String SEEING_MODEL = "gpt-4o-dictated";

    private static final Duration ASKED_MAX = Duration.ofSeconds(30);

    private final HttpServer server;
    private final BlockingQueue<Reply> asked = new LinkedBlockingQueue<>();

    Dictation() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/chat/completions", this::answer);
        server.start();
    }

    /// What tells the program of this service.
    Map<String, String> variables() {
        return Map.of(
                "OPENAI_BASE_URL",
                "http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort()),
                "OPENAI_MODELS",
                MODEL + "," + SEEING_MODEL);
    }

    /// The next reply that somebody asks for.
    Reply next() {
        try {
            Reply next = asked.poll(ASKED_MAX.toSeconds(), TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nobody asks for a reply");
            }
            return next;
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    /// Leaves unanswered what was asked for so far.
    void forget() {
        asked.clear();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String request =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        asked.add(new Reply(ServerApi.json(request).path("messages"), exchange.getResponseBody()));
    }

    /// A reply on its way.
    static final class Reply {

        private final JsonNode messages;
        private final OutputStream events;

        private Reply(JsonNode messages, OutputStream events) {
            this.messages = messages;
            this.events = events;
        }

        /// What the model was told, oldest first.
        JsonNode messages() {
            return messages;
        }

        void say(String text) {
            JsonNode content = JsonNodeFactory.instance.textNode(text);
            event("{\"choices\":[{\"index\":0,\"delta\":{\"content\":%s}}]}".formatted(content));
        }

        /// Says what the reply used, in tokens.
        void used(int input, int output) {
            event(
                    "{\"choices\":[],\"usage\":{\"prompt_tokens\":%d,\"completion_tokens\":%d}}"
                            .formatted(input, output));
        }

        void end() {
            event("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}");
            event("[DONE]");
            try {
                events.close();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }

        private void event(String data) {
            try {
                events.write("data: %s\n\n".formatted(data).getBytes(StandardCharsets.UTF_8));
                events.flush();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }
}
