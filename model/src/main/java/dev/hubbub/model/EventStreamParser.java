package dev.hubbub.model;

import io.vertx.core.buffer.Buffer;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BiConsumer;

/// Reads server-sent events as their bytes come, however these are cut. Characters are decoded a
/// whole line at a time, so that none is split. Comments, ids and retry times are passed over.
final class EventStreamParser {

    /// The longest line, and the most data, that one event may have. Providers send a few hundred
    /// bytes.
    static final int EVENT_BYTES_MAX = 1 << 20;

    private static final byte LF = '\n';
    private static final byte CR = '\r';

    private final BiConsumer<@Nullable String, String> events;

    /// A line whose end has not come.
    private byte[] line = new byte[512];

    private int lineLength;
    private boolean afterCarriageReturn;
    private @Nullable String event;
    private @Nullable StringBuilder data;

    /// @param events takes the name of an event, null when it has none, and its data
    EventStreamParser(BiConsumer<@Nullable String, String> events) {
        this.events = events;
    }

    /// Takes the next bytes and gives the events that they end.
    ///
    /// @throws TooLongException when an event is longer than [#EVENT_BYTES_MAX]
    void feed(Buffer bytes) {
        int from = 0;
        int length = bytes.length();
        for (int i = 0; i < length; i++) {
            byte b = bytes.getByte(i);
            if (b == LF || b == CR) {
                keep(bytes, from, i);
                from = i + 1;
                if (b == CR || !afterCarriageReturn) {
                    endLine();
                }
            }
            afterCarriageReturn = b == CR;
        }
        keep(bytes, from, length);
    }

    /// Gives the event that a stream ended in without an empty line, as some servers' do.
    void end() {
        endLine();
        endEvent();
    }

    private void keep(Buffer bytes, int from, int to) {
        int added = to - from;
        if (lineLength + added > EVENT_BYTES_MAX) {
            throw new TooLongException();
        }
        if (lineLength + added > line.length) {
            line = Arrays.copyOf(line, Math.max(2 * line.length, lineLength + added));
        }
        bytes.getBytes(from, to, line, lineLength);
        lineLength += added;
    }

    private void endLine() {
        if (lineLength == 0) {
            endEvent();
            return;
        }
        String text = new String(line, 0, lineLength, StandardCharsets.UTF_8);
        lineLength = 0;
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

    /// An event is longer than any that a provider would send.
    static final class TooLongException extends RuntimeException {

        private static final long serialVersionUID = 1;

        TooLongException() {
            super("an event is longer than " + EVENT_BYTES_MAX + " bytes");
        }
    }
}
