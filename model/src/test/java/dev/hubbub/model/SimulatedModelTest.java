package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ChatModel.Prompt;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

final class SimulatedModelTest extends ChatModelContract {

    private final Wheel wheel = new Wheel();
    private final ChatModel simulated = new SimulatedModel(wheel);

    @AfterEach
    void close() {
        wheel.close();
    }

    @Override
    ChatModel model() {
        return simulated;
    }

    @Override
    ModelId quick() {
        return new ModelId("simulated:rate=max,tokens=60,ttft=0");
    }

    @Override
    ModelId slow() {
        return new ModelId("simulated:rate=20,tokens=400,ttft=50ms");
    }

    private Transcript reply(String parameters) {
        return reply(prompt(new ModelId("simulated:" + parameters)));
    }

    @Test
    void aReplyHasTheTokensAskedFor() {
        Transcript transcript = reply("rate=max,tokens=1000,ttft=0").awaitEnd();

        assertThat(transcript.pieces).hasSize(1_000);
        assertThat(transcript.usage).isEqualTo(new Usage(15, 1_000));
    }

    @Test
    void aReplyMayBeEmpty() {
        Transcript transcript = reply("tokens=0").awaitEnd();

        assertThat(transcript.pieces).isEmpty();
        assertThat(transcript.reason).isEqualTo(StopReason.END);
    }

    @Test
    void aStampedTokenIsTheTimeAtWhichItWasSaid() {
        long before = System.currentTimeMillis() * 1_000;
        Transcript transcript = reply("rate=max,tokens=50,ttft=0,stamp=true").awaitEnd();
        long after = (System.currentTimeMillis() + 1) * 1_000;

        assertThat(transcript.pieces)
                .hasSize(50)
                .allSatisfy(piece -> assertThat(piece).endsWith(" "))
                .allSatisfy(
                        piece -> assertThat(Long.parseLong(piece.strip())).isBetween(before, after))
                .isSorted();
    }

    @Test
    void aStampedReplyGoesOnWhereItWas() {
        var model = new ModelId("simulated:rate=max,tokens=50,ttft=0,stamp=true");

        Transcript transcript = reply(prompt(model, "1700000000000000 17000")).awaitEnd();

        assertThat(transcript.pieces).hasSize(49).first().isEqualTo(" ");
    }

    @Test
    void oneSeedHasOneText() {
        String text = reply("rate=max,seed=1").awaitEnd().text();

        assertThat(reply("rate=500,tokens=200,ttft=1ms,jitter=0.5,seed=1").awaitEnd().text())
                .isEqualTo(text);
        assertThat(reply("rate=max,seed=2").awaitEnd().text()).isNotEqualTo(text);
    }

    @Test
    void withoutASeedThePromptDecides() {
        var other = new Prompt(quick(), null, List.of(new Prompt.Line(Role.USER, "Why?")), "");

        assertThat(reply(other).awaitEnd().text())
                .isNotEqualTo(reply(prompt(quick())).awaitEnd().text());
    }

    @Test
    void theFirstTokenComesInItsTimeAndTheOthersAtTheirRate() {
        long began = System.nanoTime();
        Transcript transcript = reply("rate=100,tokens=51,ttft=200ms,jitter=1");
        transcript.awaitPiece();
        long first = System.nanoTime();
        transcript.awaitEnd();
        long last = System.nanoTime();

        assertThat(Duration.ofNanos(first - began)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        // Twice as fast would be wrong; a busy machine may be slow.
        assertThat(Duration.ofNanos(last - first)).isGreaterThan(Duration.ofMillis(250));
    }

    @Test
    void itFailsAfterSoManyTokens() {
        Transcript transcript = reply("rate=max,tokens=50,fail=20").awaitEnd();

        assertThat(transcript.pieces).hasSize(20);
        assertThat(transcript.fault)
                .isEqualTo(
                        new ModelFault(
                                ModelFault.Kind.PROVIDER_ERROR,
                                "The simulated model failed, as its parameter 'fail' asks."));
    }

    @Test
    void itMayFailBeforeTheFirstTokenAndAfterTheLast() {
        assertThat(reply("rate=max,tokens=50,fail=0").awaitEnd().pieces).isEmpty();
        Transcript late = reply("rate=max,tokens=50,fail=50").awaitEnd();
        assertThat(late.pieces).hasSize(50);
        assertThat(late.fault).isNotNull();
        assertThat(reply("rate=max,tokens=50,fail=51").awaitEnd().fault).isNull();
    }

    @Test
    void aChanceOfFailingIsKept() {
        var transcripts = new ArrayList<Transcript>();
        for (int i = 0; i < 1_000; i++) {
            transcripts.add(reply("rate=max,tokens=20,ttft=0,fail=30%,seed=" + i));
        }
        long failed = transcripts.stream().filter(t -> t.awaitEnd().fault != null).count();

        assertThat(failed).isBetween(230L, 370L);
    }

    @Test
    void aStalledReplyHasNoEnd() {
        Transcript transcript = reply("rate=max,tokens=50,stall=20");
        transcript.awaitPiece();

        await().until(() -> transcript.pieces.size() == 20);
        assertNothingFollows(transcript);
        assertThat(transcript.ends).hasValue(0);
    }

    @Test
    void whatAnotherModelBeganIsFollowedByAParagraph() {
        String whole = reply(prompt(quick())).awaitEnd().text();

        assertThat(reply(prompt(quick(), "IN WHAT WAY")).awaitEnd().text())
                .isEqualTo("\n\n" + whole);
        assertThat(reply(prompt(quick(), whole + " And more")).awaitEnd().text())
                .isEqualTo("\n\n" + whole);
    }

    @Test
    void aWrongParameterIsExplained() {
        assertThat(reply("speed=9").awaitEnd().fault)
                .isEqualTo(
                        new ModelFault(
                                ModelFault.Kind.REJECTED,
                                "simulated does not know the parameter 'speed'; it takes rate,"
                                        + " tokens, ttft, jitter, fail, stall, seed and stamp."));
    }

    @Test
    void aReplyAtFullSpeedLeavesTheOthersTheirTime() {
        int replies = 20;
        var greedy = new LongAdder();
        for (int i = 0; i < replies; i++) {
            simulated.reply(
                    prompt(new ModelId("simulated:rate=max,tokens=1000000,ttft=0")),
                    new Counter(greedy, new CountDownLatch(1)));
        }
        var ended = new CountDownLatch(1);
        var before = new AtomicLong();
        simulated.reply(
                prompt(quick()),
                new Counter(new LongAdder(), ended) {
                    @Override
                    public void completed(StopReason reason, @Nullable Usage usage) {
                        before.set(greedy.sum());
                        super.completed(reason, usage);
                    }
                });
        Transcript.await(ended, "the end of the modest reply");

        assertThat(before).hasValueLessThan(replies * 1_000_000L);
    }

    @Test
    void tenThousandRepliesTakeASmallShareOfOneCore() {
        int replies = 10_000;
        int seconds = 3;
        var ended = new CountDownLatch(replies);
        var tokens = new LongAdder();
        var id = new ModelId("simulated:rate=20,ttft=0,tokens=" + seconds * 20);
        long cpuBefore = wheelCpuNanos();
        long began = System.nanoTime();
        for (int i = 0; i < replies; i++) {
            simulated.reply(prompt(id), new Counter(tokens, ended));
        }
        Transcript.await(ended, "the end of " + replies + " replies");
        long cpu = wheelCpuNanos() - cpuBefore;
        double took = (System.nanoTime() - began) / 1e9;

        System.out.printf(
                "%,d tokens in %.2f s at %,d replies: %.0f ns of CPU each%n",
                tokens.sum(), took, replies, (double) cpu / tokens.sum());
        assertThat(tokens.sum()).isEqualTo((long) replies * seconds * 20);
        assertThat(took).isGreaterThan(seconds - 0.2);
        assertThat(cpu / tokens.sum()).as("nanoseconds of CPU a token").isLessThan(3_000);
    }

    private static long wheelCpuNanos() {
        var threads = ManagementFactory.getThreadMXBean();
        long nanos = 0;
        for (long id : threads.getAllThreadIds()) {
            var thread = threads.getThreadInfo(id);
            if (thread != null && thread.getThreadName().equals("hubbub-wheel")) {
                nanos += Math.max(0, threads.getThreadCpuTime(id));
            }
        }
        return nanos;
    }

    private static class Counter implements ChatModel.Sink {

        private final LongAdder tokens;
        private final CountDownLatch ended;

        Counter(LongAdder tokens, CountDownLatch ended) {
            this.tokens = tokens;
            this.ended = ended;
        }

        @Override
        public void text(String piece) {
            tokens.increment();
        }

        @Override
        public void completed(StopReason reason, @Nullable Usage usage) {
            ended.countDown();
        }

        @Override
        public void failed(ModelFault fault) {
            ended.countDown();
        }
    }
}
