package dev.hubbub.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

final class SeenEventTest {

    private static SeenEvent read(String json) {
        return SeenEvent.of(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aDeltaHasAnOffsetAndText() {
        assertThat(
                        read(
                                """
                                {"type":"delta","chat_id":"a","position":"3.4","reply_id":"1",
                                "offset":4,"text":"so \\"on\\""}\
                                """))
                .isEqualTo(new SeenEvent("delta", "a", 4, "so \"on\""));
    }

    @Test
    void anEndHasTheContentOfItsMessage() {
        assertThat(
                        read(
                                """
                                {"type":"reply_ended","chat_id":"a","message":{"parents":["x"],
                                "content":"all of it","usage":{"content":1}},"head":"y"}\
                                """))
                .isEqualTo(new SeenEvent("reply_ended", "a", 0, "all of it"));
    }

    @Test
    void anErrorMayBeOfNoChat() {
        assertThat(read("{\"type\":\"error\",\"message\":\"No.\"}"))
                .isEqualTo(new SeenEvent("error", "", 0, ""));
    }
}
