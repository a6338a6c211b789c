package dev.hubbub.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Locale;

/// Ids cannot be wrong.
final class NamesTest {

    @Test
    void aConversationIdHasOneTo64Characters() {
        assertThat(ConversationId.isValid("x")).isTrue();
        assertThat(ConversationId.isValid("x".repeat(64))).isTrue();
        assertThat(ConversationId.isValid("x".repeat(65))).isFalse();
        assertThat(new ConversationId("azAZ09_-")).hasToString("azAZ09_-");
        for (String near : List.of("`", "{", "@", "[", "/", ":")) {
            assertThat(ConversationId.isValid(near)).isFalse();
        }
        for (String wrong : List.of("", "a b", "a/b", "..", "é", "a\0", "١")) {
            assertThat(ConversationId.isValid(wrong)).isFalse();
            assertThatIllegalArgumentException().isThrownBy(() -> new ConversationId(wrong));
        }
    }

    @Test
    void conversationIdsAreOrderedByTheirText() {
        assertThat(new ConversationId("a")).isLessThan(new ConversationId("b"));
        assertThat(new ConversationId("a")).isEqualByComparingTo(new ConversationId("a"));
    }

    @Test
    void theNamesUsedOutsideAreTheseForEver() {
        assertThat(Role.values())
                .extracting(Role::wire)
                .containsExactly("system", "user", "assistant");
        assertThat(StopReason.values())
                .extracting(StopReason::wire)
                .containsExactly("end", "length", "content_filter", "stopped", "budget", "error");
        assertThat(ReplyStatus.values())
                .extracting(ReplyStatus::wire)
                .containsExactly("created", "streaming", "completed", "stopped", "failed");
    }

    @Test
    void aUserIdHas3To64Characters() {
        assertThat(new UserId("abc")).hasToString("abc");
        assertThat(new UserId("x".repeat(64)).value()).hasSize(64);
        assertThatIllegalArgumentException().isThrownBy(() -> new UserId("ab"));
        assertThatIllegalArgumentException().isThrownBy(() -> new UserId("x".repeat(65)));
    }

    @Test
    void aModelIdHasOneTo200VisibleCharacters() {
        assertThat(new ModelId("simulated:rate=20,tokens=400"))
                .hasToString("simulated:rate=20,tokens=400");
        assertThat(ModelId.isValid("x".repeat(200))).isTrue();
        for (String wrong : List.of("", "a b", "a\n", "é", "\u007f", "x".repeat(201))) {
            assertThat(ModelId.isValid(wrong)).isFalse();
            assertThatIllegalArgumentException().isThrownBy(() -> new ModelId(wrong));
        }
    }

    @Test
    void aClientMessageIdHasOneTo128CharactersThatAStoreCanKeep() {
        assertThat(new ClientMessageId("😀".repeat(64))).hasToString("😀".repeat(64));
        for (String wrong : List.of("", " ", "x".repeat(129), "a\0", "\ud83d", "\ude00\ud83d")) {
            assertThatIllegalArgumentException().isThrownBy(() -> new ClientMessageId(wrong));
        }
    }

    @Test
    void aTurnIsNumberedFromOne() {
        assertThat(new TurnId(1)).hasToString("1");
        assertThatIllegalArgumentException().isThrownBy(() -> new TurnId(0));
    }

    @Test
    void countsAreNotNegative() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Usage(-1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new Usage(0, -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Attempt(new ModelId("eliza"), -1));
    }

    @Test
    void aMessageIdIsReadAsItIsWritten() {
        Property.forAll(random -> {
            byte[] bytes = new byte[MessageId.BYTES];
            random.nextBytes(bytes);
            MessageId id = MessageId.of(bytes);
            assertThat(id.bytes()).isEqualTo(bytes);
            assertThat(id.toString()).hasSize(64).isLowerCase();
            assertThat(MessageId.parse(id.toString())).isEqualTo(id);
            assertThat(MessageId.parse(id.toString().toUpperCase(Locale.ROOT))).isEqualTo(id);
        });
    }

    @Test
    void whatIsNoMessageIdIsRefused() {
        for (String wrong : List.of("", "0".repeat(63), "0".repeat(65), "g" + "0".repeat(63))) {
            assertThat(MessageId.isValid(wrong)).isFalse();
            assertThatIllegalArgumentException().isThrownBy(() -> MessageId.parse(wrong));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> MessageId.of(new byte[31]));
    }
}
