package dev.hubbub.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// Requests to a server. What it refuses is a [Failure] with its own sentence.
final class ServerApi implements AutoCloseable {

    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final Duration AWAY_MAX = Duration.ofSeconds(30);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(250);
    private static final JsonMapper JSON = new JsonMapper();

    private final URI server;
    private final @Nullable String token;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_MAX)
                    .build();

    ServerApi(URI server) {
        this(server, null);
    }

    /// @param server its address, with or without a slash at the end
    /// @param token that says who asks, or null where nobody wants to know
    ServerApi(URI server, @Nullable String token) {
        this.token = token;
        String text = server.toString();
        this.server = text.endsWith("/") ? server : URI.create(text + "/");
    }

    URI server() {
        return server;
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            throw Failure.of("What answers there is no Hubbub; check the address.", notJson);
        }
    }

    JsonNode get(String path) {
        return answer(request(path).GET());
    }

    JsonNode post(String path, Map<String, String> fields) {
        return answer(request(path).POST(body(fields)));
    }

    JsonNode put(String path, Map<String, String> fields) {
        return answer(request(path).PUT(body(fields)));
    }

    /// The events of a chat.
    ///
    /// @param position of the last event seen, or empty to begin with a snapshot
    ServerSentEvents events(String path, String position) {
        HttpRequest.Builder request = request(path).header("Accept", "text/event-stream");
        if (!position.isEmpty()) {
            request.header("Last-Event-ID", position);
        }
        try {
            HttpResponse<InputStream> response =
                    client.send(request.build(), BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                try (InputStream body = response.body()) {
                    throw refused(
                            response.statusCode(),
                            new String(body.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
            return new ServerSentEvents(response.body());
        } catch (IOException gone) {
            throw unreachable(gone);
        } catch (InterruptedException stop) {
            throw interrupted();
        }
    }

    /// The same, for a server that may be starting again.
    ServerSentEvents eventsOnceItAnswers(String path, String position) {
        Instant deadline = Instant.now().plus(AWAY_MAX);
        while (true) {
            try {
                return events(path, position);
            } catch (Failure failure) {
                boolean gone = failure.getCause() instanceof IOException;
                if (!gone || Instant.now().isAfter(deadline)) {
                    throw failure;
                }
                LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            }
        }
    }

    /// What stands at an address, however long it is.
    InputStream download(String path) {
        return open(request(path).GET());
    }

    /// Sends a file and waits for what becomes of it, however long that takes.
    JsonNode upload(String path, Path file) throws IOException {
        HttpRequest.Builder request =
                request(path)
                        .header("Content-Type", "application/octet-stream")
                        .POST(BodyPublishers.ofFile(file));
        try (InputStream answer = open(request)) {
            return json(new String(answer.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private InputStream open(HttpRequest.Builder request) {
        try {
            HttpResponse<InputStream> response =
                    client.send(request.build(), BodyHandlers.ofInputStream());
            if (response.statusCode() == 200) {
                return response.body();
            }
            try (InputStream body = response.body()) {
                throw refused(
                        response.statusCode(),
                        new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException gone) {
            throw unreachable(gone);
        } catch (InterruptedException stop) {
            throw interrupted();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path));
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private static HttpRequest.BodyPublisher body(Map<String, String> fields) {
        try {
            return BodyPublishers.ofString(JSON.writeValueAsString(fields));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private JsonNode answer(HttpRequest.Builder request) {
        HttpRequest whole =
                request.header("Content-Type", "application/json").timeout(ANSWER_MAX).build();
        try {
            HttpResponse<String> response = client.send(whole, BodyHandlers.ofString());
            if (response.statusCode() >= 300) {
                throw refused(response.statusCode(), response.body());
            }
            return json(response.body());
        } catch (IOException gone) {
            throw unreachable(gone);
        } catch (InterruptedException stop) {
            throw interrupted();
        }
    }

    private Failure refused(int status, String body) {
        if (status == 401) {
            return Failure.of(
                    "The server at %s wants a token that is good; give one with --token or HUBBUB_TOKEN."
                            .formatted(server));
        }
        String detail = json(body).path("detail").asText();
        return Failure.of(
                detail.isEmpty() ? "What answers there is no Hubbub; check the address." : detail);
    }

    private Failure unreachable(IOException gone) {
        return Failure.of(
                "No server answers at %s; start one with 'hubbub serve', or talk without it by leaving --url out."
                        .formatted(server),
                gone);
    }

    private static Failure interrupted() {
        Thread.currentThread().interrupt();
        return Failure.of("Hubbub was interrupted; the server goes on with the reply.");
    }
}
