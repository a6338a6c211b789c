package dev.hubbub.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;

final class DraftTest {

    @Test
    void everyDraftKeepsItsTextWhicheverGrows() {
        Property.forAll(random -> {
            var drafts = new ArrayList<Draft>();
            var texts = new ArrayList<String>();
            drafts.add(Draft.of("begin"));
            texts.add("begin");
            for (int i = 0; i < 50; i++) {
                // Mostly the newest, as a running reply does.
                int from =
                        random.nextInt(3) > 0 ? drafts.size() - 1 : random.nextInt(drafts.size());
                String piece = "x".repeat(random.nextInt(3)) + i;
                drafts.add(drafts.get(from).plus(random.nextInt(9) == 0 ? "" : piece));
                texts.add(drafts.getLast().text());
                assertThat(texts.getLast()).isIn(texts.get(from), texts.get(from) + piece);
            }
            for (int i = 0; i < drafts.size(); i++) {
                String text = texts.get(i);
                int at = random.nextInt(text.length() + 1);
                assertThat(drafts.get(i).text()).isEqualTo(text);
                assertThat(drafts.get(i).length()).isEqualTo(text.length());
                assertThat(drafts.get(i).from(at)).isEqualTo(text.substring(at));
            }
        });
    }

    @Test
    void draftsWithTheSameTextAreEqual() {
        Draft grown = Draft.of("ab").plus("c");
        assertThat(grown).isEqualTo(Draft.of("abc")).hasSameHashCodeAs(Draft.of("abc"));
        assertThat(grown).isNotEqualTo(Draft.of("ab")).hasToString("abc");
    }
}
