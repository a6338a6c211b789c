package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Whatever somebody wrote, named, sent or imported: nothing of it runs, and nothing of it asks
/// another host. The page complains of each attempt that its policy has to stop, and a story fails
/// of that.
@Timeout(120)
final class BrowserXssTest {

    private static final String TRIP = "window.__xss=1";

    /// Names, and everything else that is shown as it is written.
    private static final List<String> PLAIN =
            List.of(
                    "<img src=x onerror=%s>".formatted(TRIP),
                    "<svg/onload=%s>".formatted(TRIP),
                    "\"><script>%s</script>".formatted(TRIP),
                    "'-%s-'".formatted(TRIP),
                    "javascript:%s".formatted(TRIP),
                    "${%s}{{%s}}".formatted(TRIP, TRIP),
                    "</title><script>%s</script>".formatted(TRIP),
                    "<!--lit-part--><img src=x onerror=%s>".formatted(TRIP));

    /// What a reply writes.
    private static final List<String> MARKDOWN =
            List.of(
                    "<script>%s</script>".formatted(TRIP),
                    "<img src=x onerror=\"%s\">".formatted(TRIP),
                    "<svg><script>%s</script></svg>".formatted(TRIP),
                    "<svg><animate onbegin=%s attributeName=x dur=1s>".formatted(TRIP),
                    "<math><mi//xlink:href=\"data:x,<script>%s</script>\">".formatted(TRIP),
                    "<iframe srcdoc=\"<script>parent.%s</script>\"></iframe>".formatted(TRIP),
                    "<a href=\"jav&#x09;ascript:%s\">me</a>".formatted(TRIP),
                    "<details open ontoggle=%s>".formatted(TRIP),
                    "<form action=\"javascript:%s\"><button>go</button></form>".formatted(TRIP),
                    "<style>@import 'https://evil.invalid/a.css';</style>",
                    "<link rel=stylesheet href=https://evil.invalid/b.css>",
                    "<meta http-equiv=refresh content=\"0;url=https://evil.invalid\">",
                    "<base href=https://evil.invalid>",
                    "<object data=\"data:text/html,<script>%s</script>\"></object>".formatted(TRIP),
                    "<noscript><p title=\"</noscript><img src=x onerror=%s>\">".formatted(TRIP),
                    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=%s>"
                            .formatted(TRIP),
                    "[a](javascript:%s)".formatted(TRIP),
                    "[b](JaVaScRiPt:%s)".formatted(TRIP),
                    "[c](data:text/html,<script>%s</script>)".formatted(TRIP),
                    "[d](vbscript:x \"onmouseover=%s\")".formatted(TRIP),
                    "[e](https://ok.invalid/\"onmouseover=\"%s)".formatted(TRIP),
                    "<javascript:%s>".formatted(TRIP),
                    "![f](https://evil.invalid/track.png)",
                    "![g](x\" onerror=\"%s)".formatted(TRIP),
                    "![h](data:image/svg+xml,<svg onload=%s>)".formatted(TRIP),
                    "```\"><img src=x onerror=%s>\n</code><img src=x onerror=%s>\n```"
                            .formatted(TRIP, TRIP),
                    "```html onload=%s\n<script>%s</script>\n```".formatted(TRIP, TRIP),
                    "`<img src=x onerror=%s>`".formatted(TRIP),
                    "| <img src=x onerror=%s> | [x](javascript:%s) |\n|---|---|\n| a | b |"
                            .formatted(TRIP, TRIP),
                    "[^1] and\n\n[^1]: <img src=x onerror=%s>".formatted(TRIP),
                    "[ref]\n\n[ref]: javascript:%s".formatted(TRIP),
                    "$\\href{javascript:%s}{x}$ $\\url{javascript:%s}$".formatted(TRIP, TRIP),
                    "$$\\htmlClass{x}{y} \\htmlData{onload=%s}{z} \\includegraphics{https://evil.invalid/i.png}$$"
                            .formatted(TRIP),
                    "$\\unicode{<img src=x onerror=%s>}$ $<img src=x onerror=%s>$"
                            .formatted(TRIP, TRIP),
                    "$\\text{</math><img src=x onerror=%s>}$".formatted(TRIP));

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    private final List<String> strangers = new ArrayList<>();

    @AfterEach
    void nobodyElseWasAsked() {
        assertThat(strangers).as("requests to other hosts").isEmpty();
    }

    @Test
    void whatAModelWritesRunsNot() {
        Tab author = visitor().use(Dictation.MODEL).say(String.join("\n\n", PLAIN));
        Dictation.Reply reply = STAGE.nextReply();
        // In the smallest pieces: what is half there is drawn, too.
        for (String text : MARKDOWN) {
            for (String piece : (text + "\n\n").split("(?<=[<>\"$`\\[\\]()])", -1)) {
                reply.say(piece);
            }
        }
        reply.say("The end.");
        reply.end();
        author.awaitReplies(1);
        assertThat(author.prose()).containsText("The end.");
        assertSilent(author);
        author.reload();
        author.awaitReplies(1);
        assertThat(author.prose()).containsText("The end.");
        for (Locator link : author.prose().locator("a").all()) {
            String address = link.getAttribute("href");
            assertThat(address == null ? "https:" : address).matches("(https?|mailto):.*");
        }
        assertSilent(author);
    }

    @Test
    void aNameIsANameWhereverItStands() {
        for (String name : PLAIN) {
            String id =
                    STAGE.post("api/chats", Map.of("name", name)).path("chat").path("id").asText();
            STAGE.put(
                    "/api/chats/" + id,
                    "{\"icon\":%s,\"folder\":%s,\"tags\":[%s],\"model\":%s,\"system_prompt\":%s}"
                            .formatted(
                                    text("<b>"),
                                    text(cut(name, 64)),
                                    text(cut(name.replace(',', ' '), 32)),
                                    text("x/" + cut(name.replaceAll("\\s", ""), 40)),
                                    text(name)));
            STAGE.post("api/prompts", Map.of("title", name, "content", name + "{{" + name + "}}"));
        }
        Tab tab = visitor();
        for (Locator folder : tab.page().locator("summary").all()) {
            folder.click();
        }
        assertThat(tab.page().locator(".chats li").nth(PLAIN.size() - 1)).isAttached();
        for (Locator chip : tab.page().locator(".tag-bar .chip").all()) {
            chip.click();
            chip.click();
        }
        for (Locator chat : tab.page().locator(".chats li a").all()) {
            chat.click();
            assertThat(tab.page().locator("h1")).not().isEmpty();
        }
        tab.page().locator(".chat-more").first().click();
        tab.page().keyboard().press("Escape");
        tab.page().keyboard().press("Control+k");
        tab.page().keyboard().type("<");
        tab.page().keyboard().press("Escape");
        tab.button("Prompts").click();
        tab.page().locator(".prompt").first().click();
        tab.page().keyboard().press("Escape");
        tab.page().getByRole(AriaRole.SEARCHBOX).fill("<img");
        assertSilent(tab);
    }

    @Test
    void theSettingsOfAChatAndThePromptsAtHandAreNoBetter() {
        for (int i = 0; i < PLAIN.size(); i++) {
            String name = PLAIN.get(i);
            STAGE.post(
                    "api/prompts", Map.of("title", name, "command", "trip-" + i, "content", name));
        }
        String id =
                STAGE.post(
                                "api/chats",
                                Map.of("name", PLAIN.getFirst(), "system_prompt", PLAIN.get(2)))
                        .path("chat")
                        .path("id")
                        .asText();
        Tab tab = visitor().open("/c/" + id);
        tab.button("Chat settings").click();
        assertThat(tab.page().locator("dialog[open] [name=name]")).hasValue(PLAIN.getFirst());
        assertThat(tab.page().locator("dialog[open] [name=instructions]")).hasValue(PLAIN.get(2));
        assertSilent(tab);
        tab.page().keyboard().press("Escape");
        tab.input().click();
        tab.page().keyboard().type("/trip-");
        assertThat(tab.page().locator(".slash [role=option]")).hasCount(PLAIN.size());
        assertSilent(tab);
        tab.page().keyboard().press("Enter");
        assertThat(tab.input()).hasValue(PLAIN.getFirst());
        assertSilent(tab);
    }

    @Test
    void whatWasImportedIsNoBetter() {
        var messages = new StringBuilder();
        String parent = "null";
        for (int i = 0; i < MARKDOWN.size(); i++) {
            messages.append(i == 0 ? "" : ",")
                    .append(
                            """
                            "m%1$d":{"id":"m%1$d","parent":%2$s,"children":[],"message":{"id":"m%1$d",\
                            "author":{"role":"%3$s"},"create_time":%4$d,"content":\
                            {"content_type":"text","parts":[%5$s]},"metadata":{"model_slug":%6$s}}}\
                            """
                                    .formatted(
                                            i,
                                            parent,
                                            i % 2 == 0 ? "user" : "assistant",
                                            1_700_000_000 + i,
                                            text(MARKDOWN.get(i)),
                                            text(PLAIN.get(i % PLAIN.size()))));
            parent = "\"m%d\"".formatted(i);
        }
        STAGE.importFile(
                """
                [{"id":"evil","title":%s,"create_time":1700000000,"mapping":{%s},"current_node":%s}]
                """
                        .formatted(text("Imported " + PLAIN.getFirst()), messages, parent));
        Tab tab = visitor();
        tab.link("Imported").first().click();
        assertThat(tab.said().first()).isVisible();
        assertSilent(tab);
    }

    @Test
    void anAddressOfAChatIsNoScript() {
        Tab tab = visitor();
        for (String path :
                List.of(
                        "/c/%3Cimg%20src=x%20onerror=window.__xss=1%3E",
                        "/?x=<script>window.__xss=1</script>",
                        "/#<img src=x onerror=window.__xss=1>")) {
            STAGE.foresee("404");
            tab.page().navigate(path);
            assertThat(tab.page().evaluate("window.__xss")).isNull();
        }
    }

    private void assertSilent(Tab tab) {
        assertThat(tab.page().evaluate("window.__xss")).isNull();
        assertThat(
                        tab.page()
                                .locator(
                                        "body :is(script, iframe, object, embed, base, link, style,"
                                                + " animate, [onerror], [onload], [onmouseover],"
                                                + " [ontoggle], [onbegin], [style*=url])"))
                .hasCount(0);
    }

    private Tab visitor() {
        Page page = STAGE.page(new NewContextOptions().setViewportSize(1100, 750));
        String own = STAGE.url().getHost();
        page.onRequest(request -> {
            URI asked = URI.create(request.url().replaceAll("[^\\x21-\\x7e]|[<>\"{}|\\\\^`]", "_"));
            if (asked.getHost() != null && !asked.getHost().equals(own)) {
                strangers.add(request.url());
            }
        });
        return new Tab(page).open("/");
    }

    private static String cut(String text, int chars) {
        return text.substring(0, Math.min(chars, text.length()));
    }

    private static String text(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
