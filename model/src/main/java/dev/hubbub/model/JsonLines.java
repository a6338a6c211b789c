package dev.hubbub.model;

import io.vertx.core.buffer.Buffer;

import java.util.function.Consumer;

/// Reads a stream in which each line is an event, as Ollama's are.
final class JsonLines implements Framing {

    private final Lines lines;

    JsonLines(Consumer<String> events) {
        lines =
                new Lines(line -> {
                    if (!line.isBlank()) {
                        events.accept(line);
                    }
                });
    }

    @Override
    public void feed(Buffer bytes) {
        lines.feed(bytes);
    }

    @Override
    public void end() {
        lines.end();
    }
}
