package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// One question and several models.
@Timeout(60)
final class BrowserCompareTest {

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @Test
    void severalModelsAnswerSideBySideAndTheChatGoesOnFromOne() {
        Tab tab = STAGE.visitor();
        tab.input().fill("Tea or coffee?");
        tab.button("Ask several models").click();
        Locator sheet = tab.page().getByRole(AriaRole.DIALOG);
        assertThat(sheet.getByLabel("Question")).hasValue("Tea or coffee?");
        assertThat(tab.button("Ask")).isDisabled();
        sheet.locator(".compare-models label").filter(has("dictated")).first().click();
        sheet.locator(".compare-models label").filter(has("ELIZA")).click();
        Axe.check(tab.page(), "the models to ask");
        tab.button("Ask").click();

        Dictation.Reply reply = STAGE.nextReply();
        reply.say("Coffee, of ");
        Locator columns = sheet.locator(".compare-column");
        assertThat(columns).hasCount(2);
        Locator dictated = columns.filter(has("Coffee, of"));
        assertThat(dictated.getByRole(AriaRole.BUTTON, named("Stop"))).isVisible();
        assertThat(columns.getByRole(AriaRole.BUTTON, named("Go on with this one"))).hasCount(1);
        reply.say("course.");
        reply.end();
        assertThat(columns.getByRole(AriaRole.BUTTON, named("Go on with this one"))).hasCount(2);
        Axe.check(tab.page(), "replies side by side");

        columns.filter(has("Coffee, of course."))
                .getByRole(AriaRole.BUTTON, named("Go on with this one"))
                .click();

        assertThat(sheet).hasCount(0);
        assertThat(tab.said()).hasText(new String[] {"Tea or coffee?"});
        assertThat(tab.prose()).hasText("Coffee, of course.");
        assertThat(tab.page().getByLabel("Replies to this message")).containsText("/ 2");
        assertThat(tab.page().locator(".chats li")).hasCount(1);
        assertThat(tab.input()).hasValue("");
    }

    private static Locator.FilterOptions has(String text) {
        return new Locator.FilterOptions().setHasText(text);
    }

    private static Locator.GetByRoleOptions named(String name) {
        return new Locator.GetByRoleOptions().setName(name).setExact(true);
    }
}
