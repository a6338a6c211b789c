package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

final class FrameTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 110, 125, 126, 127, 16_000, 16_384, 16_385, 70_000, 200_000})
    void aMessageOfAnyLengthCanBePutTogetherAgain(int chars) {
        Frame frame = Frame.of(json -> json.writeStringField("t", "x".repeat(chars)));
        ByteBuf message = frame.message();
        var payload = new ByteArrayOutputStream();
        boolean last = false;
        boolean first = true;
        while (!last) {
            int head = message.readUnsignedByte();
            last = (head & 0x80) != 0;
            assertThat(head & 0x7f).isEqualTo(first ? 1 : 0);
            int length = message.readUnsignedByte();
            if (length == 126) {
                length = message.readUnsignedShort();
                assertThat(length).isGreaterThanOrEqualTo(126);
            }
            assertThat(length).isBetween(1, Frame.FRAGMENT_BYTES);
            if (!last) {
                assertThat(length).isEqualTo(Frame.FRAGMENT_BYTES);
            }
            byte[] part = new byte[length];
            message.readBytes(part);
            payload.writeBytes(part);
            first = false;
        }
        assertThat(message.isReadable()).isFalse();
        assertThat(payload.toString(StandardCharsets.UTF_8)).isEqualTo(frame.json());
    }

    @Test
    void viewersShareTheBytes() {
        Frame frame = Frame.event("delta", "3.4", json -> json.writeStringField("t", "\n"));
        ByteBuf one = frame.message();
        ByteBuf two = frame.message();
        one.skipBytes(one.readableBytes());
        assertThat(two.isReadable()).isTrue();
        one.release();
        assertThat(two.array()).isSameAs(one.array());
        assertThat(frame.event()).isSameAs(frame.event());
    }

    @Test
    void anEventIsThreeLines() {
        Frame frame = Frame.event("delta", "3.4", json -> json.writeStringField("t", "a\nb\r"));
        assertThat(frame.event().toString())
                .isEqualTo("id: 3.4\nevent: delta\ndata: {\"t\":\"a\\nb\\r\"}\n\n");
    }

    @Test
    void halfASurrogatePairDoesNoHarm() {
        Frame frame = Frame.of(json -> json.writeStringField("t", "a\uD83D"));
        assertThat(frame.json()).isEqualTo("{\"t\":\"a?\"}");
    }
}
