package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Keyboard;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.FilePayload;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/// What readers set, keep for later, and take with them. Two contexts of the browser are two
/// devices.
@Timeout(90)
final class BrowserSettingsTest {

    private static final String DARK = "rgb(14, 19, 31)";

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @BeforeEach
    void forgetWhatOthersSet() {
        STAGE.forgetSettings();
    }

    @Test
    void aSettingHoldsAtOnceOnAllDevices() {
        Tab desk = STAGE.visitor();
        Tab sofa = STAGE.visitor();
        desk.page().keyboard().press("Control+,");
        theme(desk, "Dark").check();
        assertThat(sofa.page().locator("body")).hasCSS("background-color", DARK);

        select(desk, "Language").selectOption("de");
        assertThat(desk.heading("Einstellungen")).isVisible();
        assertThat(sofa.heading("Was beschäftigt dich?")).isVisible();
        assertThat(sofa.page().locator("html")).hasAttribute("lang", "de");
        sofa.page().reload();
        assertThat(sofa.heading("Was beschäftigt dich?")).isVisible();
        var later = new Tab(STAGE.page(new NewContextOptions()));
        later.page().navigate("/");
        assertThat(later.heading("Was beschäftigt dich?")).isVisible();
        assertThat(later.page().locator("body")).hasCSS("background-color", DARK);

        select(desk, "Sprache").selectOption("en");
        assertThat(sofa.heading("What is on your mind?")).isVisible();
        select(desk, "Language").selectOption("");
        theme(desk, "System").check();
    }

    @Test
    void enterBreaksTheLineForThoseWhoWantThat() {
        Tab tab = STAGE.visitor();
        Keyboard keyboard = tab.page().keyboard();
        tab.button("Settings").click();
        tab.page().getByLabel("Enter sends the message").uncheck();
        keyboard.press("Escape");
        assertThat(tab.button("Settings")).isFocused();

        tab.input().click();
        keyboard.type("One line");
        keyboard.press("Enter");
        keyboard.type("and another");
        assertThat(tab.input()).hasValue("One line\nand another");
        keyboard.press("Control+Enter");

        tab.awaitReplies(1);
        assertThat(tab.said()).hasText("One line\nand another");
        tab.button("Settings").click();
        tab.page().getByLabel("Enter sends the message").check();
    }

    @Test
    void aNewChatBeginsWithTheModelAndTheInstructionsThatWereSet() {
        Tab tab = STAGE.visitor();
        tab.button("Settings").click();
        select(tab, "Model").selectOption(Dictation.MODEL);
        Locator instructions = tab.page().getByLabel("Instructions");
        instructions.fill("Speak as a pirate.");
        instructions.blur();
        tab.button("Close").click();

        tab.say("Where is the ship?");
        Dictation.Reply reply = STAGE.nextReply();

        assertThat(reply.messages().toString()).contains("Speak as a pirate.");
        reply.say("Arr.");
        reply.end();
        tab.awaitReplies(1);
        tab.button("Settings").click();
        select(tab, "Model").selectOption("");
        instructions.fill("");
        instructions.blur();
    }

    @Test
    void theNextChatHasInstructionsOfItsOwnFromItsFirstMessageOn() {
        Tab tab = STAGE.visitor();
        tab.button("Settings of the new chat").click();
        tab.page().getByLabel("Instructions").fill("Answer in Latin.");
        Axe.check(tab.page(), "the settings of a new chat");
        tab.button("Save").click();

        tab.use(Dictation.MODEL).say("Good day");
        Dictation.Reply reply = STAGE.nextReply();
        assertThat(reply.messages().toString()).contains("Answer in Latin.");
        reply.say("Salve.");
        reply.end();
        tab.awaitReplies(1);
        tab.button("New chat").first().click();
        tab.use(Dictation.MODEL).say("And you?");

        Dictation.Reply another = STAGE.nextReply();
        assertThat(another.messages().toString()).doesNotContain("Latin");
        another.end();
        tab.awaitReplies(1);
    }

    @Test
    void whatIsSetWithoutTheServerIsSavedWhenItIsBack() {
        STAGE.foresee(Stage.UNREACHABLE);
        Tab tab = STAGE.visitor();
        STAGE.killServer();
        assertThat(tab.text("Reconnecting…")).isVisible();
        tab.button("Settings").click();
        theme(tab, "Dark").check();
        assertThat(tab.page().locator("body")).hasCSS("background-color", DARK);
        assertThat(tab.text("Kept here for now")).isVisible();

        STAGE.startServer();

        assertThat(tab.text("Changes hold at once")).isVisible();
        Tab other = STAGE.visitor();
        assertThat(other.page().locator("body")).hasCSS("background-color", DARK);
        theme(tab, "System").check();
    }

    @Test
    void aPromptIsKeptChangedFilledInAndDeleted() {
        Tab tab = STAGE.visitor();
        Tab other = STAGE.visitor();
        tab.button("Prompts").click();
        assertThat(tab.text("Keep here what you say again and again.")).isVisible();
        tab.button("New prompt").click();
        tab.page().getByLabel("Name", label()).fill("Weather");
        tab.page().getByLabel("Command").fill("sky");
        tab.page().getByLabel("Text").fill("How is the weather in {{city}}?");
        tab.button("Save").click();

        other.page().keyboard().press("Control+k");
        other.page().keyboard().type("sky");
        assertThat(other.page().getByRole(AriaRole.OPTION)).containsText("Weather");
        other.page().keyboard().press("Enter");
        assertThat(other.page().getByLabel("city")).isFocused();
        other.page().keyboard().type("Bremen");
        other.button("Put into the message").click();
        assertThat(other.input()).hasValue("How is the weather in Bremen?");
        assertThat(other.input()).isFocused();

        other.button("Prompts").click();
        assertThat(other.button("Edit the prompt Weather")).isVisible();
        tab.button("Edit the prompt Weather").click();
        tab.page().getByLabel("Name", label()).fill("Sun and rain");
        tab.button("Save").click();
        assertThat(other.button("Edit the prompt Sun and rain")).isVisible();

        tab.button("Delete the prompt Sun and rain").click();
        tab.button("Delete").click();
        assertThat(other.text("Keep here what you say again and again.")).isVisible();
    }

    @Test
    void aSelectionThatEndsBesideASheetDoesNotCloseIt() {
        Tab tab = STAGE.visitor();
        tab.button("Prompts").click();
        tab.button("New prompt").click();
        Locator text = tab.page().getByLabel("Text");
        text.fill("Not to be lost");
        BoundingBox box = text.boundingBox();
        tab.page().mouse().move(box.x + 20, box.y + 12);
        tab.page().mouse().down();
        tab.page().mouse().move(5, 5);
        tab.page().mouse().up();

        assertThat(text).hasValue("Not to be lost");
        tab.page().mouse().click(5, 5);
        assertThat(text).hasCount(0);
    }

    @Test
    void aCommandThatAnotherPromptHasIsRefusedAndNothingTypedIsLost() {
        STAGE.foresee("409");
        STAGE.post("api/prompts", Map.of("title", "One", "command", "same", "content", "One"));
        Tab tab = STAGE.visitor();
        tab.button("Prompts").click();
        tab.button("New prompt").click();
        tab.page().getByLabel("Name", label()).fill("Another");
        tab.page().getByLabel("Command").fill("same");
        tab.page().getByLabel("Text").fill("A text of some length");
        tab.button("Save").click();

        assertThat(tab.page().locator("dialog[open] [role=alert]"))
                .containsText("Another prompt has that");
        assertThat(tab.page().getByLabel("Text")).hasValue("A text of some length");
    }

    @Test
    void allIsTakenOutAndBringingItBackAddsNothing() {
        Tab tab = STAGE.visitor().say("To be taken along");
        tab.awaitReplies(1);
        tab.button("Settings").click();
        Download download =
                tab.page().waitForDownload(() -> tab.button("Export all chats").click());
        assertThat(download.suggestedFilename()).matches("hubbub-[0-9-]+\\.json");
        Locator file = tab.page().locator("dialog[open] input[type=file]");

        file.setInputFiles(download.path());
        assertThat(tab.text("0 chats were taken in.")).isVisible();

        file.setInputFiles(
                new FilePayload(
                        "old.csv",
                        "text/csv",
                        "user,Hello from before\nassistant,Hi\n".getBytes(StandardCharsets.UTF_8)));
        assertThat(tab.text("1 chat was taken in.")).isVisible();
        assertThat(tab.chat("old")).isVisible();

        STAGE.foresee("415");
        file.setInputFiles(
                new FilePayload(
                        "cat.json", "application/json", "{}".getBytes(StandardCharsets.UTF_8)));
        assertThat(tab.page().locator("dialog[open] [role=alert]")).hasText(Pattern.compile(".+"));
    }

    private static Locator select(Tab tab, String label) {
        return tab.page().getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName(label));
    }

    private static Page.GetByLabelOptions label() {
        return new Page.GetByLabelOptions().setExact(true);
    }

    private static Locator theme(Tab tab, String name) {
        return tab.page().getByRole(AriaRole.RADIO, new Page.GetByRoleOptions().setName(name));
    }
}
