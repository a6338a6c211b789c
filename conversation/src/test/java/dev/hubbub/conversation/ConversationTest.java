package dev.hubbub.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.hubbub.conversation.ConversationCommand.AddPiece;
import dev.hubbub.conversation.ConversationCommand.Change;
import dev.hubbub.conversation.ConversationCommand.Clear;
import dev.hubbub.conversation.ConversationCommand.Continue;
import dev.hubbub.conversation.ConversationCommand.Delete;
import dev.hubbub.conversation.ConversationCommand.Fail;
import dev.hubbub.conversation.ConversationCommand.Finish;
import dev.hubbub.conversation.ConversationCommand.Generate;
import dev.hubbub.conversation.ConversationCommand.MoveHead;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Recall;
import dev.hubbub.conversation.ConversationCommand.Recover;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationCommand.Stop;
import dev.hubbub.conversation.ConversationCommand.WhenBusy;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationEvent.PieceAdded;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationEvent.ReplyStarted;
import dev.hubbub.conversation.ConversationEvent.TurnQueued;
import dev.hubbub.conversation.ConversationEvent.TurnWithdrawn;

import org.junit.jupiter.api.Test;

import java.util.Collections;
import java.util.List;

/// What a conversation does, one sentence at a time.
final class ConversationTest {

    private static final ModelId ELIZA = new ModelId("eliza");
    private static final ModelId OTHER = new ModelId("other");

    private final History chat = History.of(Limits.DEFAULT, start(""));

    static Start start(String name) {
        return new Start(UserId.LOCAL, name, ELIZA, null, null, null);
    }

    private static Post post(String text, boolean reply, WhenBusy whenBusy) {
        return new Post(null, text, null, reply, whenBusy, null);
    }

    private static Post keyed(String key, String text) {
        return new Post(new ClientMessageId(key), text, null, true, WhenBusy.ENQUEUE, null);
    }

    private void says(String text) {
        Reply reply = chat.reply();
        chat.accepted(new AddPiece(reply.turn(), reply.attempt(), text));
    }

    private List<ConversationEvent> finishes() {
        Reply reply = chat.reply();
        return chat.accepted(new Finish(reply.turn(), reply.attempt(), StopReason.END, null))
                .events();
    }

    private Message last() {
        return chat.messages().getLast();
    }

    @Test
    void aMessageIsAnswered() {
        assertThat(chat.accepted(Post.text("hello")).events())
                .hasExactlyElementsOfTypes(MessagePosted.class, ReplyStarted.class);
        assertThat(chat.reply().status()).isEqualTo(ReplyStatus.CREATED);
        says("Hi ");
        says("there");
        assertThat(chat.reply().status()).isEqualTo(ReplyStatus.STREAMING);
        assertThat(finishes()).hasExactlyElementsOfTypes(ReplyEnded.class);
        assertThat(chat.texts()).containsExactly("hello", "Hi there");
        assertThat(last().parent()).isEqualTo(chat.messages().getFirst().id());
        assertThat(last().model()).isEqualTo(ELIZA);
        assertThat(chat.now().head()).isEqualTo(last().id());
        assertThat(chat.now().headRole()).isEqualTo(Role.ASSISTANT);
    }

    @Test
    void aMessageThatWantsNoReplyGetsNone() {
        var accepted = chat.accepted(post("a note", false, WhenBusy.ENQUEUE));
        assertThat(accepted.events()).hasExactlyElementsOfTypes(MessagePosted.class);
        assertThat(accepted.receipt()).isEqualTo(new Receipt(last().id(), null));
        assertThat(chat.now().reply()).isNull();
    }

    @Test
    void aMessageWaitsForTheReplyBeforeIt() {
        chat.accepted(Post.text("one"));
        assertThat(chat.accepted(Post.text("two")).receipt())
                .isEqualTo(new Receipt(null, new TurnId(2)));
        assertThat(chat.now().isOpen(new TurnId(2))).isTrue();
        says("first");
        assertThat(finishes())
                .hasExactlyElementsOfTypes(
                        ReplyEnded.class, MessagePosted.class, ReplyStarted.class);
        assertThat(chat.texts()).containsExactly("one", "first", "two");
        assertThat(chat.reply().turn()).isEqualTo(new TurnId(2));
        assertThat(chat.now().queue()).isEmpty();
    }

    @Test
    void waitingMessagesThatWantNoReplyAreAddedTogether() {
        chat.accepted(Post.text("one"));
        chat.accepted(post("note", false, WhenBusy.ENQUEUE));
        chat.accepted(Post.text("two"));
        chat.accepted(Post.text("three"));
        assertThat(finishes())
                .hasExactlyElementsOfTypes(
                        ReplyEnded.class,
                        MessagePosted.class,
                        MessagePosted.class,
                        ReplyStarted.class);
        assertThat(chat.texts()).containsExactly("one", "", "note", "two");
        assertThat(chat.now().queue()).extracting(Waiting::text).containsExactly("three");
    }

    @Test
    void aBusyConversationRejectsWhoDoesNotWait() {
        chat.accepted(Post.text("one"));
        assertThat(chat.refused(post("two", true, WhenBusy.REJECT))).isEqualTo(Refusal.BUSY);
        assertThat(chat.refused(new Generate(null, null))).isEqualTo(Refusal.BUSY);
        assertThat(chat.refused(new MoveHead(chat.messages().getFirst().id(), Role.USER)))
                .isEqualTo(Refusal.BUSY);
    }

    @Test
    void anInterruptedReplyKeepsItsTextAndIsFollowed() {
        chat.accepted(Post.text("one"));
        chat.accepted(Post.text("waits"));
        says("half");
        var events = chat.accepted(post("stop that", true, WhenBusy.INTERRUPT)).events();
        assertThat(events)
                .hasExactlyElementsOfTypes(
                        ReplyEnded.class, MessagePosted.class, ReplyStarted.class);
        assertThat(((ReplyEnded) events.getFirst()).status()).isEqualTo(ReplyStatus.STOPPED);
        assertThat(chat.texts()).containsExactly("one", "half", "stop that");
        assertThat(last().parent()).isEqualTo(chat.messages().get(1).id());
        assertThat(chat.reply().turn()).isEqualTo(new TurnId(3));
        finishes();
        assertThat(last().text()).isEqualTo("waits");
    }

    @Test
    void anInterruptionThatWantsNoReplyLetsTheQueueGoOn() {
        chat.accepted(Post.text("one"));
        chat.accepted(Post.text("waits"));
        chat.accepted(post("enough", false, WhenBusy.INTERRUPT));
        assertThat(chat.texts()).containsExactly("one", "", "enough", "waits");
        assertThat(chat.reply().turn()).isEqualTo(new TurnId(2));
    }

    @Test
    void aReplyIsContinuedBesideItselfFromItsEnd() {
        chat.accepted(Post.text("one"));
        says("half ");
        chat.accepted(new Stop(null));
        Message half = last();
        chat.accepted(new Continue(half, OTHER));
        assertThat(chat.refused(new Continue(half, null))).isEqualTo(Refusal.BUSY);
        assertThat(chat.reply().draft().text()).isEqualTo("half ");
        assertThat(chat.reply().model()).isEqualTo(OTHER);
        says("and whole");
        finishes();

        assertThat(last().text()).isEqualTo("half and whole");
        assertThat(last().parents()).isEqualTo(half.parents());
        assertThat(last().attempts())
                .extracting(Attempt::model, Attempt::fromChar)
                .containsExactly(tuple(ELIZA, 0), tuple(OTHER, 5));
        assertThat(chat.refused(new Continue(chat.messages().getFirst(), null)))
                .isEqualTo(Refusal.NOTHING_TO_ANSWER);
    }

    @Test
    void aReplyThatGoesOnSurvivesACrash() {
        chat.accepted(Post.text("count"));
        says("one, ");
        finishes();
        chat.accepted(new Continue(last(), null));
        says("two, ");
        chat.accepted(new Recover());
        assertThat(chat.reply().attempt()).isEqualTo(3);
        says("three");
        finishes();
        assertThat(last().text()).isEqualTo("one, two, three");
    }

    @Test
    void aClearedConversationBeginsAgain() {
        chat.accepted(Post.text("one"));
        assertThat(chat.refused(new Clear())).isEqualTo(Refusal.BUSY);
        finishes();
        chat.accepted(new Clear());
        assertThat(chat.now().head()).isNull();
        assertThat(chat.accepted(new Clear()).events()).isEmpty();
        assertThat(chat.refused(new Generate(null, null))).isEqualTo(Refusal.NOTHING_TO_ANSWER);
        chat.accepted(Post.text("two"));
        assertThat(last().parents()).isEmpty();
    }

    @Test
    void aMessageMayFollowNoneThoughThereIsAHead() {
        chat.accepted(Post.text("one"));
        chat.accepted(new Post(null, "waits", MessageId.NONE, true, WhenBusy.ENQUEUE, null));
        finishes();
        assertThat(last().text()).isEqualTo("waits");
        assertThat(last().parents()).isEmpty();
    }

    @Test
    void aStoppedReplyKeepsItsText() {
        chat.accepted(Post.text("one"));
        says("half");
        chat.accepted(new Stop(null));
        assertThat(last().text()).isEqualTo("half");
        assertThat(last().stopReason()).isEqualTo(StopReason.STOPPED);
    }

    @Test
    void aStoppedWaitingTurnIsWithdrawn() {
        chat.accepted(Post.text("one"));
        chat.accepted(keyed("k", "two"));
        assertThat(chat.accepted(new Stop(new TurnId(2))).events())
                .hasExactlyElementsOfTypes(TurnWithdrawn.class);
        chat.rest();
        assertThat(chat.texts()).containsExactly("one", "");
        assertThat(chat.accepted(keyed("k", "two")).events()).isEmpty();
    }

    @Test
    void stoppingWhenNothingRunsIsDoneAlready() {
        assertThat(chat.accepted(new Stop(null)).events()).isEmpty();
        assertThat(chat.accepted(new Stop(new TurnId(7))).events()).isEmpty();
    }

    @Test
    void aMessageSentTwiceIsTakenOnce() {
        Receipt first = chat.accepted(keyed("k", "one")).receipt();
        chat.accepted(keyed("l", "two"));
        assertThat(chat.accepted(keyed("k", "something else")))
                .isEqualTo(new Decision.Accepted(List.of(), first));
        assertThat(chat.accepted(keyed("l", "two")).receipt())
                .isEqualTo(new Receipt(null, new TurnId(2)));
        finishes();
        assertThat(chat.accepted(keyed("l", "two")).receipt())
                .isEqualTo(new Receipt(last().id(), new TurnId(2)));
    }

    @Test
    void aWaitingMessageIsKnownHoweverManyCameAfterIt() {
        var limits = new Limits(70, 100, 20, 20, 2 * Limits.CLIENT_MESSAGE_IDS_MAX, 3, 2);
        var busy = History.of(limits, start(""));
        busy.accepted(Post.text("one"));
        for (int i = 0; i <= Limits.CLIENT_MESSAGE_IDS_MAX; i++) {
            busy.accepted(keyed("k" + i, "text"));
        }
        assertThat(busy.now().queue()).hasSize(Limits.CLIENT_MESSAGE_IDS_MAX + 1);
        assertThat(busy.accepted(keyed("k0", "text")))
                .isEqualTo(new Decision.Accepted(List.of(), new Receipt(null, new TurnId(2))));
    }

    @Test
    void anEditIsABranch() {
        chat.accepted(Post.text("one"));
        finishes();
        chat.accepted(Post.text("two"));
        finishes();
        MessageId fork = chat.messages().get(1).id();
        chat.pass(1);
        chat.accepted(new Post(null, "two, edited", fork, true, WhenBusy.ENQUEUE, OTHER));
        assertThat(last().parent()).isEqualTo(fork);
        assertThat(chat.reply().model()).isEqualTo(OTHER);
        assertThat(chat.now().head()).isEqualTo(last().id());
    }

    @Test
    void aReplyCanBeMadeAgain() {
        chat.accepted(Post.text("one"));
        says("first");
        finishes();
        MessageId question = chat.messages().getFirst().id();
        var again = chat.accepted(new Generate(question, OTHER));
        assertThat(again.receipt()).isEqualTo(new Receipt(question, new TurnId(2)));
        says("second");
        finishes();
        assertThat(last().parent()).isEqualTo(question);
        assertThat(last().model()).isEqualTo(OTHER);
        assertThat(chat.texts()).containsExactly("one", "first", "second");
    }

    @Test
    void aModelAnswersOnlyWhatAPersonSaid() {
        assertThat(chat.refused(new Generate(null, null))).isEqualTo(Refusal.NOTHING_TO_ANSWER);
        chat.accepted(Post.text("one"));
        finishes();
        assertThat(chat.refused(new Generate(null, null))).isEqualTo(Refusal.NOTHING_TO_ANSWER);
        chat.accepted(new MoveHead(last().id(), Role.ASSISTANT));
        chat.accepted(new MoveHead(chat.messages().getFirst().id(), Role.USER));
        assertThat(chat.accepted(new Generate(null, null)).events())
                .hasExactlyElementsOfTypes(ReplyStarted.class);
    }

    @Test
    void theHeadMovesToWhereSomebodyReadsOn() {
        chat.accepted(Post.text("one"));
        finishes();
        MessageId first = chat.messages().getFirst().id();
        chat.accepted(new MoveHead(first, Role.USER));
        assertThat(chat.now().head()).isEqualTo(first);
        assertThat(chat.accepted(new MoveHead(first, Role.USER)))
                .isEqualTo(new Decision.Accepted(List.of(), new Receipt(first, null)));
    }

    @Test
    void aForkBeginsWhereAnotherConversationWas() {
        Message node = Message.said(List.of(), Role.USER, "elsewhere", History.BEGINNING);
        var fork =
                History.of(
                        Limits.DEFAULT,
                        new Start(UserId.LOCAL, "fork", ELIZA, null, node.id(), Role.USER));
        assertThat(fork.now().head()).isEqualTo(node.id());
        assertThat(fork.now().messageCount()).isZero();
        fork.accepted(new Generate(null, null));
        assertThat(fork.reply().parent()).isEqualTo(node.id());
    }

    @Test
    void aDeletedConversationEndsItsTurnsAndKnowsNothing() {
        chat.accepted(Post.text("one"));
        chat.accepted(Post.text("two"));
        says("half");
        chat.accepted(new Delete());
        assertThat(last().text()).isEqualTo("half");
        assertThat(chat.now().deleted()).isTrue();
        assertThat(chat.now().isOpen(new TurnId(1))).isFalse();
        assertThat(chat.now().isOpen(new TurnId(2))).isFalse();
        assertThat(chat.refused(Post.text("still there?"))).isEqualTo(Refusal.CONVERSATION_UNKNOWN);
        assertThat(chat.refused(new Delete())).isEqualTo(Refusal.CONVERSATION_UNKNOWN);
        assertThat(chat.refused(start("again"))).isEqualTo(Refusal.CONVERSATION_EXISTS);
        assertThat(Conversation.start(chat.now(), start("x"), Limits.DEFAULT, History.BEGINNING))
                .isEqualTo(new Decision.Refused(Refusal.CONVERSATION_EXISTS));
    }

    @Test
    void aFailedReplyKeepsItsTextAndSaysWhy() {
        chat.accepted(Post.text("one"));
        says("half");
        chat.accepted(new Fail(new TurnId(1), 1, "The model\0 is away.\ud83d"));
        assertThat(last().text()).isEqualTo("half");
        assertThat(last().stopReason()).isEqualTo(StopReason.ERROR);
        assertThat(last().error()).isEqualTo("The model is away.\ufffd");
        assertThat(ReplyStatus.of(last().stopReason())).isEqualTo(ReplyStatus.FAILED);
    }

    @Test
    void aReplyGoesOnAfterACrash() {
        chat.accepted(Post.text("one"));
        says("first ");
        assertThat(chat.accepted(new Recover()).events())
                .hasExactlyElementsOfTypes(ReplyStarted.class);
        chat.accepted(new AddPiece(new TurnId(1), 1, "too late"));
        says("second");
        finishes();
        assertThat(last().text()).isEqualTo("first second");
        assertThat(last().attempts()).containsExactly(new Attempt(ELIZA, 0), new Attempt(ELIZA, 6));
    }

    @Test
    void aReplyThatCrashesTooOftenFailsWithItsTextKept() {
        chat.accepted(Post.text("one"));
        chat.accepted(Post.text("two"));
        says("half");
        for (int attempt = 1; attempt < Limits.DEFAULT.attemptsMax(); attempt++) {
            chat.accepted(new Recover());
        }
        assertThat(chat.reply().attempt()).isEqualTo(Limits.DEFAULT.attemptsMax());
        var events = chat.accepted(new Recover()).events();
        assertThat(events)
                .hasExactlyElementsOfTypes(
                        ReplyEnded.class, MessagePosted.class, ReplyStarted.class);
        Message failed = ((ReplyEnded) events.getFirst()).message();
        assertThat(failed.text()).isEqualTo("half");
        assertThat(failed.error()).contains("3 times");
        assertThat(failed.attempts()).hasSize(3);
        assertThat(chat.reply().turn()).isEqualTo(new TurnId(2));
    }

    @Test
    void aQuietConversationHasNothingToRecover() {
        assertThat(chat.accepted(new Recover()).events()).isEmpty();
    }

    @Test
    void anUnnamedConversationIsNamedByItsFirstMessage() {
        chat.accepted(Post.text("\n  How do boats float?  \nTell me."));
        assertThat(chat.now().name()).isEqualTo("How do boats float?");
        chat.accepted(Post.text("And planes?"));
        finishes();
        assertThat(chat.now().name()).isEqualTo("How do boats float?");
    }

    @Test
    void aMessageWithNothingToReadNamesNothing() {
        chat.accepted(Post.text("\u0001"));
        assertThat(chat.now().name()).isEmpty();
        chat.accepted(post("named", true, WhenBusy.INTERRUPT));
        assertThat(chat.now().name()).isEqualTo("named");
    }

    @Test
    void aNameThatWasGivenStays() {
        chat.accepted(new Change(" Boats ", "⛵", null, null));
        chat.accepted(Post.text("hello"));
        assertThat(chat.now().name()).isEqualTo("Boats");
        assertThat(chat.now().icon()).isEqualTo("⛵");
    }

    @Test
    void whatIsEmptyIsTakenAwayAndWhatIsNullStays() {
        chat.accepted(new Change("Boats", "⛵", OTHER, "Be brief."));
        chat.accepted(new Change(null, "", null, ""));
        assertThat(chat.now().name()).isEqualTo("Boats");
        assertThat(chat.now().model()).isEqualTo(OTHER);
        assertThat(chat.now().icon()).isNull();
        assertThat(chat.now().systemPrompt()).isNull();
        assertThat(chat.accepted(new Change("Boats", "", OTHER, "")).events()).isEmpty();
    }

    @Test
    void aSystemPromptOfNothingIsNone() {
        var start = new Start(UserId.LOCAL, "", ELIZA, "\0", null, null);
        assertThat(History.of(Limits.DEFAULT, start).now().systemPrompt()).isNull();
    }

    @Test
    void aRunningReplyKeepsTheModelItWasStartedWith() {
        chat.accepted(Post.text("one"));
        chat.accepted(Post.text("two"));
        chat.accepted(new Change(null, null, OTHER, null));
        finishes();
        assertThat(chat.messages().get(1).model()).isEqualTo(ELIZA);
        assertThat(chat.reply().model()).isEqualTo(OTHER);
    }

    @Test
    void whiteSpaceAloneIsNoMessage() {
        for (String blank : List.of("", " \n\t", "\0", " \0 ", "\u00a0\u2003")) {
            assertThat(chat.refused(Post.text(blank))).isEqualTo(Refusal.MESSAGE_BLANK);
        }
    }

    @Test
    void whatIsKeptHasNoNulsAndNoHalfCharacters() {
        chat.accepted(Post.text("a\0b\ud83d"));
        says("c\ude00\0d");
        finishes();
        assertThat(chat.texts()).containsExactly("ab\ufffd", "c\ufffdd");
    }

    @Test
    void aPieceOfNothingIsNoPiece() {
        chat.accepted(Post.text("one"));
        assertThat(chat.accepted(new AddPiece(new TurnId(1), 1, "")).events()).isEmpty();
        assertThat(chat.accepted(new AddPiece(new TurnId(1), 1, "\0")).events()).isEmpty();
    }

    @Test
    void usageIsCountedPerReplyAndAltogether() {
        chat.accepted(Post.text("one"));
        chat.accepted(Post.text("two"));
        chat.accepted(new Finish(new TurnId(1), 1, StopReason.END, new Usage(1, 2)));
        chat.accepted(new Finish(new TurnId(2), 1, StopReason.LENGTH, new Usage(10, 20)));
        assertThat(last().usage()).isEqualTo(new Usage(10, 20));
        assertThat(chat.now().usage()).isEqualTo(new Usage(11, 22));
        assertThat(chat.now().usage().totalTokens()).isEqualTo(33);
    }

    @Test
    void aProvidersNonsenseIsNoOverflow() {
        var nonsense = new Usage(Long.MAX_VALUE, 1);
        assertThat(nonsense.plus(nonsense)).isEqualTo(new Usage(Long.MAX_VALUE, 2));
        assertThat(nonsense.totalTokens()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anEventThatCannotFollowIsADefect() {
        var piece = new PieceAdded(new TurnId(1), 0, "text");
        assertThatThrownBy(() -> chat.now().apply(piece)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> chat.now().apply(chat.events.getFirst()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void onlyPiecesHaveNoNumber() {
        chat.accepted(Post.text("one"));
        chat.accepted(Post.text("two"));
        long before = chat.now().number();
        says("text");
        assertThat(chat.now().number()).isEqualTo(before);
        assertThat(chat.events).filteredOn(event -> !event.isNumbered()).hasSize(1);
        assertThat(chat.events.get(3)).isInstanceOf(TurnQueued.class);
        assertThat(before).isEqualTo(4);
    }

    @Test
    void anotherModelGoesOnWhereTheFirstFailedAndBothAreOnRecord() {
        chat.accepted(Post.text("hello"));
        says("Good ");
        var other = new ModelId("x/y:free");
        var first = new Usage(7, 1, 5);
        chat.accepted(
                new ConversationCommand.Switch(
                        new TurnId(1), 1, other, first, "The first is away."));
        chat.accepted(new AddPiece(new TurnId(1), 2, "day"));
        chat.accepted(
                new ConversationCommand.Finish(
                        new TurnId(1), 2, StopReason.END, new Usage(9, 2, 6)));
        Message reply = chat.messages().getLast();
        assertThat(reply.text()).isEqualTo("Good day");
        assertThat(reply.model()).isEqualTo(other);
        assertThat(reply.usage()).isEqualTo(new Usage(16, 3, 11));
        assertThat(reply.attempts())
                .containsExactly(
                        new Attempt(chat.now().model(), 0, first, "The first is away."),
                        new Attempt(other, 5, new Usage(9, 2, 6), null));
    }

    @Test
    void whatWasSaidElsewhereIsTakenInAndGoneOnFrom() {
        var lines =
                List.of(
                        new Recall.Line(Role.USER, "one", List.of()),
                        new Recall.Line(Role.ASSISTANT, "and one is two", List.of()));
        Receipt receipt = chat.accepted(new Recall(null, lines)).receipt();
        assertThat(chat.texts()).containsExactly("one", "and one is two");
        assertThat(receipt).isEqualTo(new Receipt(last().id(), null));
        assertThat(last().role()).isEqualTo(Role.ASSISTANT);
        assertThat(last().parent()).isEqualTo(chat.messages().getFirst().id());
        assertThat(chat.now().reply()).isNull();
        chat.accepted(Post.text("two"));
        assertThat(last().parent()).isEqualTo(receipt.message());
        assertThat(chat.refused(new Recall(null, lines))).isEqualTo(Refusal.BUSY);
    }

    @Test
    void whatIsRecalledIsHeldToTheLimits() {
        var fits =
                new Recall.Line(Role.ASSISTANT, "x".repeat(chat.limits.replyCharsMax()), List.of());
        var more =
                new Recall.Line(
                        Role.ASSISTANT, "x".repeat(chat.limits.replyCharsMax() + 1), List.of());
        var said =
                new Recall.Line(
                        Role.USER, "x".repeat(chat.limits.messageCharsMax() + 1), List.of());
        var blank = new Recall.Line(Role.USER, " ", List.of());
        chat.accepted(new Recall(null, List.of(fits)));
        assertThat(chat.refused(new Recall(null, List.of(more))))
                .isEqualTo(Refusal.MESSAGE_TOO_LONG);
        assertThat(chat.refused(new Recall(null, List.of(said))))
                .isEqualTo(Refusal.MESSAGE_TOO_LONG);
        assertThat(chat.refused(new Recall(null, List.of(blank)))).isEqualTo(Refusal.MESSAGE_BLANK);
        assertThat(new Recall(null, Collections.nCopies(Recall.LINES_MAX, fits)).lines())
                .hasSize(Recall.LINES_MAX);
        var tooMany = Collections.nCopies(Recall.LINES_MAX + 1, fits);
        assertThatThrownBy(() -> new Recall(null, tooMany))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLimitsRecordLeavesRoomForOneOfEach() {
        for (int wrong = 0; wrong < 7; wrong++) {
            int[] values = {1, 1, 0, 1, 0, 1, 0};
            assertThat(limits(values)).isNotNull();
            values[wrong]--;
            assertThatThrownBy(() -> limits(values)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Limits limits(int[] of) {
        return new Limits(of[0], of[1], of[2], of[3], of[4], of[5], of[6]);
    }

    @Test
    void everyRefusalHasASentence() {
        for (Refusal refusal : Refusal.values()) {
            assertThat(refusal.sentence()).endsWith(".").hasSizeGreaterThan(10);
        }
    }
}
