package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// How readers find what was said, and read in a chat that is very long.
@Timeout(120)
final class BrowserSearchTest {

    private static final int MESSAGES = 10_000;

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @Test
    void aMessageIsFoundByItsWordsOnAnyBranchAndTurnedTo() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("Where is the lighthouse?");
        answer("On the northern cape.");
        tab.awaitReplies(1);
        edit(tab, "Where is the ferry?");
        answer("In the harbour.");
        tab.awaitReplies(1);
        assertThat(tab.said()).hasText(new String[] {"Where is the ferry?"});

        Tab reader = STAGE.visitor();
        reader.page().keyboard().press("Control+Shift+F");
        reader.page().keyboard().type("NORTHERN ca");
        Locator hits = reader.page().locator(".hit");
        assertThat(hits).hasCount(1);
        assertThat(hits).containsText("On the northern cape.");
        assertThat(hits.locator("mark")).hasText(new String[] {"northern", "cape"});
        reader.page().keyboard().press("ArrowDown");
        assertThat(hits).isFocused();
        reader.page().keyboard().press("Enter");

        assertThat(reader.text("This is on another branch of the chat.")).isVisible();
        assertThat(reader.said()).hasText(new String[] {"Where is the lighthouse?"});
        assertThat(reader.page().locator("hubbub-message[data-target]")).isFocused();
        reader.button("Back").click();
        assertThat(reader.said()).hasText(new String[] {"Where is the ferry?"});

        reader.page().keyboard().press("Control+Shift+F");
        reader.page().keyboard().press("Enter");
        reader.button("Go on from here").click();
        assertThat(reader.said()).hasText(new String[] {"Where is the lighthouse?"});
        assertThat(tab.said()).hasText(new String[] {"Where is the lighthouse?"});
        assertThat(reader.text("This is on another branch")).hasCount(0);
    }

    @Test
    void anEditOfAMessageThatWasFoundIsShown() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("How tall is the tower?");
        answer("Exceedingly tall.");
        tab.awaitReplies(1);
        edit(tab, "How old is the tower?");
        answer("Very old.");
        tab.awaitReplies(1);
        tab.page().keyboard().press("Control+Shift+F");
        tab.page().keyboard().type("exceedingly");
        tab.page().locator(".hit").first().click();
        assertThat(tab.text("This is on another branch of the chat.")).isVisible();

        edit(tab, "How wide is the tower?");

        assertThat(tab.said()).hasText(new String[] {"How wide is the tower?"});
        answer("Rather wide.");
        tab.awaitReplies(1);
        assertThat(tab.prose()).hasText("Rather wide.");
    }

    @Test
    void whatIsNotThereIsNotFound() {
        Tab tab = STAGE.visitor();
        tab.button("Search in messages").click();
        assertThat(tab.text("Words in any message")).isVisible();
        tab.page().keyboard().type("xylophone");
        assertThat(tab.text("No message has that.")).isVisible();
        // The first empties the input.
        tab.page().keyboard().press("Escape");
        tab.page().keyboard().press("Escape");
        assertThat(tab.button("Search in messages")).isFocused();
    }

    @Test
    void aVeryLongChatIsReadAnywhereWithAFewMessagesDrawn() {
        STAGE.importFile(PageFigures.conversations(1, MESSAGES, "The long one"));
        Tab tab = STAGE.visitor();
        tab.link("The long one").click();
        assertThat(message(tab, MESSAGES - 1)).isInViewport();

        tab.page().keyboard().press("Control+Shift+F");
        tab.page().keyboard().type("\"number 700\"");
        tab.page().locator(".hit").first().click();
        assertThat(message(tab, 700)).isInViewport();
        assertThat(tab.text("This is on another branch")).hasCount(0);
        scroll(tab, -1500);
        assertThat(message(tab, 700)).not().isInViewport();
        tab.page().keyboard().press("Control+Shift+F");
        tab.page().keyboard().press("Enter");
        assertThat(message(tab, 700)).isInViewport();

        for (int wheel = 0; wheel < 60; wheel++) {
            scroll(tab, -1500);
        }
        assertThat(tab.page().locator("hubbub-message").nth(100)).isAttached();
        assertThat(drawn(tab)).isLessThanOrEqualTo(400);
        assertThat(message(tab, 700)).not().isInViewport();
        for (int wheel = 0; wheel < 200 && message(tab, 701).count() == 0; wheel++) {
            scroll(tab, 1500);
        }
        assertThat(message(tab, 701)).isAttached();
        assertThat(drawn(tab)).isLessThanOrEqualTo(400);

        tab.button("Jump to bottom").click();
        assertThat(message(tab, MESSAGES - 1)).isInViewport();
        tab.use("eliza").say("And now?");
        assertThat(tab.said().last()).hasText("And now?");
        assertThat(tab.said().last()).isInViewport();
    }

    private static void scroll(Tab tab, int pixels) {
        tab.page().evaluate("by => document.querySelector('.scroller').scrollBy(0, by)", pixels);
        tab.page().waitForTimeout(25);
    }

    private static int drawn(Tab tab) {
        return tab.page().locator("hubbub-message").count();
    }

    private static Locator message(Tab tab, int number) {
        return tab.page().getByText("Message number %d.".formatted(number)).first();
    }

    private static void edit(Tab tab, String text) {
        tab.button("Edit message").click();
        tab.page().getByRole(AriaRole.TEXTBOX, named("Edit message")).fill(text);
        tab.page().keyboard().press("Control+Enter");
    }

    private static void answer(String text) {
        Dictation.Reply reply = STAGE.nextReply();
        reply.say(text);
        reply.end();
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name).setExact(true);
    }
}
