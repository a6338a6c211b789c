package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelFault.Kind;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;

/// Whole lives of a pool, each from one seed: users of unequal greed, faults of all kinds, cancels
/// at any moment.
final class PoolSimulationTest {

    private static final List<String> USERS = List.of("ada", "bob", "cleo", "dan", "eve");

    @Test
    void everyCallEndsOnceAndNothingIsLost() {
        Property.forAll(400, random -> new Life(random).run());
    }

    private static final class Life {

        private final RandomGenerator random;
        private final VirtualTimers timers = new VirtualTimers();
        private final ScriptedModel model = new ScriptedModel();
        private final List<Asked> asked = new ArrayList<>();
        private final HashSet<ScriptedModel.Saying> over = new HashSet<>();
        private final PoolConfig config;
        private final Pool pool;

        private record Asked(ChatModel.Call call, Transcript transcript, AtomicBoolean cancelled) {}

        Life(RandomGenerator random) {
            this.random = random;
            PoolConfig plain =
                    PoolTest.config(
                            1 + random.nextInt(4), random.nextInt(12), 1 + random.nextInt(6));
            config =
                    new PoolConfig(
                            plain.name(),
                            plain.concurrentMax(),
                            plain.waitingMax(),
                            plain.waitingPerUserMax(),
                            plain.beforeTextMax(),
                            1 + random.nextInt(7),
                            plain.retryFirst(),
                            plain.retryLongest(),
                            random.nextBoolean() ? 0 : 0.5,
                            new PoolConfig.Breaker(
                                    10,
                                    2 + random.nextInt(8),
                                    50,
                                    Duration.ofSeconds(30),
                                    1 + random.nextInt(3)));
            pool = new Pool(config, timers);
        }

        void run() {
            int steps = 50 + random.nextInt(200);
            for (int i = 0; i < steps; i++) {
                step();
                check();
            }
            // Whoever is asked from now on answers; after that nothing is left.
            for (int i = 0; i < 1_000 && !isQuiet(); i++) {
                for (ScriptedModel.Saying saying : open()) {
                    over.add(saying);
                    saying.says("end").ends();
                }
                timers.advance(Duration.ofSeconds(10));
                check();
            }
            assertThat(isQuiet()).isTrue();
            for (Asked one : asked) {
                assertThat(one.transcript.broken).isEmpty();
                if (one.cancelled.get()) {
                    assertThat(one.transcript.ends.get()).isLessThanOrEqualTo(1);
                } else {
                    assertThat(one.transcript.ends).hasValue(1);
                }
            }
            PoolFigures figures = pool.figures();
            assertThat(figures.calls()).isEqualTo(asked.size());
            assertThat(
                            figures.refused()
                                    + figures.completed()
                                    + figures.failed()
                                    + figures.cancelled())
                    .isEqualTo(asked.size());
            assertThat(figures.tries()).isEqualTo(model.sayings.size());
            // A call may have got its place and been cancelled before it was asked.
            timers.settle();
            assertThat(timers.size()).isZero();
        }

        private void step() {
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> ask();
                case 4 -> cancelOne();
                case 5 -> timers.advance(Duration.ofMillis(random.nextInt(90_000)));
                case 6 -> timers.settle();
                default -> speak();
            }
        }

        private void ask() {
            var transcript = new Transcript();
            // The later a user stands in the list, the greedier it is.
            int greed = Math.max(random.nextInt(USERS.size()), random.nextInt(USERS.size()));
            String user = USERS.get(greed);
            ChatModel.Call call =
                    pool.reply(
                            model,
                            ScriptedModel.prompt(user, "m"),
                            transcript,
                            1 + random.nextInt(10));
            asked.add(new Asked(call, transcript, new AtomicBoolean()));
        }

        private void cancelOne() {
            if (!asked.isEmpty()) {
                Asked one = asked.get(random.nextInt(asked.size()));
                one.cancelled.set(true);
                one.call.cancel();
            }
        }

        private void speak() {
            List<ScriptedModel.Saying> open = open();
            if (open.isEmpty()) {
                return;
            }
            ScriptedModel.Saying saying = open.get(random.nextInt(open.size()));
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    saying.says("word ");
                }
                case 2 -> {
                    over.add(saying);
                    saying.ends();
                }
                default -> {
                    over.add(saying);
                    Kind[] kinds = Kind.values();
                    saying.fails(
                            kinds[random.nextInt(kinds.length)],
                            random.nextInt(4) == 0
                                    ? Duration.ofSeconds(random.nextInt(100))
                                    : null);
                }
            }
        }

        /// Calls of the model that it may still say something in.
        private List<ScriptedModel.Saying> open() {
            return model.sayings.stream()
                    .filter(saying -> !over.contains(saying) && !saying.cancelled)
                    .toList();
        }

        private void check() {
            PoolFigures figures = pool.figures();
            assertThat(figures.active()).isLessThanOrEqualTo(config.concurrentMax());
            assertThat(open().size()).isLessThanOrEqualTo(config.concurrentMax());
            assertThat(figures.active() + figures.queued() + figures.backingOff())
                    .isLessThanOrEqualTo(config.concurrentMax() + config.waitingMax());
            // Nobody waits while there is a place.
            if (figures.queued() > 0) {
                assertThat(figures.active()).isEqualTo(config.concurrentMax());
            }
        }

        private boolean isQuiet() {
            PoolFigures figures = pool.figures();
            return figures.active() + figures.queued() + figures.backingOff() == 0;
        }
    }
}
