package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Keyboard;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// What readers find and do by a few keys, wherever they are.
@Timeout(90)
final class BrowserPaletteTest {

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @Test
    void aChatIsFoundByItsNameThoughItsPageWasNeverLoaded() {
        STAGE.post("api/chats", Map.of("name", "The oldest of all"));
        IntStream.range(0, 60).forEach(i -> STAGE.post("api/chats", Map.of("name", "Chat " + i)));
        Tab tab = STAGE.visitor();
        assertThat(tab.chat("Chat 59")).isVisible();

        tab.page().keyboard().press("Control+k");
        assertThat(
                        options(tab)
                                .filter(
                                        new Locator.FilterOptions()
                                                .setHasText(Pattern.compile("Chat \\d"))))
                .hasCount(5);
        tab.page().keyboard().type("oldest the");
        assertThat(option(tab, "The oldest of all")).hasAttribute("aria-selected", "true");
        tab.page().keyboard().press("Enter");

        assertThat(tab.heading("The oldest of all")).isVisible();
        assertThat(palette(tab)).hasCount(0);
        assertThat(tab.input()).isFocused();
    }

    @Test
    void theArrowsChooseAndEscapeLeadsBack() {
        Tab tab = STAGE.visitor();
        Keyboard keyboard = tab.page().keyboard();
        tab.input().focus();

        keyboard.press("Control+k");
        keyboard.type("theme");
        assertThat(options(tab)).hasCount(2);
        keyboard.press("ArrowDown");
        assertThat(option(tab, "Theme: dark")).hasAttribute("aria-selected", "true");
        keyboard.press("ArrowDown");
        assertThat(option(tab, "Theme: light")).hasAttribute("aria-selected", "true");
        keyboard.press("Escape");

        assertThat(palette(tab)).hasCount(0);
        assertThat(tab.input()).isFocused();
        keyboard.press("Control+k");
        keyboard.type("no such thing");
        assertThat(tab.text("Nothing is called that.")).isVisible();
    }

    @Test
    void theOpenChatIsTakenOutAsAFile() throws IOException {
        Tab tab = STAGE.visitor().say("What is a walnut?");
        tab.awaitReplies(1);

        Download download =
                tab.page()
                        .waitForDownload(() -> {
                            tab.page().keyboard().press("Control+k");
                            tab.page().keyboard().type("markdown");
                            tab.page().keyboard().press("Enter");
                        });

        assertThat(download.suggestedFilename()).isEqualTo("What-is-a-walnut.md");
        assertThat(Files.readString(download.path())).contains("What is a walnut?");
    }

    @Test
    void theSheetOfKeysNamesThemAndTheyDoWhatItSays() {
        Tab tab = STAGE.visitor().say("The first of two");
        tab.awaitReplies(1);
        Keyboard keyboard = tab.page().keyboard();
        keyboard.press("Control+Alt+n");
        tab.say("The second of two");
        tab.awaitReplies(1);

        keyboard.press("Control+/");
        Locator sheet = tab.page().getByRole(AriaRole.DIALOG);
        assertThat(sheet).containsText("Next chat in the list");
        keyboard.press("Escape");
        assertThat(sheet).hasCount(0);

        keyboard.press("Alt+ArrowDown");
        assertThat(tab.heading("The first of two")).isVisible();
        keyboard.press("Alt+ArrowUp");
        assertThat(tab.heading("The second of two")).isVisible();
        keyboard.press("Control+b");
        assertThat(tab.link("The first of two")).not().isVisible();
        tab.reload();
        assertThat(tab.heading("The second of two")).isVisible();
        assertThat(tab.link("The first of two")).not().isVisible();
        tab.button("Open the list of chats").click();
        assertThat(tab.link("The first of two")).isVisible();
        keyboard.press("Control+Shift+Backspace");
        tab.button("Delete").click();
        assertThat(tab.chat("The second of two")).hasCount(0);
        keyboard.press("Shift+Escape");
        assertThat(tab.input()).isFocused();
        keyboard.type("?");
        assertThat(tab.input()).hasValue("?");
    }

    private static Locator palette(Tab tab) {
        return tab.page().getByRole(AriaRole.COMBOBOX);
    }

    private static Locator options(Tab tab) {
        return tab.page().getByRole(AriaRole.OPTION);
    }

    private static Locator option(Tab tab, String name) {
        return options(tab).filter(text(name));
    }

    private static Locator.FilterOptions text(String text) {
        return new Locator.FilterOptions().setHasText(text);
    }
}
