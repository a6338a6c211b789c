package dev.hubbub.server;

import io.vertx.core.Vertx;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/// Ends what a token has opened when the token is not good any more. Used on one event loop.
final class Expiry {

    private final Vertx vertx;
    private final long timer;

    private Expiry(Vertx vertx, long timer) {
        this.vertx = vertx;
        this.timer = timer;
    }

    /// Null where nothing expires.
    static @Nullable Expiry of(Vertx vertx, Visitor visitor, Runnable end) {
        Instant until = visitor.until();
        if (until == null) {
            return null;
        }
        long millis = Math.max(1, Duration.between(Instant.now(), until).toMillis());
        return new Expiry(vertx, vertx.setTimer(millis, _ -> end.run()));
    }

    static void cancel(@Nullable Expiry expiry) {
        if (expiry != null) {
            expiry.vertx.cancelTimer(expiry.timer);
        }
    }
}
