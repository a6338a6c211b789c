package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// What readers do around a chat: the list, the keyboard, a phone, light and dark.
@Timeout(90)
final class BrowserListTest {

    private static final String DARK = "rgb(14, 19, 31)";
    private static final String LIGHT = "rgb(251, 252, 254)";

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @Test
    void anotherChatDoesNotWaitForAReplyAndTheFirstIsMarked() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("In the background");
        Dictation.Reply reply = STAGE.nextReply();
        reply.say("Still ");
        assertThat(tab.prose()).hasText("Still");

        tab.button("New chat").click();
        tab.use("eliza").say("In the foreground");

        tab.awaitReplies(1);
        assertThat(tab.said()).hasText("In the foreground");
        Locator background = tab.chat("In the background");
        assertThat(background.getByLabel("is answering")).isVisible();
        tab.link("In the background").click();
        assertThat(tab.prose()).hasText("Still");
        tab.link("In the foreground").click();
        assertThat(tab.said()).hasText("In the foreground");
        reply.say("here.");
        reply.end();
        assertThat(background.getByLabel("unread")).isVisible();
        assertThat(background.getByLabel("is answering")).hasCount(0);

        tab.link("In the background").click();

        assertThat(tab.prose()).hasText("Still here.");
        tab.awaitReplies(1);
        assertThat(background.getByLabel("unread")).hasCount(0);
    }

    @Test
    void aChatIsRenamedInItsPlace() {
        Tab tab = STAGE.visitor().say("A name for this");
        tab.awaitReplies(1);
        Tab other = tab.another();

        tab.link("A name for this").dblclick();
        Locator field = tab.page().getByLabel("Name of the chat");
        assertThat(field).isFocused();
        assertThat(field).hasValue("A name for this");
        field.fill("Not this one");
        field.press("Escape");
        assertThat(field).hasCount(0);
        assertThat(tab.link("A name for this")).isFocused();

        tab.link("A name for this").press("F2");
        field.fill("A better name");
        field.press("Enter");

        assertThat(tab.link("A better name")).isFocused();
        assertThat(other.link("A better name")).isVisible();
        assertThat(other.page()).hasTitle("A better name · Hubbub");
        assertThat(tab.chat("Not this one")).hasCount(0);
        tab.reload();
        assertThat(tab.link("A better name")).isVisible();
    }

    @Test
    void aChatIsDeletedOnlyWhenThatIsConfirmed() {
        Tab tab = STAGE.visitor().say("Soon to be gone");
        tab.awaitReplies(1);
        Tab other = tab.another();
        other.awaitReplies(1);
        Locator dialog = tab.page().getByRole(AriaRole.DIALOG);

        tab.choose("Soon to be gone", "Delete");
        assertThat(dialog).containsText("Delete this chat?");
        assertThat(tab.button("Cancel")).isFocused();
        tab.page().keyboard().press("Escape");
        assertThat(dialog).hasCount(0);
        assertThat(tab.chat("Soon to be gone")).isVisible();

        tab.choose("Soon to be gone", "Delete");
        tab.button("Delete").click();

        assertThat(tab.chat("Soon to be gone")).hasCount(0);
        assertThat(tab.heading("What is on your mind?")).isVisible();
        assertThat(other.text("This chat was deleted")).isVisible();
        assertThat(other.chat("Soon to be gone")).hasCount(0);
        other.reload();
        assertThat(other.text("This chat is not here")).isVisible();
    }

    @Test
    void theHistoryOfTheBrowserLeadsBack() {
        Tab tab = STAGE.visitor().say("Here first");
        tab.awaitReplies(1);
        tab.button("New chat").click();
        tab.say("Then here");
        tab.awaitReplies(1);

        tab.page().goBack();
        assertThat(tab.heading("What is on your mind?")).isVisible();
        tab.page().goBack();
        assertThat(tab.said()).hasText("Here first");
        tab.page().goForward();
        tab.page().goForward();
        assertThat(tab.said()).hasText("Then here");
    }

    @Test
    void onAPhoneTheListIsADrawer() {
        Tab tab =
                STAGE.visitor(
                        new NewContextOptions()
                                .setViewportSize(390, 844)
                                .setIsMobile(true)
                                .setHasTouch(true));
        tab.say("On the way");
        tab.awaitReplies(1);
        assertThat(tab.link("On the way")).not().isInViewport();

        tab.button("Open the list of chats").tap();
        assertThat(tab.link("On the way")).isInViewport();
        assertThat(tab.button("Close the list of chats")).isVisible();
        tab.page().keyboard().press("Escape");
        assertThat(tab.link("On the way")).not().isInViewport();
        assertThat(tab.button("Open the list of chats")).isFocused();

        tab.button("New chat").last().tap();
        assertThat(tab.heading("What is on your mind?")).isVisible();
        tab.button("Open the list of chats").tap();
        tab.link("On the way").tap();
        assertThat(tab.said()).hasText("On the way");
        assertThat(tab.link("On the way")).not().isInViewport();
        assertThat(tab.page().evaluate("document.documentElement.scrollWidth")).isEqualTo(390);
    }

    @Test
    void itIsDarkOrLightAsTheSystemOrAsChosen() {
        Tab tab = STAGE.visitor(new NewContextOptions().setColorScheme(ColorScheme.DARK));
        Locator body = tab.page().locator("body");
        assertThat(body).hasCSS("background-color", DARK);
        tab.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        assertThat(body).hasCSS("background-color", LIGHT);

        tab.button("Theme: as the system. Change").click();
        tab.button("Theme: light. Change").click();

        assertThat(tab.button("Theme: dark. Change")).isVisible();
        assertThat(body).hasCSS("background-color", DARK);
        tab.reload();
        assertThat(body).hasCSS("background-color", DARK);
        Tab other = tab.another();
        assertThat(other.page().locator("body")).hasCSS("background-color", DARK);
        assertThat(other.button("Theme: dark. Change")).isVisible();
    }

    @Test
    void theKeyboardIsEnough() {
        Tab tab = STAGE.visitor();
        var keyboard = tab.page().keyboard();
        keyboard.press("Control+Alt+n");
        assertThat(tab.input()).isFocused();
        keyboard.type("A walnut");
        keyboard.press("Shift+Enter");
        keyboard.type("and an almond");
        assertThat(tab.input()).hasValue("A walnut\nand an almond");
        keyboard.press("Enter");
        tab.awaitReplies(1);
        assertThat(tab.input()).isFocused();

        keyboard.press("Control+Alt+n");
        assertThat(tab.heading("What is on your mind?")).isVisible();
        keyboard.type("A pear");
        keyboard.press("Enter");
        tab.awaitReplies(1);

        Locator search = tab.page().getByRole(AriaRole.SEARCHBOX);
        search.focus();
        keyboard.type("walnut a");
        assertThat(tab.page().locator(".chats li")).hasCount(1);
        keyboard.press("Enter");
        assertThat(tab.said()).containsText("A walnut");
        assertThat(tab.input()).isFocused();

        search.focus();
        keyboard.press("Escape");
        assertThat(search).hasValue("");
        keyboard.press("ArrowDown");
        assertThat(tab.link("A pear")).isFocused();
        keyboard.press("ArrowDown");
        assertThat(tab.link("A walnut")).isFocused();
    }

    /// In a message, a reply and the name of a chat, of a reader who looks at it later.
    @Test
    void markupThatSomebodyWroteDoesNothing() {
        String hostile =
                """
                <img src=x onerror="window.__xss=1"><svg onload="window.__xss=2"></svg>\
                <script>window.__xss=3</script><iframe srcdoc="<script>parent.__xss=4</script>">\
                </iframe> [click](javascript:window.__xss=5) <a href="javascript:__xss=6">me</a>

                ```"><img src=x onerror=window.__xss=7>
                </code><img src=x onerror=window.__xss=8>
                ```

                ![x](x" onerror="window.__xss=9) <form action="javascript:__xss=10"><button>go
                """;
        Tab author = STAGE.visitor().use(Dictation.MODEL).say(hostile);
        Dictation.Reply reply = STAGE.nextReply();
        for (String piece : hostile.split("(?<=[<>\"])", -1)) {
            reply.say(piece);
        }
        reply.say("\n\nThe end.");
        reply.end();
        author.awaitReplies(1);
        String name = "<img src=x onerror=window.__xss=11>";
        author.page().locator("[aria-current=page]").press("F2");
        author.page().getByLabel("Name of the chat").fill(name);
        author.page().keyboard().press("Enter");
        assertThat(author.link(name)).isVisible();

        Tab reader = STAGE.visitor();
        reader.link(name).click();
        reader.awaitReplies(1);
        assertThat(reader.prose()).containsText("The end.");
        assertThat(reader.page()).hasTitle(name + " · Hubbub");
        reader.choose(name, "Delete");
        assertThat(reader.page().getByRole(AriaRole.DIALOG)).containsText(name);
        reader.button("Cancel").click();

        for (Tab tab : List.of(author, reader)) {
            for (Locator link : tab.prose().locator("a").all()) {
                assertThat(link).not().hasAttribute("href", Pattern.compile("javascript:"));
            }
            assertThat(tab.said()).containsText("<script>window.__xss=3</script>");
            assertThat(
                            tab.page()
                                    .locator(".messages")
                                    .locator(":is(script, iframe, form, [onerror], [onload])"))
                    .hasCount(0);
            assertThat(tab.page().evaluate("window.__xss")).isNull();
        }
    }
}
