package dev.hubbub.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.conversation.MessageSearch.Piece;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

final class MessageSearchTest {

    @Test
    void aQuestionWithoutAWordAsksNothing() {
        for (String text : List.of("", " ", "\"", "\"\"", "*", "-- ()", "\u0301")) {
            assertThat(MessageSearch.of(text)).as(text).isNull();
        }
    }

    @Test
    void wordsAreFoundWhateverTheirCaseAndAccents() {
        assertThat(search("ÉTÉ").finds("C'est l'ete.")).isTrue();
        assertThat(search("ete").finds("Un e\u0301te\u0301")).isTrue();
        assertThat(search("straße").finds("Die STRASSE")).isFalse();
        assertThat(search("mon").finds("Monday")).isTrue();
        assertThat(search("mon ").finds("Monday")).isTrue();
        assertThat(search("mon x").finds("Monday x")).isFalse();
        assertThat(search("\"mon\"").finds("Monday")).isFalse();
        assertThat(search("東京").finds("東京都")).isTrue();
    }

    @Test
    void aSnippetIsAroundTheFirstMatchOnOneLine() {
        String text = "Word ".repeat(100) + "\n\nthe needle\n  is here" + " and more".repeat(100);
        List<Piece> pieces = search("needle here").snippet(text);
        assertThat(shown(pieces))
                .startsWith("…")
                .contains("the [needle] is [here] and more")
                .endsWith("…")
                .hasSizeLessThan(260);
        assertThat(shown(search("b").snippet("a b"))).isEqualTo("a [b]");
    }

    @Test
    void aSnippetCutsNoCharacterInTwo() {
        String text = "needle" + "😀".repeat(300);
        String shown = shown(search("needle").snippet(text));
        assertThat(shown).doesNotContain("\ufffd");
        assertThat(Character.isHighSurrogate(shown.charAt(shown.length() - 2))).isFalse();
    }

    private static MessageSearch search(String text) {
        return Objects.requireNonNull(MessageSearch.of(text));
    }

    private static String shown(List<Piece> pieces) {
        return pieces.stream()
                .map(piece -> piece.match() ? "[" + piece.text() + "]" : piece.text())
                .collect(Collectors.joining());
    }
}
