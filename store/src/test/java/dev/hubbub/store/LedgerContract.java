package dev.hubbub.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ConversationCommand.Delete;
import dev.hubbub.conversation.ConversationCommand.Finish;
import dev.hubbub.conversation.ConversationCommand.Switch;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.ConversationStore.Outcome;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UsageLedger;
import dev.hubbub.conversation.UsageLedger.Charge;
import dev.hubbub.conversation.UsageLedger.Spent;
import dev.hubbub.conversation.UserId;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/// What every [UsageLedger] promises.
abstract class LedgerContract extends MessagesContract {

    /// How many random histories to try: less where the disk is slow.
    abstract int histories();

    private static final ModelId ELIZA = new ModelId("eliza");
    private static final ModelId OTHER = new ModelId("other:big=1");
    private static final UserId CLEO = new UserId("cleo");

    @Test
    void whatAReplyUsedIsThereWhenItHasEnded() {
        answered(talk.start(ADA), new Usage(3, 5, 70));
        answered(talk, new Usage(10, 20, 300));

        assertThat(spent(ADA)).containsExactly(new Spent(today(), ELIZA, new Usage(13, 25, 370)));
        store = reopen(store);
        assertThat(spent(ADA)).containsExactly(new Spent(today(), ELIZA, new Usage(13, 25, 370)));
        assertThat(spent(BOB)).isEmpty();
    }

    @Test
    void aReplyThatRunsOrThatNobodyCountedIsNotThere() {
        talk.start(ADA).post("one").piece("text").finish().post("two").piece("more");

        assertThat(spent(ADA)).isEmpty();
        assertThat(store.total(ADA, null, today())).isEqualTo(Usage.NONE);
    }

    @Test
    void eachAttemptIsForTheModelThatMadeIt() {
        talk.start(ADA).post("one").piece("In what");
        talk.does(new Switch(turn().turn(), 1, OTHER, new Usage(7, 2, 9), "It broke off."));
        talk.piece(" way?").does(finish(new Usage(8, 3, 11)));

        assertThat(spent(ADA))
                .containsExactly(
                        new Spent(today(), ELIZA, new Usage(7, 2, 9)),
                        new Spent(today(), OTHER, new Usage(8, 3, 11)));
        assertThat(store.total(ADA, OTHER, today())).isEqualTo(new Usage(8, 3, 11));
    }

    @Test
    void aDayIsTheDayOfTheMessage() {
        answered(talk.start(ADA), new Usage(1, 1, 1));
        LocalDate first = today();
        talk.clock = talk.clock.plus(Duration.ofDays(2));
        answered(talk, new Usage(2, 2, 2));

        assertThat(spent(ADA))
                .containsExactly(
                        new Spent(first.plusDays(2), ELIZA, new Usage(2, 2, 2)),
                        new Spent(first, ELIZA, new Usage(1, 1, 1)));
        assertThat(store.spent(ADA, first.plusDays(1), 10)).hasSize(1);
        assertThat(store.spent(ADA, first, 1)).hasSize(1);
        assertThat(store.spent(ADA, first, 0)).isEmpty();
        assertThat(store.total(ADA, null, first)).isEqualTo(new Usage(3, 3, 3));
        assertThat(store.total(ADA, null, first.plusDays(1))).isEqualTo(new Usage(2, 2, 2));
        assertThat(store.total(ADA, null, first.plusDays(3))).isEqualTo(Usage.NONE);
    }

    @Test
    void whatWasDeletedWasUsedAllTheSame() {
        answered(talk.start(ADA), new Usage(1, 2, 3)).does(new Delete());

        assertThat(store.total(ADA, null, today())).isEqualTo(new Usage(1, 2, 3));
    }

    @Test
    void whatIsNotKeptIsNotCounted() {
        talk.start(ADA).post("one").piece("a");
        Batch end = talk.held(() -> talk.does(finish(new Usage(1, 2, 3)))).getFirst();

        assertThat(store.append(List.of(end, end))).containsExactly(Outcome.KEPT, Outcome.CONFLICT);
        assertThat(store.append(List.of(end))).containsExactly(Outcome.CONFLICT);
        assertThat(store.total(ADA, null, today())).isEqualTo(new Usage(1, 2, 3));
    }

    @Test
    void chargesAddUp() {
        store.charge(
                List.of(
                        new Charge(ADA, new Spent(today(), ELIZA, new Usage(1, 2, 3))),
                        new Charge(ADA, new Spent(today(), ELIZA, new Usage(10, 20, 30))),
                        new Charge(BOB, new Spent(today(), OTHER, new Usage(5, 5, 5)))));
        store.charge(List.of());
        store = reopen(store);

        assertThat(spent(ADA)).containsExactly(new Spent(today(), ELIZA, new Usage(11, 22, 33)));
        assertThat(store.total(null, null, today())).isEqualTo(new Usage(16, 27, 38));
        assertThat(store.total(null, OTHER, today())).isEqualTo(new Usage(5, 5, 5));
        assertThat(store.total(ADA, OTHER, today())).isEqualTo(Usage.NONE);
    }

    @Test
    void aClaimBeyondAllReasonStopsNothing() {
        long absurd = Long.MAX_VALUE;
        answered(talk.start(ADA), new Usage(absurd, absurd, absurd));
        answered(talk, new Usage(absurd, absurd, absurd));

        assertThat(spent(ADA).getFirst().usage().totalTokens()).isGreaterThan(1L << 60);
        assertThat(store.total(null, null, today()).costNanos()).isGreaterThan(1L << 60);
    }

    @Test
    void theSumOfRandomRepliesIsWhatTheLedgerSays() {
        store.close();
        Property.forAll(
                histories(),
                random -> {
                    store = fresh();
                    var expected = new TreeMap<String, Usage>();
                    for (int i = 0; i < 8; i++) {
                        UserId owner = List.of(ADA, BOB, CLEO).get(random.nextInt(3));
                        Talk one = new Talk(store, new ConversationId("talk-" + i));
                        var usage =
                                new Usage(
                                        random.nextLong(1_000),
                                        random.nextLong(1_000),
                                        random.nextLong(1_000_000_000));
                        one.start(owner).post("hello").piece("text");
                        Reply reply = Objects.requireNonNull(one.now().reply());
                        one.does(new Finish(reply.turn(), 1, StopReason.END, usage));
                        expected.merge(owner.value(), usage, Usage::plus);
                    }
                    store = reopen(store);
                    for (UserId owner : List.of(ADA, BOB, CLEO)) {
                        assertThat(store.total(owner, ELIZA, today()))
                                .isEqualTo(expected.getOrDefault(owner.value(), Usage.NONE));
                    }
                    assertThat(store.total(null, null, today()))
                            .isEqualTo(
                                    new ArrayList<>(expected.values())
                                            .stream().reduce(Usage.NONE, Usage::plus));
                    store.close();
                });
    }

    private Talk answered(Talk of, Usage usage) {
        of.post("hello").piece("text");
        return of.does(finish(usage));
    }

    private Finish finish(Usage usage) {
        return new Finish(turn().turn(), turn().attempt(), StopReason.END, usage);
    }

    private Reply turn() {
        return Objects.requireNonNull(talk.now().reply());
    }

    private List<Spent> spent(UserId owner) {
        return store.spent(owner, LocalDate.EPOCH, 100);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(talk.clock, ZoneOffset.UTC);
    }
}
