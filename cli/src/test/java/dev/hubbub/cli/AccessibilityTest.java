package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.ReducedMotion;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// No screen breaks a rule of WCAG 2.2 AA, dark or light, on a desk or on a phone.
@Timeout(120)
final class AccessibilityTest {

    private static final String MODEL = "demo-model";
    private static final String RICH =
            """
            # Rain

            It *falls*, says [the forecast](https://example.org), `often`.

            | day | mm |
            |-----|----|
            | Mon | 12 |

            - [x] umbrella
            - [ ] boots

            ```java
            // How much?
            int rain = measure("Monday");
            ```

            > And then the sun.
            """;

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    /// What a reader sees with.
    enum Sight {
        DESK_DARK(ColorScheme.DARK, false),
        DESK_LIGHT(ColorScheme.LIGHT, false),
        PHONE_DARK(ColorScheme.DARK, true),
        PHONE_LIGHT(ColorScheme.LIGHT, true);

        private final ColorScheme colours;
        private final boolean phone;

        Sight(ColorScheme colours, boolean phone) {
            this.colours = colours;
            this.phone = phone;
        }

        Tab visitor() {
            var options =
                    new NewContextOptions()
                            .setColorScheme(colours)
                            .setReducedMotion(ReducedMotion.REDUCE);
            return STAGE.visitor(
                    phone
                            ? options.setViewportSize(390, 844).setIsMobile(true).setHasTouch(true)
                            : options.setViewportSize(1280, 800));
        }

        /// Brings the list of chats on the screen.
        void openList(Tab tab) {
            if (phone) {
                tab.button("Open the list of chats").click();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChatFromTheFirstPageToTheEndOfAReply(Sight sight) {
        Tab tab = sight.visitor();
        Axe.check(tab.page(), "the first page");

        tab.page().locator(".model-button").click();
        assertThat(tab.page().locator(".model-panel")).isVisible();
        Axe.check(tab.page(), "the models");
        tab.page().keyboard().press("Escape");

        tab.use(MODEL).say("Does it rain?");
        Dictation.Reply reply = STAGE.nextReply();
        reply.say(RICH);
        assertThat(tab.prose()).containsText("And then the sun.");
        Axe.check(tab.page(), "a reply being made");

        tab.say("And tomorrow?");
        assertThat(tab.said()).hasCount(2);
        Axe.check(tab.page(), "a message that waits");

        reply.end();
        STAGE.nextReply().end();
        tab.awaitReplies(2);
        Axe.check(tab.page(), "replies");
    }

    @ParameterizedTest
    @EnumSource
    void whatGoesWithAMessage(Sight sight) {
        String command = "at-hand-" + sight.name().toLowerCase(Locale.ROOT).replace('_', '-');
        STAGE.post("api/prompts", Map.of("title", "Sky", "command", command, "content", "Blue?"));
        Tab tab = sight.visitor().use(Dictation.SEEING_MODEL);
        tab.input().click();
        tab.page().keyboard().type("/at");
        assertThat(tab.page().locator(".slash [role=option]").first()).isVisible();
        Axe.check(tab.page(), "prompts at hand");
        tab.page().keyboard().press("Escape");
        tab.page()
                .locator(".composer input[type=file]")
                .setInputFiles(
                        new FilePayload[] {
                            BrowserImagesTest.png("red.png", 0xff0000),
                            new FilePayload("notes.txt", "text/plain", new byte[] {'x'})
                        });
        assertThat(tab.button("Send message")).isEnabled();
        Axe.check(tab.page(), "an image to send, and what is none");

        tab.say("Which colour?");
        STAGE.nextReply().end();
        tab.awaitReplies(1);
        tab.button("Open image 1 of 1").click();
        assertThat(tab.page().locator(".lightbox img")).isVisible();
        Axe.check(tab.page(), "an image");
        tab.page().keyboard().press("Escape");
        tab.button("Chat settings").click();
        Axe.check(tab.page(), "the settings of a chat");
    }

    @ParameterizedTest
    @EnumSource
    void theListOfChats(Sight sight) {
        for (String name : List.of("Rain", "Snow <b>and</b> ice")) {
            STAGE.post("api/chats", Map.of("name", name));
        }
        Tab tab = sight.visitor();
        sight.openList(tab);
        assertThat(tab.chat("Rain").first()).isVisible();
        Axe.check(tab.page(), "the list");
        tab.button("Actions for Rain").first().click();
        Axe.check(tab.page(), "the menu of a chat");
        tab.page().getByText("Folder and tags…").click();
        tab.page().getByRole(AriaRole.DIALOG).getByRole(AriaRole.COMBOBOX).fill("Weather");
        tab.page().getByRole(AriaRole.DIALOG).getByRole(AriaRole.TEXTBOX).fill("wet");
        Axe.check(tab.page(), "where a chat is put");
        tab.button("Save").click();
        tab.page().locator("summary").click();
        Axe.check(tab.page(), "a folder");
        tab.button("Actions for Rain").first().click();
        tab.page().getByText("Archive", new Page.GetByTextOptions().setExact(true)).click();
        Axe.check(tab.page(), "what can be taken back");
        tab.button("Archived chats").click();
        assertThat(tab.button("Restore Rain").first()).isVisible();
        Axe.check(tab.page(), "the archive");
    }

    @ParameterizedTest
    @EnumSource
    void whatStandsOverThePage(Sight sight) {
        STAGE.post("api/prompts", Map.of("title", "Weather", "content", "In {{city}}?"));
        Tab tab = sight.visitor();
        Locator sheet = tab.page().locator("dialog[open]");
        for (String key : List.of("k", ",", "/")) {
            tab.page().keyboard().press("Control+" + key);
            assertThat(sheet).isVisible();
            Axe.check(tab.page(), "what Ctrl+%s opens".formatted(key));
            tab.page().keyboard().press("Escape");
            assertThat(sheet).hasCount(0);
        }
        tab.page().keyboard().press("Control+Shift+F");
        Axe.check(tab.page(), "a search that was not begun");
        tab.page().keyboard().type("zebra");
        assertThat(tab.text("No message has that.")).isVisible();
        Axe.check(tab.page(), "a search that found nothing");
        tab.page().getByRole(AriaRole.SEARCHBOX).last().fill("e");
        assertThat(tab.page().locator(".hit").or(tab.text("No message has that.")).first())
                .isVisible();
        Axe.check(tab.page(), "a search");
        tab.button("Close").last().click();
        sight.openList(tab);
        tab.button("Prompts").click();
        Locator edit = tab.button("Edit the prompt Weather").first();
        assertThat(edit).isVisible();
        Axe.check(tab.page(), "the prompts");
        edit.click();
        Axe.check(tab.page(), "a prompt being changed");
        tab.button("Cancel").click();
        tab.page().getByText("In {{city}}?").first().click();
        Axe.check(tab.page(), "the blanks of a prompt");
    }

    @ParameterizedTest
    @EnumSource
    void theBranchesOfAChat(Sight sight) {
        String word = sight.name().toLowerCase(Locale.ROOT).replace('_', 'x');
        Tab tab = sight.visitor().use(MODEL).say("Where is the " + word + "?");
        STAGE.nextReply().end();
        tab.awaitReplies(1);
        tab.button("Edit message").click();
        Axe.check(tab.page(), "a message being edited");
        tab.page()
                .getByRole(AriaRole.TEXTBOX, new Page.GetByRoleOptions().setName("Edit message"))
                .fill("Where is the ferry?");
        tab.page().keyboard().press("Control+Enter");
        STAGE.nextReply().end();
        assertThat(tab.said()).hasText("Where is the ferry?");
        tab.awaitReplies(1);
        Axe.check(tab.page(), "one of two versions");

        tab.page().keyboard().press("Control+Shift+F");
        tab.page().keyboard().type(word);
        assertThat(tab.page().locator(".hit")).hasCount(1);
        tab.page().keyboard().press("Enter");
        assertThat(tab.text("This is on another branch of the chat.")).isVisible();
        Axe.check(tab.page(), "another branch");
    }

    /// A page of 1,280 CSS pixels zoomed to 200 and to 400 per cent: [Resize
    /// Text](https://www.w3.org/TR/WCAG22/#resize-text) and
    /// [Reflow](https://www.w3.org/TR/WCAG22/#reflow).
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void allOfItFitsWhenItIsZoomed(int zoom) {
        Tab tab =
                STAGE.visitor(
                                new NewContextOptions()
                                        .setReducedMotion(ReducedMotion.REDUCE)
                                        .setViewportSize(1280 / zoom, 1024 / zoom)
                                        .setDeviceScaleFactor(zoom))
                        .use(MODEL);
        assertFits(tab, "the first page");
        tab.page().locator(".model-button").click();
        assertThat(tab.page().locator(".model-panel")).isVisible();
        assertFits(tab, "the models");
        tab.page().keyboard().press("Escape");
        tab.say("Does it rain?");
        Dictation.Reply reply = STAGE.nextReply();
        reply.say(RICH);
        reply.end();
        tab.awaitReplies(1);
        assertFits(tab, "a reply");
        assertThat(tab.input()).isInViewport();
        Axe.check(tab.page(), "a reply, zoomed");
        for (String key : List.of("k", ",", "/", "Shift+F")) {
            tab.page().keyboard().press("Control+" + key);
            assertThat(tab.page().locator("dialog[open]")).isVisible();
            assertFits(tab, "what Ctrl+%s opens".formatted(key));
            tab.page().keyboard().press("Escape");
            assertThat(tab.page().locator("dialog[open]")).hasCount(0);
        }
        tab.button("Open the list of chats").click();
        assertThat(tab.button("Archived chats")).isInViewport();
        assertFits(tab, "the list");
    }

    /// That nothing asks for scrolling sideways, and nothing to press stands beside the page.
    private static void assertFits(Tab tab, String screen) {
        Object outside =
                tab.page()
                        .evaluate(
                                """
                                () => {
                                  const width = document.documentElement.clientWidth;
                                  const wide = document.documentElement.scrollWidth > width
                                      ? ['the page'] : [];
                                  const hidden = (element) => !element.checkVisibility()
                                      || element.closest('[inert], .visually-hidden, .skip, pre');
                                  const parts = [...document.querySelectorAll('button, a, input, textarea')]
                                      .filter((element) => !hidden(element))
                                      .filter((element) => {
                                        const { left, right } = element.getBoundingClientRect();
                                        return left < -1 || right > width + 1;
                                      });
                                  return [...wide, ...parts.map(({ outerHTML }) => outerHTML)];
                                }\
                                """);
        assertThat((List<?>) outside).as(screen).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNotThereAndAServerThatIsAway(Sight sight) {
        STAGE.foresee(Stage.UNREACHABLE + "|404");
        Tab tab = sight.visitor();
        tab.open("/c/never-there");
        assertThat(tab.page().locator("main")).containsText("not");
        Axe.check(tab.page(), "a chat that is not there");

        STAGE.killServer();
        assertThat(tab.text("Reconnecting…")).isVisible();
        Axe.check(tab.page(), "no connection");
        STAGE.startServer();
    }
}
