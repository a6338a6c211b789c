package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/// The page can be installed as an app, and what it keeps for that is nobody's secret.
@Timeout(60)
final class BrowserInstallTest {

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @Test
    void theBrowserFindsNothingThatKeepsItFromInstallingThePage() {
        Page page = STAGE.visitor().page();
        page.waitForFunction("async () => (await navigator.serviceWorker.ready).active !== null");
        CDPSession chromium = page.context().newCDPSession(page);

        JsonObject manifest = chromium.send("Page.getAppManifest");
        assertThat(manifest.getAsJsonArray("errors")).isEmpty();
        List<String> errors =
                chromium
                        .send("Page.getInstallabilityErrors")
                        .getAsJsonArray("installabilityErrors")
                        .asList()
                        .stream()
                        .map(JsonElement::getAsJsonObject)
                        .map(error -> error.get("errorId").getAsString())
                        .toList();
        // The profile of a test is a private one, which installs nothing.
        assertThat(errors).isSubsetOf("in-incognito");
    }

    @Test
    void onlyFilesOfThePageAreKeptAndNoAnswerOfTheServer() {
        Tab tab = STAGE.visitor().say("Hello");
        tab.awaitReplies(1);
        tab.page()
                .waitForFunction(
                        "async () => (await navigator.serviceWorker.ready).active !== null");

        Object kept =
                tab.page()
                        .evaluate(
                                """
                                async () => {
                                  const paths = [];
                                  for (const name of await caches.keys()) {
                                    const cache = await caches.open(name);
                                    for (const kept of await cache.keys()) {
                                      paths.push(new URL(kept.url).pathname);
                                    }
                                  }
                                  return paths;
                                }\
                                """);
        assertThat((List<?>) kept)
                .isNotEmpty()
                .extracting(Object::toString)
                .contains("/", "/app.js", "/app.css")
                .noneMatch(path -> path.startsWith("/api/") || path.startsWith("/c/"));
    }
}
