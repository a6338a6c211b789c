package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Ten thousand calls, most of them one user's, over fifty places at a real HTTP service.
final class PoolLoadTest {

    private static final int PLACES = 50;
    private static final int GREEDY = 8_000;
    private static final int MODEST_USERS = 20;
    private static final int MODEST = 100;

    @Test
    void tenThousandCallsShareFiftyPlacesAndNobodyStarves() throws InterruptedException {
        try (var peer = new Peer(Dialect.OPENAI, "");
                var models = Models.fromEnvironment(Map.of("OPENAI_BASE_URL", peer.baseUrl()));
                var timers = new SystemTimers()) {
            var pool = new Pool(PoolTest.config(PLACES, 10_000, 10_000), timers);
            var counted = new Counted(Objects.requireNonNull(models.find(new ModelId("quick"))));
            int calls = GREEDY + MODEST_USERS * MODEST;
            var ends = new CountDownLatch(calls);
            var wrong = new CopyOnWriteArrayList<String>();
            ask(pool, counted, "greedy", GREEDY, ends, wrong);
            for (int i = 0; i < MODEST_USERS; i++) {
                ask(pool, counted, "modest-" + i, MODEST, ends, wrong);
            }
            int before = counted.begun.get();

            assertThat(ends.await(300, TimeUnit.SECONDS)).isTrue();
            assertThat(wrong).isEmpty();
            assertThat(counted.mostAtOnce.get()).isLessThanOrEqualTo(PLACES);
            // From when all wait, each modest call waits for one of every other user at most.
            assertThat(counted.lastModest.get())
                    .isLessThanOrEqualTo(before + MODEST * (MODEST_USERS + 1) + PLACES);
            PoolFigures figures = pool.figures();
            assertThat(figures.completed()).isEqualTo(calls);
            assertThat(figures.active() + figures.queued() + figures.backingOff()).isZero();
            assertThat(peer.bodies).hasSize(calls);
        }
    }

    private static void ask(
            Pool pool,
            ChatModel model,
            String user,
            int calls,
            CountDownLatch ends,
            List<String> wrong) {
        for (int i = 0; i < calls; i++) {
            pool.reply(
                    model,
                    ScriptedModel.prompt(user, "quick"),
                    new Checked(ends, wrong),
                    Integer.MAX_VALUE);
        }
    }

    /// Counts what is asked at once, and who when.
    private static final class Counted implements ChatModel {

        private final ChatModel model;
        final AtomicInteger begun = new AtomicInteger();
        final AtomicInteger active = new AtomicInteger();
        final AtomicInteger mostAtOnce = new AtomicInteger();
        final AtomicInteger lastModest = new AtomicInteger();

        Counted(ChatModel model) {
            this.model = model;
        }

        @Override
        public Call reply(Prompt prompt, Sink sink) {
            int number = begun.incrementAndGet();
            if (prompt.user().value().startsWith("modest")) {
                lastModest.accumulateAndGet(number, Math::max);
            }
            mostAtOnce.accumulateAndGet(active.incrementAndGet(), Math::max);
            return model.reply(
                    prompt,
                    new Sink() {
                        @Override
                        public void text(String piece) {
                            sink.text(piece);
                        }

                        @Override
                        public void completed(StopReason reason, @Nullable Usage usage) {
                            active.decrementAndGet();
                            sink.completed(reason, usage);
                        }

                        @Override
                        public void failed(ModelFault fault) {
                            active.decrementAndGet();
                            sink.failed(fault);
                        }
                    });
        }
    }

    /// Sees that a reply is whole and ends once.
    private static final class Checked implements ChatModel.Sink {

        private final CountDownLatch ends;
        private final List<String> wrong;
        private final StringBuilder text = new StringBuilder();
        private final AtomicInteger times = new AtomicInteger();

        Checked(CountDownLatch ends, List<String> wrong) {
            this.ends = ends;
            this.wrong = wrong;
        }

        @Override
        public void text(String piece) {
            text.append(piece);
        }

        @Override
        public void completed(StopReason reason, @Nullable Usage usage) {
            if (!text.toString().equals(Peer.TEXT) || times.incrementAndGet() > 1) {
                wrong.add(text + " " + times);
            }
            ends.countDown();
        }

        @Override
        public void failed(ModelFault fault) {
            wrong.add(fault.toString());
            ends.countDown();
        }
    }
}
