package dev.hubbub.model;

import io.vertx.core.buffer.Buffer;

import org.jspecify.annotations.Nullable;

import java.util.function.BiConsumer;

/// Reads server-sent events. Comments, ids and retry times are passed over.
final class EventStreamParser implements Framing {

    private final BiConsumer<@Nullable String, String> events;
    private final Lines lines = new Lines(this::line);
    private @Nullable String event;
    private @Nullable StringBuilder data;

    /// @param events takes the name of an event, null when it has none, and its data
    EventStreamParser(BiConsumer<@Nullable String, String> events) {
        this.events = events;
    }

    @Override
    public void feed(Buffer bytes) {
        lines.feed(bytes);
    }

    @Override
    public void end() {
        lines.end();
        endEvent();
    }

    private void line(String text) {
        if (text.isEmpty()) {
            endEvent();
            return;
        }
        int colon = text.indexOf(':');
        String field = colon < 0 ? text : text.substring(0, colon);
        if (field.equals("data")) {
            addData(value(text, colon));
        } else if (field.equals("event")) {
            event = value(text, colon);
        }
    }

    private void addData(String value) {
        if (data == null) {
            data = new StringBuilder(value);
        } else if (data.length() + value.length() < EVENT_BYTES_MAX) {
            data.append('\n').append(value);
        } else {
            throw new TooLongException();
        }
    }

    private void endEvent() {
        StringBuilder complete = data;
        String name = event;
        data = null;
        event = null;
        if (complete != null) {
            events.accept(name, complete.toString());
        }
    }

    private static String value(String text, int colon) {
        if (colon < 0) {
            return "";
        }
        int from = colon + 1;
        return text.substring(text.startsWith(" ", from) ? from + 1 : from);
    }
}
