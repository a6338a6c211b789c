package dev.hubbub.model;

import io.vertx.core.MultiMap;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How long a service asks to be left alone: the header `Retry-After` of RFC 9110 in seconds or as
/// a date, `retry-after-ms` of OpenAI's, or the `retryDelay` in an error of Gemini's.
final class RetryAfter {

    /// What a service asks beyond this is taken for this much.
    static final Duration MAX = Duration.ofDays(1);

    private static final Pattern NUMBER = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)s?");

    private RetryAfter() {}

    /// What it says now; null where it does not say.
    static @Nullable Duration of(MultiMap headers, ErrorBody error) {
        return of(headers, error, Instant.now());
    }

    /// The same, seen at another time.
    static @Nullable Duration of(MultiMap headers, ErrorBody error, Instant now) {
        Duration wait = number(headers.get("retry-after-ms"), 3);
        String header = headers.get("Retry-After");
        if (wait == null) {
            wait = number(header, 0);
        }
        if (wait == null) {
            wait = untilDate(header, now);
        }
        if (wait == null) {
            wait = number(error.retryDelay(), 0);
        }
        return wait == null || wait.compareTo(MAX) < 0 ? wait : MAX;
    }

    /// @param decimals by which the number is too large for seconds
    private static @Nullable Duration number(@Nullable String text, int decimals) {
        if (text == null) {
            return null;
        }
        Matcher matcher = NUMBER.matcher(text.strip());
        if (!matcher.matches()) {
            return null;
        }
        BigDecimal seconds = new BigDecimal(matcher.group(1)).movePointLeft(decimals);
        return Duration.ofMillis(seconds.movePointRight(3).longValue());
    }

    private static @Nullable Duration untilDate(@Nullable String text, Instant now) {
        if (text == null) {
            return null;
        }
        try {
            Instant then =
                    ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant();
            return then.isBefore(now) ? Duration.ZERO : Duration.between(now, then);
        } catch (DateTimeException e) {
            return null;
        }
    }
}
