package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.TurnId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Base64;

final class TurnRefTest {

    private static final MessageId PARENT = new MessageId(1, -2, 3, Long.MIN_VALUE);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0c9bd1c1-4f5e-4e3b-a8f4-5a2f1f0ac9ce",
                "0C9BD1C1-4F5E-4E3B-A8F4-5A2F1F0AC9CE",
                "sixteen-letters_",
                "x",
                "0123456789012345678901234567890123456789012345678901234567890123"
            })
    void aReferenceIsReadAsItWasWritten(String chat) {
        for (long turn : new long[] {1, 127, 128, Long.MAX_VALUE}) {
            for (int place : new int[] {0, 1, 300}) {
                var ref = new TurnRef(new ConversationId(chat), new TurnId(turn), PARENT, place);
                assertThat(TurnRef.parse("resp_", ref.text("resp_"))).isEqualTo(ref);
            }
        }
    }

    @Test
    void whatIsNoReferenceIsNone() {
        var ref = new TurnRef(new ConversationId("chat"), new TurnId(1), PARENT, 0);
        String text = ref.text("resp_");
        assertThat(TurnRef.parse("msg_", text)).isNull();
        for (int length = 0; length < text.length() - 1; length++) {
            TurnRef cut = TurnRef.parse("resp_", text.substring(0, length));
            assertThat(cut).isNotEqualTo(ref);
        }
        assertThat(TurnRef.parse("resp_", text + "!")).isNull();
        byte[] other = new byte[60];
        other[0] = 2;
        String encoded = Base64.getUrlEncoder().encodeToString(other);
        assertThat(TurnRef.parse("resp_", "resp_" + encoded)).isNull();
    }
}
