package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Keyboard;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// How readers keep many chats in order. Two contexts of the browser are two devices.
@Timeout(90)
final class BrowserMarksTest {

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @Test
    void aPinnedChatStandsOnTopOnAllDevices() {
        chat("Pin me");
        chat("Written later");
        Tab desk = STAGE.visitor();
        Tab sofa = STAGE.visitor();

        desk.choose("Pin me", "Pin");

        assertThat(desk.page().locator(".chats li").first()).containsText("Pin me");
        assertThat(sofa.page().locator(".chats li").first()).containsText("Pin me");
        sofa.reload();
        assertThat(sofa.heading("Pinned")).isVisible();
        assertThat(sofa.page().locator(".chats li").first()).containsText("Pin me");

        sofa.choose("Pin me", "Unpin");
        assertThat(desk.heading("Pinned")).hasCount(0);
    }

    @Test
    void anArchivedChatIsOutOfTheWayAndComesBack() {
        chat("Long ago");
        Tab tab = STAGE.visitor();
        Tab other = STAGE.visitor();
        tab.choose("Long ago", "Archive");
        assertThat(tab.chat("Long ago")).hasCount(0);
        assertThat(other.chat("Long ago")).hasCount(0);
        assertThat(tab.text("“Long ago” is in the archive.")).isVisible();

        tab.button("Undo").click();
        assertThat(tab.chat("Long ago")).isVisible();
        assertThat(other.chat("Long ago")).isVisible();

        other.choose("Long ago", "Archive");
        assertThat(tab.chat("Long ago")).hasCount(0);
        tab.page().getByRole(AriaRole.SEARCHBOX).fill("long ag");
        assertThat(tab.heading("Archived chats")).isVisible();
        tab.link("Long ago").click();
        assertThat(tab.text("This chat is archived.")).isVisible();
        tab.page().getByRole(AriaRole.SEARCHBOX).fill("");
        assertThat(tab.chat("Long ago")).hasCount(0);

        other.button("Archived chats").click();
        other.button("Restore Long ago").click();
        assertThat(tab.text("This chat is archived.")).hasCount(0);
        assertThat(tab.chat("Long ago")).isVisible();
    }

    @Test
    void aFolderHoldsItsChatsAndTagsFindThem() {
        chat("Invoices");
        chat("Taxes");
        Tab tab = STAGE.visitor();
        Tab other = STAGE.visitor();
        file(tab, "Invoices", "Office", "money, 2026");
        file(tab, "Taxes", "Office", "money");

        Locator folder = tab.page().locator("summary");
        assertThat(folder).hasText("Office");
        assertThat(tab.link("Taxes")).not().isVisible();
        folder.click();
        assertThat(tab.link("Taxes")).isVisible();
        assertThat(tab.link("Invoices")).isVisible();
        tab.reload();
        assertThat(tab.link("Taxes")).isVisible();

        other.button("2026").click();
        assertThat(other.page().locator(".chats li")).hasCount(1);
        assertThat(other.link("Invoices")).isVisible();
        other.button("2026").click();
        other.button("money").click();
        assertThat(other.page().locator(".chats li")).hasCount(2);

        file(tab, "Taxes", "", "");
        assertThat(other.page().locator(".chats li")).hasCount(1);
        file(tab, "Invoices", "", "");
        assertThat(folder).hasCount(0);
        assertThat(tab.button("money")).hasCount(0);
        // Nothing has the tag any more that was asked for.
        assertThat(other.link("Taxes")).isVisible();
        assertThat(other.link("Invoices")).isVisible();
    }

    @Test
    void whatWasSeenOnOneDeviceIsSeenOnTheOthers() {
        chat("Elsewhere");
        Tab desk = STAGE.visitor().use(Dictation.MODEL).say("Take your time");
        Dictation.Reply reply = STAGE.nextReply();
        Tab sofa = STAGE.visitor();
        desk.link("Elsewhere").click();
        assertThat(desk.page()).hasTitle("Elsewhere · Hubbub");

        reply.say("Here it is.");
        reply.end();

        assertThat(desk.chat("Take your time").getByLabel("unread")).isVisible();
        assertThat(sofa.chat("Take your time").getByLabel("unread")).isVisible();
        sofa.link("Take your time").click();
        sofa.awaitReplies(1);
        assertThat(desk.chat("Take your time").getByLabel("unread")).hasCount(0);

        sofa.link("Elsewhere").click();
        assertThat(sofa.page()).hasTitle("Elsewhere · Hubbub");
        desk.choose("Take your time", "Mark as unread");
        assertThat(desk.chat("Take your time").getByLabel("unread")).isVisible();
        desk.choose("Take your time", "Mark as read");
        assertThat(desk.chat("Take your time").getByLabel("unread")).hasCount(0);
    }

    @Test
    void theMenuIsWorkedByKeys() {
        chat("By hand");
        Tab tab = STAGE.visitor();
        Keyboard keyboard = tab.page().keyboard();
        tab.link("By hand").focus();
        keyboard.press("Tab");
        assertThat(tab.button("Actions for By hand")).isFocused();
        keyboard.press("Enter");
        assertThat(item(tab, "Rename")).isFocused();
        keyboard.press("ArrowDown");
        assertThat(item(tab, "Pin")).isFocused();
        keyboard.press("End");
        assertThat(item(tab, "Delete")).isFocused();
        keyboard.press("f");
        assertThat(item(tab, "Folder and tags…")).isFocused();
        keyboard.press("Escape");
        assertThat(tab.button("Actions for By hand")).isFocused();
        assertThat(item(tab, "Rename")).hasCount(0);

        tab.link("By hand").click();
        keyboard.press("Control+Alt+p");
        assertThat(tab.heading("Pinned")).isVisible();
        keyboard.press("Control+Alt+p");
        assertThat(tab.heading("Pinned")).hasCount(0);
        keyboard.press("Control+Alt+a");
        assertThat(tab.text("This chat is archived.")).isVisible();
        keyboard.press("Control+Alt+a");
        assertThat(tab.chat("By hand")).isVisible();
    }

    @Test
    void aChatIsTakenOutAsAFile() throws IOException {
        Tab tab = STAGE.visitor().say("Remember the milk");
        tab.awaitReplies(1);

        Download file =
                tab.page()
                        .waitForDownload(
                                () -> tab.choose("Remember the milk", "Export as Markdown"));

        assertThat(file.suggestedFilename()).endsWith(".md");
        assertThat(Files.readString(file.path())).contains("Remember the milk");
    }

    private static void chat(String name) {
        STAGE.post("api/chats", Map.of("name", name));
    }

    private static void file(Tab tab, String chat, String folder, String tags) {
        tab.choose(chat, "Folder and tags…");
        Locator sheet = tab.page().getByRole(AriaRole.DIALOG);
        sheet.getByRole(AriaRole.COMBOBOX).fill(folder);
        sheet.getByRole(AriaRole.TEXTBOX).fill(tags);
        tab.button("Save").click();
        assertThat(sheet).hasCount(0);
    }

    private static Locator item(Tab tab, String name) {
        return tab.page()
                .getByRole(
                        AriaRole.MENUITEM,
                        new Page.GetByRoleOptions().setName(name).setExact(true));
    }
}
