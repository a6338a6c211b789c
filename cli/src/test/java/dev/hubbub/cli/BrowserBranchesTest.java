package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.regex.Pattern;

/// What readers do with the tree that a chat is: other versions, more replies, and where to go on.
@Timeout(90)
final class BrowserBranchesTest {

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @Test
    void anEditThatWasNotSentIsThereAfterALookElsewhere() {
        Tab tab = STAGE.visitor().say("I am sad");
        tab.awaitReplies(1);
        tab.button("Edit message").click();
        Locator field = tab.page().getByRole(AriaRole.TEXTBOX, named("Edit message"));
        field.fill("I am happy, but");

        tab.button("New chat").first().click();
        assertThat(field).hasCount(0);
        tab.page().goBack();

        assertThat(field).hasValue("I am happy, but");
        tab.reload();
        assertThat(field).hasValue("I am happy, but");
        field.press("Escape");
        assertThat(field).hasCount(0);
        tab.reload();
        tab.awaitReplies(1);
        assertThat(field).hasCount(0);
        assertThat(tab.said()).hasText("I am sad");
    }

    @Test
    void aMessageIsEditedAndWhatWasSaidStaysBesideIt() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("A red hous");
        answer("It is red.");
        tab.awaitReplies(1);
        tab.say("And its door?");
        answer("Green.");
        tab.awaitReplies(2);
        Tab other = tab.another();
        other.awaitReplies(2);

        tab.button("Edit message").first().click();
        Locator field = tab.page().getByRole(AriaRole.TEXTBOX, named("Edit message"));
        assertThat(field).isFocused();
        assertThat(field).hasValue("A red hous");
        field.press("Escape");
        assertThat(field).hasCount(0);
        assertThat(tab.button("Edit message").first()).isFocused();
        tab.button("Edit message").first().click();
        field.fill("A blue house");
        field.press("Control+Enter");
        answer("It is blue.");

        tab.awaitReplies(1);
        assertThat(tab.said()).hasText(new String[] {"A blue house"});
        assertThat(other.said()).hasText(new String[] {"A blue house"});
        assertThat(versions(other)).containsText("2 / 2");
        tab.reload();
        assertThat(versions(tab)).containsText("2 / 2");

        tab.button("Previous version").click();

        assertThat(tab.said()).hasText(new String[] {"A red hous", "And its door?"});
        assertThat(tab.prose()).hasText("Green.");
        assertThat(other.said()).hasText(new String[] {"A red hous", "And its door?"});
        other.button("Next version").focus();
        other.page().keyboard().press("Alt+ArrowRight");
        assertThat(tab.said()).hasText(new String[] {"A blue house"});
        assertThat(other.button("Previous version")).isFocused();
        other.page().keyboard().press("Alt+ArrowLeft");
        assertThat(tab.said()).hasText(new String[] {"A red hous", "And its door?"});
    }

    @Test
    void aReplyInTheMiddleIsMadeAgainByAnotherModel() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("First");
        answer("One.");
        tab.awaitReplies(1);
        tab.say("Second");
        answer("Two.");
        tab.awaitReplies(2);

        tab.replies().first().getByLabel("More for this message").click();
        tab.page()
                .getByRole(AriaRole.MENUITEM)
                .filter(
                        new Locator.FilterOptions()
                                .setHasText(Pattern.compile("Regenerate with ELIZA")))
                .click();

        tab.awaitReplies(1);
        assertThat(tab.said()).hasText(new String[] {"First"});
        assertThat(tab.replies().first()).containsText("eliza");
        assertThat(replies(tab)).containsText("2 / 2");
        tab.button("Previous reply").click();
        assertThat(tab.said()).hasText(new String[] {"First", "Second"});
        assertThat(tab.prose()).hasText("Two.");
    }

    @Test
    void aStoppedReplyIsContinued() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("Tell me a story");
        Dictation.Reply reply = STAGE.nextReply();
        reply.say("Once upon ");
        assertThat(tab.prose()).hasText("Once upon");
        tab.button("Stop reply").click();
        tab.awaitReplies(1);

        tab.button("Continue reply").click();
        answer("a time.");

        assertThat(tab.prose()).hasText("Once upon a time.");
        tab.awaitReplies(1);
        assertThat(replies(tab)).containsText("2 / 2");
        assertThat(tab.button("Continue reply")).hasCount(0);
        tab.button("Previous reply").click();
        assertThat(tab.prose()).hasText("Once upon");
    }

    @Test
    void aChatGoesOnFromAMessageInAChatOfItsOwn() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("The trunk");
        answer("Wood.");
        tab.awaitReplies(1);
        tab.say("The top");
        answer("Leaves.");
        tab.awaitReplies(2);

        tab.replies().first().getByLabel("More for this message").click();
        item(tab, "Go on from here in a new chat").click();

        assertThat(tab.page()).hasTitle("The trunk (branch) · Hubbub");
        assertThat(tab.said()).hasText(new String[] {"The trunk"});
        tab.say("Another top");
        answer("Blossoms.");
        tab.awaitReplies(2);
        tab.page().locator(".chats li a[title='The trunk']").click();
        assertThat(tab.said()).hasText(new String[] {"The trunk", "The top"});
        assertThat(versions(tab)).hasCount(0);
    }

    @Test
    void aChatBeginsAgainAndThatIsTakenBack() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("Never mind");
        answer("All right.");
        tab.awaitReplies(1);
        Tab other = tab.another();

        tab.choose("Never mind", "Begin again");
        assertThat(tab.text("Nothing said yet")).isVisible();
        assertThat(other.text("Nothing said yet")).isVisible();
        tab.button("Undo").click();
        assertThat(tab.said()).hasText(new String[] {"Never mind"});
        assertThat(other.prose()).hasText("All right.");

        tab.choose("Never mind", "Begin again");
        assertThat(tab.text("Nothing said yet")).isVisible();
        tab.say("Something else");
        answer("Yes?");
        tab.awaitReplies(1);
        assertThat(tab.said()).hasText(new String[] {"Something else"});
        tab.reload();
        assertThat(versions(tab)).containsText("2 / 2");
    }

    private static void answer(String text) {
        Dictation.Reply reply = STAGE.nextReply();
        reply.say(text);
        reply.end();
    }

    private static Locator versions(Tab tab) {
        return tab.page().getByLabel("Versions of this message");
    }

    private static Locator replies(Tab tab) {
        return tab.page().getByLabel("Replies to this message");
    }

    private static Locator item(Tab tab, String name) {
        return tab.page().getByRole(AriaRole.MENUITEM, named(name));
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name).setExact(true);
    }
}
