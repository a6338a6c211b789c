package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongUnaryOperator;

final class WheelTest {

    private final Wheel wheel = new Wheel();

    @AfterEach
    void close() {
        wheel.close();
    }

    @Test
    void noTurnIsEarlyAndNoneIsMuchTooLate() {
        int turns = 1_000;
        var done = new CountDownLatch(turns);
        List<Long> lateNanos = new CopyOnWriteArrayList<>();
        var random = new Random(1);
        for (int i = 0; i < turns; i++) {
            long due = System.nanoTime() + random.nextLong(500_000_000);
            add(now -> {
                if (now - due < 0) {
                    return due;
                }
                lateNanos.add(System.nanoTime() - due);
                done.countDown();
                return Wheel.NEVER;
            });
        }
        Transcript.await(done, "the last turn");

        assertThat(lateNanos).allMatch(late -> late >= 0);
        assertThat(lateNanos.stream().sorted().toList().get(turns / 2))
                .isLessThan(Duration.ofMillis(100).toNanos());
    }

    @Test
    void aTurnMayBeMoreThanALapAway() {
        var done = new CountDownLatch(1);
        var early = new CopyOnWriteArrayList<Long>();
        long far = System.nanoTime() + Duration.ofMinutes(10).toNanos();
        add(now -> {
            if (now - far >= 0) {
                early.add(now);
            }
            return far;
        });
        long near = System.nanoTime() + Duration.ofMillis(50).toNanos();
        add(now -> {
            if (now - near < 0) {
                return near;
            }
            done.countDown();
            return Wheel.NEVER;
        });
        Transcript.await(done, "the nearer turn");

        assertThat(early).isEmpty();
    }

    @Test
    void aTurnThatThrowsHarmsNoOther() {
        var done = new CountDownLatch(1);
        add(_ -> {
            throw new IllegalStateException("a turn that is broken on purpose");
        });
        add(_ -> {
            done.countDown();
            return Wheel.NEVER;
        });

        Transcript.await(done, "the other turn");
    }

    @Test
    void aWheelThatHasRestedTurnsAgain() {
        for (int i = 0; i < 3; i++) {
            var done = new CountDownLatch(1);
            add(_ -> {
                done.countDown();
                return Wheel.NEVER;
            });
            Transcript.await(done, "a turn after a rest");
        }
    }

    @Test
    void aClosedWheelSaysSo() {
        wheel.requireOpen();
        wheel.close();

        assertThatThrownBy(wheel::requireOpen).hasMessage("the models are closed");
    }

    private void add(LongUnaryOperator run) {
        wheel.add(
                new Wheel.Turn() {
                    @Override
                    long run(long nowNanos) {
                        return run.applyAsLong(nowNanos);
                    }
                });
    }
}
