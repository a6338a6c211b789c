package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelFault.Kind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

final class PoolTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTimers timers = new VirtualTimers();
    private final ScriptedModel model = new ScriptedModel();
    private Pool pool = new Pool(config(2, 3, 2), timers);

    /// Without jitter, so that pauses are what they are.
    static PoolConfig config(int concurrentMax, int waitingMax, int waitingPerUserMax) {
        return new PoolConfig(
                "openai",
                concurrentMax,
                waitingMax,
                waitingPerUserMax,
                Duration.ofMinutes(5),
                7,
                SECOND,
                Duration.ofSeconds(64),
                0,
                new PoolConfig.Breaker(100, 100, 50, Duration.ofSeconds(30), 2));
    }

    private record Asked(ChatModel.Call call, Transcript transcript) {

        Kind fault() {
            return Objects.requireNonNull(transcript.fault).kind();
        }
    }

    private Asked ask(String user) {
        var transcript = new Transcript();
        ChatModel.Call call =
                pool.reply(
                        model,
                        ScriptedModel.prompt(user, "m-" + user),
                        transcript,
                        Integer.MAX_VALUE);
        return new Asked(call, transcript);
    }

    private List<String> asked() {
        return model.sayings.stream().map(saying -> saying.prompt.user().value()).toList();
    }

    @Test
    void noMoreThanItsLimitAreAskedAtOnce() {
        ask("ada");
        ask("ada");
        Asked third = ask("ada");
        timers.settle();
        assertThat(model.sayings).hasSize(2);

        model.sayings.getFirst().says("text").ends();
        timers.settle();
        assertThat(model.sayings).hasSize(3);
        model.last().says("late").ends();
        assertThat(third.transcript().text()).isEqualTo("late");
        assertThat(third.transcript().usage).isEqualTo(ScriptedModel.USED);
    }

    @Test
    void whoFindsNoRoomHearsItAtOnce() {
        for (String user : List.of("ada", "bob", "ada", "bob", "cleo")) {
            assertThat(ask(user).transcript().ends).hasValue(0);
        }
        Asked oneMore = ask("dan");

        assertThat(oneMore.fault()).isEqualTo(Kind.BUSY);
        assertThat(pool.figures().refused()).isEqualTo(1);
        oneMore.call().cancel();
        assertThat(oneMore.transcript().ends).hasValue(1);
    }

    @Test
    void oneUserMayNotFillTheQueue() {
        for (int i = 0; i < 4; i++) {
            assertThat(ask("ada").transcript().ends).hasValue(0);
        }
        assertThat(ask("ada").fault()).isEqualTo(Kind.BUSY);
        assertThat(ask("bob").transcript().ends).hasValue(0);
    }

    @Test
    void usersTakeTurns() {
        pool = new Pool(config(1, 10, 10), timers);
        for (String user : List.of("ada", "ada", "ada", "ada", "bob", "bob", "cleo")) {
            ask(user);
        }
        for (int i = 0; i < 7; i++) {
            model.last().ends();
            timers.settle();
        }
        assertThat(asked()).containsExactly("ada", "ada", "bob", "cleo", "ada", "bob", "ada");
    }

    @Test
    void aCallThatIsCancelledWhileItWaitsIsNotAsked() {
        ask("ada");
        ask("ada");
        Asked waiting = ask("ada");
        waiting.call().cancel();
        waiting.call().cancel();
        model.sayings.forEach(ScriptedModel.Saying::ends);
        timers.settle();

        assertThat(model.sayings).hasSize(2);
        assertThat(waiting.transcript().ends).hasValue(0);
        assertThat(pool.figures().queued()).isZero();
        assertThat(pool.figures().cancelled()).isEqualTo(1);
        assertThat(timers.size()).isZero();
    }

    @Test
    void aCallThatIsCancelledGivesItsPlaceAway() {
        pool = new Pool(config(1, 3, 3), timers);
        Asked first = ask("ada");
        ask("bob");
        model.last().says("text");
        first.call().cancel();
        timers.settle();

        assertThat(model.sayings.getFirst().cancelled).isTrue();
        assertThat(asked()).containsExactly("ada", "bob");
        model.sayings.getFirst().says("too late").ends();
        assertThat(first.transcript().text()).isEqualTo("text");
        assertThat(first.transcript().ends).hasValue(0);
    }

    @Test
    void aCallIsTriedSevenTimesWithGrowingPauses() {
        Asked asked = ask("ada");
        long[] pauses = {1, 2, 4, 8, 16, 32};
        for (int i = 0; i < pauses.length; i++) {
            assertThat(model.sayings).hasSize(i + 1);
            model.last().fails(Kind.PROVIDER_ERROR);
            assertThat(pool.figures().backingOff()).isEqualTo(1);
            timers.advance(Duration.ofSeconds(pauses[i]).minusMillis(1));
            assertThat(model.sayings).hasSize(i + 1);
            timers.advance(Duration.ofMillis(1));
        }
        assertThat(model.sayings).hasSize(7);
        assertThat(asked.transcript().ends).hasValue(0);
        model.last().fails(Kind.PROVIDER_ERROR);

        assertThat(asked.fault()).isEqualTo(Kind.PROVIDER_ERROR);
        assertThat(pool.figures().tries()).isEqualTo(7);
        assertThat(pool.figures().retries()).isEqualTo(6);
        assertThat(timers.size()).isZero();
    }

    @Test
    void pausesAreNotAllTheSame() {
        var jittered =
                new PoolConfig(
                        "openai",
                        1,
                        1,
                        1,
                        Duration.ofMinutes(5),
                        7,
                        SECOND,
                        Duration.ofSeconds(64),
                        0.5,
                        config(1, 1, 1).breaker());
        pool = new Pool(jittered, timers);
        List<Long> pauses =
                java.util.stream.LongStream.range(0, 200)
                        .map(_ -> pool.pauseNanos(3, null))
                        .boxed()
                        .toList();

        assertThat(pauses)
                .allMatch(nanos -> nanos >= 2_000_000_000L && nanos <= 6_000_000_000L)
                .anyMatch(nanos -> nanos < 3_500_000_000L)
                .anyMatch(nanos -> nanos > 4_500_000_000L);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"RATE_LIMITED", "PROVIDER_ERROR", "UNREACHABLE", "STALLED", "CUT_OFF"})
    void aFaultThatMayPassIsTriedAgain(Kind kind) {
        Asked asked = ask("ada");
        model.last().fails(kind);
        timers.advance(SECOND);
        model.last().says("at last").ends();

        assertThat(model.sayings).hasSize(2);
        assertThat(asked.transcript().text()).isEqualTo("at last");
        assertThat(asked.transcript().fault).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"REJECTED", "UNAUTHORIZED", "BUDGET", "GARBLED", "BUSY", "INTERNAL"})
    void aFaultThatStaysIsToldAtOnce(Kind kind) {
        Asked asked = ask("ada");
        model.last().fails(kind);
        timers.advance(Duration.ofMinutes(10));

        assertThat(asked.fault()).isEqualTo(kind);
        assertThat(model.sayings).hasSize(1);
    }

    @Test
    void whereNothingListensThreeTriesAreEnough() {
        Asked asked = ask("ada");
        for (int i = 0; i < PooledCall.UNREACHABLE_TRIES_MAX; i++) {
            assertThat(asked.transcript().fault).isNull();
            model.last().fails(Kind.UNREACHABLE);
            timers.advance(Duration.ofMinutes(1));
        }

        assertThat(asked.fault()).isEqualTo(Kind.UNREACHABLE);
        assertThat(model.sayings).hasSize(PooledCall.UNREACHABLE_TRIES_MAX);
    }

    @Test
    void nothingIsTriedAgainOnceThereIsText() {
        Asked asked = ask("ada");
        model.last().says("It all").fails(Kind.STALLED);
        timers.advance(Duration.ofMinutes(10));

        assertThat(asked.fault()).isEqualTo(Kind.STALLED);
        assertThat(asked.transcript().text()).isEqualTo("It all");
        assertThat(model.sayings).hasSize(1);
    }

    @Test
    void aProviderThatAsksToBeLeftAloneIs() {
        Asked asked = ask("ada");
        model.last().fails(Kind.RATE_LIMITED, Duration.ofSeconds(7));
        timers.advance(Duration.ofSeconds(6));
        assertThat(model.sayings).hasSize(1);
        timers.advance(SECOND);
        model.last().says("now").ends();

        assertThat(asked.transcript().text()).isEqualTo("now");
    }

    @Test
    void nobodyWaitsForMoreThanThereIsTime() {
        Asked asked = ask("ada");
        model.last().fails(Kind.RATE_LIMITED, Duration.ofHours(1));

        assertThat(asked.fault()).isEqualTo(Kind.RATE_LIMITED);
        assertThat(Objects.requireNonNull(asked.transcript().fault).retryAfter())
                .isEqualTo(Duration.ofHours(1));
    }

    @Test
    void cancelInAPauseEndsItAtOnce() {
        Asked asked = ask("ada");
        model.last().fails(Kind.UNREACHABLE);
        asked.call().cancel();

        assertThat(pool.figures().backingOff()).isZero();
        assertThat(timers.size()).isZero();
        timers.advance(Duration.ofMinutes(10));
        assertThat(model.sayings).hasSize(1);
        assertThat(asked.transcript().ends).hasValue(0);
    }

    @Test
    void othersHaveThePlaceOfOneThatPauses() {
        pool = new Pool(config(1, 3, 3), timers);
        ask("ada");
        Asked bob = ask("bob");
        Asked again = ask("ada");
        model.last().fails(Kind.UNREACHABLE);
        timers.settle();
        assertThat(asked()).containsExactly("ada", "bob");

        timers.advance(SECOND);
        assertThat(asked()).hasSize(2);
        model.last().says("b").ends();
        timers.settle();
        assertThat(bob.transcript().text()).isEqualTo("b");
        // What was tried before goes before its user's other calls.
        model.last().says("first").ends();
        timers.settle();
        model.last().says("second").ends();
        assertThat(again.transcript().text()).isEqualTo("second");
    }

    @Test
    void aCallThatWaitsInVainIsEnded() {
        pool = new Pool(config(1, 3, 3), timers);
        Asked first = ask("ada");
        model.last().says("a long one");
        Asked waiting = ask("bob");
        timers.advance(Duration.ofMinutes(5));

        assertThat(waiting.fault()).isEqualTo(Kind.BUSY);
        assertThat(first.transcript().ends).hasValue(0);
        assertThat(pool.figures().queued()).isZero();
    }

    @Test
    void aCallThatIsNotAnsweredIsEnded() {
        Asked silent = ask("ada");
        timers.advance(Duration.ofMinutes(5));

        assertThat(silent.fault()).isEqualTo(Kind.BUSY);
        assertThat(model.last().cancelled).isTrue();
        assertThat(pool.figures().active()).isZero();
    }

    @Test
    void aModelThatThrowsFailsItsReplyAlone() {
        var transcript = new Transcript();
        ChatModel broken =
                (_, _) -> {
                    throw new IllegalStateException("no model today");
                };
        pool.reply(broken, ScriptedModel.prompt("ada", "m"), transcript, 7);

        assertThat(Objects.requireNonNull(transcript.fault).kind()).isEqualTo(Kind.INTERNAL);
        assertThat(transcript.fault.sentence()).contains("no model today");
        assertThat(pool.figures().active()).isZero();
    }

    @Test
    void aProviderThatFailsTooOftenIsLeftAloneAndFoundWell() {
        pool = new Pool(withBreaker(4, 2), timers);
        for (int i = 0; i < 4; i++) {
            ask("ada");
            model.last().says("a").fails(Kind.CUT_OFF);
        }
        assertThat(pool.figures().open()).isTrue();
        assertThat(pool.load()).isEqualTo(Double.MAX_VALUE);

        Asked refused = ask("ada");
        ModelFault fault = Objects.requireNonNull(refused.transcript().fault);
        assertThat(fault.kind()).isEqualTo(Kind.BUSY);
        assertThat(fault.retryAfter()).isEqualTo(Duration.ofSeconds(30).plusMillis(1));
        assertThat(fault.sentence())
                .isEqualTo(
                        "openai failed too often lately and is left alone for now;"
                                + " try again in 30 s.");
        assertThat(model.sayings).hasSize(4);

        timers.advance(Duration.ofSeconds(30).plusMillis(1));
        assertThat(pool.load()).isZero();
        ask("ada");
        ask("ada");
        Asked third = ask("ada");
        assertThat(model.sayings).hasSize(6);
        assertThat(third.fault()).isEqualTo(Kind.BUSY);
        model.sayings.get(4).says("well").ends();
        model.sayings.get(5).says("well").ends();
        assertThat(pool.figures().open()).isFalse();
        ask("ada");
        assertThat(model.sayings).hasSize(7);
    }

    @Test
    void aCallThatWasTriedBeforeWaitsUntilTheProviderIsWell() {
        pool = new Pool(withBreaker(2, 1), timers);
        Asked asked = ask("ada");
        ask("bob").call().cancel();
        ask("bob");
        model.sayings.get(0).fails(Kind.UNREACHABLE);
        model.sayings.get(2).fails(Kind.REJECTED);
        assertThat(pool.figures().open()).isTrue();
        timers.advance(Duration.ofSeconds(30));
        assertThat(model.sayings).hasSize(3);
        timers.advance(SECOND);
        assertThat(model.sayings).hasSize(4);
        model.last().says("well").ends();

        assertThat(asked.transcript().text()).isEqualTo("well");
        assertThat(pool.figures().open()).isFalse();
    }

    @Test
    void aProviderThatRefusesIsWell() {
        pool = new Pool(withBreaker(2, 1), timers);
        for (Kind kind :
                List.of(Kind.REJECTED, Kind.UNAUTHORIZED, Kind.REJECTED, Kind.UNAUTHORIZED)) {
            ask("ada");
            model.last().fails(kind);
        }
        assertThat(pool.figures().open()).isFalse();
        for (int i = 0; i < 2; i++) {
            Asked waits = ask("ada");
            model.last().fails(Kind.RATE_LIMITED);
            waits.call().cancel();
        }
        assertThat(pool.figures().open()).isFalse();
    }

    @Test
    void figuresAddUp() {
        ask("ada");
        model.last().says("a").ends();
        ask("ada");
        model.last().fails(Kind.REJECTED);
        ask("ada").call().cancel();
        ask("ada");
        ask("bob");
        ask("cleo");

        assertThat(pool.figures())
                .isEqualTo(new PoolFigures("openai", 2, 1, 0, 2, false, 6, 0, 5, 0, 1, 1, 1));
    }

    private static PoolConfig withBreaker(int calls, int probes) {
        PoolConfig base = config(10, 10, 10);
        return new PoolConfig(
                base.name(),
                base.concurrentMax(),
                base.waitingMax(),
                base.waitingPerUserMax(),
                base.beforeTextMax(),
                base.triesMax(),
                base.retryFirst(),
                base.retryLongest(),
                base.retryJitter(),
                new PoolConfig.Breaker(calls, calls, 50, Duration.ofSeconds(30), probes));
    }
}
