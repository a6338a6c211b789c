package dev.hubbub.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

final class TextsTest {

    private static final Limits LIMITS = new Limits(80, 80, 80, 80, 3, 3, 2);

    @Test
    void aCleanTextSurvivesUtf8() {
        Property.forAll(random -> {
            String text = new RandomCommands(random, LIMITS).text(70);
            String clean = Texts.clean(text);
            byte[] utf8 = clean.getBytes(StandardCharsets.UTF_8);
            assertThat(new String(utf8, StandardCharsets.UTF_8)).isEqualTo(clean);
            assertThat(clean).doesNotContain("\0");
            assertThat(Texts.isClean(clean)).isTrue();
            assertThat(Texts.clean(clean)).isSameAs(clean);
            assertThat(Texts.isClean(text)).isEqualTo(text.equals(clean));
            assertThat(clean.length()).isLessThanOrEqualTo(text.length());
        });
    }

    @Test
    void aPrefixIsCleanAndNoLongerThanAsked() {
        Property.forAll(random -> {
            String clean = Texts.clean(new RandomCommands(random, LIMITS).text(70));
            int charsMax = random.nextInt(-1, 80);
            String prefix = Texts.prefix(clean, charsMax);
            assertThat(clean).startsWith(prefix);
            assertThat(Texts.isClean(prefix)).isTrue();
            int expected = Math.clamp(charsMax, 0, clean.length());
            assertThat(prefix.length()).isBetween(Math.max(0, expected - 1), expected);
        });
    }

    @Test
    void aTitleIsOneShortLine() {
        Property.forAll(random -> {
            var commands = new RandomCommands(random, LIMITS);
            String title = Texts.title(Texts.clean(commands.bits() + commands.text(61)));
            assertThat(title).hasSizeLessThanOrEqualTo(60);
            assertThat(title.isEmpty() || !Texts.isBlank(title)).isTrue();
            assertThat(title).isEqualTo(title.strip());
            assertThat(title.chars()).noneMatch(Character::isISOControl);
            assertThat(Texts.isClean(title)).isTrue();
        });
    }

    @Test
    void aTitleIsTheFirstLineThatSaysSomething() {
        assertThat(Texts.title("hello")).isEqualTo("hello");
        assertThat(Texts.title("\n \u00a0\n\u0001\n two\tthree \nfour")).isEqualTo("two three");
        assertThat(Texts.title("\u0001\u0085")).isEmpty();
        assertThat(Texts.title("x".repeat(60))).isEqualTo("x".repeat(60));
        assertThat(Texts.title("x".repeat(61))).isEqualTo("x".repeat(59) + "…");
        assertThat(Texts.title("x".repeat(58) + "😀y")).isEqualTo("x".repeat(58) + "…");
    }
}
