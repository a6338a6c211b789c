package dev.hubbub.transfer;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/// Times as programs write them: seconds or milliseconds since 1970, or ISO 8601.
final class Times {

    static final Instant MIN = Instant.EPOCH;
    static final Instant MAX = Instant.parse("9999-12-31T23:59:59.999Z");

    /// Seconds beyond this are milliseconds: it is the year 5138.
    private static final double SECONDS_MAX = 1e11;

    private Times() {}

    /// Null where it is no time.
    static @Nullable Instant of(JsonNode node) {
        if (node.isNumber()) {
            double value = node.doubleValue();
            double seconds = Math.abs(value) > SECONDS_MAX ? value / 1000 : value;
            return Double.isFinite(seconds)
                    ? of(Instant.ofEpochMilli(Math.round(Math.clamp(seconds * 1000, 0, 4e14))))
                    : null;
        }
        return node.isTextual() ? parse(node.textValue()) : null;
    }

    static @Nullable Instant parse(String text) {
        try {
            return of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException notIso) {
            return null;
        }
    }

    /// The time within the years that can be written, to the millisecond; the first where there is
    /// none.
    static Instant of(@Nullable Instant at) {
        if (at == null || at.isBefore(MIN)) {
            return MIN;
        }
        return at.isAfter(MAX) ? MAX : Instant.ofEpochMilli(at.toEpochMilli());
    }
}
