package dev.hubbub.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/// Calls for many conversations, over a store in memory and a model that answers at once.
final class BulkTest {

    private static final ModelId ECHO = new ModelId("echo");
    private static final int UNDER_WAY_MAX = 50;

    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    /// How many replies until one that is never begun; negative for none.
    private final AtomicInteger stuck = new AtomicInteger(-1);

    private final CountDownLatch freed = new CountDownLatch(1);

    /// What the next look for a model throws; null for nothing.
    private volatile @Nullable Error failure;

    private final Engine engine =
            Engine.start(
                    EngineConfig.DEFAULT.withBulkMax(UNDER_WAY_MAX),
                    new KeptInMemory(),
                    new Echo());

    @AfterEach
    void close() {
        engine.close();
    }

    private static List<ConversationId> ids(int count) {
        return IntStream.range(0, count).mapToObj(i -> new ConversationId("c" + i)).toList();
    }

    private List<Answer> ask(
            List<ConversationId> ids, ConversationCommand command, boolean untilEnd) {
        return engine.askAll(UserId.LOCAL, ids, command, untilEnd, _ -> {})
                .toCompletableFuture()
                .join();
    }

    private List<Answer> start(List<ConversationId> ids) {
        return ask(
                ids,
                new ConversationCommand.Start(UserId.LOCAL, "", ECHO, null, null, null),
                false);
    }

    @Test
    void answersComeInTheOrderOfTheIds() {
        List<ConversationId> ids = ids(500);

        assertThat(start(ids))
                .extracting(answer -> ((Answer.Done) answer).conversation().id())
                .containsExactlyElementsOf(ids);
    }

    @Test
    void neverAreMoreUnderWayThanAllowed() {
        List<ConversationId> ids = ids(500);
        start(ids);

        List<Answer> answers = ask(ids, ConversationCommand.Post.text("hello"), true);

        assertThat(answers).hasSize(500).allMatch(Answer.Ended.class::isInstance);
        assertThat(most).hasValueBetween(1, UNDER_WAY_MAX);
    }

    @Test
    void oneThatIsNotThereSpoilsNothing() {
        List<ConversationId> ids = ids(10);
        start(ids.subList(0, 9));

        List<Answer> answers = ask(ids, ConversationCommand.Post.text("hello"), true);

        assertThat(answers.subList(0, 9)).allMatch(Answer.Ended.class::isInstance);
        assertThat(answers.getLast()).isEqualTo(new Answer.Refused(Refusal.CONVERSATION_UNKNOWN));
    }

    @Test
    void anIdInUseIsRefusedAndItsConversationIsAsItWas() {
        List<ConversationId> ids = ids(3);
        start(ids.subList(1, 2));
        ask(ids.subList(1, 2), ConversationCommand.Post.text("hello"), true);
        // Not in memory: it is the store that must know it.
        engine.letGo(UserId.LOCAL, ids).toCompletableFuture().join();

        List<Answer> answers = start(ids);

        assertThat(answers.get(0)).isInstanceOf(Answer.Done.class);
        assertThat(answers.get(1)).isEqualTo(new Answer.Refused(Refusal.CONVERSATION_EXISTS));
        assertThat(answers.get(2)).isInstanceOf(Answer.Done.class);
        var known =
                (Answer.Done)
                        engine.conversation(UserId.LOCAL, ids.get(1)).toCompletableFuture().join();
        assertThat(known.conversation().messageCount()).isEqualTo(2);
    }

    @Test
    void theSameIdTwiceGetsTwoAnswers() {
        List<ConversationId> twice = Collections.nCopies(2, ids(1).getFirst());

        assertThat(start(twice))
                .extracting(Answer::getClass)
                .containsExactly(Answer.Done.class, Answer.Refused.class);
    }

    @Test
    void progressCountsUpToAll() {
        List<ConversationId> ids = ids(300);
        var seen = Collections.synchronizedList(new ArrayList<Integer>());
        engine.askAll(
                        UserId.LOCAL,
                        ids,
                        new ConversationCommand.Start(UserId.LOCAL, "", ECHO, null, null, null),
                        false,
                        seen::add)
                .toCompletableFuture()
                .join();

        assertThat(seen).contains(300).allMatch(count -> count > 0 && count <= 300);
    }

    @Test
    void whatIsCrashedComesBackAndTheOthersNoticeNothing() {
        List<ConversationId> ids = ids(200);
        start(ids);
        ask(ids, ConversationCommand.Post.text("hello"), true);
        List<ConversationId> some = ids.subList(0, 20);

        int crashed = engine.crash(UserId.LOCAL, some).toCompletableFuture().join();

        assertThat(crashed).isEqualTo(20);
        assertThat(engine.conversations(UserId.LOCAL, ids).toCompletableFuture().join())
                .extracting(answer -> ((Answer.Done) answer).conversation().messageCount())
                .containsOnly(2);
        assertThat(engine.supervision(UserId.LOCAL, ids).toCompletableFuture().join())
                .extracting(seen -> seen == null ? -1 : seen.restarts())
                .startsWith(Collections.nCopies(20, 1).toArray(Integer[]::new))
                .endsWith(Collections.nCopies(180, 0).toArray(Integer[]::new));
        assertThat(engine.figures().crashes()).isEqualTo(20);
    }

    @Test
    void aModelThatNeverReturnsHoldsUpNoOther() {
        // All in one partition, so that their calls begin together.
        List<ConversationId> ids =
                IntStream.iterate(0, i -> i + 1)
                        .mapToObj(i -> new ConversationId("stuck" + i))
                        .filter(id -> Math.floorMod(id.hashCode(), 1024) == 7)
                        .limit(20)
                        .toList();
        start(ids);
        stuck.set(5);

        var answered = new AtomicInteger();
        for (ConversationId id : ids) {
            engine.askForReply(UserId.LOCAL, id, ConversationCommand.Post.text("one by one"))
                    .thenRun(answered::incrementAndGet);
        }
        await().untilAtomic(answered, is(19));
        stuck.set(5);
        engine.askAll(UserId.LOCAL, ids, ConversationCommand.Post.text("together"), true, _ -> {});

        await().until(() ->
                engine.conversations(UserId.LOCAL, ids).toCompletableFuture().join().stream()
                                .filter(answer ->
                                        answer instanceof Answer.Done(_, var conversation)
                                                && conversation.messageCount() == 4)
                                .count()
                        == 18);
        freed.countDown();
    }

    @Test
    void lookingAndCrashingDoNotWaitForWhatWaitsForModels() {
        List<ConversationId> ids = ids(UNDER_WAY_MAX + 1);
        start(ids);
        stuck.set(0);
        var broadcast =
                engine.askAll(
                                UserId.LOCAL,
                                Collections.nCopies(2 * UNDER_WAY_MAX, ids.getFirst()),
                                ConversationCommand.Post.text("and wait"),
                                true,
                                _ -> {})
                        .toCompletableFuture();
        List<ConversationId> another = List.of(ids.getLast());

        assertThat(engine.conversations(UserId.LOCAL, another).toCompletableFuture().join())
                .hasOnlyElementsOfType(Answer.Done.class);
        assertThat(engine.crash(UserId.LOCAL, another).toCompletableFuture().join()).isEqualTo(1);
        assertThat(engine.supervision(UserId.LOCAL, another).toCompletableFuture().join())
                .extracting(Supervision::restarts)
                .containsExactly(1);
        assertThat(broadcast).isNotDone();
        freed.countDown();
        broadcast.join();
    }

    @Test
    void memoryThatRunsOutEndsTheRunOfOnePartitionAndItBeginsAgain() {
        List<ConversationId> ids = ids(2);
        start(ids);
        assertThat(engine.partitions())
                .hasSize(EngineConfig.DEFAULT.partitions())
                .allMatch(partition -> partition.restarts() == 0);
        failure = new OutOfMemoryError("for a test");

        var answer =
                engine.askForReply(
                                UserId.LOCAL,
                                ids.getFirst(),
                                ConversationCommand.Post.text("too much"))
                        .toCompletableFuture()
                        .join();

        assertThat(answer).isEqualTo(new Answer.Refused(Refusal.CRASHED));
        assertThat(ask(ids, ConversationCommand.Post.text("hello"), true))
                .hasOnlyElementsOfType(Answer.Ended.class);
        int number = Math.floorMod(ids.getFirst().hashCode(), EngineConfig.DEFAULT.partitions());
        assertThat(engine.partitions())
                .filteredOn(partition -> partition.restarts() > 0)
                .singleElement()
                .satisfies(partition -> {
                    assertThat(partition.number()).isEqualTo(number);
                    assertThat(partition.restarts()).isEqualTo(1);
                    assertThat(partition.lastFault()).isEqualTo("OutOfMemoryError: for a test");
                    assertThat(partition.lastFaultAt()).isNotNull();
                });
        await().until(() ->
                engine.partitions().stream().allMatch(partition -> partition.waiting() == 0));
    }

    @Test
    void askedOfOneThatIsClosedNothingIsMadeUp() {
        List<ConversationId> ids = ids(3);
        start(ids);
        engine.close();

        for (var asked :
                List.of(
                        engine.crash(UserId.LOCAL, ids),
                        engine.supervision(UserId.LOCAL, ids),
                        engine.residents(UserId.LOCAL))) {
            assertThat(asked.toCompletableFuture())
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .withCauseInstanceOf(HubbubException.class);
        }
    }

    /// Answers at once, and counts how many turns are under way.
    private final class Echo implements ModelCatalog, ChatModel {

        @Override
        public Call reply(Prompt prompt, Sink sink) {
            if (stuck.getAndDecrement() == 0) {
                try {
                    freed.await();
                } catch (InterruptedException ending) {
                    Thread.currentThread().interrupt();
                }
            }
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            Thread.ofVirtual()
                    .start(() -> {
                        sink.text(prompt.messages().getLast().text());
                        running.decrementAndGet();
                        sink.completed(StopReason.END, null);
                    });
            return () -> {};
        }

        @Override
        public ChatModel find(ModelId id) {
            Error thrown = failure;
            if (thrown != null) {
                failure = null;
                throw thrown;
            }
            return this;
        }

        @Override
        public List<Entry> models() {
            return List.of(new Entry(ECHO, "Echo", "test", 0));
        }

        @Override
        public ModelId defaultModel() {
            return ECHO;
        }
    }
}
