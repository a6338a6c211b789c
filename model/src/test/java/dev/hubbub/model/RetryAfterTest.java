package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;

final class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private static @Nullable Duration wait(String header, String value) {
        return RetryAfter.of(
                MultiMap.caseInsensitiveMultiMap().add(header, value), ErrorBody.of(""), NOW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Retry-After | 7 | PT7S",
                "retry-after | 0.5 | PT0.5S",
                "Retry-After | 0 | PT0S",
                "retry-after-ms | 1250 | PT1.25S",
                "Retry-After | Sat, 31 Jan 2026 12:01:30 GMT | PT1M30S",
                "Retry-After | Sat, 31 Jan 2026 11:00:00 GMT | PT0S",
                "Retry-After | Sat, 31 Jan 2032 12:00:00 GMT | PT24H",
                "Retry-After | 86400 | PT24H",
                "Retry-After | 999999999 | PT24H"
            })
    void aServiceMaySayItInManyWays(String header, String value, Duration expected) {
        assertThat(wait(header, value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-5", "", "1e9", "9999999999", "Sat, 31 Feb 2026 25:00:00"})
    void whatCannotBeReadIsAsGoodAsUnsaid(String value) {
        assertThat(wait("Retry-After", value)).isNull();
    }

    @Test
    void anErrorMaySayItToo() {
        ErrorBody error =
                ErrorBody.of("{\"error\":{\"details\":[{\"x\":1},{\"retryDelay\":\"3.5s\"}]}}");

        assertThat(RetryAfter.of(MultiMap.caseInsensitiveMultiMap(), error, NOW))
                .isEqualTo(Duration.ofMillis(3_500));
    }
}
