package dev.hubbub.bench;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

import java.util.concurrent.atomic.LongAdder;

/// What all viewers of a load have seen. Safe for use by many threads.
final class Tally {

    private static final int DIGITS = 3;

    /// Deltas.
    final LongAdder frames = new LongAdder();

    final LongAdder tokens = new LongAdder();

    /// Deltas that began after the end of what had come.
    final LongAdder holes = new LongAdder();

    /// Deltas that began before it.
    final LongAdder repeats = new LongAdder();

    /// Snapshots in the middle of a reply.
    final LongAdder resets = new LongAdder();

    /// Replies whose deltas are not what was kept.
    final LongAdder different = new LongAdder();

    /// Replies seen to their end.
    final LongAdder ended = new LongAdder();

    /// Replies whose socket was closed before.
    final LongAdder lost = new LongAdder();

    final LongAdder errors = new LongAdder();
    final LongAdder connectFailures = new LongAdder();

    private final Recorder latencyMicros = new Recorder(DIGITS);

    void token(long micros) {
        tokens.increment();
        latencyMicros.recordValue(Math.max(0, micros));
    }

    /// The times from the model to a viewer of the tokens since the last call, in microseconds.
    Histogram takeLatency() {
        return latencyMicros.getIntervalHistogram();
    }
}
