package dev.hubbub.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class BabbleTest {

    @Test
    void everyTextEndsWell() {
        for (int seed = 0; seed < 300; seed++) {
            for (int tokens : new int[] {1, 2, 3, 10, 39, 40, 41, 150, 400}) {
                String text = text(seed, tokens);

                assertThat(text).as("seed %s, %s tokens", seed, tokens).isEqualTo(text.strip());
                assertThat(text.split("```", -1).length % 2).as(text).isEqualTo(1);
                assertThat(text).doesNotContain("\n\n\n");
                if (tokens > 1) {
                    assertThat(text).matches("(?s).*([.?]|```)");
                }
            }
        }
    }

    @Test
    void thereIsSomeMarkdownInTexts() {
        var texts = new StringBuilder();
        for (int seed = 0; seed < 30; seed++) {
            texts.append(text(seed, 400)).append("\n\n");
        }

        assertThat(texts)
                .contains("\n\n## ", "\n- ", "```java\n", "```sh\n", "```python\n", " **", " `")
                .contains("\n    System.out");
    }

    private static String text(long seed, int tokens) {
        var babble = new Babble(seed, tokens);
        var text = new StringBuilder();
        for (int i = 0; i < tokens; i++) {
            String token = babble.next();
            assertThat(token).isNotEmpty();
            text.append(token);
        }
        return text.toString();
    }
}
