package dev.hubbub.engine;

import dev.hubbub.conversation.Refusal;

import org.jspecify.annotations.Nullable;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;

/// Whether so many more conversations fit into the heap. A guess, for what cannot be meant: it lets
/// pass what may fit. Safe for use by many threads.
///
/// @param bytesEach that each takes for ever
/// @param bytesBounded that each takes until the engine lets it go, from `boundedMax` on at the
///   latest
record Room(long bytesEach, long bytesBounded, long boundedMax) {

    /// Of an id and its place in a list.
    private static final long ID_BYTES = 48;

    /// Of a conversation that nothing was said in: see docs/benchmarks.md.
    private static final long CONVERSATION_BYTES = 190;

    /// Fewer than these are not worth a look.
    private static final int LOOKED_AT_MIN = 10_000;

    /// Where all conversations are kept in memory.
    static Room inMemory() {
        return new Room(ID_BYTES + CONVERSATION_BYTES, 0, 0);
    }

    /// Where those that are used are.
    static Room onDisk(long residentBytesMax) {
        return new Room(ID_BYTES, CONVERSATION_BYTES, residentBytesMax);
    }

    /// The failure of starting `n` more; null when they may fit.
    @Nullable HubbubException refuse(int n) {
        if (n < LOOKED_AT_MIN) {
            return null;
        }
        long wanted = n * bytesEach + Math.min(n * bytesBounded, boundedMax);
        long most = Runtime.getRuntime().maxMemory();
        long left = most - used();
        return wanted <= left
                ? null
                : new HubbubException(
                        ("%,d conversations take about %,d MiB of memory, and of its %,d MiB Java"
                             + " has %,d MiB left; start fewer, or give it more with -Xmx.")
                                .formatted(n, wanted >> 20, most >> 20, Math.max(0, left >> 20)),
                        Refusal.OVERLOADED,
                        null);
    }

    /// What was in use after the last collections; less than is, but without what is garbage.
    private static long used() {
        long used = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage collected = pool.getCollectionUsage();
            if (pool.getType() == MemoryType.HEAP && collected != null) {
                used += collected.getUsed();
            }
        }
        return used;
    }
}
