package dev.hubbub.cli;

import org.jline.utils.Signals;

import java.util.concurrent.CountDownLatch;

/// Ctrl-C, or a kind word from whoever runs the process (SIGTERM). The second one does not wait for
/// the first to be obeyed.
final class StopSignal {

    private final CountDownLatch asked = new CountDownLatch(1);

    private StopSignal() {}

    /// Takes the signals over from the JVM, which would end without closing anything.
    static StopSignal listen() {
        var signal = new StopSignal();
        Signals.register("INT", signal::ask);
        Signals.register("TERM", signal::ask);
        return signal;
    }

    void await() {
        try {
            asked.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask() {
        if (asked.getCount() == 0) {
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED.number());
        }
        asked.countDown();
    }
}
