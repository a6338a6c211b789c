package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// Formulas, footnotes and images in what models write.
@Timeout(90)
final class BrowserMathTest {

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @BeforeEach
    @AfterEach
    void forgetWhatOthersSet() {
        STAGE.forgetSettings();
    }

    @Test
    void formulasAreDrawnAndPricesAreLeft() {
        Tab tab =
                told(
                        """
                        Euler: $e^{i\\pi} + 1 = 0$, and \\(a^2\\).

                        $$
                        \\int_0^1 x\\,dx = \\frac{1}{2}
                        $$

                        It costs $5 or $10, and `$x$` is code.

                        \\[ \\sum_{k=1}^n k \\]

                        And $\\frac{broken$ stays.
                        """);
        Locator prose = tab.prose();
        assertThat(prose.locator(".math math")).hasCount(4);
        assertThat(prose.locator(".math.display math")).hasCount(2);
        assertThat(prose.locator("mfrac")).isVisible();
        assertThat(prose).containsText("It costs $5 or $10, and $x$ is code.");
        assertThat(prose).containsText("\\frac{broken");
        assertThat(tab.page().getByLabel("Formula")).hasCount(2);
    }

    @Test
    void aFormulaThatGrowsIsDrawnWhenItIsWhole() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("Slowly");
        Dictation.Reply reply = STAGE.nextReply();
        reply.say("So:\n\n$$\nx^2");
        assertThat(tab.prose()).containsText("x^2");
        assertThat(tab.prose().locator("math")).hasCount(0);
        reply.say(" + y^2\n$$\n\nDone.");
        reply.end();
        assertThat(tab.prose().locator("math")).hasCount(1);
        tab.awaitReplies(1);
        assertThat(tab.prose()).containsText("Done.");
    }

    @Test
    void aFootnoteStandsBelow() {
        Tab tab = told("It is so.[^1]\n\n[^1]: Says who.\n");
        assertThat(tab.prose().locator("sup").first()).hasText("1");
        assertThat(tab.prose()).containsText("Says who.");
    }

    @Test
    void anImageFromElsewhereIsLoadedOnlyWhenItsReaderWants() {
        STAGE.foresee("ERR_NAME_NOT_RESOLVED|ERR_INTERNET_DISCONNECTED|ERR_TUNNEL|ERR_FAILED");
        Tab tab = told("![A cat](https://images.invalid/cat.png) and ![](javascript:alert(1))");
        assertThat(tab.prose().locator("img")).hasCount(0);
        Locator button = tab.prose().locator("button");
        assertThat(button).hasText("Load image from images.invalidA cat");

        button.click();
        assertThat(tab.text("Load images from other places?")).isVisible();
        tab.button("Cancel").click();
        assertThat(tab.prose().locator("img")).hasCount(0);
        button.click();
        tab.button("Allow").click();

        assertThat(tab.prose().locator("img")).hasCount(1);
        assertThat(tab.prose().locator("img"))
                .hasAttribute("src", "https://images.invalid/cat.png");
        tab.button("Settings").click();
        Locator check = tab.page().getByLabel("Load images from other places");
        assertThat(check).isChecked();
        check.uncheck();
        assertThat(tab.text("Changes hold at once")).isVisible();
        tab.reload();
        assertThat(tab.prose().locator("button")).isVisible();
        assertThat(tab.prose().locator("img")).hasCount(0);
        assertThat(tab.page().evaluate("document.cookie")).isEqualTo("");
    }

    private static Tab told(String markdown) {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("Tell me");
        Dictation.Reply reply = STAGE.nextReply();
        reply.say(markdown);
        reply.end();
        tab.awaitReplies(1);
        return tab;
    }
}
