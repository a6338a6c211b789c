package dev.hubbub.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent.Started;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

final class CommitLoopTest {

    private static final int EVENTS_MAX = 1_000;
    private static final long MILLIS_MAX = 10_000;

    private final KeptInMemory store = new KeptInMemory();
    private final long epoch = Objects.requireNonNull(store.activate(List.of(0)).get(0));
    private final Queue<CommitLoop.Entry> landed = new ConcurrentLinkedQueue<>();
    private @Nullable CommitLoop started;
    private int submitted;

    @AfterEach
    void close() {
        if (started != null) {
            assertThat(started.close(MILLIS_MAX)).isTrue();
        }
    }

    private CommitLoop loop(Duration gap) {
        var loop =
                new CommitLoop(
                        store,
                        EVENTS_MAX,
                        gap,
                        (_, all) -> all.forEach(one -> landed.addAll(one.entries())));
        started = loop;
        return loop;
    }

    private void submit(CommitLoop loop, int conversations) {
        batches(conversations).forEach(one -> loop.submit(0, List.of(one)));
    }

    private List<CommitLoop.Entry> batches(int conversations) {
        var batches = new ArrayList<CommitLoop.Entry>();
        for (int i = 0; i < conversations; i++) {
            var id = new ConversationId("c" + ++submitted);
            var event =
                    new Started(
                            UserId.LOCAL,
                            "",
                            new ModelId("eliza"),
                            null,
                            null,
                            null,
                            Instant.EPOCH);
            Conversation after = Conversation.started(id, event);
            var batch = new Batch(0, epoch, id, 0, List.of(event), after);
            batches.add(() -> batch);
        }
        return batches;
    }

    private void awaitLanded(int conversations) {
        await().until(landed::size, size -> size == conversations);
    }

    @Test
    void whatWaitsGoesIntoOneCommit() {
        CommitLoop loop = loop(Duration.ZERO);
        submit(loop, 300);

        loop.start();
        awaitLanded(300);

        assertThat(loop.commits.sum()).isEqualTo(1);
        assertThat(loop.batches.sum()).isEqualTo(300);
    }

    @Test
    void manyOfOnePartitionAreCommittedByWhoeverSubmitsThem() {
        CommitLoop loop = loop(Duration.ZERO);
        store.appendedAtOnceMax = Integer.MAX_VALUE;

        // Before it is started nobody else could.
        loop.submit(0, batches(CommitLoop.BUSY_BATCHES_MIN));
        assertThat(landed).hasSize(CommitLoop.BUSY_BATCHES_MIN);
        assertThat(loop.commits.sum()).isEqualTo(1);
        loop.submit(0, batches(CommitLoop.BUSY_BATCHES_MIN - 1));
        store.appendedAtOnceMax = 0;
        loop.submit(0, batches(CommitLoop.BUSY_BATCHES_MIN));
        assertThat(landed).hasSize(CommitLoop.BUSY_BATCHES_MIN);

        loop.start();
        awaitLanded(3 * CommitLoop.BUSY_BATCHES_MIN - 1);
        assertThat(loop.commits.sum()).isEqualTo(2);
        assertThat(loop.batches.sum()).isEqualTo(3 * CommitLoop.BUSY_BATCHES_MIN - 1);
    }

    @Test
    void whatIsNotAppendedAtOnceIsAppendedLater() {
        CommitLoop loop = loop(Duration.ZERO);
        store.appendedAtOnceMax = 10;
        List<CommitLoop.Entry> batches = batches(CommitLoop.BUSY_BATCHES_MIN);

        loop.submit(0, batches);
        assertThat(landed).containsExactlyElementsOf(batches.subList(0, 10));
        loop.start();

        awaitLanded(CommitLoop.BUSY_BATCHES_MIN);
        assertThat(landed).containsExactlyElementsOf(batches);
        assertThat(loop.commits.sum()).isEqualTo(2);
        assertThat(loop.batches.sum()).isEqualTo(CommitLoop.BUSY_BATCHES_MIN);
    }

    @Test
    void anAppendAtOnceThatFailsIsToldAsAnyOther() {
        CommitLoop loop = loop(Duration.ZERO);
        store.appendedAtOnceMax = Integer.MAX_VALUE;
        store.failure = new OutOfMemoryError("for a test");

        loop.submit(0, batches(CommitLoop.BUSY_BATCHES_MIN));

        assertThat(landed).hasSize(CommitLoop.BUSY_BATCHES_MIN);
        assertThat(store.count()).isZero();
    }

    @Test
    void memoryThatRanOutEndsACommitAndNoMore() {
        CommitLoop loop = loop(Duration.ZERO);
        store.failure = new OutOfMemoryError("for a test");
        submit(loop, 3);
        loop.start();
        awaitLanded(3);

        submit(loop, 2);

        awaitLanded(5);
        assertThat(store.count()).isEqualTo(2);
    }

    @Test
    void aCommitHasNoMoreEventsThanAllowed() {
        CommitLoop loop = loop(Duration.ofDays(1));
        submit(loop, EVENTS_MAX + 1);

        loop.start();
        awaitLanded(EVENTS_MAX + 1);

        assertThat(loop.commits.sum()).isEqualTo(2);
    }

    @Test
    void aFewNeverWait() {
        CommitLoop loop = loop(Duration.ofDays(1));
        submit(loop, CommitLoop.BUSY_BATCHES_MIN - 1);
        loop.start();
        awaitLanded(CommitLoop.BUSY_BATCHES_MIN - 1);

        submit(loop, 1);

        awaitLanded(CommitLoop.BUSY_BATCHES_MIN);
    }

    @Test
    void afterManyTheNextWaitForEachOther() {
        CommitLoop loop = loop(Duration.ofSeconds(1));
        submit(loop, CommitLoop.BUSY_BATCHES_MIN);
        loop.start();
        awaitLanded(CommitLoop.BUSY_BATCHES_MIN);

        submit(loop, 1);
        submit(loop, 1);
        awaitLanded(CommitLoop.BUSY_BATCHES_MIN + 2);

        assertThat(loop.commits.sum()).isEqualTo(2);
    }

    @Test
    void whoeverDrainsDoesNotWaitForMore() {
        CommitLoop loop = loop(Duration.ofDays(1));
        submit(loop, CommitLoop.BUSY_BATCHES_MIN);
        loop.start();
        awaitLanded(CommitLoop.BUSY_BATCHES_MIN);
        submit(loop, 1);

        loop.drain(MILLIS_MAX);

        awaitLanded(CommitLoop.BUSY_BATCHES_MIN + 1);
    }

    @Test
    void closingDoesNotWaitForMore() {
        CommitLoop loop = loop(Duration.ofDays(1));
        submit(loop, CommitLoop.BUSY_BATCHES_MIN);
        loop.start();
        awaitLanded(CommitLoop.BUSY_BATCHES_MIN);
        submit(loop, 1);

        assertThat(loop.close(MILLIS_MAX)).isTrue();

        assertThat(landed).hasSize(CommitLoop.BUSY_BATCHES_MIN + 1);
    }
}
