package dev.hubbub.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.WhenBusy;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/// The calls of the Java API, each as its documentation says, over the store in memory and a model
/// that says what the test says.
final class HubbubTest {

    private static final ConversationId DEAD = new ConversationId("nobody-started-this");
    private static final StartOptions SIMULATED =
            StartOptions.DEFAULT.withModel("simulated:rate=max,tokens=3,ttft=0s");
    private static final StartOptions BROKEN =
            StartOptions.DEFAULT.withModel("simulated:rate=max,tokens=9,ttft=0s,fail=2");

    private final ScriptedModel model = new ScriptedModel();
    private Hubbub hubbub = Hubbub.start(config());

    private HubbubConfig config() {
        return HubbubConfig.inMemory().withModel("scripted", model).withDefaultModel("scripted");
    }

    private void restart(HubbubConfig config) {
        hubbub.close();
        hubbub = Hubbub.start(config);
    }

    @AfterEach
    void close() {
        hubbub.close();
    }

    // --- Starting ----------------------------------------------------------------------------

    @Test
    void anInterruptedThreadClosesAllTheSame() {
        ConversationId id = hubbub.startConversation(SIMULATED);
        hubbub.sendMessage(id, "hello");

        Thread.currentThread().interrupt();
        hubbub.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThatThrownBy(() -> hubbub.sendMessage(id, "hello")).isInstanceOf(HubbubClosed.class);
    }

    @Test
    void aConversationBeginsAsItsOptionsSay() {
        var id = new ConversationId("mine");
        var options =
                StartOptions.DEFAULT
                        .withId(id)
                        .withName("Rome")
                        .withModel("scripted:fast")
                        .withSystemPrompt("Answer in Latin.");
        assertThat(hubbub.startConversation(options)).isEqualTo(id);
        ConversationStats stats = hubbub.stats(id);
        assertThat(stats.name()).isEqualTo("Rome");
        assertThat(stats.model().value()).isEqualTo("scripted:fast");
        assertThat(stats.owner()).isEqualTo(UserId.LOCAL);
        hubbub.sendMessageAsync(id, "Salve");
        assertThat(model.next().prompt.system()).isEqualTo("Answer in Latin.");
    }

    @Test
    void idsSortByTime() {
        var first = hubbub.startConversation();
        var second = hubbub.startConversation();
        assertThat(second).isGreaterThan(first);
        assertThat(UUID.fromString(first.value()).version()).isEqualTo(7);
    }

    @Test
    void anIdInUseIsToldApart() {
        var options = StartOptions.DEFAULT.withId(new ConversationId("mine"));
        hubbub.startConversation(options);
        assertThatExceptionOfType(ConversationExists.class)
                .isThrownBy(() -> hubbub.startConversation(options))
                .matches(exists -> exists.id().value().equals("mine"))
                .withMessageContaining("choose another");
    }

    @Test
    void anIdIsNotUsedAgainAfterADelete() {
        var options = StartOptions.DEFAULT.withId(new ConversationId("mine"));
        hubbub.delete(hubbub.startConversation(options));
        assertThatExceptionOfType(ConversationExists.class)
                .isThrownBy(() -> hubbub.startConversation(options));
    }

    @Test
    void aModelThatIsNotThereIsRefused() {
        var options = StartOptions.DEFAULT.withModel("gone");
        assertThatExceptionOfType(HubbubException.class)
                .isThrownBy(() -> hubbub.startConversation(options))
                .matches(refused -> refused.refusal() == Refusal.MODEL_UNKNOWN);
        assertThatExceptionOfType(HubbubException.class)
                .isThrownBy(() -> hubbub.startConversations(3, options))
                .matches(refused -> refused.refusal() == Refusal.MODEL_UNKNOWN);
    }

    @Test
    void aDefaultModelThatIsNotThereStopsTheStart() {
        assertThatThrownBy(() -> Hubbub.start(HubbubConfig.inMemory().withDefaultModel("gone")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gone")
                .hasMessageContaining("eliza");
    }

    @Test
    void asManyAreStartedAsWereAskedFor() {
        var progress = new CopyOnWriteArrayList<Integer>();
        var ids = hubbub.startConversations(500, StartOptions.DEFAULT, progress::add);
        assertThat(ids).hasSize(500).doesNotHaveDuplicates().isSorted();
        assertThat(progress).contains(500);
        assertThat(hubbub.conversationCount()).isEqualTo(new ConversationCount(500, 500));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, 11, Integer.MAX_VALUE})
    void aNumberOutOfRangeIsRefusedWithWhatToDo(int n) {
        restart(config().withStartsMax(10));
        assertThatThrownBy(() -> hubbub.startConversations(n))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 to 10")
                .hasMessageContaining(n < 1 ? "at least one" : "withStartsMax");
        assertThat(hubbub.startConversations(10)).hasSize(10);
        assertThat(hubbub.conversationCount().stored()).isEqualTo(10);
    }

    @Test
    void manyCannotShareAnId() {
        assertThatThrownBy(() -> hubbub.startConversations(2, StartOptions.DEFAULT.withId(DEAD)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noneIsLeftWhenNotAllCanBeStarted() {
        var store = new PickyStore();
        restart(
                HubbubConfig.inStore(store)
                        .withModel("scripted", model)
                        .withDefaultModel("scripted"));
        store.startsMax = 7;
        assertThatExceptionOfType(HubbubException.class)
                .isThrownBy(() -> hubbub.startConversations(100))
                .withMessageContaining("of 100")
                .withMessageContaining("none was kept");
        assertThat(hubbub.storedConversations(10)).isEmpty();
    }

    @Test
    void moreThanThereIsMemoryForIsNotBegun() {
        restart(config().withStartsMax(Integer.MAX_VALUE));
        int n = (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / 100);
        assertThatExceptionOfType(HubbubException.class)
                .isThrownBy(() -> hubbub.startConversations(n))
                .withMessageContaining("-Xmx")
                .withMessageContaining("start fewer");
        assertThat(hubbub.conversationCount()).isEqualTo(new ConversationCount(0, 0));
    }

    @Test
    void thePartitionsAreThereToBeSeen() {
        hubbub.startConversations(10);
        assertThat(hubbub.partitions())
                .hasSize(EngineConfig.DEFAULT.partitions())
                .allMatch(partition -> partition.restarts() == 0 && partition.lastFault() == null);
    }

    // --- Talking -----------------------------------------------------------------------------

    @Test
    void aMessageIsAnswered() {
        var id = hubbub.startConversation();
        var reply = later(() -> hubbub.sendMessage(id, "Hello"));
        model.next().says("Hi ").says("there").ends();
        Message message = reply.join();
        assertThat(message.text()).isEqualTo("Hi there");
        assertThat(message.role()).isEqualTo(Role.ASSISTANT);
        assertThat(hubbub.history(id))
                .extracting(Message::text)
                .containsExactly("Hello", "Hi there");
    }

    @Test
    void messagesWaitTheirTurnUnlessToldOtherwise() {
        var id = hubbub.startConversation();
        var first = hubbub.sendMessageAsync(id, "one");
        var one = model.next();
        var second = hubbub.sendMessageAsync(id, "two");
        await().until(() -> hubbub.stats(id).waiting() == 1);
        one.says("1").ends();
        var two = model.next();
        assertThat(two.asked()).isEqualTo("two");
        two.says("2").ends();
        assertThat(join(first).text()).isEqualTo("1");
        assertThat(join(second).text()).isEqualTo("2");
    }

    @Test
    void aMessageThatDoesNotWantToWaitIsRefusedWhileAnotherIsAnswered() {
        var id = hubbub.startConversation();
        var first = hubbub.sendMessageAsync(id, "one");
        var one = model.next();
        assertThatExceptionOfType(ConversationBusy.class)
                .isThrownBy(() -> hubbub.sendMessage(id, "two", SendOptions.REJECT))
                .matches(busy -> busy.refusal() == Refusal.BUSY && busy.id().equals(id));
        one.ends();
        join(first);
        var again = hubbub.sendMessageAsync(id, "two", SendOptions.REJECT);
        model.next().says("2").ends();
        assertThat(join(again).text()).isEqualTo("2");
    }

    @Test
    void anInterruptingMessageGoesNextAndTheOtherKeepsItsText() {
        var id = hubbub.startConversation();
        var first = hubbub.streamMessage(id, "one");
        model.next().says("half");
        assertThat(first.iterator().next()).isEqualTo("half");
        var second = hubbub.sendMessageAsync(id, "two", SendOptions.INTERRUPT);
        assertThat(first.await().text()).isEqualTo("half");
        assertThat(first.await().stopReason()).isEqualTo(StopReason.STOPPED);
        model.next().says("2").ends();
        assertThat(join(second).text()).isEqualTo("2");
    }

    @Test
    void theQueueHasAnEnd() {
        var id = hubbub.startConversation();
        int most = EngineConfig.DEFAULT.limits().queueMax();
        for (int i = 0; i <= most; i++) {
            hubbub.sendMessageAsync(id, "message " + i);
        }
        await().until(() -> hubbub.stats(id).waiting() == most);
        assertThatExceptionOfType(ConversationBusy.class)
                .isThrownBy(() -> hubbub.sendMessage(id, "one more"))
                .matches(busy -> busy.refusal() == Refusal.QUEUE_FULL);
    }

    @Test
    void oneMessageMayGoToAnotherModel() {
        var id = hubbub.startConversation();
        var options = SendOptions.DEFAULT.withModel("simulated:rate=max,tokens=1,ttft=0s");
        assertThat(hubbub.sendMessage(id, "Hello", options).model())
                .hasToString("simulated:rate=max,tokens=1,ttft=0s");
        assertThat(hubbub.stats(id).model()).hasToString("scripted");
    }

    @Test
    void aMessageWithANameIsTakenOnceAndGivesItsOneReply() {
        var id = hubbub.startConversation();
        var named = SendOptions.DEFAULT.withClientMessageId("only once");
        var first = hubbub.sendMessageAsync(id, "Hello", named);
        var saying = model.next();
        var meanwhile = hubbub.sendMessageAsync(id, "Hello", named);
        saying.says("Hi").ends();
        assertThat(join(first).text()).isEqualTo("Hi");
        assertThat(join(meanwhile)).isEqualTo(join(first));
        assertThat(hubbub.sendMessage(id, "Hello", named)).isEqualTo(join(first));
        assertThat(hubbub.history(id)).hasSize(2);
    }

    @Test
    void aFailedReplyToldAgainFailsAgain() {
        var id = hubbub.startConversation();
        var named = SendOptions.DEFAULT.withClientMessageId("only once");
        var first = hubbub.sendMessageAsync(id, "Hello", named);
        model.next().fails("It broke.");
        assertThat(failureOf(first)).isInstanceOf(ReplyFailed.class);
        assertThatExceptionOfType(ReplyFailed.class)
                .isThrownBy(() -> hubbub.sendMessage(id, "Hello", named))
                .withMessage("It broke.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  \n\t", "\0"})
    void aMessageWithNothingInItIsRefused(String text) {
        var id = hubbub.startConversation();
        assertThatExceptionOfType(HubbubException.class)
                .isThrownBy(() -> hubbub.sendMessage(id, text))
                .matches(refused -> refused.refusal() == Refusal.MESSAGE_BLANK);
        assertThat(hubbub.history(id)).isEmpty();
    }

    @Test
    void aMessageMayBeAsLongAsTheLimitAndNoLonger() {
        var id = hubbub.startConversation();
        int most = EngineConfig.DEFAULT.limits().messageCharsMax();
        hubbub.streamMessage(id, "x".repeat(most));
        assertThatExceptionOfType(HubbubException.class)
                .isThrownBy(() -> hubbub.streamMessage(id, "x".repeat(most + 1)))
                .matches(refused -> refused.refusal() == Refusal.MESSAGE_TOO_LONG);
    }

    @Test
    void whatNobodyStartedIsUnknownToEveryCall() {
        assertUnknown(() -> hubbub.sendMessage(DEAD, "Hello"));
        assertUnknown(() -> hubbub.streamMessage(DEAD, "Hello"));
        assertUnknown(() -> hubbub.history(DEAD));
        assertUnknown(() -> hubbub.stats(DEAD));
        assertUnknown(() -> hubbub.stop(DEAD));
        assertUnknown(() -> hubbub.delete(DEAD));
        assertThat(hubbub.close(DEAD)).isFalse();
    }

    @Test
    void whatWasDeletedIsUnknown() {
        var id = hubbub.startConversation();
        hubbub.delete(id);
        assertUnknown(() -> hubbub.delete(id));
        assertUnknown(() -> hubbub.history(id));
        assertThat(hubbub.conversationCount().stored()).isZero();
    }

    @Test
    void stoppingKeepsTheTextAndGivesItToWhoeverWaits() {
        var id = hubbub.startConversation();
        assertThat(hubbub.stop(id)).isFalse();
        var reply = hubbub.sendMessageAsync(id, "Hello");
        var saying = model.next().says("half");
        await().until(() -> hubbub.stats(id).status() == ConversationStats.Status.STREAMING);
        assertThat(hubbub.stop(id)).isTrue();
        assertThat(join(reply).text()).isEqualTo("half");
        assertThat(join(reply).stopReason()).isEqualTo(StopReason.STOPPED);
        await().until(() -> saying.cancelled);
    }

    @Test
    void deletingTellsThoseWhoWait() {
        var id = hubbub.startConversation();
        var first = hubbub.sendMessageAsync(id, "one");
        model.next();
        var second = hubbub.sendMessageAsync(id, "two");
        await().until(() -> hubbub.stats(id).waiting() == 1);
        hubbub.delete(id);
        assertThat(join(first).stopReason()).isEqualTo(StopReason.STOPPED);
        assertThat(failureOf(second)).isInstanceOf(ReplyWithdrawn.class);
    }

    // --- Models that misbehave ---------------------------------------------------------------

    @Test
    void aFailedReplyCarriesItsTextAndTheMessageIsKept() {
        var id = hubbub.startConversation();
        var reply = hubbub.sendMessageAsync(id, "Hello");
        model.next().says("half").fails("The line went dead; try again.");
        assertThat(failureOf(reply))
                .isInstanceOfSatisfying(
                        ReplyFailed.class,
                        failed -> {
                            assertThat(failed.partial().text()).isEqualTo("half");
                            assertThat(failed).hasMessage("The line went dead; try again.");
                        });
        assertThat(hubbub.history(id)).extracting(Message::text).containsExactly("Hello", "half");
        var again = hubbub.sendMessageAsync(id, "Hello again");
        model.next().says("Hi").ends();
        assertThat(join(again).text()).isEqualTo("Hi");
    }

    @Test
    void aModelThatThrowsFailsItsReplyAndNothingElse() {
        restart(
                config().withModel(
                                "thrower",
                                (_, _) -> {
                                    throw new IllegalStateException("out of order");
                                }));
        var id = hubbub.startConversation(StartOptions.DEFAULT.withModel("thrower"));
        assertThatExceptionOfType(ReplyFailed.class)
                .isThrownBy(() -> hubbub.sendMessage(id, "Hello"))
                .withMessageContaining("out of order");
        assertThat(hubbub.history(id)).first().extracting(Message::text).isEqualTo("Hello");
        var other = hubbub.startConversation(SIMULATED);
        assertThat(hubbub.sendMessage(other, "Hello").text()).isNotBlank();
    }

    @Test
    void aModelThatSaysNothingGivesAnEmptyReply() {
        var id = hubbub.startConversation();
        var reply = hubbub.sendMessageAsync(id, "Hello");
        model.next().ends();
        assertThat(join(reply).text()).isEmpty();
        assertThat(join(reply).stopReason()).isEqualTo(StopReason.END);
    }

    @Test
    void aModelThatNeverAnswersFailsWhenItWasSilentTooLong() {
        restart(config().withEngine(EngineConfig.DEFAULT.withStallMax(Duration.ofMillis(50))));
        var id = hubbub.startConversation();
        assertThatExceptionOfType(ReplyFailed.class)
                .isThrownBy(() -> hubbub.sendMessage(id, "Hello"))
                .withMessageContaining("sent nothing")
                .withMessageContaining("try again");
        assertThat(hubbub.stats(id).status()).isEqualTo(ConversationStats.Status.IDLE);
    }

    @Test
    void aModelSlowerThanFiveSecondsFailsNobody() {
        var id = hubbub.startConversation();
        var reply = later(() -> hubbub.sendMessage(id, "Take your time."));
        var saying = model.next();
        CompletableFuture.delayedExecutor(5_200, TimeUnit.MILLISECONDS)
                .execute(() -> saying.says("Done.").ends());
        assertThat(reply.join().text()).isEqualTo("Done.");
    }

    // --- Broadcast ---------------------------------------------------------------------------

    @Test
    void aBroadcastHasAResultForEachInOrderWhateverBecomesOfTheOthers() {
        var good = hubbub.startConversations(40, SIMULATED);
        var broken = hubbub.startConversation(BROKEN);
        var ids = new ArrayList<>(good.subList(0, 20));
        ids.add(DEAD);
        ids.addAll(good.subList(20, 40));
        ids.add(broken);
        var progress = new CopyOnWriteArrayList<Integer>();
        var results =
                hubbub.broadcast(
                        ids, "Hello all", BroadcastOptions.DEFAULT.withProgress(progress::add));
        assertThat(results).extracting(BroadcastResult::id).isEqualTo(ids);
        assertThat(errorOf(results.get(20))).isInstanceOf(ConversationUnknown.class);
        assertThat(errorOf(results.getLast())).isInstanceOf(ReplyFailed.class);
        assertThat(results.stream().filter(BroadcastResult.Replied.class::isInstance)).hasSize(40);
        assertThat(progress).contains(42);
    }

    @Test
    void aBroadcastMayBeRepeatedWithoutBeingSaidTwice() {
        var ids = hubbub.startConversations(5, SIMULATED);
        var named =
                BroadcastOptions.DEFAULT.withSend(
                        SendOptions.DEFAULT.withClientMessageId("round 1"));
        var first = hubbub.broadcast(ids, "Hello", named);
        assertThat(hubbub.broadcast(ids, "Hello", named)).isEqualTo(first);
        assertThat(hubbub.history(ids.getFirst())).hasSize(2);
    }

    @Test
    void aBroadcastToNobodyIsOverAtOnce() {
        assertThat(hubbub.broadcast(List.of(), "Hello")).isEmpty();
    }

    @Test
    void aListenerOfProgressThatThrowsHarmsNobody() {
        var ids = hubbub.startConversations(3, SIMULATED);
        var options =
                BroadcastOptions.DEFAULT.withProgress(_ -> {
                    throw new IllegalStateException("not listening");
                });
        assertThat(hubbub.broadcast(ids, "Hello", options))
                .allMatch(BroadcastResult.Replied.class::isInstance);
    }

    // --- Reading -----------------------------------------------------------------------------

    @Test
    void historyAndStatsAnswerWhileTheModelIsAtWork() {
        var id = hubbub.startConversation();
        hubbub.sendMessageAsync(id, "Hello");
        var saying = model.next();
        assertThat(hubbub.history(id)).extracting(Message::text).containsExactly("Hello");
        assertThat(hubbub.stats(id).status()).isEqualTo(ConversationStats.Status.THINKING);
        saying.says("Hi");
        await().until(() -> hubbub.stats(id).status() == ConversationStats.Status.STREAMING);
        assertThat(hubbub.history(id)).hasSize(1);
    }

    @Test
    void statsCountMessagesAndTokens() {
        var id = hubbub.startConversation(StartOptions.DEFAULT.withName("Counted"));
        var reply = hubbub.sendMessageAsync(id, "Hello");
        model.next().says("Hi").ends();
        join(reply);
        ConversationStats stats = hubbub.stats(id);
        assertThat(stats.id()).isEqualTo(id);
        assertThat(stats.name()).isEqualTo("Counted");
        assertThat(stats.messageCount()).isEqualTo(2);
        assertThat(stats.usage()).isEqualTo(new Usage(3, 2));
        assertThat(stats.status()).isEqualTo(ConversationStats.Status.IDLE);
        assertThat(stats.lastActiveAt()).isAfterOrEqualTo(stats.createdAt());
    }

    @Test
    void whatIsReadOfManyIsInOrderAndOneMissingSpoilsNothing() {
        var ids = hubbub.startConversations(3, SIMULATED);
        hubbub.sendMessage(ids.getFirst(), "Hello");
        var asked = List.of(ids.get(2), DEAD, ids.get(0));
        var stats = hubbub.stats(asked);
        assertThat(stats).extracting(Lookup::id).isEqualTo(asked);
        assertThat(stats.get(1)).isInstanceOf(Lookup.Failed.class);
        assertThat(found(stats.get(2)).messageCount()).isEqualTo(2);
        var histories = hubbub.histories(asked);
        assertThat(histories).extracting(Lookup::id).isEqualTo(asked);
        assertThat(found(histories.get(0))).isEmpty();
        assertThat(histories.get(1)).isInstanceOf(Lookup.Failed.class);
        assertThat(found(histories.get(2))).isEqualTo(hubbub.history(ids.getFirst()));
    }

    @Test
    void aLongHistoryIsReadInPages() {
        var store = new PickyStore();
        restart(
                HubbubConfig.inStore(store)
                        .withModel("scripted", model)
                        .withDefaultModel("scripted"));
        var id = hubbub.startConversation();
        List<String> said = IntStream.range(0, 2_345).mapToObj(i -> "line " + i).toList();
        CompletableFuture.allOf(
                        said.stream()
                                .map(text ->
                                        hubbub.engine()
                                                .ask(UserId.LOCAL, id, silent(text))
                                                .toCompletableFuture())
                                .toArray(CompletableFuture<?>[]::new))
                .join();
        assertThat(hubbub.history(id)).extracting(Message::text).isEqualTo(said);
        assertThat(hubbub.history(id, 3))
                .extracting(Message::text)
                .containsExactly("line 2342", "line 2343", "line 2344");
        assertThat(found(hubbub.histories(List.of(id)).getFirst())).isEqualTo(hubbub.history(id));
        assertThat(store.longestPath).isEqualTo(1_000);
    }

    @Test
    void aHistoryOfNothingIsRefused() {
        var id = hubbub.startConversation();
        assertThatThrownBy(() -> hubbub.history(id, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> hubbub.storedConversations(Hubbub.PAGE_MAX + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void storedConversationsComeInPages() {
        var ids = hubbub.startConversations(25);
        var seen = new ArrayList<ConversationId>();
        var page = hubbub.storedConversations(10);
        while (!page.isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(10);
            page.stream().map(Summary::id).forEach(seen::add);
            page = hubbub.storedConversations(page.getLast().cursor(), 10);
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void everyUserSeesTheirOwn() {
        var ada = hubbub.as(new UserId("ada"));
        var id = ada.startConversation();
        assertUnknown(() -> hubbub.history(id));
        assertThat(hubbub.storedConversations(10)).isEmpty();
        assertThat(ada.storedConversations(10)).hasSize(1);
        var given = hubbub.startConversation(StartOptions.DEFAULT.withOwner(new UserId("ada")));
        assertThat(ada.stats(given).owner()).isEqualTo(ada.owner());
        ada.close();
        assertThat(ada.stats(id).id()).isEqualTo(id);
    }

    // --- Memory and supervision --------------------------------------------------------------

    @Test
    void whatIsLetGoComesBackWithNothingLost() {
        var id = hubbub.startConversation(SIMULATED);
        hubbub.sendMessage(id, "Hello");
        var before = hubbub.history(id);
        assertThat(hubbub.conversations()).containsExactly(id);
        assertThat(hubbub.close(id)).isTrue();
        await().until(() -> hubbub.conversations().isEmpty());
        assertThat(hubbub.conversationCount()).isEqualTo(new ConversationCount(0, 1));
        assertThat(hubbub.history(id)).isEqualTo(before);
        hubbub.sendMessage(id, "Still there?");
        assertThat(hubbub.history(id)).hasSize(4).startsWith(before.toArray(Message[]::new));
    }

    @Test
    void aCrashInTheMiddleOfAReplyLosesNothingAndTheReplyGoesOn() {
        var id = hubbub.startConversation();
        var other = hubbub.startConversation();
        var reply = hubbub.sendMessageAsync(id, "Hello");
        var undisturbed = hubbub.sendMessageAsync(other, "Hello too");
        var sayings = List.of(model.next(), model.next());
        sayings.forEach(saying -> saying.says("first "));
        await().until(() -> hubbub.stats(id).status() == ConversationStats.Status.STREAMING);
        assertThat(hubbub.crash(List.of(id, DEAD))).isEqualTo(1);
        var again = model.next();
        assertThat(again.asked()).isEqualTo("Hello");
        assertThat(again.prompt.soFar()).isEqualTo("first ");
        again.says("then").ends();
        assertThat(join(reply).text()).isEqualTo("first then");
        assertThat(hubbub.supervision(List.of(id)).getFirst())
                .satisfies(fares -> assertThat(restartsOf(fares)).isEqualTo(1));
        assertThat(hubbub.supervision(List.of(other)).getFirst())
                .satisfies(fares -> assertThat(restartsOf(fares)).isZero());
        sayings.stream()
                .filter(saying -> saying.asked().equals("Hello too"))
                .forEach(saying -> saying.ends());
        assertThat(join(undisturbed).text()).isEqualTo("first ");
    }

    @Test
    void whatCrashedAnswersWhenItIsBackAndNotFromWhatItHeldBefore() {
        var ids = List.of(hubbub.startConversation(SIMULATED));
        hubbub.sendMessage(ids.getFirst(), "Hello");
        for (int crashes = 1; crashes <= 3; crashes++) {
            // One that is on its way back cannot crash.
            assertThat(hubbub.crash(ids)).isEqualTo(1);
            assertThat(hubbub.stats(ids.getFirst()).messageCount()).isEqualTo(2);
            int restarts = crashes;
            assertThat(hubbub.supervision(ids).getFirst())
                    .satisfies(fares -> assertThat(restartsOf(fares)).isEqualTo(restarts));
        }
    }

    @Test
    void whatCrashesTooOftenIsSetAsideUntilItIsReleased() {
        restart(config().withEngine(EngineConfig.DEFAULT.withCrashes(1, Duration.ofHours(1))));
        var id = hubbub.startConversation(SIMULATED);
        var ids = List.of(id);
        assertThat(hubbub.crash(ids)).isEqualTo(1);
        assertThat(hubbub.sendMessage(id, "Hello").text()).isNotBlank();
        assertThat(hubbub.crash(ids)).isEqualTo(1);
        assertThatExceptionOfType(HubbubException.class)
                .isThrownBy(() -> hubbub.sendMessage(id, "Hello"))
                .matches(refused -> refused.refusal() == Refusal.QUARANTINED);
        assertThat(hubbub.release(ids)).isEqualTo(1);
        assertThat(hubbub.sendMessage(id, "Hello").text()).isNotBlank();
    }

    // --- Threads and closing -----------------------------------------------------------------

    @Test
    void anInterruptedCallerKeepsItsFlagAndTheTurnGoesOn() throws InterruptedException {
        var id = hubbub.startConversation();
        var seen = new AtomicReference<@Nullable Throwable>();
        var flag = new AtomicReference<@Nullable Boolean>();
        Thread caller =
                Thread.startVirtualThread(() -> {
                    seen.set(catchThrowable(() -> hubbub.sendMessage(id, "Hello")));
                    flag.set(Thread.currentThread().isInterrupted());
                });
        var saying = model.next();
        caller.interrupt();
        caller.join();
        assertThat(seen.get()).isInstanceOf(CallInterrupted.class);
        assertThat(flag.get()).isTrue();
        assertThat(saying.cancelled).isFalse();
        saying.says("Hi").ends();
        await().until(() -> hubbub.history(id).size() == 2);
    }

    @Test
    void closingWhileTurnsRunTellsThoseWhoWait() {
        var id = hubbub.startConversation();
        var waiting = later(() -> hubbub.sendMessage(id, "Hello"));
        var queued = hubbub.sendMessageAsync(id, "And this");
        var broadcast = hubbub.broadcastAsync(List.of(hubbub.startConversation()), "All");
        var stream = hubbub.streamMessage(hubbub.startConversation(), "Speak");
        model.next();
        hubbub.close();
        assertThat(failureOf(waiting)).isInstanceOf(HubbubClosed.class);
        assertThat(failureOf(queued)).isInstanceOf(HubbubClosed.class);
        assertThat(failureOf(stream.message())).isInstanceOf(HubbubClosed.class);
        assertThatExceptionOfType(HubbubClosed.class).isThrownBy(() -> stream.iterator().next());
        assertThat(errorOf(join(broadcast).getFirst())).isInstanceOf(HubbubClosed.class);
    }

    @Test
    void afterClosingEveryCallSaysSo() {
        var id = hubbub.startConversation();
        hubbub.close();
        hubbub.close();
        assertClosed(() -> hubbub.startConversation());
        assertClosed(() -> hubbub.startConversations(2));
        assertClosed(() -> hubbub.sendMessage(id, "Hello"));
        assertClosed(() -> hubbub.streamMessage(id, "Hello"));
        assertClosed(() -> hubbub.broadcast(List.of(id), "Hello"));
        assertClosed(() -> hubbub.history(id));
        assertClosed(() -> hubbub.histories(List.of(id)));
        assertClosed(() -> hubbub.stats(id));
        assertClosed(() -> hubbub.stats(List.of(id)));
        assertClosed(() -> hubbub.conversations());
        assertClosed(() -> hubbub.conversationCount());
        assertClosed(() -> hubbub.storedConversations(1));
        assertClosed(() -> hubbub.stop(id));
        assertClosed(() -> hubbub.close(id));
        assertClosed(() -> hubbub.delete(id));
        assertClosed(() -> hubbub.crash(List.of(id)));
        assertThat(failureOf(hubbub.statsAsync(id))).isInstanceOf(HubbubClosed.class);
    }

    @Test
    void aReplyThatClosingCutShortGoesOnAtTheNextStart() {
        var store = new PickyStore();
        var config =
                HubbubConfig.inStore(store)
                        .withModel("scripted", model)
                        .withDefaultModel("scripted");
        restart(config);
        var id = hubbub.startConversation();
        hubbub.sendMessageAsync(id, "Hello");
        model.next().says("first ");
        await().until(() -> hubbub.stats(id).status() == ConversationStats.Status.STREAMING);
        restart(config);
        var again = model.next();
        assertThat(again.prompt.soFar()).isEqualTo("first ");
        again.says("then").ends();
        await().until(() -> hubbub.history(id).size() == 2);
        assertThat(hubbub.history(id).getLast().text()).isEqualTo("first then");
    }

    @Test
    @SuppressWarnings({"DataFlowIssue", "NullAway"})
    void nullIsRefusedByName() {
        var id = hubbub.startConversation();
        assertNull("id", () -> hubbub.sendMessage(null, "Hello"));
        assertNull("text", () -> hubbub.sendMessage(id, null));
        assertNull("options", () -> hubbub.sendMessage(id, "Hello", null));
        assertNull("id", () -> hubbub.streamMessage(null, "Hello"));
        assertNull("ids", () -> hubbub.broadcast(null, "Hello"));
        assertNull("options", () -> hubbub.startConversation(null));
        assertNull("id", () -> hubbub.history(null));
        assertNull("id", () -> hubbub.stats((ConversationId) null));
        assertNull("id", () -> hubbub.stop(null));
        assertNull("id", () -> hubbub.delete(null));
        assertNull("after", () -> hubbub.storedConversations(null, 10));
        assertNull("config", () -> Hubbub.start(null));
    }

    // --- What the tests say often ------------------------------------------------------------

    private static Post silent(String text) {
        return new Post(null, text, null, false, WhenBusy.ENQUEUE, null);
    }

    private static <T> CompletableFuture<T> later(java.util.concurrent.Callable<T> call) {
        var result = new CompletableFuture<T>();
        Thread.startVirtualThread(() -> {
            try {
                result.complete(call.call());
            } catch (Throwable failed) {
                result.completeExceptionally(failed);
            }
        });
        return result;
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static @Nullable Throwable failureOf(CompletionStage<?> stage) {
        Throwable failure =
                catchThrowable(() -> stage.toCompletableFuture().get(20, TimeUnit.SECONDS));
        return failure instanceof ExecutionException || failure instanceof CompletionException
                ? failure.getCause()
                : failure;
    }

    private static int restartsOf(@Nullable Supervision supervision) {
        assertThat(supervision).isNotNull();
        return supervision.restarts();
    }

    private static HubbubException errorOf(BroadcastResult result) {
        return ((BroadcastResult.Failed) result).error();
    }

    private static <T> T found(Lookup<T> lookup) {
        return ((Lookup.Found<T>) lookup).value();
    }

    private static void assertUnknown(Runnable call) {
        assertThatExceptionOfType(ConversationUnknown.class)
                .isThrownBy(call::run)
                .withMessageContaining("There is no conversation");
    }

    private static void assertClosed(Runnable call) {
        assertThatExceptionOfType(HubbubClosed.class)
                .isThrownBy(call::run)
                .withMessageContaining("start another");
    }

    private static void assertNull(String name, Runnable call) {
        assertThatExceptionOfType(NullPointerException.class)
                .isThrownBy(call::run)
                .withMessage(name);
    }
}
