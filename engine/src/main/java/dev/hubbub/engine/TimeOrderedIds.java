package dev.hubbub.engine;

import dev.hubbub.conversation.ConversationId;

import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/// Makes UUIDs of version 7 (RFC 9562): 48 bits of milliseconds since 1970, a counter of 12 bits,
/// and 62 bits that nobody else has. Each is greater than the one before; a clock that steps back,
/// or more than 4,096 in a millisecond, makes the time in them run ahead of the clock instead of
/// repeating. Two processes with the same time and counter differ by the 62 bits, which a secret
/// seed scatters. They name things; they are not secrets. Safe for use by many threads.
final class TimeOrderedIds {

    private static final int COUNTER_BITS = 12;
    private static final int COUNTER_MASK = (1 << COUNTER_BITS) - 1;

    /// Made by one processor without a look at the others.
    private static final int TOGETHER = 4_096;

    private static final long VERSION_7 = 0x7000;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final long VARIANT_MASK = 0x3fff_ffff_ffff_ffffL;

    /// Of SplittableRandom: odd, so that every multiple of it is another number.
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private final LongSupplier millis;
    private final long seed;
    private final long secondSeed;
    private final AtomicLong last = new AtomicLong();

    TimeOrderedIds() {
        this(System::currentTimeMillis, new SecureRandom());
    }

    TimeOrderedIds(LongSupplier millis, SecureRandom seeds) {
        this.millis = millis;
        seed = seeds.nextLong();
        secondSeed = seeds.nextLong();
    }

    ConversationId nextConversation() {
        long stamp = takeStamps(1);
        return new ConversationId(high(stamp), low(stamp));
    }

    /// As many in the order of time, made on all processors.
    List<ConversationId> nextConversations(int n) {
        long first = takeStamps(n);
        var ids = new ConversationId[n];
        IntStream.rangeClosed(0, (n - 1) / TOGETHER)
                .parallel()
                .forEach(part -> {
                    int to = Math.min(n, (part + 1) * TOGETHER);
                    for (int i = part * TOGETHER; i < to; i++) {
                        ids[i] = new ConversationId(high(first + i), low(first + i));
                    }
                });
        return List.of(ids);
    }

    UUID next() {
        long stamp = takeStamps(1);
        return new UUID(high(stamp), low(stamp));
    }

    /// @return the first of `n` that nobody else gets
    private long takeStamps(int n) {
        long atLeast = millis.getAsLong() << COUNTER_BITS;
        return last.updateAndGet(before -> Math.max(before + 1, atLeast) + n - 1) - n + 1;
    }

    private static long high(long stamp) {
        return ((stamp >>> COUNTER_BITS) << 16) | VERSION_7 | (stamp & COUNTER_MASK);
    }

    private long low(long stamp) {
        long low = mix(mix(seed + stamp * GOLDEN_GAMMA) ^ secondSeed);
        return (low & VARIANT_MASK) | VARIANT;
    }

    /// The finalizer of SplittableRandom: every bit in decides every bit out.
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
