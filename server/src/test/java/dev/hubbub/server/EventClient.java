package dev.hubbub.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A reader of server-sent events.
final class EventClient implements AutoCloseable {

    final HttpResponse<InputStream> response;
    private final BufferedReader lines;
    int comments;

    record Event(String id, String type, JsonNode data) {}

    private EventClient(HttpResponse<InputStream> response) {
        this.response = response;
        lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    static EventClient connect(Running running, String chat, @Nullable String last) {
        HttpRequest.Builder request = running.request("/api/chats/" + chat + "/events");
        if (last != null) {
            request.header("Last-Event-ID", last);
        }
        return open(running, request);
    }

    /// The stream that a request of any protocol is answered with.
    static EventClient open(Running running, HttpRequest.Builder request) {
        try {
            return new EventClient(
                    running.http.send(request.build(), BodyHandlers.ofInputStream()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// The next event, or null when the stream has ended.
    @Nullable Event next() {
        String id = "";
        String type = "";
        String data = "";
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty() && !data.isEmpty()) {
                    return new Event(
                            id,
                            type,
                            data.equals("[DONE]") ? TextNode.valueOf(data) : Running.parse(data));
                }
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    type = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.equals(":")) {
                    comments++;
                }
            }
            return null;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    Event require() {
        Event next = next();
        if (next == null) {
            throw new AssertionError("the stream has ended");
        }
        return next;
    }

    /// All events to the end of the stream.
    List<Event> rest() {
        var rest = new ArrayList<Event>();
        for (Event event = next(); event != null; event = next()) {
            rest.add(event);
        }
        return rest;
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
