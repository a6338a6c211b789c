package dev.hubbub.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WatchedTest {

    private final Tally tally = new Tally();
    private final Watched watched = new Watched("a", tally);

    private void delta(long offset, String text) {
        watched.take(new SeenEvent("delta", "a", offset, text), 2_000);
    }

    private void end(String content) {
        watched.take(new SeenEvent("reply_ended", "a", 0, content), 2_000);
    }

    @Test
    void aTokenIsAsLateAsItsStampSays() {
        delta(0, "500 1500 ");

        var latency = tally.takeLatency();
        assertThat(latency.getTotalCount()).isEqualTo(2);
        assertThat(latency.getMaxValue()).isEqualTo(1_500);
        assertThat(latency.getMinValue()).isEqualTo(500);
    }

    @Test
    void aHoleIsSeen() {
        delta(0, "500 ");
        delta(5, "600 ");

        assertThat(tally.holes.sum()).isEqualTo(1);
    }

    @Test
    void whatComesTwiceIsSeen() {
        delta(0, "500 ");
        delta(0, "500 ");

        assertThat(tally.repeats.sum()).isEqualTo(1);
    }

    @Test
    void aReplyThatWasKeptAsItCameIsNotDifferent() {
        delta(0, "500 ");
        delta(4, "600 ");
        end("500 600 ");

        assertThat(tally.different.sum()).isZero();
        assertThat(watched.ended().succeeded()).isTrue();
    }

    @Test
    void aReplyThatWasKeptOtherwiseIsDifferent() {
        delta(0, "500 ");
        end("501 ");

        assertThat(tally.different.sum()).isEqualTo(1);
    }

    @Test
    void aSocketThatClosesBeforeTheEndIsALoss() {
        delta(0, "500 ");
        watched.lost();

        assertThat(tally.lost.sum()).isEqualTo(1);
    }
}
