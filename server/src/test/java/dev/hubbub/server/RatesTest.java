package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubbub.conversation.UserId;

import io.github.bucket4j.TimeMeter;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

final class RatesTest {

    private static final UserId ALICE = new UserId("alice");
    private static final UserId BOB = new UserId("bob");
    private static final Rate THREE_A_MINUTE = new Rate(3, Duration.ofMinutes(1));

    private final AtomicLong now = new AtomicLong();
    private final Rates rates = rates(100);

    @Test
    void aUserSendsAsManyMessagesAsTheLimitAndNoMore() {
        for (int i = 0; i < 3; i++) {
            rates.message(ALICE);
        }
        assertSlow(ALICE, Duration.ofSeconds(20));
        rates.message(BOB);
    }

    @Test
    void messagesComeBackEvenly() {
        for (int i = 0; i < 3; i++) {
            rates.message(ALICE);
        }
        pass(Duration.ofSeconds(15));
        assertSlow(ALICE, Duration.ofSeconds(5));
        pass(Duration.ofSeconds(5));
        rates.message(ALICE);
        assertSlow(ALICE, Duration.ofSeconds(20));
    }

    @Test
    void whatWasNoMessageIsNotCounted() {
        for (int i = 0; i < 10; i++) {
            rates.message(ALICE);
            rates.giveBack(ALICE);
            rates.requireRoom(ALICE);
        }
        for (int i = 0; i < 3; i++) {
            rates.message(ALICE);
        }
        assertSlow(ALICE, Duration.ofSeconds(20));
        assertThatThrownBy(() -> rates.requireRoom(ALICE)).isInstanceOf(FaultException.class);
    }

    @Test
    void anAddressAsksAsOftenAsTheLimitAndNoMore() {
        for (int i = 0; i < 3; i++) {
            assertThat(rates.request("192.0.2.1")).isNull();
        }
        assertThat(rates.request("192.0.2.1")).isNotNull();
        assertThat(rates.request("192.0.2.2")).isNull();
    }

    @Test
    void thoseOfWhomNothingWasHeardForLongAreForgottenFirst() {
        Rates few = rates(2);
        for (int i = 0; i < 1000; i++) {
            few.request("192.0.2." + i);
        }
        assertThat(few.addresses()).isLessThanOrEqualTo(2);
    }

    @Test
    void withoutALimitNothingIsCounted() {
        var free = new Rates(ClientLimits.NONE);
        for (int i = 0; i < 10_000; i++) {
            free.message(ALICE);
            assertThat(free.request("192.0.2.1")).isNull();
        }
        assertThat(free.addresses()).isZero();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private void assertSlow(UserId user, Duration wait) {
        assertThatThrownBy(() -> rates.message(user))
                .isInstanceOfSatisfying(
                        FaultException.class,
                        slow -> {
                            assertThat(slow.fault().status()).isEqualTo(429);
                            assertThat(slow.fault().code()).isEqualTo("rate_limited");
                            assertThat(slow.fault().retryAfter())
                                    .isBetween(wait, wait.plusMillis(1));
                        });
    }

    private Rates rates(int bucketsMax) {
        return new Rates(
                new ClientLimits(1, 1, THREE_A_MINUTE, THREE_A_MINUTE, bucketsMax),
                new TimeMeter() {

                    @Override
                    public long currentTimeNanos() {
                        return now.get();
                    }

                    @Override
                    public boolean isWallClockBased() {
                        return false;
                    }
                });
    }
}
