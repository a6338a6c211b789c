package dev.hubbub.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ChatModel.Prompt.Picture;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.WhenBusy;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ConversationStore.PathTo;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.Collections;
import java.util.List;
import java.util.Objects;

/// What every [ConversationStore] promises about the DAG of an owner's messages.
abstract class MessagesContract {

    static final UserId ADA = Histories.OWNERS.getFirst();
    static final UserId BOB = Histories.OWNERS.getLast();

    ConversationStore store;
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
