package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// How a chat is read by those who were given a link.
@Timeout(60)
final class BrowserShareTest {

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @Test
    void imagesFromElsewhereAreLoadedInASharedChatOnlyWhenItsReaderSaysSo() {
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("A picture?");
        Dictation.Reply reply = STAGE.nextReply();
        reply.say("![A cat](https://images.invalid/cat.png)");
        reply.end();
        tab.awaitReplies(1);
        tab.choose("A picture?", "Share…");
        tab.button("Make a link").click();
        Locator link = tab.page().getByRole(AriaRole.DIALOG).getByRole(AriaRole.LINK);
        String path = link.getAttribute("href");

        Page stranger = STAGE.page(new NewContextOptions());
        stranger.route(
                "https://images.invalid/**",
                route -> route.fulfill(new Route.FulfillOptions().setStatus(404)));
        STAGE.foresee("404");
        stranger.navigate(path);
        stranger.locator(".remote-image-button").click();
        assertThat(stranger.getByText("Load images from other places?")).isVisible();
        assertThat(stranger.locator("img.remote-image")).hasCount(0);
        stranger.getByText("Allow").click();

        assertThat(stranger.locator("img.remote-image"))
                .hasAttribute("src", "https://images.invalid/cat.png");
    }

    @Test
    void whoHasTheLinkReadsWhatWasThereUntilItEnds() {
        STAGE.foresee("404");
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("A secret recipe?");
        Dictation.Reply reply = STAGE.nextReply();
        reply.say("**Salt.** <img src=x onerror=window.__xss=1>");
        reply.end();
        tab.awaitReplies(1);
        Tab other = tab.another();

        tab.choose("A secret recipe?", "Share…");
        tab.button("Make a link").click();
        Locator link = tab.page().getByRole(AriaRole.DIALOG).getByRole(AriaRole.LINK);
        assertThat(link).isVisible();
        String path = link.getAttribute("href");
        tab.button("Close").click();
        tab.say("And pepper?");
        STAGE.nextReply().end();
        tab.awaitReplies(2);

        Page stranger = STAGE.page(new NewContextOptions());
        stranger.navigate(path);
        assertThat(stranger.getByRole(AriaRole.HEADING)).hasText("A secret recipe?");
        assertThat(stranger.locator(".bubble")).hasText("A secret recipe?");
        assertThat(stranger.locator(".prose strong")).hasText("Salt.");
        assertThat(stranger.getByText("And pepper?")).hasCount(0);
        assertThat(stranger.getByRole(AriaRole.TEXTBOX)).hasCount(0);
        assertThat(stranger.locator("article button").and(stranger.getByLabel("Edit message")))
                .hasCount(0);
        assertThat(stranger.evaluate("window.__xss")).isNull();
        Axe.check(stranger, "a shared chat");

        other.page().keyboard().press("Control+k");
        other.page().keyboard().type("share");
        other.page().keyboard().press("Enter");
        assertThat(other.page().getByRole(AriaRole.DIALOG).getByRole(AriaRole.LINK)).hasCount(1);
        Axe.check(other.page(), "the links of a chat");
        other.page().getByRole(AriaRole.DIALOG).getByText("End", exact()).click();
        assertThat(other.page().getByRole(AriaRole.DIALOG).getByRole(AriaRole.LINK)).hasCount(0);
        stranger.reload();
        assertThat(stranger.getByText("There is no such chat")).isVisible();
        Axe.check(stranger, "a link that has ended");
    }

    private static Locator.GetByTextOptions exact() {
        return new Locator.GetByTextOptions().setExact(true);
    }
}
