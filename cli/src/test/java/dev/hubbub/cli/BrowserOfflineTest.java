package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// The page opens without its server, with what its reader saw last.
@Timeout(90)
final class BrowserOfflineTest {

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @Test
    void aPageThatOpensWithoutItsServerShowsWhatWasSeenLastAndSendsLater() {
        STAGE.foresee(Stage.UNREACHABLE);
        Tab tab = STAGE.visitor().say("Before");
        tab.awaitReplies(1);
        String address = tab.page().url();
        awaitWorker(tab.page());
        STAGE.killServer();

        Tab cold = new Tab(tab.page().context().newPage()).open(address);
        tab.page().close();
        assertThat(cold.text("Offline: here is what you saw last")).isVisible();
        assertThat(cold.said()).hasText("Before");
        assertThat(cold.replies()).hasCount(1);
        assertThat(cold.link("Before")).isVisible();
        cold.say("Meanwhile");
        assertThat(cold.text("Will be sent when the connection is back")).isVisible();
        cold.reload();
        assertThat(cold.said()).hasText(new String[] {"Before", "Meanwhile"});
        cold.page().navigate("/c/never-opened");
        assertThat(cold.text("This chat is not kept here")).isVisible();
        cold.open(address);
        STAGE.startServer();

        cold.awaitReplies(2);
        assertThat(cold.text("Offline:")).hasCount(0);
        assertThat(cold.said()).hasText(new String[] {"Before", "Meanwhile"});
    }

    @Test
    void aReloadInMidReplyWithoutTheServerKeepsTheTextThatWasThere() {
        STAGE.foresee(Stage.UNREACHABLE);
        Tab tab = STAGE.visitor().use(Dictation.MODEL).say("Tell me a story");
        STAGE.nextReply().say("It was a dark ");
        assertThat(tab.prose()).hasText("It was a dark");
        awaitWorker(tab.page());
        STAGE.killServer();
        assertThat(tab.text("Reconnecting…")).isVisible();

        tab.reload();
        assertThat(tab.text("Offline: here is what you saw last")).isVisible();
        assertThat(tab.prose()).hasText("It was a dark");
        STAGE.startServer();
        Dictation.Reply goesOn = STAGE.nextReply();
        goesOn.say("and stormy night.");
        goesOn.end();

        tab.awaitReplies(1);
        assertThat(tab.prose()).hasText("It was a dark and stormy night.");
    }

    @Test
    void whatAClosedTabHadToSendIsSentByTheNext() {
        STAGE.foresee(Stage.UNREACHABLE);
        Tab tab = STAGE.visitor().say("Once");
        tab.awaitReplies(1);
        String address = tab.page().url();
        awaitWorker(tab.page());
        STAGE.killServer();
        assertThat(tab.text("Reconnecting…")).isVisible();
        tab.say("Said to nobody");
        tab.page().navigate("/");
        tab.say("A chat that nobody has made");
        assertThat(tab.heading("Not sent yet")).isVisible();
        assertThat(tab.link("A chat that nobody has made")).isVisible();

        BrowserContext browser = tab.page().context();
        tab.page().close();
        Tab next = new Tab(browser.newPage()).open(address);

        assertThat(next.said()).hasText(new String[] {"Once", "Said to nobody"});
        assertThat(next.link("A chat that nobody has made")).isVisible();
        STAGE.startServer();
        next.awaitReplies(2);
        assertThat(next.heading("Not sent yet")).hasCount(0);
        next.link("A chat that nobody has made").click();
        next.awaitReplies(1);
        assertThat(next.said()).hasText("A chat that nobody has made");
        assertThat(next.page().evaluate("Object.keys(localStorage).join()").toString())
                .doesNotContain("hubbub.left");
    }

    private static void awaitWorker(Page page) {
        page.waitForFunction(
                "async () => (await navigator.serviceWorker.ready).active?.state === 'activated'");
    }
}
