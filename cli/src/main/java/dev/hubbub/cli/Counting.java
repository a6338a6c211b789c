package dev.hubbub.cli;

import java.util.function.IntConsumer;

/// How far work has come whose end is not known: one line at a terminal that is painted over, and
/// nothing elsewhere.
final class Counting implements IntConsumer, AutoCloseable {

    private static final long PAINT_NANOS = 100_000_000;

    private final Surroundings surroundings;
    private final String what;
    private long paintedAt = System.nanoTime();
    private boolean painted;

    Counting(Surroundings surroundings, String what) {
        this.surroundings = surroundings;
        this.what = what;
    }

    @Override
    public synchronized void accept(int done) {
        if (surroundings.terminal() && System.nanoTime() - paintedAt > PAINT_NANOS) {
            paintedAt = System.nanoTime();
            painted = true;
            surroundings.err().print("\r" + what + ": " + Amounts.count(done) + "\u001b[K");
            surroundings.err().flush();
        }
    }

    @Override
    public synchronized void close() {
        if (painted) {
            surroundings.err().print("\r\u001b[K");
            surroundings.err().flush();
        }
    }
}
