package dev.hubbub.server;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.hubbub.conversation.UserId;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Counts what users and addresses do. Safe for use by many threads, and never waits.
final class Rates {

    private final Buckets<UserId> messages;
    private final Buckets<String> requests;

    Rates(ClientLimits limits) {
        this(limits, TimeMeter.SYSTEM_NANOTIME);
    }

    Rates(ClientLimits limits, TimeMeter clock) {
        messages = new Buckets<>(limits.messagesPerUser(), limits.bucketsMax(), clock);
        requests = new Buckets<>(limits.requestsPerAddress(), limits.bucketsMax(), clock);
    }

    /// Counts a request, or a message on a socket.
    ///
    /// @return why it is one too many, or null
    @Nullable Fault request(String address) {
        return requests.take(address);
    }

    /// Counts a message for a model.
    ///
    /// @throws FaultException when it is one too many
    void message(UserId user) {
        Fault slow = messages.take(user);
        if (slow != null) {
            throw slow.exception();
        }
    }

    /// What was counted was not a message after all.
    void giveBack(UserId user) {
        messages.giveBack(user);
    }

    /// Refuses what [#message] would refuse, and counts nothing.
    void requireRoom(UserId user) {
        message(user);
        giveBack(user);
    }

    /// How many addresses are remembered.
    long addresses() {
        return requests.size();
    }

    /// One bucket for each of them; nothing at all where there is no limit.
    private static final class Buckets<K> {

        private final Rate rate;
        private final TimeMeter clock;
        private final Cache<K, Bucket> known;

        Buckets(Rate rate, int most, TimeMeter clock) {
            this.rate = rate;
            this.clock = clock;
            // One that is full again says what a new one says.
            known =
                    Caffeine.newBuilder()
                            .maximumSize(most)
                            .expireAfterAccess(rate.period())
                            .ticker(clock::currentTimeNanos)
                            .executor(Runnable::run)
                            .build();
        }

        @Nullable Fault take(K key) {
            if (rate.count() == 0) {
                return null;
            }
            ConsumptionProbe probe = known.get(key, _ -> full()).tryConsumeAndReturnRemaining(1);
            return probe.isConsumed() ? null : slow(probe.getNanosToWaitForRefill());
        }

        void giveBack(K key) {
            Bucket bucket = known.getIfPresent(key);
            if (bucket != null) {
                bucket.addTokens(1);
            }
        }

        long size() {
            known.cleanUp();
            return known.estimatedSize();
        }

        private Bucket full() {
            return Bucket.builder()
                    .addLimit(limit ->
                            limit.capacity(rate.count()).refillGreedy(rate.count(), rate.period()))
                    .withCustomTimePrecision(clock)
                    .build();
        }

        private static Fault slow(long nanos) {
            return new Fault(
                    429,
                    "rate_limited",
                    "Rate limit exceeded. Please slow down.",
                    Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(nanos) + 1));
        }
    }
}
