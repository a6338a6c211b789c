package dev.hubbub.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ConversationCommand.AddPiece;
import dev.hubbub.conversation.ConversationCommand.Change;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationEvent.PieceAdded;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.List;

/// The limit, and the limit plus one.
final class LimitsTest {

    private static final Limits LIMITS = new Limits(10, 9, 8, 7, 2, 1, 2);
    private static final ModelId ELIZA = new ModelId("eliza");
    private static final TurnId FIRST = new TurnId(1);

    private final History chat = History.of(LIMITS, ConversationTest.start("chat"));

    private List<ConversationEvent> says(String text) {
        return chat.accepted(new AddPiece(FIRST, 1, text)).events();
    }

    @Test
    void ofAMessage() {
        assertThat(chat.refused(Post.text("x".repeat(11)))).isEqualTo(Refusal.MESSAGE_TOO_LONG);
        chat.accepted(Post.text("x".repeat(10)));
        chat.accepted(Post.text("\0" + "x".repeat(10) + "\0"));
    }

    @Test
    void ofTheQueue() {
        chat.accepted(Post.text("runs"));
        chat.accepted(Post.text("waits"));
        chat.accepted(Post.text("waits too"));
        assertThat(chat.refused(Post.text("too many"))).isEqualTo(Refusal.QUEUE_FULL);
        chat.rest();
        chat.accepted(Post.text("now"));
    }

    @Test
    void ofAReplyReachedExactly() {
        chat.accepted(Post.text("hello"));
        assertThat(says("x".repeat(9))).hasSize(1);
        assertThat(chat.reply().draft().length()).isEqualTo(9);
        assertThat(says("y")).hasExactlyElementsOfTypes(ReplyEnded.class);
        assertThat(chat.texts().getLast()).isEqualTo("x".repeat(9));
    }

    @Test
    void ofAReplyPassed() {
        chat.accepted(Post.text("hello"));
        assertThat(says("x".repeat(10)))
                .hasExactlyElementsOfTypes(PieceAdded.class, ReplyEnded.class);
        Message reply = chat.messages().getLast();
        assertThat(reply.text()).isEqualTo("x".repeat(9));
        assertThat(reply.stopReason()).isEqualTo(StopReason.LENGTH);
    }

    @Test
    void ofAReplyDoesNotSplitACharacter() {
        chat.accepted(Post.text("hello"));
        says("😀".repeat(4));
        says("😀");
        assertThat(chat.texts().getLast()).isEqualTo("😀".repeat(4));
    }

    @Test
    void ofAReplyLoweredWhileItIsMade() {
        var history = History.of(Limits.DEFAULT, ConversationTest.start(""));
        history.accepted(Post.text("hello"));
        history.accepted(new AddPiece(FIRST, 1, "more than nine"));
        Decision decision =
                history.now().decide(new AddPiece(FIRST, 1, "x"), LIMITS, History.BEGINNING);
        assertThat(((Decision.Accepted) decision).events())
                .hasExactlyElementsOfTypes(ReplyEnded.class);
    }

    @Test
    void ofAName() {
        for (String wrong : List.of("x".repeat(8), " ", "\u00a0", "", "a\nb", "a\0", "\u0085")) {
            assertThat(chat.refused(new Change(wrong, null, null, null)))
                    .isEqualTo(Refusal.NAME_INVALID);
        }
        chat.accepted(new Change("x".repeat(7), null, null, null));
        assertThat(start("x".repeat(8), null))
                .isEqualTo(new Decision.Refused(Refusal.NAME_INVALID));
        assertThat(start(" " + "x".repeat(7) + " ", null)).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void ofAnIcon() {
        for (String wrong : List.of("x".repeat(8), "a\n", " ")) {
            assertThat(chat.refused(new Change(null, wrong, null, null)))
                    .isEqualTo(Refusal.NAME_INVALID);
        }
        chat.accepted(new Change(null, "x".repeat(7), null, null));
    }

    @Test
    void ofASystemPrompt() {
        assertThat(chat.refused(new Change(null, null, null, "x".repeat(9))))
                .isEqualTo(Refusal.SYSTEM_PROMPT_TOO_LONG);
        chat.accepted(new Change(null, null, null, "x".repeat(8) + "\0"));
        assertThat(start("", "x".repeat(9)))
                .isEqualTo(new Decision.Refused(Refusal.SYSTEM_PROMPT_TOO_LONG));
        assertThat(start("", "x".repeat(8))).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void ofAttempts() {
        chat.accepted(Post.text("hello"));
        assertThat(chat.accepted(new ConversationCommand.Recover()).events())
                .hasExactlyElementsOfTypes(ReplyEnded.class);
    }

    @Test
    void ofAttemptsDoesNotCountThoseThatAnotherModelTookOver() {
        chat.accepted(Post.text("hello"));
        for (int attempt = 1; attempt < Attempt.COUNT_MAX; attempt++) {
            assertThat(chat.accepted(switchFrom(attempt)).events())
                    .hasExactlyElementsOfTypes(ConversationEvent.ReplyStarted.class);
        }
        assertThat(chat.accepted(switchFrom(Attempt.COUNT_MAX)).events())
                .hasExactlyElementsOfTypes(ReplyEnded.class);
        assertThat(chat.messages().getLast().attempts()).hasSize(Attempt.COUNT_MAX);
    }

    private static ConversationCommand switchFrom(int attempt) {
        return new ConversationCommand.Switch(FIRST, attempt, ELIZA, null, "It broke.");
    }

    @Test
    void ofImages() {
        var image = new Image(ImageId.of(new byte[] {1}), "image/png");
        assertThat(chat.refused(shows(image, image, image))).isEqualTo(Refusal.TOO_MANY_IMAGES);
        chat.accepted(shows(image, image));
    }

    private static Post shows(Image... images) {
        return new Post(
                null, "", List.of(images), null, true, ConversationCommand.WhenBusy.ENQUEUE, null);
    }

    private static Decision start(String name, @Nullable String prompt) {
        return Conversation.start(
                null,
                new Start(UserId.LOCAL, name, ELIZA, prompt, null, null),
                LIMITS,
                History.BEGINNING);
    }
}
