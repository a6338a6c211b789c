package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hubbub.server.Running.Answered;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PageTest {

    private final Running running = new Running();

    @AfterAll
    void close() {
        running.close();
    }

    @Test
    void thePageIsServedAtTheRootAndForEveryChat() {
        Answered root = running.get("/").expecting(200);
        assertThat(root.response().body()).contains("<title>A page</title>");
        assertThat(root.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(running.get("/c/any-chat_1").expecting(200).response().body())
                .isEqualTo(root.response().body());
        running.get("/c/a/b").expecting(404);
    }

    @Test
    void thePageMayRunNothingButItsOwn() {
        Answered root = running.get("/");
        assertThat(root.header("Content-Security-Policy"))
                .contains("default-src 'self'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(root.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(root.header("Referrer-Policy")).isEqualTo("no-referrer");
    }

    @Test
    void imagesFromElsewhereAreForThoseWhoSayTheyWantThem() {
        assertThat(running.get("/").header("Content-Security-Policy"))
                .contains("img-src 'self' blob: data:;");
        for (String cookie :
                new String[] {"hubbub_remote_images=1", "a=b; hubbub_remote_images=1"}) {
            assertThat(
                            running.send(running.request("/").header("Cookie", cookie))
                                    .header("Content-Security-Policy"))
                    .contains("img-src 'self' https: blob: data:;", "script-src 'self';")
                    .doesNotContain("unsafe");
        }
        for (String cookie : new String[] {"hubbub_remote_images=0", "=", ";;hubbub"}) {
            assertThat(
                            running.send(running.request("/").header("Cookie", cookie))
                                    .header("Content-Security-Policy"))
                    .doesNotContain("https:");
        }
    }

    @Test
    void aFileThatIsKnownIsNotSentAgain() {
        Answered script = running.get("/app.js").expecting(200);
        assertThat(script.header("Content-Type")).startsWith("text/javascript");
        assertThat(script.header("Cache-Control")).isEqualTo("no-cache");
        String tag = script.header("ETag");
        assertThat(tag).matches("\"[0-9a-f]{32}\"");
        running.send(running.request("/app.js").header("If-None-Match", tag)).expecting(304);
        running.send(running.request("/app.js").header("If-None-Match", "\"other\""))
                .expecting(200);
    }

    @Test
    void aFileNamedByItsContentIsKeptForEver() {
        Answered font = running.get("/fonts/letters-ABCD1234.woff2").expecting(200);
        assertThat(font.header("Cache-Control")).contains("immutable");
        assertThat(font.header("Content-Type")).isEqualTo("font/woff2");
    }

    @Test
    void textIsCompressedForWhoTakesIt() {
        Answered zipped = running.send(running.request("/").header("Accept-Encoding", "gzip, br"));
        assertThat(zipped.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(running.get("/").header("Content-Encoding")).isEmpty();
    }

    @Test
    void nothingElseOnTheClassPathIsServed() {
        for (String path :
                new String[] {
                    "/../logback-test.xml",
                    "/..%2flogback-test.xml",
                    "/%2e%2e/logback-test.xml",
                    "/fonts",
                    "/fonts/",
                    "/.hidden",
                    "//etc/passwd",
                    "/logback-test.xml"
                }) {
            assertThat(RawHttp.get(running.server.port(), path))
                    .as(path)
                    .startsWith("HTTP/1.1 404 ");
        }
    }

    @Test
    void headHasNoBody() {
        Answered head =
                running.send(
                        running.request("/")
                                .method("HEAD", java.net.http.HttpRequest.BodyPublishers.noBody()));
        head.expecting(200);
        assertThat(head.response().body()).isEmpty();
    }
}
