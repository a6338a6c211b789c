package dev.hubbub.server;

import java.time.Duration;

/// How often something may happen: `count` times at once, and after that as they come back, evenly,
/// `count` in a `period`.
///
/// @param count 0 for as often as one likes
public record Rate(long count, Duration period) {

    public static final Rate UNLIMITED = new Rate(0, Duration.ofMinutes(1));

    public Rate {
        if (count < 0 || period.toMillis() < 1) {
            throw new IllegalArgumentException("a rate is a count in a time");
        }
    }
}
