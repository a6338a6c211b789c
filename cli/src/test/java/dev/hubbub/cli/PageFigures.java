package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.HasCountOptions;
import com.microsoft.playwright.options.AriaRole;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the page costs its readers, measured in a browser: `bench/run page` runs this and keeps the
/// table in `docs/benchmarks.md`. Not among the tests, because the figures are the machine's.
@Timeout(170)
final class PageFigures {

    private static final int CHATS = 5_000;
    private static final int MESSAGES = 10_000;
    private static final int WORDS = 20_000;
    private static final int WORDS_A_SECOND = 500;
    private static final String LONG = "The long one";

    /// A frame of a screen of 60 Hz, and half of the next.
    private static final double LATE_MILLIS = 25;

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    private final List<String> rows = new ArrayList<>();

    @Test
    void figures() throws IOException {
        firstVisit();
        STAGE.importFile(conversations(CHATS, 2, "Chat number %d"));
        manyChats();
        STAGE.importFile(conversations(1, MESSAGES, LONG));
        longChat();
        streaming();
        Path file = Path.of("target", "page.md");
        Files.writeString(
                file,
                "| | |\n|---|---:|\n"
                        + String.join("\n", rows)
                        + "\n\n"
                        + "Chromium without a graphics card, server and browser on the same"
                        + " machine.\n");
        System.out.println(Files.readString(file));
    }

    private void firstVisit() {
        Page page = page();
        CDPSession tools = page.context().newCDPSession(page);
        tools.send("Network.enable");
        var bytes = new long[1];
        tools.on(
                "Network.loadingFinished",
                event -> bytes[0] += event.get("encodedDataLength").getAsLong());
        page.navigate("/");
        assertThat(new Tab(page).heading("What is on your mind?")).isVisible();
        page.waitForTimeout(1_000);
        row("First visit: transferred", "%.0f KB", bytes[0] / 1e3);
        row(
                "First visit: first paint with content",
                "%.0f ms",
                number(
                        page,
                        "performance.getEntriesByName('first-contentful-paint')[0].startTime"));
        row("First visit: long tasks (over 50 ms), together", "%.0f ms", longTasks(page));
        page.close();
    }

    private void manyChats() {
        Page page = page();
        long begun = System.nanoTime();
        page.navigate("/");
        assertThat(page.locator(".chats li").first()).isVisible();
        row(CHATS + " chats: until the list is there", "%.0f ms", millisSince(begun));
        begun = System.nanoTime();
        page.getByRole(AriaRole.SEARCHBOX).fill("number 17");
        assertThat(new Tab(page).link("Chat number 17").first()).isVisible();
        assertThat(new Tab(page).chat("Chat number 1799")).isVisible();
        row(CHATS + " chats: until a search has them all", "%.0f ms", millisSince(begun));
        page.getByRole(AriaRole.SEARCHBOX).fill("");
        begun = System.nanoTime();
        page.waitForFunction(
                """
                count => {
                  const list = document.querySelector('.chats');
                  list.scrollTop = list.scrollHeight;
                  return document.querySelectorAll('.chats li').length >= count;
                }\
                """,
                CHATS);
        row(CHATS + " chats: scrolled to the last", "%.1f s", millisSince(begun) / 1e3);
        memory(CHATS + " chats, all in the list", page);
        page.close();
    }

    private void longChat() {
        Page page = page();
        page.navigate("/");
        Tab tab = new Tab(page);
        assertThat(tab.link(LONG)).isVisible();
        long begun = System.nanoTime();
        tab.link(LONG).click();
        assertThat(page.getByText("Message number %d.".formatted(MESSAGES - 1))).isVisible();
        row(MESSAGES + " messages: until the last is there", "%.0f ms", millisSince(begun));
        memory(MESSAGES + " messages, opened", page);
        page.evaluate(FRAMES);
        for (int wheel = 0; wheel < 100; wheel++) {
            page.mouse().move(700, 400);
            page.mouse().wheel(0, -800);
            page.waitForTimeout(30);
        }
        frames("scrolled up through them", page);
        memory(MESSAGES + " messages, scrolled up", page);
        page.close();
    }

    private void streaming() {
        Tab tab = STAGE.visitor();
        Page page = tab.page();
        tab.use("simulated:rate=%d,tokens=%d".formatted(WORDS_A_SECOND, WORDS));
        tab.say("Tell me everything.");
        assertThat(tab.running()).hasCount(1);
        page.evaluate(FRAMES);
        assertThat(tab.running()).hasCount(0, new HasCountOptions().setTimeout(120_000));
        frames("while %d words streamed, %d a second".formatted(WORDS, WORDS_A_SECOND), page);
        memory(WORDS + " words streamed", page);
    }

    private static final String FRAMES =
            """
            () => {
              const times = (window.__times = []);
              const tasks = (window.__tasks = []);
              new PerformanceObserver((list) => {
                for (const entry of list.getEntries()) tasks.push(entry.duration);
              }).observe({ type: 'longtask' });
              const next = (now) => {
                times.push(now);
                window.__frame = requestAnimationFrame(next);
              };
              requestAnimationFrame(next);
            }\
            """;

    private void frames(String when, Page page) {
        page.evaluate("cancelAnimationFrame(window.__frame)");
        double frames = number(page, "window.__times.length - 1");
        double seconds =
                number(
                        page,
                        "(window.__times[window.__times.length - 1] - window.__times[0]) / 1000");
        double late =
                number(
                        page,
                        "window.__times.filter((t, i, all) => i > 0 && t - all[i - 1] > %s).length"
                                .formatted(LATE_MILLIS));
        row("Frames a second, " + when, "%.1f", frames / seconds);
        row(
                "Late frames (over %.0f ms), ".formatted(LATE_MILLIS) + when,
                "%.2f %%",
                100 * late / frames);
        row("Longest task, " + when, "%.0f ms", number(page, "Math.max(0, ...window.__tasks)"));
    }

    private void memory(String what, Page page) {
        CDPSession tools = page.context().newCDPSession(page);
        tools.send("HeapProfiler.collectGarbage");
        double heap = tools.send("Runtime.getHeapUsage").get("usedSize").getAsDouble();
        JsonObject counts = tools.send("Memory.getDOMCounters");
        row("Heap of the tab, " + what, "%.1f MB", heap / 1e6);
        row("DOM nodes, " + what, "%.0f", counts.get("nodes").getAsDouble());
        tools.detach();
    }

    private static double longTasks(Page page) {
        return number(
                page,
                """
                new Promise((found) => {
                  let sum = 0;
                  new PerformanceObserver((list) => {
                    for (const entry of list.getEntries()) sum += entry.duration;
                  }).observe({ type: 'longtask', buffered: true });
                  setTimeout(() => found(sum), 200);
                })\
                """);
    }

    private static Page page() {
        return STAGE.page(new NewContextOptions().setViewportSize(1280, 800));
    }

    private static double number(Page page, String script) {
        return ((Number) page.evaluate(script)).doubleValue();
    }

    private static double millisSince(long begunNanos) {
        return (System.nanoTime() - begunNanos) / 1e6;
    }

    private void row(String what, String format, double value) {
        rows.add("| %s | %s |".formatted(what, String.format(Locale.ROOT, format, value)));
    }

    /// An export of ChatGPT.
    static String conversations(int chats, int messages, String title) {
        var json = new StringBuilder("[");
        for (int chat = 0; chat < chats; chat++) {
            json.append(chat == 0 ? "" : ",")
                    .append(
                            "{\"id\":\"%s-%d\",\"title\":\""
                                    .formatted(title.replace(' ', '-').replace("%d", ""), chat))
                    .append(title.formatted(chat))
                    .append("\",\"create_time\":%d,\"mapping\":{".formatted(1_700_000_000 + chat));
            for (int at = 0; at < messages; at++) {
                json.append(at == 0 ? "" : ",")
                        .append(message(at, messages, 1_700_000_000L + chat + at));
            }
            json.append("},\"current_node\":\"m%d\"}".formatted(messages - 1));
        }
        return json.append("]").toString();
    }

    private static String message(int at, int messages, long seconds) {
        return """
        "m%1$d":{"id":"m%1$d","parent":%2$s,"children":[%3$s],"message":{"id":"m%1$d",\
        "author":{"role":"%4$s"},"create_time":%5$d,"content":{"content_type":"text",\
        "parts":["Message number %1$d. It has **some** words, a `name` and a list:\\n\\n- one\\n- two"]}}}\
        """
                .formatted(
                        at,
                        at == 0 ? "null" : "\"m%d\"".formatted(at - 1),
                        at == messages - 1 ? "" : "\"m%d\"".formatted(at + 1),
                        at % 2 == 0 ? "user" : "assistant",
                        seconds);
    }
}
