package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.Marks;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.server.Heads.Seen;

import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;

final class HeadsTest {

    private static final ConversationId CHAT = new ConversationId("chat");

    private final Heads heads = new Heads();

    @Test
    void aHeadIsToldOnce() {
        assertThat(heads.hear(after(1))).isTrue();
        assertThat(heads.hear(after(1))).isFalse();
        assertThat(heads.hear(after(2))).isTrue();
    }

    @Test
    void anAnswerIsNotToldAgain() {
        heads.asks(CHAT);
        assertThat(heads.hear(after(1))).isFalse();
        assertThat(heads.answered(CHAT, Seen.of(after(1)))).isNull();
        assertThat(heads.hear(after(1))).isFalse();
    }

    @Test
    void whatHappensAfterWhatIsAnsweredIsToldAfterTheAnswer() {
        heads.asks(CHAT);
        assertThat(heads.hear(after(2))).isFalse();
        assertThat(heads.answered(CHAT, Seen.of(after(1)))).isEqualTo(after(2));
    }

    @Test
    void anOldHeadIsNotToldAfterANewerOne() {
        heads.asks(CHAT);
        heads.answered(CHAT, Seen.of(after(3)));
        assertThat(heads.hear(after(2))).isFalse();
        assertThat(heads.hear(after(4))).isTrue();
    }

    @Test
    void aReplyIsNotToldAgainWhateverComesFirst() {
        Summary ended = after(2);
        Message reply = message(2);
        heads.asks(CHAT);
        heads.hear(after(1));
        assertThat(heads.answered(CHAT, Seen.of(reply))).isNull();
        assertThat(heads.hear(ended)).isFalse();
    }

    @Test
    void aRefusedCommandLosesNothing() {
        heads.asks(CHAT);
        heads.asks(CHAT);
        heads.hear(after(1));
        assertThat(heads.answered(CHAT, null)).isNull();
        assertThat(heads.answered(CHAT, null)).isEqualTo(after(1));
    }

    private static Message message(int count) {
        return Message.said(List.of(), Role.USER, "m" + count, Instant.ofEpochMilli(count));
    }

    private static Summary after(int count) {
        return new Summary(
                CHAT,
                "",
                null,
                new ModelId("m"),
                Instant.EPOCH,
                Instant.ofEpochMilli(count),
                count,
                message(count).id(),
                false,
                Marks.NONE);
    }
}
