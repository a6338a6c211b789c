package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.regex.Pattern;

/// What readers learn of what their replies used and cost.
@Timeout(90)
final class BrowserUsageTest {

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @Test
    void whatRepliesUsedIsToldByModelAndDay() {
        Tab tab = STAGE.visitor();
        show(tab);
        assertThat(tab.text("Nothing was used in this time.")).isVisible();
        tab.page().keyboard().press("Escape");

        tab.use(Dictation.SEEING_MODEL).say("Good morning");
        answer(1_000, 200);
        tab.awaitReplies(1);
        tab.use(Dictation.MODEL).say("And again");
        answer(70, 7);
        tab.awaitReplies(2);

        show(tab);
        assertThat(tab.page().locator(".figures dd"))
                .hasText(new String[] {"US$0.0045", "1,070", "207"});
        Locator models = tab.page().locator(".usage-table").first().locator("tbody tr");
        assertThat(models)
                .hasText(
                        new Pattern[] {
                            Pattern.compile("gpt-4o-dictated\\s*1,000\\s*200\\s*US\\$0\\.0045"),
                            Pattern.compile("dictated\\s*70\\s*7\\s*US\\$0\\.00")
                        });
        assertThat(tab.page().getByRole(AriaRole.IMG).last())
                .hasAttribute("aria-label", Pattern.compile("Most on \\d+ \\w+: US\\$0\\.0045"));
        assertThat(tab.page().locator(".usage-chart rect")).hasCount(31);
        Axe.check(tab.page(), "use and cost");

        tab.page().getByLabel("366 days").check();
        assertThat(tab.page().locator(".usage-chart rect")).hasCount(53);
        tab.page().locator(".usage summary").click();
        assertThat(tab.page().locator("details .usage-table tbody tr")).hasCount(1);
        Axe.check(tab.page(), "a year of use and cost");
    }

    @Test
    void theSettingsLeadToItAndWithoutTheServerItSaysSo() {
        STAGE.foresee(Stage.UNREACHABLE);
        Tab tab = STAGE.visitor();
        STAGE.killServer();
        assertThat(tab.text("Reconnecting…")).isVisible();
        tab.page().keyboard().press("Control+,");
        tab.button("Use and cost").last().click();
        Locator problem = tab.page().locator(".usage").getByRole(AriaRole.ALERT);
        assertThat(problem).containsText("please try again");

        STAGE.startServer();
        assertThat(tab.text("Reconnecting…")).hasCount(0);
        tab.button("Try again").click();
        assertThat(problem).hasCount(0);
        assertThat(tab.page().locator(".usage .figures, .usage .empty")).isVisible();
    }

    private static void show(Tab tab) {
        tab.page().keyboard().press("Control+k");
        tab.page().keyboard().type("cost");
        tab.page().keyboard().press("Enter");
    }

    private static void answer(int read, int written) {
        Dictation.Reply reply = STAGE.nextReply();
        reply.say("Good morning to you.");
        reply.used(read, written);
        reply.end();
    }
}
