package dev.hubbub.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubbub.conversation.ChatModel.Prompt.Picture;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationCommand.Clear;
import dev.hubbub.conversation.ConversationCommand.Continue;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.WhenBusy;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ConversationStore.PathTo;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.MessageSearch;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.UnknownPlaceException;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What every [ConversationStore] promises about the DAG of an owner's messages.
abstract class MessagesContract {

    static final UserId ADA = Histories.OWNERS.getFirst();
    static final UserId BOB = Histories.OWNERS.getLast();

    ConversationStore store;
    private Instant moment = Instant.ofEpochMilli(1_800_000_000_000L);
    Talk talk;

    /// A store with nothing in it.
    abstract ConversationStore fresh();

    /// The same store after a stop and a start; itself where it does not outlive one.
    abstract ConversationStore reopen(ConversationStore store);

    @BeforeEach
    void openStore() {
        store = fresh();
        talk = new Talk(store);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void textKeepsEveryCharacter() {
        String text = "👍🏽 é́ 𝄞 \u202e עברית ﷽ 'quoted' \"too\" % \\ \r\n\t end";
        talk.start(ADA).post(text).piece("🧑‍🤝‍🧑").piece(text);

        assertThat(reloaded(talk.id)).isEqualTo(talk.now());
        assertThat(store.message(ADA, talk.head())).isNotNull().matches(Message::isIntact);
    }

    @Test
    void imagesAreTheirOwnersAndCountedOnce() {
        byte[] bytes = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 7};
        Image image = Objects.requireNonNull(Image.of(bytes));
        UserId other = new UserId("other");
        assertThat(store.imageBytes(ADA)).isZero();

        store.keepImage(ADA, image, bytes);
        store.keepImage(ADA, image, bytes);

        assertThat(store.imageBytes(ADA)).isEqualTo(bytes.length);
        assertThat(store.imageBytes(other)).isZero();
        assertThat(store.image(other, image.id())).isNull();
        Picture kept = Objects.requireNonNull(store.image(ADA, image.id()));
        assertThat(kept.image()).isEqualTo(image);
        assertThat(kept.content()).isEqualTo(bytes);

        store.keepImage(other, image, bytes);
        assertThat(store.imageBytes(other)).isEqualTo(bytes.length);
    }

    @Test
    void textMayBeLong() {
        String text = "0123456é𝄞\n".repeat(1 << 17);
        talk.start(ADA).post("one").piece(text).piece("more");
        assertThat(reloaded(talk.id)).isEqualTo(talk.now());

        talk.finish();
        assertThat(texts(store.path(ADA, talk.head(), 1))).containsExactly(text + "more");
    }

    @Test
    void aPathHasAtMostItsLimit() {
        talk.start(ADA);
        for (int i = 1; i <= 10; i++) {
            talk.does(say("message " + i));
        }

        assertThat(store.path(ADA, talk.head(), 0)).isEmpty();
        assertThat(texts(store.path(ADA, talk.head(), 1))).containsExactly("message 10");
        assertThat(texts(store.path(ADA, talk.head(), 9))).hasSize(9).startsWith("message 2");
        assertThat(texts(store.path(ADA, talk.head(), 10))).hasSize(10).startsWith("message 1");
        assertThat(texts(store.path(ADA, talk.head(), 11))).hasSize(10).endsWith("message 10");
    }

    @Test
    void whatIsOnAPathIsKnown() {
        talk.start(ADA).does(say("root"));
        MessageId root = talk.head();
        talk.does(say("left"));
        MessageId left = talk.head();
        talk.does(say("right", root));
        MessageId right = talk.head();

        assertThat(store.isOnPath(ADA, root, right, 2)).isTrue();
        assertThat(store.isOnPath(ADA, right, right, 1)).isTrue();
        assertThat(store.isOnPath(ADA, root, right, 1)).isFalse();
        assertThat(store.isOnPath(ADA, right, right, 0)).isFalse();
        assertThat(store.isOnPath(ADA, left, right, 10)).isFalse();
        assertThat(store.isOnPath(ADA, right, root, 10)).isFalse();
        assertThat(store.isOnPath(BOB, root, right, 10)).isFalse();
        assertThat(store.isOnPath(ADA, someId(), right, 10)).isFalse();
        assertThat(store.isOnPath(ADA, root, someId(), 10)).isFalse();
    }

    @Test
    void manyPathsAreAsEachWouldBe() {
        talk.start(ADA).does(say("one")).does(say("two")).does(say("three"));
        Talk bobs = talk.neighbour("bobs").start(BOB).does(say("his"));

        assertThat(
                        store
                                .paths(
                                        List.of(
                                                new PathTo(ADA, talk.head(), 2),
                                                new PathTo(BOB, talk.head(), 2),
                                                new PathTo(BOB, bobs.head(), 10),
                                                new PathTo(ADA, talk.head(), 0),
                                                new PathTo(ADA, someId(), 10),
                                                new PathTo(ADA, talk.head(), 10)))
                                .stream()
                                .map(MessagesContract::texts)
                                .toList())
                .containsExactly(
                        List.of("two", "three"),
                        List.of(),
                        List.of("his"),
                        List.of(),
                        List.of(),
                        List.of("one", "two", "three"));
        assertThat(store.paths(List.of())).isEmpty();
        assertThat(store.paths(Collections.nCopies(2_500, new PathTo(ADA, talk.head(), 1))))
                .hasSize(2_500)
                .containsOnly(store.path(ADA, talk.head(), 1));
    }

    @Test
    void whatAConversationAddedIsListedInPages() {
        talk.start(ADA).does(say("one"));
        MessageId first = talk.head();
        talk.does(say("two")).does(say("other two", first));
        Talk fork = talk.neighbour("fork").startAt(ADA, first).does(say("forked"));

        assertThat(texts(store.messages(ADA, talk.id, null, 10)))
                .containsExactlyInAnyOrder("one", "two", "other two");
        assertThat(texts(store.messages(ADA, fork.id, null, 10))).containsExactly("forked");
        assertThat(store.messages(ADA, talk.id, null, 0)).isEmpty();
        assertThat(store.messages(BOB, talk.id, null, 10)).isEmpty();
        var paged = new ArrayList<Message>();
        List<Message> page = store.messages(ADA, talk.id, null, 2);
        while (!page.isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(2);
            paged.addAll(page);
            page = store.messages(ADA, talk.id, page.getLast().id(), 2);
        }
        assertThat(paged).isEqualTo(store.messages(ADA, talk.id, null, 10));
    }

    @Test
    void whatIsImportedIsThereWithItsBranches() {
        Message root = elsewhere(Role.USER, "root", null, 1);
        Message left = elsewhere(Role.ASSISTANT, "left", root, 2);
        Message right = elsewhere(Role.ASSISTANT, "right", root, 3);
        talk.imports(ADA, left, root, left, right);

        assertThat(reloaded(talk.id)).isEqualTo(talk.now());
        assertThat(talk.now().messageCount()).isEqualTo(3);
        assertThat(texts(store.path(ADA, left.id(), 10))).containsExactly("root", "left");
        assertThat(texts(store.children(ADA, talk.id, root.id()))).containsExactly("left", "right");
        assertThat(store.children(ADA, talk.id, null)).containsExactly(root);
        assertThat(store.messages(ADA, talk.id, null, 10))
                .containsExactlyInAnyOrder(root, left, right);
        assertThat(store.conversations(ADA, null, 10).getFirst().messageCount()).isEqualTo(3);
    }

    @Test
    void aNodeImportedIntoTwoConversationsIsOneNodeAndBoths() {
        Message root = elsewhere(Role.USER, "root", null, 1);
        Message left = elsewhere(Role.ASSISTANT, "left", root, 2);
        Message right = elsewhere(Role.ASSISTANT, "right", root, 3);
        talk.imports(ADA, left, root, left);
        Talk other = talk.neighbour("other").imports(ADA, right, root, left, right);
        other.imports(ADA, null, root, left);

        assertThat(store.messages(ADA, talk.id, null, 10)).containsExactlyInAnyOrder(root, left);
        assertThat(store.messages(ADA, other.id, null, 10))
                .containsExactlyInAnyOrder(root, left, right);
        assertThat(store.children(ADA, other.id, null)).containsExactly(root);
        store = reopen(store);
        assertThat(store.messages(ADA, other.id, null, 10))
                .containsExactlyInAnyOrder(root, left, right);
    }

    @Test
    void whatIsImportedIsNotCountedAsUsed() {
        Message root = elsewhere(Role.USER, "root", null, 1);
        Message paid =
                Message.of(
                        List.of(root.id()),
                        Role.ASSISTANT,
                        "dear",
                        new ModelId("elsewhere"),
                        talk.clock,
                        new Usage(3, 4, 5),
                        null,
                        null,
                        List.of());
        talk.imports(ADA, paid, root, paid);

        assertThat(talk.now().usage()).isEqualTo(new Usage(3, 4, 5));
        assertThat(store.total(ADA, null, LocalDate.EPOCH)).isEqualTo(Usage.NONE);
    }

    private Message elsewhere(Role role, String text, @Nullable Message parent, int seconds) {
        return Message.said(
                parent == null ? List.of() : List.of(parent.id()),
                role,
                text,
                talk.clock.minusSeconds(100 - seconds));
    }

    @Test
    void branchesAreChildrenOfOneParent() {
        talk.start(ADA).does(say("root"));
        MessageId root = talk.head();
        talk.does(say("left")).does(say("right", root)).does(say("another root", null));
        // A null parent means the head, so the last is below "right".

        assertThat(texts(store.children(ADA, talk.id, root))).containsExactly("left", "right");
        assertThat(texts(store.children(ADA, talk.id, null))).containsExactly("root");
        assertThat(store.children(BOB, talk.id, root)).isEmpty();
        assertThat(store.children(BOB, talk.id, null)).isEmpty();
    }

    @Test
    void siblingsAreWhatTheConversationPutInTheSamePlace() {
        talk.start(ADA).does(say("root"));
        MessageId root = talk.head();
        talk.does(say("left"));
        MessageId left = talk.head();
        talk.does(say("below left"));
        MessageId below = talk.head();
        talk.does(say("right", root));
        MessageId right = talk.head();
        talk.does(say("another root", MessageId.NONE));
        MessageId other = talk.head();

        assertThat(store.siblings(ADA, talk.id, List.of(root, left, below, right, other)))
                .isEqualTo(
                        Map.of(
                                root, List.of(root, other),
                                other, List.of(root, other),
                                left, List.of(left, right),
                                right, List.of(left, right)));
        assertThat(store.siblings(ADA, talk.id, List.of(below))).isEmpty();
        assertThat(store.siblings(ADA, talk.id, List.of(someId()))).isEmpty();
        assertThat(store.siblings(ADA, talk.id, List.of())).isEmpty();
        assertThat(store.siblings(BOB, talk.id, List.of(left))).isEmpty();
    }

    @Test
    void ofManySiblingsTheLatestAndItselfAreKnown() {
        talk.start(ADA).does(say("root"));
        MessageId root = talk.head();
        var all = new ArrayList<MessageId>();
        for (int i = 0; i <= ConversationStore.SIBLINGS_MAX; i++) {
            talk.does(say("branch " + i, root));
            all.add(talk.head());
        }

        List<MessageId> latest = all.subList(1, all.size());
        assertThat(store.siblings(ADA, talk.id, List.of(all.getLast())))
                .isEqualTo(Map.of(all.getLast(), latest));
        List<MessageId> withItself = new ArrayList<>(latest);
        withItself.set(0, all.getFirst());
        assertThat(store.siblings(ADA, talk.id, List.of(all.getFirst())))
                .isEqualTo(Map.of(all.getFirst(), withItself));
    }

    @Test
    void aReplyThatGoesOnHasItsTextFromTheFirstAppendOn() {
        talk.start(ADA).post("count").piece("one, ").finish();
        Message half = Objects.requireNonNull(store.message(ADA, talk.head()));
        talk.does(new Continue(half, null));

        assertThat(Objects.requireNonNull(reloaded(talk.id).reply()).draft().text())
                .isEqualTo("one, ");
        talk.piece("two");
        assertThat(reloaded(talk.id)).isEqualTo(talk.now());
        talk.finish();
        assertThat(texts(store.children(ADA, talk.id, half.parent())))
                .containsExactlyInAnyOrder("one, ", "one, two");
    }

    @Test
    void whereVeryManyStandTheLatestAreLookedAt() {
        talk.start(ADA).does(say("root"));
        MessageId root = talk.head();
        var all = new ArrayList<MessageId>();
        talk.together(() -> {
            for (int i = 0; i <= ConversationStore.SIBLINGS_LOOKED_AT_MAX; i++) {
                talk.does(say("branch " + i, root));
                all.add(talk.head());
            }
        });

        assertThat(store.siblings(ADA, talk.id, List.of(all.get(1)))).hasSize(1);
        var first =
                new ArrayList<>(
                        all.subList(all.size() - ConversationStore.SIBLINGS_MAX, all.size()));
        first.set(0, all.getFirst());
        assertThat(store.siblings(ADA, talk.id, List.of(all.getFirst())))
                .isEqualTo(Map.of(all.getFirst(), first));
    }

    @Test
    void whatAForkAddsIsNoSiblingOfWhatWasThere() {
        talk.start(ADA).does(say("root")).does(say("past"));
        Talk fork = talk.neighbour("fork");
        fork.startAt(ADA, talk.head()).does(say("future of the fork"));
        talk.does(say("future"));

        assertThat(store.siblings(ADA, talk.id, List.of(talk.head()))).isEmpty();
        assertThat(store.siblings(ADA, fork.id, List.of(fork.head()))).isEmpty();
        MessageId root = store.path(ADA, talk.head(), 10).getFirst().id();
        assertThat(store.latestLeaf(ADA, talk.id, root)).isEqualTo(talk.head());
        assertThat(store.latestLeaf(ADA, fork.id, fork.head())).isEqualTo(fork.head());
    }

    @Test
    void repliesToOneMessageAreSiblingsWhoeverAskedForThem() {
        Message root = elsewhere(Role.USER, "root", null, 1);
        Message left = elsewhere(Role.ASSISTANT, "left", root, 2);
        Message right = elsewhere(Role.ASSISTANT, "right", root, 3);
        talk.imports(ADA, left, root, left);
        talk.neighbour("other").imports(ADA, right, root, right);

        assertThat(store.siblings(ADA, talk.id, List.of(left.id())))
                .isEqualTo(Map.of(left.id(), List.of(left.id(), right.id())));
        assertThat(store.latestLeaf(ADA, talk.id, root.id())).isEqualTo(left.id());
    }

    @Test
    void theLatestLeafGoesByTheLatestAtEveryFork() {
        talk.start(ADA).does(say("root"));
        MessageId root = talk.head();
        talk.does(say("left"));
        MessageId left = talk.head();
        talk.does(say("right", root)).does(say("below right"));
        MessageId belowRight = talk.head();
        talk.does(say("below left", left));
        MessageId belowLeft = talk.head();

        assertThat(store.latestLeaf(ADA, talk.id, root)).isEqualTo(belowRight);
        assertThat(store.latestLeaf(ADA, talk.id, left)).isEqualTo(belowLeft);
        assertThat(store.latestLeaf(ADA, talk.id, belowLeft)).isEqualTo(belowLeft);
        assertThat(store.latestLeaf(ADA, talk.id, someId())).isNull();
        assertThat(store.latestLeaf(BOB, talk.id, root)).isNull();
    }

    @Test
    void theWayFromAMessageToTheHeadIsReadFromItsBeginning() {
        talk.start(ADA).does(say("a"));
        MessageId a = talk.head();
        talk.does(say("b")).does(say("c"));
        MessageId c = talk.head();
        talk.does(say("d"));
        MessageId d = talk.head();
        talk.does(say("other", a));

        assertThat(texts(store.following(ADA, d, a, 10))).containsExactly("a", "b", "c", "d");
        assertThat(texts(store.following(ADA, d, a, 2))).containsExactly("a", "b", "c");
        assertThat(texts(store.following(ADA, d, d, 2))).containsExactly("d");
        assertThat(texts(store.following(ADA, d, c, 0))).containsExactly("c");
        assertThat(store.following(ADA, talk.head(), c, 10)).isEmpty();
        assertThat(store.following(ADA, d, someId(), 10)).isEmpty();
        assertThat(store.following(ADA, someId(), d, 10)).isEmpty();
        assertThat(store.following(BOB, d, a, 10)).isEmpty();
    }

    @Test
    void messagesAreFoundByTheirWordsInAllBranches() {
        talk.start(ADA).does(say("The Café is open, don't wait"));
        MessageId root = talk.head();
        later(talk).does(say("A café by the sea"));
        later(talk).does(say("Cafeteria", root));
        Talk other = talk.neighbour("other");
        later(other).start(ADA).does(say("Nothing of the sea"));
        Talk bobs = talk.neighbour("bobs");
        bobs.start(BOB).does(say("Bob's cafe by the sea"));

        assertThat(found("cafe "))
                .containsExactly("Cafeteria", "A café by the sea", "The Café is open, don't wait");
        assertThat(found("\"cafe\""))
                .containsExactly("A café by the sea", "The Café is open, don't wait");
        assertThat(found("SEA")).containsExactly("Nothing of the sea", "A café by the sea");
        assertThat(found("sea cafe")).containsExactly("A café by the sea");
        assertThat(found("\"by the sea\"")).containsExactly("A café by the sea");
        assertThat(found("\"sea the by\"")).isEmpty();
        assertThat(found("don't")).containsExactly("The Café is open, don't wait");
        assertThat(found("owner : ada AND NOT (x)")).isEmpty();

        later(talk).does(say("The sea again"));
        assertThat(found("sea"))
                .containsExactly("The sea again", "Nothing of the sea", "A café by the sea");
        other.does(new ConversationCommand.Delete());
        assertThat(found("sea")).containsExactly("The sea again", "A café by the sea");
        store = reopen(store);
        assertThat(found("sea")).containsExactly("The sea again", "A café by the sea");
    }

    @Test
    void messagesAreFoundByTheirWordsInAnyScript() {
        talk.start(ADA);
        List<String> words =
                List.of(
                        "Café",
                        "Россия",
                        "йод",
                        "ёлка",
                        "Καλημέρα",
                        "日本語",
                        "ありがとう",
                        "안녕하세요",
                        "हिन्दी",
                        "שָׁלוֹם");
        words.forEach(word -> later(talk).does(say(word)));

        for (String word : words) {
            assertThat(found(word)).as(word).containsExactly(word);
        }
    }

    @Test
    void whatIsFoundComesInPagesAndOfWhatIsAskedFor() {
        talk.start(ADA);
        for (int i = 0; i < 5; i++) {
            later(talk).does(say("pebble " + i));
        }
        Talk other = talk.neighbour("other");
        later(other).start(ADA).does(say("pebble elsewhere"));

        var paged = new ArrayList<String>();
        String after = null;
        do {
            ConversationStore.Found page = search("pebble", null, null, after, 2);
            page.hits().forEach(hit -> paged.add(hit.message().text()));
            after = page.hits().isEmpty() ? null : page.hits().getLast().place();
        } while (after != null);
        assertThat(paged)
                .containsExactly(
                        "pebble elsewhere",
                        "pebble 4",
                        "pebble 3",
                        "pebble 2",
                        "pebble 1",
                        "pebble 0");
        assertThat(search("pebble", other.id, null, null, 9).hits())
                .extracting(hit -> hit.conversation().id())
                .containsExactly(other.id);
        assertThat(search("pebble", null, Role.ASSISTANT, null, 9).hits()).isEmpty();
        assertThat(search("pebble", null, Role.USER, null, 9).hits()).hasSize(6);
        assertThatThrownBy(() -> search("pebble", null, null, "nowhere", 9))
                .isInstanceOf(UnknownPlaceException.class);
    }

    /// It goes on after everything that was said so far.
    private Talk later(Talk talk) {
        moment = moment.plusSeconds(1);
        talk.clock = moment;
        return talk;
    }

    private List<String> found(String question) {
        return search(question, null, null, null, 20).hits().stream()
                .map(hit -> hit.message().text())
                .toList();
    }

    private ConversationStore.Found search(
            String question,
            @Nullable ConversationId in,
            @Nullable Role role,
            @Nullable String after,
            int limit) {
        return store.search(
                ADA, Objects.requireNonNull(MessageSearch.of(question)), in, role, after, limit);
    }

    @Test
    void whatWasClearedHasNoHeadAndLosesNothing() {
        talk.start(ADA).does(say("root")).does(say("more"));
        MessageId before = talk.head();
        talk.does(new Clear());

        assertThat(talk.now().head()).isNull();
        assertThat(reloaded(talk.id)).isEqualTo(talk.now());
        assertThat(texts(store.path(ADA, before, 10))).containsExactly("root", "more");
        talk.does(say("a new beginning"));
        assertThat(texts(store.path(ADA, talk.head(), 10))).containsExactly("a new beginning");
        assertThat(texts(store.children(ADA, talk.id, null)))
                .containsExactly("root", "a new beginning");
        assertThat(reloaded(talk.id)).isEqualTo(talk.now());
    }

    @Test
    void aMessageWithTwoParentsIsAChildOfBoth() {
        talk.start(ADA).does(say("root"));
        MessageId root = talk.head();
        talk.does(say("left"));
        MessageId left = talk.head();
        talk.does(say("right", root));
        MessageId right = talk.head();
        Message merged =
                Message.said(List.of(left, right), Role.USER, "merged", talk.now().lastActiveAt());
        talk.append(new MessagePosted(null, null, merged));

        assertThat(store.children(ADA, talk.id, left)).containsExactly(merged);
        assertThat(store.children(ADA, talk.id, right)).containsExactly(merged);
        assertThat(texts(store.path(ADA, merged.id(), 10)))
                .containsExactly("root", "left", "merged");
    }

    @Test
    void rootsOfItsOwnAndThoseOfOthersAreRootsOfAConversation() {
        Message first = elsewhere(Role.USER, "first", null, 1);
        Message second = elsewhere(Role.USER, "second", null, 2);
        Message third = elsewhere(Role.USER, "third", null, 3);
        Message fourth = elsewhere(Role.USER, "fourth", null, 4);
        talk.imports(ADA, null, second, third);
        Talk other = talk.neighbour("other");
        other.imports(ADA, null, first, second, first);
        other.imports(ADA, null, third, second, fourth);

        assertThat(store.children(ADA, talk.id, null)).containsExactly(second, third);
        assertThat(store.children(ADA, other.id, null))
                .containsExactly(first, second, third, fourth);
        assertThat(store.siblings(ADA, other.id, List.of(first.id(), third.id())))
                .isEqualTo(
                        Map.of(
                                first.id(), List.of(first.id(), fourth.id()),
                                third.id(), List.of(second.id(), third.id())));
    }

    @Test
    void childrenOfTheirOwnAndMergedOnesAreChildrenOfAMessage() {
        talk.start(ADA).does(say("root"));
        MessageId root = talk.head();
        talk.does(say("left"));
        MessageId left = talk.head();
        talk.does(say("right", root));
        MessageId right = talk.head();
        Message merged =
                Message.said(List.of(right, left), Role.USER, "merged", talk.now().lastActiveAt());
        talk.append(new MessagePosted(null, null, merged));
        talk.does(say("later", left)).does(say("latest", left));

        assertThat(texts(store.children(ADA, talk.id, left)))
                .containsExactlyInAnyOrder("merged", "later", "latest");
        assertThat(store.children(ADA, talk.id, right)).containsExactly(merged);
        assertThat(store.latestLeaf(ADA, talk.id, left)).isEqualTo(talk.head());
    }

    @Test
    void aForkSharesItsPast() {
        talk.start(ADA).does(say("root")).does(say("past"));
        Talk fork = talk.neighbour("fork");
        fork.startAt(ADA, talk.head()).does(say("future"));

        assertThat(texts(store.path(ADA, fork.head(), 10)))
                .containsExactly("root", "past", "future");
        assertThat(store.children(ADA, fork.id, null)).isEmpty();
    }

    @Test
    void theSameMessageTwiceIsOneMessage() {
        Talk twin = talk.neighbour("twin");
        talk.start(ADA).does(say("same"));
        twin.start(ADA).does(say("same"));

        assertThat(twin.head()).isEqualTo(talk.head());
        assertThat(store.children(ADA, talk.id, null)).hasSize(1);
        assertThat(store.children(ADA, twin.id, null)).hasSize(1);
        assertThat(store.path(ADA, twin.head(), 10)).hasSize(1);
    }

    /// What comes back after a stop and a start.
    Conversation reloaded(ConversationId id) {
        Conversation before = store.load(id);
        store = reopen(store);
        talk.store = store;
        Conversation after = store.load(id);
        assertThat(after).isNotNull().isEqualTo(before);
        return after;
    }

    static Post say(String text) {
        return say(text, null);
    }

    static Post say(String text, @Nullable MessageId parent) {
        return new Post(null, text, parent, false, WhenBusy.ENQUEUE, null);
    }

    static List<String> texts(List<Message> messages) {
        return messages.stream().map(Message::text).toList();
    }

    static MessageId someId() {
        return new MessageId(1, 2, 3, 4);
    }
}
