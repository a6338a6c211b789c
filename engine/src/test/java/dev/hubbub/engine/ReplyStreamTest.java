package dev.hubbub.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.StopReason;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;

/// A reply read while it is being made, by a loop and by a subscriber.
final class ReplyStreamTest {

    private final ScriptedModel model = new ScriptedModel();
    private final Hubbub hubbub =
            Hubbub.start(
                    HubbubConfig.inMemory()
                            .withModel("scripted", model)
                            .withDefaultModel("scripted"));
    private final ConversationId id = hubbub.startConversation();

    @AfterEach
    void close() {
        hubbub.close();
    }

    @Test
    void piecesComeAsTheyAreSaid() {
        var stream = hubbub.streamMessage(id, "Hello");
        var saying = model.next();
        Iterator<String> pieces = stream.iterator();
        saying.says("one ");
        assertThat(pieces.next()).isEqualTo("one ");
        saying.says("two ");
        assertThat(pieces.next()).isEqualTo("two ");
        saying.ends();
        assertThat(pieces.hasNext()).isFalse();
        assertThatThrownBy(pieces::next).isInstanceOf(NoSuchElementException.class);
        assertThat(stream.await().text()).isEqualTo("one two ");
    }

    @Test
    void aReaderWhoComesLateGetsAllOfIt() {
        var stream = hubbub.streamMessage(id, "Hello");
        var saying = model.next();
        for (int i = 0; i < 100; i++) {
            saying.says(i + " ");
        }
        await().until(() -> hubbub.stats(id).status() == ConversationStats.Status.STREAMING);
        Iterator<String> pieces = stream.iterator();
        var text = new StringBuilder(pieces.next());
        saying.says("end").ends();
        pieces.forEachRemaining(text::append);
        assertThat(text.toString()).isEqualTo(stream.await().text()).startsWith("0 1 ");
        assertThat(text.toString()).endsWith("99 end");
    }

    @Test
    void aReaderWhoComesAfterTheEndGetsAllOfIt() {
        var stream = hubbub.streamMessage(id, "Hello");
        model.next().says("all of it").ends();
        stream.await();
        assertThat(stream).containsExactly("all of it");
    }

    @Test
    void aStreamThatWaitsItsTurnHasItsOwnTextOnly() {
        var first = hubbub.streamMessage(id, "one");
        var second = hubbub.streamMessage(id, "two");
        var one = model.next();
        var reader = new Reader();
        second.subscribe(reader);
        reader.request(Long.MAX_VALUE);
        one.says("first").ends();
        model.next().says("second").ends();
        await().until(() -> reader.completed);
        assertThat(reader.text()).isEqualTo("second");
        assertThat(first.turn().number()).isEqualTo(1);
        assertThat(second.turn().number()).isEqualTo(2);
    }

    @Test
    void aFailedReplyGivesItsTextAndThenFails() {
        var stream = hubbub.streamMessage(id, "Hello");
        model.next().says("half").fails("It broke.");
        Iterator<String> pieces = stream.iterator();
        assertThat(pieces.next()).isEqualTo("half");
        assertThatExceptionOfType(ReplyFailed.class)
                .isThrownBy(pieces::hasNext)
                .withMessage("It broke.")
                .matches(failed -> failed.partial().text().equals("half"));
        assertThatExceptionOfType(ReplyFailed.class).isThrownBy(stream::await);
    }

    @Test
    void aSubscriberHearsOfAFailureAfterTheText() {
        var stream = hubbub.streamMessage(id, "Hello");
        var reader = new Reader();
        stream.subscribe(reader);
        model.next().says("half").fails("It broke.");
        reader.request(10);
        await().until(() -> reader.failure.get() != null);
        assertThat(reader.text()).isEqualTo("half");
        assertThat(reader.failure.get()).isInstanceOf(ReplyFailed.class);
        assertThat(reader.completed).isFalse();
    }

    @Test
    void aSubscriberGetsNoMorePiecesThanItAskedForAndStillAllOfTheText() {
        var stream = hubbub.streamMessage(id, "Hello");
        var reader = new Reader();
        stream.subscribe(reader);
        var saying = model.next();
        for (int i = 0; i < 1_000; i++) {
            saying.says("x");
        }
        saying.ends();
        stream.await();
        assertThat(reader.pieces).isEmpty();
        assertThat(reader.completed).isFalse();
        reader.request(1);
        await().until(() -> reader.completed);
        assertThat(reader.pieces).containsExactly("x".repeat(1_000));
    }

    @Test
    void cancellingEndsTheWatchingAndNotTheReply() {
        var stream = hubbub.streamMessage(id, "Hello");
        var reader = new Reader();
        stream.subscribe(reader);
        reader.request(1);
        var saying = model.next().says("one ");
        await().until(() -> reader.text().equals("one "));
        reader.cancel();
        await().until(() -> hubbub.figures().viewers() == 0);
        assertThat(saying.cancelled).isFalse();
        saying.says("two").ends();
        assertThat(stream.await().text()).isEqualTo("one two");
        assertThat(reader.text()).isEqualTo("one ");
        assertThat(reader.completed).isFalse();
    }

    @Test
    void closingEndsTheWatchingAndNotTheReply() {
        var stream = hubbub.streamMessage(id, "Hello");
        var saying = model.next().says("one ");
        Iterator<String> pieces = stream.iterator();
        assertThat(pieces.next()).isEqualTo("one ");
        stream.close();
        assertThat(pieces.hasNext()).isFalse();
        await().until(() -> hubbub.figures().viewers() == 0);
        saying.says("two").ends();
        assertThat(stream.await().text()).isEqualTo("one two");
    }

    @Test
    void stoppingEndsThisReplyAndNoOther() {
        var first = hubbub.streamMessage(id, "one");
        var second = hubbub.streamMessage(id, "two");
        var one = model.next().says("half");
        second.stop();
        assertThatExceptionOfType(ReplyWithdrawn.class).isThrownBy(second::await);
        assertThat(one.cancelled).isFalse();
        first.stop();
        assertThat(first.await().stopReason()).isEqualTo(StopReason.STOPPED);
        assertThat(first.await().text()).isEqualTo("half");
    }

    @Test
    void aCrashInBetweenIsNotSeenInTheText() {
        var stream = hubbub.streamMessage(id, "Hello");
        model.next().says("before ");
        Iterator<String> pieces = stream.iterator();
        assertThat(pieces.next()).isEqualTo("before ");
        hubbub.crash(List.of(id));
        model.next().says("after").ends();
        var rest = new StringBuilder();
        pieces.forEachRemaining(rest::append);
        assertThat(rest.toString()).isEqualTo("after");
    }

    @Test
    void aReplyIsReadOnce() {
        var stream = hubbub.streamMessage(id, "Hello");
        Iterator<String> first = stream.iterator();
        assertThatThrownBy(stream::iterator)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("read once");
        var late = new Reader();
        stream.subscribe(late);
        assertThat(late.failure.get()).isInstanceOf(IllegalStateException.class);
        model.next().says("still mine").ends();
        assertThat(first.next()).isEqualTo("still mine");
    }

    @Test
    void aSubscriberWhoAsksForNothingIsToldSo() {
        var stream = hubbub.streamMessage(id, "Hello");
        var reader = new Reader();
        stream.subscribe(reader);
        reader.request(0);
        await().until(() -> reader.failure.get() instanceof IllegalArgumentException);
    }

    @Test
    void anInterruptedReaderKeepsItsFlagAndMayGoOn() throws InterruptedException {
        var stream = hubbub.streamMessage(id, "Hello");
        var saying = model.next();
        var seen = new AtomicReference<@Nullable Throwable>();
        var piece = new AtomicReference<@Nullable String>();
        Thread reader =
                Thread.startVirtualThread(() -> {
                    Iterator<String> pieces = stream.iterator();
                    seen.set(catchThrowable(pieces::next));
                    assertThat(Thread.interrupted()).isTrue();
                    piece.set(pieces.next());
                });
        reader.interrupt();
        await().until(() -> seen.get() instanceof CallInterrupted);
        saying.says("still here");
        reader.join();
        assertThat(piece.get()).isEqualTo("still here");
    }

    @Test
    void aStreamThatNobodyReadsHasNoViewer() {
        var stream = hubbub.streamMessage(id, "Hello");
        var saying = model.next().says("one");
        await().until(() -> hubbub.stats(id).status() == ConversationStats.Status.STREAMING);
        assertThat(hubbub.figures().viewers()).isZero();
        saying.ends();
        assertThat(stream.await().text()).isEqualTo("one");
    }

    /// Writes down what it hears.
    private static final class Reader implements Flow.Subscriber<String> {

        final List<String> pieces = new CopyOnWriteArrayList<>();
        final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        volatile boolean completed;
        private final AtomicReference<Flow.@Nullable Subscription> subscription =
                new AtomicReference<>();

        String text() {
            return String.join("", pieces);
        }

        void request(long more) {
            mine().request(more);
        }

        void cancel() {
            mine().cancel();
        }

        private Flow.Subscription mine() {
            Flow.Subscription mine = subscription.get();
            assertThat(mine).isNotNull();
            return mine;
        }

        @Override
        public void onSubscribe(Flow.Subscription its) {
            subscription.set(its);
        }

        @Override
        public void onNext(String piece) {
            pieces.add(piece);
        }

        @Override
        public void onError(Throwable failed) {
            failure.set(failed);
        }

        @Override
        public void onComplete() {
            completed = true;
        }
    }
}
