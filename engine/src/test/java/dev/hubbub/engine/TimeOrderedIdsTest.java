package dev.hubbub.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/// RFC 9562, section 5.7, and the order that is promised beyond it.
final class TimeOrderedIdsTest {

    private static final long NOW_MILLIS = 1_800_000_000_000L;

    private final AtomicLong clock = new AtomicLong(NOW_MILLIS);
    private final TimeOrderedIds ids = new TimeOrderedIds(clock::get, new SecureRandom());

    @Test
    void anIdHasTheVersionTheVariantAndTheTime() {
        UUID id = ids.next();
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(millisOf(id)).isEqualTo(NOW_MILLIS);
    }

    @Test
    void idsOfOneMillisecondAreInOrderAndBeyond4096RunAhead() {
        List<UUID> made = IntStream.range(0, 10_000).mapToObj(_ -> ids.next()).toList();
        assertThat(made).extracting(UUID::toString).isSorted().doesNotHaveDuplicates();
        assertThat(millisOf(made.get(4_095))).isEqualTo(NOW_MILLIS);
        assertThat(millisOf(made.get(4_096))).isEqualTo(NOW_MILLIS + 1);
        assertThat(made).allMatch(id -> id.version() == 7 && id.variant() == 2);
    }

    @Test
    void aClockThatStepsBackDoesNotTakeTheIdsWithIt() {
        UUID before = ids.next();
        clock.addAndGet(-60_000);
        assertThat(ids.next().toString()).isGreaterThan(before.toString());
        clock.set(NOW_MILLIS + 5);
        assertThat(millisOf(ids.next())).isEqualTo(NOW_MILLIS + 5);
    }

    @Test
    void twoProcessesWithOneClockShareNoId() {
        var other = new TimeOrderedIds(clock::get, new SecureRandom());
        assertThat(ids.next()).isNotEqualTo(other.next());
    }

    @Test
    void manyThreadsGetIdsOfTheirOwnEachInOrder() throws Exception {
        var all = new HashSet<UUID>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            var work = new ArrayList<Callable<List<UUID>>>();
            for (int i = 0; i < 4; i++) {
                work.add(() -> IntStream.range(0, 50_000).mapToObj(_ -> ids.next()).toList());
            }
            for (var made : threads.invokeAll(work)) {
                assertThat(made.get()).extracting(UUID::toString).isSorted();
                all.addAll(made.get());
            }
        }
        assertThat(all).hasSize(200_000);
    }

    @Test
    void aConversationIdIsWrittenAsItsUuid() {
        String written = ids.nextConversation().value();
        assertThat(UUID.fromString(written).version()).isEqualTo(7);
        assertThat(written).hasSize(36);
    }

    private static long millisOf(UUID id) {
        return id.getMostSignificantBits() >>> 16;
    }
}
