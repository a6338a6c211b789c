package dev.hubbub.cli;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// Reads a stream of server-sent events. See https://html.spec.whatwg.org/#server-sent-events.
final class ServerSentEvents implements AutoCloseable {

    private final BufferedReader lines;
    private String id = "";

    ServerSentEvents(InputStream body) {
        lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /// One event.
    ///
    /// @param id of this event or the last that had one, empty when none had
    record Event(String id, String type, String data) {}

    /// The next event, waiting for it; null at the end of the stream. An event that the end cuts
    /// short does not count.
    @Nullable Event next() throws IOException {
        var data = new StringBuilder();
        String type = "message";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    return new Event(id, type, data.toString());
                }
                type = "message";
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String rest = colon < 0 ? "" : line.substring(colon + 1);
            String value = rest.startsWith(" ") ? rest.substring(1) : rest;
            switch (field) {
                case "id" -> id = value;
                case "event" -> type = value;
                case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
                default -> {
                    // A comment, such as a heartbeat, or something newer than this reader.
                }
            }
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
