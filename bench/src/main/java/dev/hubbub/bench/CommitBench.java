package dev.hubbub.bench;

import dev.hubbub.engine.Figures;
import dev.hubbub.store.SqliteStore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// What it costs to make the tokens of replies durable, beside the floor: the same bytes appended
/// to a file and forced as often. All are measured in turn, several times; medians are told.
///
/// The floor is measured at fixed sizes of a commit against the SQLite store alone, and at the size
/// that commits get of themselves against a whole engine, from the model to a viewer.
public final class CommitBench {

    private static final String TOKEN = "1767225600000000 ";

    /// Bytes that a piece takes besides its text, in the store's log too.
    private static final int RECORD_HEAD_BYTES = 28;

    private static final int[] SIZES = {1, 100, 1_000, 8_000};
    private static final int CONVERSATIONS = 10_000;
    private static final int ROUNDS = 5;
    private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOP_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final byte[] record = new byte[RECORD_HEAD_BYTES + TOKEN.length()];
    private final Path directory;
    private final Consumer<String> progress;
    private final List<String> lines = new ArrayList<>();

    private CommitBench(Path directory, Consumer<String> progress) {
        this.directory = directory;
        this.progress = progress;
        Arrays.fill(record, (byte) 'x');
    }

    /// Measures on the disk of this directory, which must exist; leaves nothing in it.
    ///
    /// @param progress is told each line of the table when it is known
    /// @return a table in Markdown
    public static String run(Path parent, Consumer<String> progress) {
        try (Scratch scratch = Scratch.in(parent)) {
            return new CommitBench(scratch.path(), progress).measure();
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private String measure() throws IOException {
        try (var raw = new RawFile(directory.resolve("raw"));
                var store = SqliteStore.open(directory.resolve("store"))) {
            var replies = new StoredReplies(store, CONVERSATIONS, TOKEN);
            for (int size : SIZES) {
                measureSize(raw, replies, size);
            }
            measureLoop(raw);
        }
        return """
        | pieces in a commit | raw append + fsync, pieces/s | Hubbub, pieces/s | part of raw |
        |---|---|---|---|
        %s
        """
                .formatted(String.join("\n", lines));
    }

    private void measureSize(RawFile raw, StoredReplies replies, int size) throws IOException {
        double[] floor = new double[ROUNDS];
        double[] sqlite = new double[ROUNDS];
        for (int round = -1; round < ROUNDS; round++) {
            double floorNow = rawRate(raw, size, ROUND_NANOS);
            double sqliteNow = storeRate(replies, size);
            if (round >= 0) {
                floor[round] = floorNow;
                sqlite[round] = sqliteNow;
            }
        }
        tell("%,d, the SQLite store".formatted(size), floor, sqlite);
    }

    private void measureLoop(RawFile raw) throws IOException {
        double[] floor = new double[ROUNDS];
        double[] engine = new double[ROUNDS];
        double[] sizes = new double[ROUNDS];
        try (var store = SqliteStore.open(directory.resolve("engine"));
                var loop = new ClosedLoop(store, CONVERSATIONS, TOKEN)) {
            pause(LOOP_NANOS);
            for (int round = 0; round < ROUNDS; round++) {
                Figures before = loop.figures();
                long began = System.nanoTime();
                pause(LOOP_NANOS);
                double seconds = (System.nanoTime() - began) / 1e9;
                Figures after = loop.figures();
                engine[round] = (after.pieces() - before.pieces()) / seconds;
                sizes[round] =
                        (double) (after.pieces() - before.pieces())
                                / Math.max(1, after.commits() - before.commits());
            }
        }
        int size = (int) Math.max(1, median(sizes));
        for (int round = -1; round < ROUNDS; round++) {
            double floorNow = rawRate(raw, size, ROUND_NANOS);
            if (round >= 0) {
                floor[round] = floorNow;
            }
        }
        tell(
                "%,d of itself, %,d conversations through the whole engine"
                        .formatted(size, CONVERSATIONS),
                floor,
                engine);
    }

    private double rawRate(RawFile raw, int size, long nanosMin) throws IOException {
        long began = System.nanoTime();
        long pieces = 0;
        long now;
        do {
            raw.append(record, size);
            pieces += size;
            now = System.nanoTime();
        } while (now - began < nanosMin);
        return pieces * 1e9 / (now - began);
    }

    private static double storeRate(StoredReplies replies, int size) {
        long nanos = 0;
        long pieces = 0;
        while (nanos < ROUND_NANOS) {
            var batches = replies.grow(size);
            long began = System.nanoTime();
            replies.append(batches);
            nanos += System.nanoTime() - began;
            pieces += size;
        }
        return pieces * 1e9 / nanos;
    }

    private void tell(String what, double[] floor, double[] hubbub) {
        String line =
                String.format(
                        Locale.ROOT,
                        "| %s | %,.0f | %,.0f | %.0f %% |",
                        what,
                        median(floor),
                        median(hubbub),
                        100 * median(hubbub) / median(floor));
        lines.add(line);
        progress.accept(line);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
