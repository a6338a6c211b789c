package dev.hubbub.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/// How far long work is and how long it will take: a bar at a terminal, a line now and then
/// elsewhere. What is done sooner than anybody could read it is not told.
final class Progress implements IntConsumer, AutoCloseable {

    private static final long BAR_MILLIS = 100;
    private static final long LINE_MILLIS = 2_000;
    private static final int BAR_WIDTH_MAX = 30;

    private final ShellScreen screen;
    private final String what;
    private final long all;
    private final long began = System.nanoTime();
    private final AtomicInteger done = new AtomicInteger();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread painter;

    private Progress(ShellScreen screen, String what, long all) {
        this.screen = screen;
        this.what = what;
        this.all = all;
        // Of the platform: the threads of the engine may leave virtual ones no processor.
        painter = Thread.ofPlatform().daemon().name("hubbub-progress").unstarted(this::paint);
    }

    static Progress begin(ShellScreen screen, String what, long all) {
        var progress = new Progress(screen, what, all);
        progress.painter.start();
        return progress;
    }

    /// So many are done; from any thread, and never fewer than before.
    @Override
    public void accept(int value) {
        done.accumulateAndGet(value, Math::max);
    }

    long nanos() {
        return System.nanoTime() - began;
    }

    @Override
    public void close() {
        over.countDown();
        boolean interrupted = false;
        while (painter.isAlive()) {
            try {
                painter.join();
            } catch (InterruptedException stop) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void paint() {
        boolean painted = false;
        try {
            while (!over.await(screen.isLive() ? BAR_MILLIS : LINE_MILLIS, TimeUnit.MILLISECONDS)) {
                if (screen.isLive()) {
                    screen.out().print("\r" + screen.paint().indigo(text()) + "\u001b[K");
                    screen.out().flush();
                    painted = true;
                } else {
                    screen.note(text());
                }
            }
        } catch (InterruptedException nobodyDoesThat) {
            Thread.currentThread().interrupt();
        }
        if (painted) {
            screen.out().print("\r\u001b[K");
            screen.out().flush();
        }
    }

    /// One line, as much of it as fits.
    String text() {
        return text(done.get(), nanos());
    }

    String text(long now, long nanos) {
        double share = all == 0 ? 1 : Math.min(1, now / (double) all);
        double seconds = nanos / 1e9;
        String percent = "%3.0f %%".formatted(share * 100);
        String left =
                now == 0 ? "?" : Amounts.clock(Math.round(seconds / now * Math.max(0, all - now)));
        String counts = "%s of %s".formatted(Amounts.count(now), Amounts.count(all));
        String rate = Amounts.perSecond((double) now, seconds);
        if (!screen.isLive()) {
            return "%s: %s (%s), %s, %s left".formatted(what, counts, percent.strip(), rate, left);
        }
        int width = screen.width() - 1;
        String ending = " %s  %s  %s  %s left".formatted(percent, counts, rate, left);
        int room = width - what.length() - 1 - ending.length();
        if (room < 8) {
            ending = " %s %s left".formatted(percent, left);
            room = width - what.length() - 1 - ending.length();
        }
        return screen.fit(
                what + " " + screen.bar(share, Math.clamp(room, 4, BAR_WIDTH_MAX)) + ending, width);
    }
}
