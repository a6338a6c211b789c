package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How a stay ends where tokens are on, and how it goes on.
@Timeout(60)
final class BrowserSignOutTest {

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(BrowserSignOutTest::guarded);

    private static Path guarded() {
        try {
            Files.writeString(
                    data.resolve("hubbub.conf"), "hubbub.auth { mode = tokens, clock-skew = 0s }");
            return data;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    @Test
    void whoSignsOutLeavesNothingBehindInAnyTab() {
        STAGE.foresee("401|WebSocket");
        Tab tab = signedIn(token("alice", "1h"));
        tab.say("A secret of mine");
        tab.awaitReplies(1);
        Page other = tab.page().context().newPage();
        other.navigate("/");
        other.getByLabel("Token").fill(token("alice", "1h"));
        other.keyboard().press("Enter");
        assertThat(new Tab(other).link("A secret")).isVisible();

        tab.button("Sign out").click();
        tab.page().locator("dialog .danger").click();

        assertThat(tab.page().getByLabel("Token")).isVisible();
        assertThat(other.getByLabel("Token")).isVisible();
        Object left =
                other.evaluate(
                        """
                        () => new Promise((resolve) => {
                          const asked = indexedDB.open('hubbub');
                          asked.onsuccess = () => {
                            const all = asked.result.transaction('seen').objectStore('seen').getAll();
                            all.onsuccess = () => resolve(JSON.stringify([
                              all.result, {...localStorage}, {...sessionStorage}]));
                          };
                        })\
                        """);
        assertThat(left.toString()).startsWith("[[],").doesNotContain("secret", "token");
    }

    @Test
    void whoIsToldThatTheSignInEndsGoesOnWithAnotherTokenAndKeepsWhatWasTyped() {
        Tab tab = signedIn(token("bob", "2m"));
        tab.input().fill("Half a sentence");
        assertThat(tab.text("Your sign-in ends in 2 minutes.")).isVisible();

        tab.button("Stay signed in…").click();
        tab.page().getByLabel("Another token").fill("nonsense");
        tab.page().keyboard().press("Enter");
        assertThat(tab.page().locator("#next-token-problem")).not().isEmpty();
        tab.page().getByLabel("Another token").fill(token("bob", "1h"));
        tab.page().keyboard().press("Enter");

        assertThat(tab.text("Your sign-in ends")).hasCount(0);
        assertThat(tab.input()).hasValue("Half a sentence");
        tab.input().press("Enter");
        tab.awaitReplies(1);
    }

    private static Tab signedIn(String token) {
        STAGE.foresee("401|WebSocket");
        Page page = STAGE.page(new NewContextOptions().setViewportSize(1100, 750));
        page.navigate("/");
        page.getByLabel("Token").fill(token);
        page.keyboard().press("Enter");
        var tab = new Tab(page);
        assertThat(tab.input()).isVisible();
        return tab.use("eliza");
    }

    private static String token(String user, String expires) {
        return new InProcess(data)
                .run("token", "--user", user, "--expires", expires, "--data", data.toString())
                .out()
                .strip();
    }
}
