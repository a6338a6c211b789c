package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;

/// What readers do where the server wants a token.
@Timeout(120)
final class BrowserSignInTest {

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(BrowserSignInTest::guarded);

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
    void whoHasATokenSignsInWithTheKeyboardOnAPhoneAndTheAddressesDoNotTellIt() {
        STAGE.foresee("401|WebSocket");
        Page page = STAGE.page(new NewContextOptions().setViewportSize(390, 780));
        var addresses = new ArrayList<String>();
        page.onRequest(request -> addresses.add(request.url()));
        page.onWebSocket(socket -> addresses.add(socket.url()));
        page.navigate("/");
        Locator token = page.getByLabel("Token");
        assertThat(token).isFocused();

        page.keyboard().type("my password");
        page.keyboard().press("Enter");
        assertThat(page.locator("#sign-in-problem")).containsText("not look like a token");
        assertThat(token).isFocused();

        token.fill(token("alice", "1h") + "x");
        page.keyboard().press("Enter");
        assertThat(page.locator("#sign-in-problem")).containsText("no token of this server");

        String good = token("alice", "1h");
        token.fill(good);
        page.keyboard().press("Enter");
        var tab = new Tab(page);
        assertThat(tab.input()).isVisible();
        tab.use("eliza").say("I am unhappy");
        tab.awaitReplies(1);
        tab.reload();
        tab.awaitReplies(1);

        assertThat(addresses).isNotEmpty().noneMatch(address -> address.contains(good));
        assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
        assertThat(page.evaluate("JSON.stringify(localStorage)").toString()).doesNotContain(good);
    }

    @Test
    void whoseTokenExpiresSignsInAgainAndReadsOn() {
        STAGE.foresee("401|WebSocket");
        Page page = STAGE.page(new NewContextOptions().setViewportSize(1100, 750));
        page.navigate("/");
        page.getByLabel("Token").fill(token("bob", "6s"));
        page.keyboard().press("Enter");
        var tab = new Tab(page);
        tab.use("eliza").say("I am unhappy");
        tab.awaitReplies(1);

        assertThat(page.locator("#sign-in-problem")).containsText("has expired");
        page.getByLabel("Token").fill(token("bob", "1h"));
        page.keyboard().press("Enter");

        tab.awaitReplies(1);
        assertThat(tab.said()).hasText("I am unhappy");
    }

    private static String token(String user, String expires) {
        return new InProcess(data)
                .run("token", "--user", user, "--expires", expires, "--data", data.toString())
                .out()
                .strip();
    }
}
