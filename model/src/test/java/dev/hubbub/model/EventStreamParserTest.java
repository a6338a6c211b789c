package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

final class EventStreamParserTest {

    private final List<String> events = new ArrayList<>();
    private final EventStreamParser parser =
            new EventStreamParser((name, data) -> events.add(name + "=" + data));

    private void feed(String text) {
        parser.feed(Buffer.buffer(text));
    }

    @Test
    void anEventEndsWithAnEmptyLine() {
        feed("data: a\n");
        assertThat(events).isEmpty();
        feed("\n");
        assertThat(events).containsExactly("null=a");
    }

    @Test
    void theBlankAfterTheColonIsNotData() {
        feed("data:a\n\ndata:  b\n\ndata\n\n");

        assertThat(events).containsExactly("null=a", "null= b", "null=");
    }

    @Test
    void anEventMayHaveANameAndSeveralLines() {
        feed("event: e\ndata: a\nid: 1\nretry: 2\n: comment\ndata: b\n\ndata: c\n\n");

        assertThat(events).containsExactly("e=a\nb", "null=c");
    }

    @Test
    void howeverTheBytesAreCutTheEventsAreTheSame() {
        Buffer all = Buffer.buffer("data: é🙂\r\n\r\ndata: b\r\rdata: c\n\n\n\r\n");
        for (int size = 1; size <= all.length(); size++) {
            events.clear();
            for (int from = 0; from < all.length(); from += size) {
                parser.feed(all.getBuffer(from, Math.min(all.length(), from + size)));
            }
            assertThat(events).as("%s bytes", size).containsExactly("null=é🙂", "null=b", "null=c");
        }
    }

    @Test
    void theEndGivesWhatIsThere() {
        feed("data: a\ndata: b");
        parser.end();

        assertThat(events).containsExactly("null=a\nb");
    }

    @Test
    void anEventMayBeLongButNotEndless() {
        String line = "data: " + "x".repeat(Framing.EVENT_BYTES_MAX - 6);
        feed(line);
        feed("\n\n");
        assertThat(events).hasSize(1);

        feed(line);
        assertThatThrownBy(() -> feed("x")).isInstanceOf(Framing.TooLongException.class);
    }

    @Test
    void manyLinesOfOneEventAreNotEndlessEither() {
        String line = "data: " + "x".repeat(100_000) + "\n";

        assertThatThrownBy(() -> feed(line.repeat(20)))
                .isInstanceOf(Framing.TooLongException.class);
    }
}
