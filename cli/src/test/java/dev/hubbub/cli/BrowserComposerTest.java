package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/// Prompts at hand while a message is written, and what holds for one chat alone.
@Timeout(90)
final class BrowserComposerTest {

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @Test
    void aSlashOffersThePromptsAndFillsTheirBlanks() {
        keep("Weather", "sky", "How is {{city}} today?");
        keep("Translate", "sky-translate", "Into French:");
        keep("Shorter", "short", "Say it in one sentence.");
        Tab tab = STAGE.visitor();
        tab.input().click();
        tab.page().keyboard().type("/sk");
        Locator offered = tab.page().locator(".slash [role=option]");
        assertThat(offered).containsText(new String[] {"Weather", "Translate"});
        assertThat(offered.first()).hasAttribute("aria-selected", "true");
        assertThat(tab.input()).hasAttribute("aria-activedescendant", Pattern.compile("slash-.+"));
        Axe.check(tab.page(), "prompts at hand");

        tab.page().keyboard().press("ArrowDown");
        assertThat(offered.nth(1)).hasAttribute("aria-selected", "true");
        tab.page().keyboard().press("Enter");
        assertThat(tab.input()).hasValue("Into French:");
        assertThat(tab.input()).isFocused();

        tab.input().fill("/sky");
        assertThat(offered).hasCount(2);
        tab.page().keyboard().press("Tab");
        Locator blank = tab.page().getByRole(AriaRole.DIALOG).locator("input, textarea").first();
        blank.fill("Rome");
        tab.page().locator("dialog[open] button[type=submit]").click();
        assertThat(tab.input()).hasValue("How is Rome today?");
    }

    @Test
    void aSlashThatIsMeantIsSaid() {
        keep("Dice", "dice", "Throw a dice.");
        Tab tab = STAGE.visitor().use(Dictation.MODEL);
        tab.input().click();
        tab.page().keyboard().type("/di");
        Locator offered = tab.page().locator(".slash [role=option]");
        assertThat(offered).hasCount(1);
        tab.page().keyboard().press("Escape");
        assertThat(offered).hasCount(0);
        tab.page().keyboard().press("Enter");
        STAGE.nextReply().end();
        tab.awaitReplies(1);
        assertThat(tab.said()).hasText("/di");
    }

    @Test
    void aChatHasSettingsOfItsOwn() {
        Tab tab = STAGE.visitor().use(Dictation.SEEING_MODEL).say("Good morning");
        Dictation.Reply first = STAGE.nextReply();
        first.say("Good morning to you.");
        first.used(1_000, 200);
        first.end();
        tab.awaitReplies(1);
        assertThat(tab.page().locator("article.answer .actions")).containsText("$0.0045");

        tab.button("Chat settings").click();
        assertThat(tab.page().locator("#chat-used"))
                .containsText("1,000 tokens read, 200 written.");
        assertThat(tab.page().locator("#chat-used")).containsText("$0.0045");
        Axe.check(tab.page(), "the settings of a chat");
        field(tab, "name").fill("In verse");
        field(tab, "model").fill(Dictation.MODEL);
        field(tab, "instructions").fill("Rhyme.");
        tab.button("Save").click();
        assertThat(tab.page().getByRole(AriaRole.DIALOG)).hasCount(0);
        assertThat(tab.heading("In verse")).isVisible();

        tab.say("And again");
        Dictation.Reply second = STAGE.nextReply();
        assertThat(second.messages().path(0).toString()).contains("Rhyme.");
        second.end();
        tab.awaitReplies(2);

        tab.reload();
        tab.awaitReplies(2);
        tab.button("Chat settings").click();
        assertThat(field(tab, "instructions")).hasValue("Rhyme.");
        assertThat(field(tab, "model")).hasValue(Dictation.MODEL);
        field(tab, "instructions").fill("");
        tab.button("Save").click();
        assertThat(tab.page().getByRole(AriaRole.DIALOG)).hasCount(0);
        tab.button("Chat settings").click();
        assertThat(field(tab, "instructions")).hasValue("");
    }

    private static void keep(String title, String command, String content) {
        STAGE.post("api/prompts", Map.of("title", title, "command", command, "content", content));
    }

    private static Locator field(Tab tab, String name) {
        return tab.page().locator("dialog[open] [name=%s]".formatted(name));
    }
}
