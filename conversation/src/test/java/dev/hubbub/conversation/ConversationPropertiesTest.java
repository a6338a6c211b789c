package dev.hubbub.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ConversationCommand.AddPiece;
import dev.hubbub.conversation.ConversationCommand.Change;
import dev.hubbub.conversation.ConversationCommand.Conclude;
import dev.hubbub.conversation.ConversationCommand.Delete;
import dev.hubbub.conversation.ConversationCommand.Fail;
import dev.hubbub.conversation.ConversationCommand.Finish;
import dev.hubbub.conversation.ConversationCommand.MoveHead;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationCommand.Stop;
import dev.hubbub.conversation.ConversationCommand.WhenBusy;
import dev.hubbub.conversation.ConversationEvent.HeadMoved;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationEvent.PieceAdded;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationEvent.ReplyStarted;
import dev.hubbub.conversation.ConversationEvent.TurnQueued;
import dev.hubbub.conversation.ConversationEvent.TurnWithdrawn;
import dev.hubbub.conversation.Decision.Accepted;
import dev.hubbub.conversation.Decision.Refused;
import dev.hubbub.conversation.History.Step;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/// What holds for every history, however strange.
final class ConversationPropertiesTest {

    private static final Limits LIMITS = new Limits(70, 101, 20, 21, 3, 3, 2);
    private static final int LENGTH = 60;

    private static void forAllHistories(Consumer<History> test) {
        Property.forAll(random -> test.accept(History.random(random, LIMITS, LENGTH)));
    }

    /// The other tests are worth what these histories are worth.
    @Test
    void historiesHaveEveryEventAndEveryRefusalOfTheRules() {
        var events = new HashSet<Class<?>>();
        var refusals = EnumSet.noneOf(Refusal.class);
        var endings = EnumSet.noneOf(StopReason.class);
        forAllHistories(history -> {
            for (Step step : history.steps) {
                if (step.decision() instanceof Refused(var refusal)) {
                    refusals.add(refusal);
                }
            }
            history.events.forEach(event -> events.add(event.getClass()));
            history.messages().stream()
                    .map(Message::stopReason)
                    .filter(Objects::nonNull)
                    .forEach(endings::add);
        });
        if (Property.isRerun()) {
            return;
        }
        assertThat(events)
                .containsExactlyInAnyOrder(ConversationEvent.class.getPermittedSubclasses());
        assertThat(endings).containsExactly(StopReason.values());
        assertThat(refusals)
                .containsExactlyInAnyOrder(
                        Refusal.CONVERSATION_UNKNOWN,
                        Refusal.CONVERSATION_EXISTS,
                        Refusal.MESSAGE_BLANK,
                        Refusal.MESSAGE_TOO_LONG,
                        Refusal.TOO_MANY_IMAGES,
                        Refusal.BUSY,
                        Refusal.QUEUE_FULL,
                        Refusal.NOTHING_TO_ANSWER,
                        Refusal.NAME_INVALID,
                        Refusal.MARKS_INVALID,
                        Refusal.SYSTEM_PROMPT_TOO_LONG);
    }

    @Test
    void replayingTheEventsGivesTheSameAtEveryStep() {
        forAllHistories(history -> {
            Conversation replayed = null;
            for (Step step : history.steps) {
                for (ConversationEvent event : step.events()) {
                    replayed = History.after(replayed, event);
                }
                assertThat(replayed).isEqualTo(step.after());
            }
        });
    }

    @Test
    void decidingIsPure() {
        forAllHistories(history -> {
            for (Step step : history.steps) {
                assertThat(history.judge(step.before(), step.command(), step.at()))
                        .isEqualTo(step.decision());
            }
        });
    }

    @Test
    void anOlderValueStaysAsItWas() {
        forAllHistories(history -> {
            var values = new ArrayList<Conversation>();
            var texts = new ArrayList<String>();
            Conversation now = null;
            for (Step step : history.steps) {
                assertThat(history.judge(now, step.command(), step.at()))
                        .isEqualTo(step.decision());
                for (ConversationEvent event : step.events()) {
                    now = History.after(now, event);
                    values.add(now);
                    texts.add(now.toString());
                }
            }
            for (int i = 0; i < values.size(); i++) {
                assertThat(values.get(i).toString()).isEqualTo(texts.get(i));
            }
        });
    }

    @Test
    void aRefusalLeavesNoTrace() {
        forAllHistories(history -> {
            for (Step step : history.steps) {
                if (step.decision() instanceof Refused) {
                    assertThat(step.after()).isSameAs(step.before());
                }
            }
        });
    }

    @Test
    void aRepeatedCommandDoesNothing() {
        forAllHistories(history -> {
            for (Step step : history.steps) {
                if (step.decision() instanceof Accepted(_, var receipt)
                        && isRepeatable(step.command())) {
                    Decision again =
                            history.judge(step.after(), step.command(), step.at().plusSeconds(1));
                    switch (again) {
                        case Accepted(var events, var receiptAgain) -> {
                            assertThat(events).isEmpty();
                            if (step.command() instanceof Post) {
                                assertThat(receiptAgain).isEqualTo(receipt);
                            }
                        }
                        case Refused(var refusal) ->
                                assertThat(refusal)
                                        .isIn(
                                                Refusal.CONVERSATION_EXISTS,
                                                Refusal.CONVERSATION_UNKNOWN);
                    }
                }
            }
        });
    }

    private static boolean isRepeatable(ConversationCommand command) {
        return switch (command) {
            case Post post -> post.key() != null;
            case Stop stop -> stop.turn() != null;
            case Start _,
                    Change _,
                    MoveHead _,
                    ConversationCommand.Clear _,
                    Delete _,
                    Finish _,
                    Conclude _,
                    Fail _,
                    ConversationCommand.Switch _ ->
                    true;
            case AddPiece _,
                    ConversationCommand.Recall _,
                    ConversationCommand.Import _,
                    ConversationCommand.Generate _,
                    ConversationCommand.Continue _,
                    ConversationCommand.Recover _ ->
                    false;
        };
    }

    @Test
    void whatAnEndedOrOlderAttemptSaysIsIgnored() {
        forAllHistories(history -> {
            for (Step step : history.steps) {
                if (step.after().deleted()) {
                    continue;
                }
                Reply running = step.after().reply();
                for (long number = 1; number <= step.after().turns() + 1; number++) {
                    for (int attempt = 1; attempt <= LIMITS.attemptsMax(); attempt++) {
                        var turn = new TurnId(number);
                        if (running != null
                                && running.turn().equals(turn)
                                && running.attempt() == attempt) {
                            continue;
                        }
                        for (ConversationCommand late :
                                List.of(
                                        new AddPiece(turn, attempt, "late"),
                                        new Finish(turn, attempt, StopReason.END, null),
                                        new Conclude(turn, attempt, "late", StopReason.END, null),
                                        new ConversationCommand.Switch(
                                                turn, attempt, new ModelId("eliza"), null, "late"),
                                        new Fail(turn, attempt, "late"))) {
                            assertThat(history.judge(step.after(), late, step.at()))
                                    .isEqualTo(new Accepted(List.of(), Receipt.EMPTY));
                        }
                    }
                }
            }
        });
    }

    @Test
    void severalEventsAtOnceAreThoseOneByOne() {
        forAllHistories(history -> {
            for (Step step : history.steps) {
                if (step.before() != null) {
                    assertThat(step.before().apply(step.events())).isEqualTo(step.after());
                }
            }
        });
    }

    @Test
    void concludingIsAddingAPieceAndFinishing() {
        forAllHistories(history -> {
            for (Step step : history.steps) {
                if (step.command() instanceof Conclude last) {
                    Conversation before = Objects.requireNonNull(step.before());
                    Conversation then = before;
                    for (ConversationCommand each :
                            List.of(
                                    new AddPiece(last.turn(), last.attempt(), last.text()),
                                    new Finish(
                                            last.turn(),
                                            last.attempt(),
                                            last.reason(),
                                            last.usage()))) {
                        if (history.judge(then, each, step.at()) instanceof Accepted accepted) {
                            then = then.apply(accepted.events());
                        }
                    }
                    assertThat(step.after()).isEqualTo(then);
                }
            }
        });
    }

    @Test
    void everyNodeIsIntactAndClean() {
        forAllHistories(history -> {
            for (Message message : history.messages()) {
                assertThat(message.isIntact()).isTrue();
                assertThat(Texts.isClean(message.text())).isTrue();
                assertThat(message.error() == null || Texts.isClean(message.error())).isTrue();
            }
        });
    }

    @Test
    void theHeadMovesByEventsAlone() {
        forAllHistories(history -> {
            Conversation before = null;
            for (ConversationEvent event : history.events) {
                Conversation after = History.after(before, event);
                MessageId head =
                        switch (event) {
                            case ConversationEvent.Started started -> started.head();
                            case MessagePosted posted -> posted.message().id();
                            case ReplyEnded ended -> ended.message().id();
                            case HeadMoved moved -> moved.to();
                            case PieceAdded _,
                                    ReplyStarted _,
                                    TurnQueued _,
                                    TurnWithdrawn _,
                                    ConversationEvent.Changed _,
                                    ConversationEvent.MessagesImported _,
                                    ConversationEvent.Deleted _ ->
                                    Objects.requireNonNull(before).head();
                        };
                assertThat(after.head()).isEqualTo(head);
                assertThat(after.headRole() == null).isEqualTo(head == null);
                before = after;
            }
        });
    }

    @Test
    void eventsAreNumberedWithoutGapsAndTimeDoesNotGoBack() {
        forAllHistories(history -> {
            Conversation before = null;
            for (ConversationEvent event : history.events) {
                Conversation after = History.after(before, event);
                long number = before == null ? 0 : before.number();
                assertThat(after.number()).isEqualTo(event.isNumbered() ? number + 1 : number);
                assertThat(before == null || !after.lastActiveAt().isBefore(before.lastActiveAt()))
                        .isTrue();
                before = after;
            }
        });
    }

    @Test
    void aNodeFollowsTheHeadUnlessItsSenderChoseAnother() {
        forAllHistories(history -> {
            Conversation before = null;
            Set<MessageId> chosen = new LinkedHashSet<>();
            for (Step step : history.steps) {
                if (step.command() instanceof Post post && post.parent() != null) {
                    chosen.add(post.parent());
                }
                if (step.command() instanceof ConversationCommand.Recall recall
                        && recall.after() != null) {
                    chosen.add(recall.after());
                }
                for (ConversationEvent event : step.events()) {
                    if (event instanceof MessagePosted posted) {
                        MessageId parent = posted.message().parent();
                        assertThat(
                                        Objects.equals(
                                                        parent,
                                                        Objects.requireNonNull(before).head())
                                                || chosen.contains(
                                                        parent == null ? MessageId.NONE : parent))
                                .isTrue();
                    }
                    before = History.after(before, event);
                }
            }
        });
    }

    @Test
    void aReplySaysWhatItsPiecesSaid() {
        forAllHistories(history -> {
            @Nullable TurnId running = null;
            int attempts = 0;
            var said = new StringBuilder();
            for (ConversationEvent event : history.events) {
                switch (event) {
                    case ReplyStarted started -> {
                        // One turn at a time; another attempt goes on where the last one ended.
                        assertThat(running == null || started.turn().equals(running)).isTrue();
                        assertThat(started.attempt()).isEqualTo(attempts + 1);
                        assertThat(started.fromChar()).isEqualTo(said.length());
                        running = started.turn();
                        attempts = started.attempt();
                    }
                    case PieceAdded piece -> {
                        assertThat(piece.turn()).isEqualTo(running);
                        assertThat(piece.fromChar()).isEqualTo(said.length());
                        assertThat(piece.text()).isNotEmpty();
                        assertThat(Texts.isClean(piece.text())).isTrue();
                        said.append(piece.text());
                    }
                    case ReplyEnded ended -> {
                        assertThat(ended.turn()).isEqualTo(running);
                        assertThat(ended.message().text()).isEqualTo(said.toString());
                        assertThat(ended.message().attempts()).hasSize(attempts > 1 ? attempts : 0);
                        long crashes =
                                ended.message().attempts().stream()
                                        .limit(Math.max(0, attempts - 1))
                                        .filter(attempt -> attempt.fault() == null)
                                        .count();
                        assertThat(crashes).isLessThan(LIMITS.attemptsMax());
                        assertThat(attempts).isLessThanOrEqualTo(Attempt.COUNT_MAX);
                        running = null;
                        attempts = 0;
                        said.setLength(0);
                    }
                    case ConversationEvent.Started _,
                            ConversationEvent.Changed _,
                            ConversationEvent.Deleted _,
                            ConversationEvent.MessagesImported _,
                            MessagePosted _,
                            TurnQueued _,
                            TurnWithdrawn _,
                            HeadMoved _ -> {}
                }
            }
            assertThat(running).isNull();
        });
    }

    @Test
    void aReplyIsNeverLongerThanItMayBe() {
        forAllHistories(history -> {
            for (Message message : history.messages()) {
                if (message.role() == Role.ASSISTANT) {
                    assertThat(message.text()).hasSizeLessThanOrEqualTo(LIMITS.replyCharsMax());
                }
            }
            for (Step step : history.steps) {
                Reply reply = step.after().reply();
                assertThat(reply == null ? 0 : reply.draft().length())
                        .isLessThanOrEqualTo(LIMITS.replyCharsMax());
            }
        });
    }

    @Test
    void everyAcceptedTurnEndsOnce() {
        forAllHistories(history -> {
            var accepted = new LinkedHashSet<TurnId>();
            var wantsNoReply = new LinkedHashSet<TurnId>();
            var ends = new ArrayList<TurnId>();
            for (ConversationEvent event : history.events) {
                switch (event) {
                    case TurnQueued queued -> {
                        accepted.add(queued.waiting().turn());
                        if (!queued.waiting().reply()) {
                            wantsNoReply.add(queued.waiting().turn());
                        }
                    }
                    case ReplyStarted started -> accepted.add(started.turn());
                    case ReplyEnded ended -> ends.add(ended.turn());
                    case TurnWithdrawn withdrawn -> ends.add(withdrawn.turn());
                    case MessagePosted(_, var turn, _)
                            when turn != null && wantsNoReply.contains(turn) ->
                            ends.add(turn);
                    case ConversationEvent.Started _,
                            ConversationEvent.Changed _,
                            ConversationEvent.Deleted _,
                            ConversationEvent.MessagesImported _,
                            MessagePosted _,
                            PieceAdded _,
                            HeadMoved _ -> {}
                }
            }
            assertThat(ends).containsExactlyInAnyOrderElementsOf(accepted);
            for (Step step : history.steps) {
                if (step.command() instanceof Post
                        && step.decision() instanceof Accepted(_, Receipt(_, var turn))
                        && turn != null) {
                    assertThat(accepted).contains(turn);
                }
            }
        });
    }

    @Test
    void theQueueIsBoundedAndNeverStandsAlone() {
        forAllHistories(history -> {
            for (Step step : history.steps) {
                Conversation after = step.after();
                assertThat(after.queue()).hasSizeLessThanOrEqualTo(LIMITS.queueMax());
                assertThat(after.queue().isEmpty() || after.reply() != null).isTrue();
                assertThat(after.queue().stream().map(Waiting::turn)).doesNotHaveDuplicates();
            }
        });
    }

    @Test
    void countsAddUp() {
        forAllHistories(history -> {
            Usage used = Usage.NONE;
            for (Message message : history.messages()) {
                used = message.usage() == null ? used : used.plus(message.usage());
            }
            assertThat(history.now().usage()).isEqualTo(used);
            assertThat(history.now().messageCount()).isEqualTo(history.messages().size());
        });
    }

    @Test
    void aNameIsGivenOrMadeFromAMessageAndAlwaysReadable() {
        forAllHistories(history -> {
            Conversation before = null;
            for (ConversationEvent event : history.events) {
                Conversation after = History.after(before, event);
                if (before != null && !(event instanceof ConversationEvent.Changed)) {
                    String expected =
                            before.name().isEmpty() && event instanceof MessagePosted posted
                                    ? Texts.title(posted.message().text())
                                    : before.name();
                    assertThat(after.name()).isEqualTo(expected);
                }
                assertThat(after.name().chars()).noneMatch(Character::isISOControl);
                assertThat(after.name().isEmpty() || !Texts.isBlank(after.name())).isTrue();
                assertThat(Texts.isClean(after.name())).isTrue();
                before = after;
            }
        });
    }

    @Test
    void aTextThatIsThereIsNotEmpty() {
        forAllHistories(history -> {
            for (Step step : history.steps) {
                assertThat(step.after().systemPrompt()).isNotEqualTo("");
                assertThat(step.after().icon()).isNotEqualTo("");
            }
        });
    }

    @Test
    void theLatestClientMessageIdsAreRememberedAndNoMore() {
        Property.forAll(random -> {
            var limits = new Limits(70, 100, 20, 20, 100, 3, 2);
            var history = History.of(limits, ConversationTest.start(""));
            var remembered = new LinkedHashMap<ClientMessageId, MessageId>();
            var times = new HashMap<ClientMessageId, Integer>();
            for (int i = 0; i < 200; i++) {
                history.pass(1);
                var key = new ClientMessageId("k" + random.nextInt(100));
                var post = new Post(key, "text " + i, null, false, WhenBusy.ENQUEUE, null);
                Accepted accepted = history.accepted(post);
                if (remembered.containsKey(key)) {
                    assertThat(accepted.events()).isEmpty();
                    assertThat(accepted.receipt().message()).isEqualTo(remembered.get(key));
                } else {
                    assertThat(accepted.events()).hasSize(1);
                    times.merge(key, 1, Integer::sum);
                    remembered.put(key, Objects.requireNonNull(accepted.receipt().message()));
                    if (remembered.size() > Limits.CLIENT_MESSAGE_IDS_MAX) {
                        remembered.pollFirstEntry();
                    }
                }
                List<ClientMessageId> taken =
                        history.now().taken().stream().map(Taken::key).toList();
                assertThat(taken.equals(List.copyOf(remembered.keySet()))).isTrue();
            }
            assertThat(times.values()).anyMatch(count -> count > 1);
        });
    }
}
