package dev.hubbub.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand.Change;
import dev.hubbub.conversation.ConversationCommand.Delete;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Recover;
import dev.hubbub.conversation.ConversationEvent.PieceAdded;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.ConversationStore.Cursor;
import dev.hubbub.conversation.ConversationStore.Filter;
import dev.hubbub.conversation.ConversationStore.Labels;
import dev.hubbub.conversation.ConversationStore.Outcome;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.Marks;
import dev.hubbub.conversation.OwnerRecords.Owned;
import dev.hubbub.conversation.OwnerRecords.OwnerRecord;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.store.Histories.Step;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;

/// What every [ConversationStore] promises. An adapter's test extends this; what is about messages
/// and what they used is in the classes above.
abstract class ConversationStoreContract extends LedgerContract {

    @Test
    void anUnusedIdHasNothing() {
        assertThat(store.load(talk.id)).isNull();
        assertThat(store.message(ADA, someId())).isNull();
        assertThat(store.path(ADA, someId(), 10)).isEmpty();
        assertThat(store.children(ADA, talk.id, null)).isEmpty();
        assertThat(store.children(ADA, talk.id, someId())).isEmpty();
        assertThat(store.conversations(ADA, null, 10)).isEmpty();
        assertThat(store.unfinished()).isEmpty();
        assertThat(store.count()).isZero();
    }

    @Test
    void nothingAppendedIsNothingKept() {
        assertThat(store.append(List.of())).isEmpty();
    }

    @Test
    void aConversationIsLoadedAsItWasKept() {
        talk.start(ADA).post("Men are all alike.").piece("In what ").piece("way?");

        assertThat(reloaded(talk.id)).isEqualTo(talk.now());
        assertThat(store.unfinished()).containsExactly(talk.id);
    }

    @Test
    void aReplyThatEndedIsAMessage() {
        talk.start(ADA).post("Men are all alike.").piece("In what way?").finish();

        assertThat(reloaded(talk.id)).isEqualTo(talk.now());
        assertThat(store.unfinished()).isEmpty();
        assertThat(texts(store.path(ADA, talk.head(), 10)))
                .containsExactly("Men are all alike.", "In what way?");
    }

    @Test
    void aNextReplyBeginsEmpty() {
        talk.start(ADA).post("one").piece("first").finish().post("two").piece("second");

        assertThat(reloaded(talk.id)).isEqualTo(talk.now());
    }

    @Test
    void aReplyGoesOnAfterACrash() {
        talk.start(ADA).post("one").piece("so far").does(new Recover()).piece(", so good");

        assertThat(reloaded(talk.id)).isEqualTo(talk.now());
    }

    @Test
    void aBatchMayMixPiecesAndOtherEvents() {
        talk.start(ADA).post("one").piece("a");
        talk.together(() -> talk.piece("b").does(Post.text("two")).piece("c"));
        talk.piece("d");
        talk.together(() -> talk.piece("e").finish().piece("f"));
        talk.piece("g");

        assertThat(reloaded(talk.id)).isEqualTo(talk.now());
    }

    @Test
    void oneAppendMayHoldAWholeConversation() {
        List<Batch> batches = talk.held(() -> talk.start(ADA).post("one").piece("a").piece("b"));

        assertThat(store.append(batches)).containsOnly(Outcome.KEPT).hasSize(4);
        assertThat(reloaded(talk.id)).isEqualTo(talk.now());
    }

    @Test
    void anOlderEpochChangesNothing() {
        talk.start(ADA).post("one").piece("a");
        Conversation before = talk.now();
        Batch piece = talk.held(() -> talk.piece("b")).getFirst();
        Batch post = talk.held(() -> talk.does(Post.text("two"))).getFirst();
        Batch start = new Talk(store, new ConversationId("other")).heldStart(ADA);

        store.activate(Set.of(Talk.PARTITION));

        assertThat(store.append(List.of(piece, post, start))).containsOnly(Outcome.FENCED);
        assertThat(reloaded(talk.id)).isEqualTo(before);
        assertThat(store.count()).isEqualTo(1);
    }

    @Test
    void aPartitionThatNobodyOwnsTakesNothing() {
        Batch start = talk.heldStart(ADA);
        Batch elsewhere =
                new Batch(
                        Talk.PARTITION + 1,
                        start.epoch(),
                        start.id(),
                        start.number(),
                        start.events(),
                        start.after());

        assertThat(store.append(List.of(elsewhere))).containsExactly(Outcome.FENCED);
    }

    @Test
    void epochsGrowAndOutliveAStop() {
        Map<Integer, Long> first = store.activate(List.of(7, 8));
        Map<Integer, Long> second = store.activate(List.of(8));
        store = reopen(store);
        Map<Integer, Long> third = store.activate(List.of(7, 8));

        assertThat(second).containsOnlyKeys(8);
        assertThat(second.get(8)).isGreaterThan(first.get(8));
        assertThat(third.get(8)).isGreaterThan(second.get(8));
        assertThat(third.get(7)).isGreaterThan(first.get(7));
    }

    @Test
    void aBatchOnAnotherNumberIsAConflict() {
        talk.start(ADA);
        Conversation before = talk.now();
        Batch rename = talk.held(() -> talk.post("one")).getFirst();
        Batch ahead =
                new Batch(
                        rename.partition(),
                        rename.epoch(),
                        rename.id(),
                        rename.number() + 1,
                        rename.events(),
                        rename.after());

        assertThat(store.append(List.of(ahead))).containsExactly(Outcome.CONFLICT);
        assertThat(store.load(talk.id)).isEqualTo(before);
        assertThat(store.append(List.of(rename, rename)))
                .containsExactly(Outcome.KEPT, Outcome.CONFLICT);
    }

    @Test
    void manyMayBeginInOneAppend() {
        List<Talk> talks = talks(150);
        List<Batch> batches = talks.stream().map(one -> one.heldStart(ADA)).toList();

        assertThat(store.append(batches)).containsOnly(Outcome.KEPT).hasSize(150);
        assertThat(store.count()).isEqualTo(150);
        for (Talk one : talks) {
            assertThat(store.load(one.id)).isEqualTo(one.now());
        }
        store = reopen(store);
        assertThat(store.loadAll(talks.stream().map(one -> one.id).toList()))
                .isEqualTo(talks.stream().map(Talk::now).toList());
        assertThat(ids(store.conversations(ADA, null, 1_000))).hasSize(150);
    }

    @Test
    void amongManyThatBeginEachHasItsOwnOutcome() {
        List<Talk> talks = talks(200);
        talks.get(17).start(BOB);
        talks.get(190).start(BOB).post("one");
        Talk goesOn = talks.get(99);
        Talk comesLate = talks.get(55);
        var batches = new ArrayList<Batch>();
        var outcomes = new ArrayList<Outcome>();
        batches.addAll(goesOn.held(() -> goesOn.start(BOB).post("one").piece("a")));
        batches.add(comesLate.held(() -> comesLate.start(BOB).post("one")).getLast());
        outcomes.addAll(List.of(Outcome.KEPT, Outcome.KEPT, Outcome.KEPT, Outcome.CONFLICT));
        for (int i = 0; i < 200; i++) {
            Batch start = talk.neighbour(talks.get(i).id.value()).heldStart(ADA);
            boolean isTaken = i == 17 || i == 190 || i == 99;
            batches.add(start);
            outcomes.add(isTaken ? Outcome.CONFLICT : Outcome.KEPT);
            if (i % 50 == 0) {
                batches.add(talk.neighbour(talks.get(i).id.value()).heldStart(BOB));
                outcomes.add(Outcome.CONFLICT);
            }
        }
        Batch last = batches.getLast();
        batches.add(new Batch(9, last.epoch(), last.id(), 0, last.events(), last.after()));
        outcomes.add(Outcome.FENCED);

        assertThat(store.append(batches)).isEqualTo(outcomes);
        assertThat(store.count()).isEqualTo(200);
        assertThat(reloaded(goesOn.id)).isEqualTo(goesOn.now());
        for (int i = 0; i < 200; i++) {
            boolean wasTaken = i == 17 || i == 190 || i == 99;
            assertThat(store.load(talks.get(i).id))
                    .isNotNull()
                    .matches(one -> one.owner().equals(wasTaken ? BOB : ADA));
        }
        assertThat(store.unfinished()).containsExactlyInAnyOrder(goesOn.id, talks.get(190).id);
        // None of them stands in the way of its next batch.
        Talk next = talk.neighbour("next").start(ADA).post("one");
        assertThat(reloaded(next.id)).isEqualTo(next.now());
    }

    @Test
    void manyAreLoadedAsEachWouldBe() {
        talk.start(ADA).post("one").piece("so far");
        Talk ended = talk.neighbour("ended").start(ADA).post("one").piece("a").finish();
        Talk deleted = talk.neighbour("deleted").start(BOB).does(new Delete());
        var unused = new ConversationId("unused");

        assertThat(store.loadAll(List.of(ended.id, unused, talk.id, deleted.id, ended.id)))
                .containsExactly(ended.now(), null, talk.now(), deleted.now(), ended.now());
        assertThat(store.loadAll(List.of())).isEmpty();
        assertThat(store.loadAll(Collections.nCopies(2_500, talk.id)))
                .hasSize(2_500)
                .containsOnly(talk.now());
    }

    @Test
    void anAppendAtOnceIsAnAppendOrNothing() {
        Batch start = talk.heldStart(ADA);
        List<Outcome> outcomes = store.appendAtOnce(List.of(start));
        if (outcomes.isEmpty()) {
            assertThat(store.load(talk.id)).isNull();
            outcomes = store.append(List.of(start));
        }

        assertThat(outcomes).containsExactly(Outcome.KEPT);
        assertThat(store.count()).isEqualTo(1);
        assertThat(reloaded(talk.id)).isEqualTo(talk.now());
    }

    @Test
    void anIdStartsOnce() {
        Batch start = talk.heldStart(ADA);
        Batch again = new Talk(store, talk.id).heldStart(BOB);

        // The second talk took the partition.
        assertThat(store.append(List.of(start, again, again)))
                .containsExactly(Outcome.FENCED, Outcome.KEPT, Outcome.CONFLICT);
        assertThat(store.count()).isEqualTo(1);
    }

    @Test
    void aConversationThatIsNotThereIsAConflict() {
        talk.heldStart(ADA);
        Batch post = talk.held(() -> talk.post("one")).getFirst();

        assertThat(store.append(List.of(post))).containsExactly(Outcome.CONFLICT);
        assertThat(store.message(ADA, talk.head())).isNull();
    }

    @Test
    void aPieceThatDoesNotGoOnWhereTheTextEndsIsAConflict() {
        talk.start(ADA).post("one").piece("a");
        Conversation before = talk.now();
        Batch piece = talk.held(() -> talk.piece("b")).getFirst();
        Batch after = talk.held(() -> talk.piece("c")).getFirst();
        assertThat(store.append(List.of(after))).containsExactly(Outcome.CONFLICT);
        assertThat(store.load(talk.id)).isEqualTo(before);

        assertThat(store.append(List.of(piece, piece, after)))
                .containsExactly(Outcome.KEPT, Outcome.CONFLICT, Outcome.KEPT);
        assertThat(reloaded(talk.id)).isEqualTo(talk.now());
    }

    @Test
    void aPieceOfATurnThatDoesNotRunIsAConflict() {
        talk.start(ADA).post("one");
        Batch piece = talk.held(() -> talk.piece("late")).getFirst();
        PieceAdded other = new PieceAdded(new TurnId(9), 0, "late");
        Batch wrong =
                new Batch(
                        piece.partition(),
                        piece.epoch(),
                        piece.id(),
                        piece.number(),
                        List.of(other),
                        piece.after());

        assertThat(store.append(List.of(wrong))).containsExactly(Outcome.CONFLICT);
    }

    @Test
    void aConflictDoesNotTouchItsNeighbours() {
        Talk other = talk.neighbour("other");
        talk.start(ADA).post("one");
        other.start(ADA).post("one");
        Batch piece = talk.held(() -> talk.piece("a")).getFirst();
        Batch ended = other.held(() -> other.finish()).getFirst();

        assertThat(store.append(List.of(piece, piece, ended, ended)))
                .containsExactly(Outcome.KEPT, Outcome.CONFLICT, Outcome.KEPT, Outcome.CONFLICT);
        assertThat(reloaded(talk.id)).isEqualTo(talk.now());
        assertThat(reloaded(other.id)).isEqualTo(other.now());
    }

    @Test
    void ownersDoNotSeeEachOther() {
        Talk bobs = talk.neighbour("bobs");
        talk.start(ADA).does(say("same")).does(say("hers"));
        bobs.start(BOB).does(say("same"));

        assertThat(store.message(BOB, talk.head())).isNull();
        assertThat(store.path(BOB, talk.head(), 10)).isEmpty();
        assertThat(store.message(BOB, bobs.head())).isNotNull();
        assertThat(store.message(ADA, bobs.head())).isEqualTo(store.message(BOB, bobs.head()));
        assertThat(store.children(BOB, bobs.id, bobs.head())).isEmpty();
        assertThat(ids(store.conversations(BOB, null, 10))).containsExactly("bobs");
        assertThat(ids(store.conversations(ADA, null, 10))).containsExactly("talk");
    }

    @Test
    void marksAreKeptAndFoundAgain() {
        talk.start(ADA).does(mark(new Marks.Change(true, null, null, "Work", List.of("a", "b"))));
        Talk second = talk.neighbour("second");
        second.start(ADA).does(mark(new Marks.Change(null, true, true, "Work", List.of("b"))));
        talk.neighbour("third").start(ADA);
        talk.neighbour("bobs").start(BOB).does(mark(new Marks.Change(true, null, null, "x", null)));

        assertThat(store.load(talk.id)).isEqualTo(talk.now());
        assertThat(store.load(second.id)).isEqualTo(second.now());
        assertThat(found(Filter.PRESENT)).containsExactlyInAnyOrder("talk", "third");
        assertThat(found(new Filter(true, null, null, null))).containsExactly("second");
        assertThat(found(new Filter(false, true, null, null))).containsExactly("talk");
        assertThat(found(new Filter(null, false, "Work", null))).containsExactly("second");
        assertThat(found(new Filter(null, null, "Work", "b")))
                .containsExactlyInAnyOrder("talk", "second");
        assertThat(found(new Filter(null, null, null, "a"))).containsExactly("talk");
        assertThat(found(new Filter(null, null, null, "%"))).isEmpty();
        assertThat(store.labels(ADA))
                .isEqualTo(Labels.of(Map.of("Work", 1L), Map.of("a", 1L, "b", 1L)));

        second.does(mark(new Marks.Change(false, false, false, "", List.of())));
        assertThat(second.now().marks()).isEqualTo(Marks.NONE);
        assertThat(found(Filter.PRESENT)).hasSize(3);
        assertThat(store.load(second.id)).isEqualTo(second.now());
    }

    private static Change mark(Marks.Change marks) {
        return new Change(null, null, null, null, marks);
    }

    private List<String> found(Filter filter) {
        List<Summary> all = store.conversations(ADA, filter, null, 10);
        assertThat(all)
                .isEqualTo(
                        store.conversations(ADA, null, 10).stream()
                                .filter(chat -> filter.lets(chat.marks()))
                                .toList());
        return ids(all);
    }

    @Test
    void recordsAreTheirOwnersAndLastAcrossReopening() {
        var one = new OwnerRecord("prompt", "one", new byte[] {1, 2});
        var two = new OwnerRecord("prompt", "two", new byte[0]);
        assertThat(store.keepRecord(ADA, two)).isTrue();
        assertThat(store.keepRecord(ADA, new OwnerRecord("prompt", "one", new byte[] {9})))
                .isTrue();
        assertThat(store.keepRecord(ADA, one)).isTrue();
        assertThat(store.keepRecord(ADA, new OwnerRecord("settings", "one", new byte[] {7})))
                .isTrue();
        store.keepRecord(BOB, new OwnerRecord("share", "secret", new byte[] {5}));
        store = reopen(store);

        assertThat(store.records(ADA, "prompt")).containsExactly(one, two);
        assertThat(store.record(ADA, "prompt", "one")).isEqualTo(one);
        assertThat(store.record(BOB, "prompt", "one")).isNull();
        assertThat(store.records(BOB, "prompt")).isEmpty();
        Owned found = store.recordOfAnyone("share", "secret");
        assertThat(found == null ? null : found.owner()).isEqualTo(BOB);
        assertThat(store.recordOfAnyone("share", "other")).isNull();

        assertThat(store.dropRecord(BOB, "prompt", "one")).isFalse();
        assertThat(store.dropRecord(ADA, "prompt", "one")).isTrue();
        assertThat(store.records(ADA, "prompt")).containsExactly(two);
    }

    @Test
    void anOwnerHasSoManyRecordsOfAKindAndNoMore() {
        for (int i = 0; i < OwnerRecord.COUNT_MAX; i++) {
            store.keepRecord(ADA, new OwnerRecord("prompt", "p" + i, new byte[] {1}));
        }
        assertThat(store.keepRecord(ADA, new OwnerRecord("prompt", "more", new byte[0]))).isFalse();
        assertThat(store.keepRecord(ADA, new OwnerRecord("prompt", "p7", new byte[0]))).isTrue();
        assertThat(store.keepRecord(ADA, new OwnerRecord("share", "more", new byte[0]))).isTrue();
        assertThat(store.records(ADA, "prompt")).hasSize(OwnerRecord.COUNT_MAX);
    }

    @Test
    void theLatestActiveConversationComesFirst() {
        talk.start(ADA);
        Talk second = talk.neighbour("second");
        second.clock = talk.clock.plusMillis(1);
        second.start(ADA);
        assertThat(ids(store.conversations(ADA, null, 10))).containsExactly("second", "talk");

        talk.clock = second.clock.plusMillis(1);
        talk.does(say("again"));
        assertThat(store.conversations(ADA, null, 10))
                .containsExactly(Summary.of(talk.now()), Summary.of(second.now()));
    }

    @Test
    void pagesMeetWithoutGapOrOverlapWhenTimesAreEqual() {
        var all = new ArrayList<String>();
        for (int i = 0; i < 25; i++) {
            all.add("c%02d".formatted(i));
            talk.neighbour(all.getLast()).start(ADA);
        }
        talk.neighbour("bobs").start(BOB);

        var seen = new ArrayList<String>();
        Cursor after = null;
        List<Summary> page = store.conversations(ADA, after, 4);
        while (!page.isEmpty()) {
            seen.addAll(ids(page));
            after = page.getLast().cursor();
            page = store.conversations(ADA, after, 4);
        }
        assertThat(seen).isEqualTo(all);
        assertThat(store.conversations(ADA, null, 0)).isEmpty();
    }

    @Test
    void pagesMeetWhateverTheIdsLookLike() {
        List<Talk> talks = talks(40);
        talks.forEach(one -> one.start(ADA));

        var seen = new ArrayList<Summary>();
        List<Summary> page = store.conversations(ADA, null, 3);
        while (!page.isEmpty()) {
            seen.addAll(page);
            page = store.conversations(ADA, page.getLast().cursor(), 3);
        }
        assertThat(seen)
                .containsExactlyInAnyOrderElementsOf(
                        talks.stream().map(one -> Summary.of(one.now())).toList());
    }

    @Test
    void aDeletedConversationIsLoadedAsDeletedAndNotListed() {
        talk.start(ADA).post("one").piece("a").does(new Delete());

        assertThat(reloaded(talk.id)).isEqualTo(talk.now()).matches(Conversation::deleted);
        assertThat(store.conversations(ADA, null, 10)).isEmpty();
        assertThat(store.unfinished()).isEmpty();
        assertThat(store.count()).isZero();
        assertThat(store.append(List.of(new Talk(store, talk.id).heldStart(ADA))))
                .containsExactly(Outcome.CONFLICT);
    }

    @Test
    void aLoadedConversationIsNotChangedByWhatComesAfter() {
        talk.start(ADA).post("one").piece("a");
        Conversation loaded = talk.now();
        Conversation kept = store.load(talk.id);
        talk.piece("b");

        assertThat(kept).isEqualTo(loaded);
        assertThat(store.load(talk.id)).isEqualTo(talk.now());
    }

    @Test
    void aClosedStoreSaysSo() {
        store.close();
        store.close();

        assertThatThrownBy(() -> store.load(talk.id))
                .isInstanceOf(StoreException.class)
                .hasMessage("The store is closed; open it again.");
        assertThatThrownBy(() -> store.loadAll(List.of(talk.id)))
                .isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.append(List.of())).isInstanceOf(StoreException.class);
        assertThatThrownBy(() -> store.activate(List.of(1))).isInstanceOf(StoreException.class);
    }

    @Test
    void readersSeeWholeBatchesWhileOthersWrite() throws Exception {
        talk.start(ADA);
        var writing = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> reader =
                    threads.submit(() -> {
                        while (writing.getCount() > 0) {
                            Conversation seen = store.load(talk.id);
                            assertThat(seen).isNotNull();
                            // A batch below has an even number of characters.
                            assertThat(seen.reply() == null ? 0 : seen.reply().draft().length() % 2)
                                    .isZero();
                            if (seen.head() != null) {
                                assertThat(store.path(ADA, seen.head(), 1)).hasSize(1);
                            }
                        }
                    });
            for (int turn = 0; turn < 20; turn++) {
                talk.post("turn " + turn);
                for (int i = 0; i < 5; i++) {
                    talk.together(() -> talk.piece("a").piece("b"));
                }
                talk.finish();
            }
            writing.countDown();
            reader.get();
        }
        assertThat(store.load(talk.id)).isEqualTo(talk.now());
    }

    @Test
    void anyHistoryIsKept() {
        Property.forAll(
                histories(),
                random -> {
                    store.close();
                    store = fresh();
                    live(random);
                });
    }

    private void live(RandomGenerator random) {
        var model = new StoreModel();
        var histories = new Histories(random);
        var past = new ArrayList<Step>();
        model.epochs.putAll(store.activate(List.of(0, 1)));
        for (int round = 0; round < 40; round++) {
            switch (random.nextInt(20)) {
                case 0 -> store = reopen(store);
                case 1 -> model.epochs.putAll(store.activate(List.of(random.nextInt(2))));
                default -> {}
            }
            var steps = new ArrayList<Step>(histories.steps(model.epochs));
            past.addAll(steps);
            if (!past.isEmpty() && random.nextInt(4) == 0) {
                // What was appended before, or is appended in the same call, comes once more.
                steps.add(past.get(random.nextInt(past.size())));
            }
            List<Outcome> outcomes = store.append(steps.stream().map(Step::batch).toList());
            List<Outcome> expected =
                    steps.stream().map(step -> model.append(step.before(), step.batch())).toList();
            assertThat(outcomes).isEqualTo(expected);
            model.assertSame(store, random);
        }
    }

    /// With ids of all kinds.
    private List<Talk> talks(int count) {
        var random = new SplittableRandom(count);
        var talks = new ArrayList<Talk>();
        for (int i = 0; i < count; i++) {
            String uuid = new UUID(random.nextLong(), random.nextLong()).toString();
            String id =
                    switch (i % 5) {
                        case 0 -> "name-" + i;
                        case 1 -> uuid.toUpperCase(Locale.ROOT);
                        case 2 -> uuid.replace("-", "");
                        default -> uuid;
                    };
            talks.add(talk.neighbour(id));
        }
        return talks;
    }

    private static List<String> ids(List<Summary> summaries) {
        return summaries.stream().map(summary -> summary.id().value()).toList();
    }
}
