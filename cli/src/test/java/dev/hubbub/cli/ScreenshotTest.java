package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.ScreenshotAnimations;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The pictures of the README, which `-Dscreenshots=docs/images` renews, a directory of the clone;
/// without it they go to `target`.
@Timeout(240)
final class ScreenshotTest {

    private static final int PICTURE_BYTES_MAX = 200_000;
    private static final String MODEL = "demo-model";
    private static final List<String> OTHER_CHATS =
            List.of(
                    "A letter to the landlord",
                    "Dinner for six, no nuts",
                    "Regex for ISO dates",
                    "Why is the sky blue?",
                    "Names for a boat");
    private static final String QUESTION =
            "How do I search a log file in Java without loading all of it?";
    private static final String REPLY =
            """
            Read it as a stream: `Files.lines` takes the memory of one line, however long the \
            file is.

            ```java
            try (Stream<String> lines = Files.lines(Path.of("access.log"))) {
                long refused = lines
                        .filter(line -> line.contains("status=503"))
                        .peek(IO::println)
                        .count();
                IO.println(refused + " requests were refused");
            }
            ```

            Three things to know:

            - **Close it.** The `try` does; otherwise the file stays open.
            - **Use it once.** A stream that was read is spent.
            - **It is UTF-8** unless you name another charset, and it\
            """;

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @Test
    void thePicturesOfTheReadmeAreTaken() {
        OTHER_CHATS.forEach(name -> STAGE.post("api/chats", Map.of("name", name)));
        String poem = chat("A poem about rain");
        String chat = chat("Searching a large log");
        ask(chat, QUESTION);
        Dictation.Reply reply = STAGE.nextReply();
        reply.say(REPLY);
        var tabs = new LinkedHashMap<String, Tab>();
        for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
            String colour = scheme.name().toLowerCase(Locale.ROOT);
            tabs.put("desktop-" + colour, STAGE.visitor(desktop(scheme)).open("/c/" + chat));
            tabs.put("phone-" + colour, STAGE.visitor(phone(scheme)).open("/c/" + chat));
        }
        String story = chat("A story for Mila");
        ask(story, "Tell one about a fox");
        ask(poem, "Four lines, please");
        Dictation.Reply one = STAGE.nextReply();
        Dictation.Reply other = STAGE.nextReply();
        boolean storyFirst = one.messages().toString().contains("fox");
        (storyFirst ? other : one).end();

        tabs.forEach((name, tab) -> {
            assertThat(tab.prose()).containsText("another charset, and it");
            assertThat(tab.chat("A story for Mila").getByLabel("is answering")).isAttached();
            assertThat(tab.chat("A poem about rain").getByLabel("unread")).isAttached();
            byte[] picture =
                    tab.page()
                            .screenshot(
                                    new ScreenshotOptions()
                                            .setAnimations(ScreenshotAnimations.DISABLED)
                                            .setPath(directory().resolve(name + ".png")));
            assertThat(picture).as(name).hasSizeLessThan(PICTURE_BYTES_MAX);
        });
    }

    /// Each screen that stands over the page, for whoever wants to look at all of them.
    @Test
    void everySheetIsTaken() {
        STAGE.post(
                "api/prompts",
                Map.of("title", "Weather", "command", "sky", "content", "How is {{city}} today?"));
        fillList();
        for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
            String colour = scheme.name().toLowerCase(Locale.ROOT);
            takeSheets("desktop-" + colour, STAGE.visitor(desktop(scheme)));
            takeSheets("phone-" + colour, STAGE.visitor(phone(scheme)));
        }
    }

    /// What a chat looks like on its way, and when something is in the way.
    @Test
    void everyStateOfAChatIsTaken() {
        STAGE.foresee(Stage.UNREACHABLE + "|404");
        for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
            String colour = scheme.name().toLowerCase(Locale.ROOT);
            takeStates("desktop-" + colour, STAGE.visitor(desktop(scheme)));
            takeStates("phone-" + colour, STAGE.visitor(phone(scheme)));
        }
    }

    private static void takeStates(String sight, Tab tab) {
        take(tab, sight + "-welcome");
        tab.page().locator(".model-button").click();
        assertThat(tab.page().locator(".model-panel")).isVisible();
        take(tab, sight + "-models");
        tab.page().keyboard().press("Escape");
        takeImages(sight, tab);
        takeBranches(sight, tab);
        takeComparison(sight, tab);

        tab.use("simulated:rate=max,tokens=40,fail=20").say("Break, please");
        assertThat(tab.replies().getByRole(AriaRole.ALERT)).isVisible();
        take(tab, sight + "-broken-off");
        tab.page().keyboard().press("Control+k");
        tab.page().keyboard().type("use and cost");
        tab.page().keyboard().press("Enter");
        assertThat(tab.page().locator(".usage-chart")).isVisible();
        take(tab, sight + "-usage");
        tab.page().keyboard().press("Escape");
        STAGE.killServer();
        assertThat(tab.text("Reconnecting…")).isVisible();
        tab.say("Are you there?");
        take(tab, sight + "-reconnecting");
        STAGE.startServer();
        assertThat(tab.text("Reconnecting…")).hasCount(0);
        tab.open("/c/never-there");
        assertThat(tab.page().locator("main")).containsText("not");
        take(tab, sight + "-not-there");
    }

    private static void takeImages(String sight, Tab tab) {
        tab.use(Dictation.SEEING_MODEL);
        tab.page()
                .locator(".composer input[type=file]")
                .setInputFiles(
                        new FilePayload[] {
                            BrowserImagesTest.png("red.png", 0xc0392b),
                            BrowserImagesTest.png("green.png", 0x27ae60),
                            new FilePayload("notes.txt", "text/plain", new byte[] {'x'})
                        });
        assertThat(tab.button("Send message")).isEnabled();
        take(tab, sight + "-images");
        tab.say("Which of the two is warmer?");
        Dictation.Reply reply = STAGE.nextReply();
        reply.say("The red one: it is the colour of *fire*.");
        reply.used(1_200, 12);
        reply.end();
        tab.awaitReplies(1);
        take(tab, sight + "-images-sent");
        tab.button("Open image 1 of 2").click();
        assertThat(tab.page().locator(".lightbox img")).isVisible();
        take(tab, sight + "-lightbox");
        tab.page().keyboard().press("Escape");
        tab.button("Chat settings").click();
        take(tab, sight + "-chat-settings");
        tab.page().keyboard().press("Escape");
    }

    private static void takeBranches(String sight, Tab tab) {
        String word = "walnut-" + sight;
        tab.page().keyboard().press("Control+Alt+n");
        tab.use(Dictation.MODEL).say("Which tree bears the " + word + "?");
        answer("Juglans regia, the common walnut.");
        tab.awaitReplies(1);
        tab.button("Edit message").click();
        take(tab, sight + "-edit");
        tab.page()
                .getByRole(AriaRole.TEXTBOX, new Page.GetByRoleOptions().setName("Edit message"))
                .fill("Which tree bears the acorn?");
        tab.page().keyboard().press("Control+Enter");
        answer("The oak.");
        tab.awaitReplies(1);
        assertThat(tab.said()).containsText("acorn");
        take(tab, sight + "-branches");
        tab.page().keyboard().press("Control+Shift+F");
        tab.page().keyboard().type(word);
        assertThat(tab.page().locator(".hit")).hasCount(1);
        tab.page().keyboard().press("Enter");
        assertThat(tab.text("This is on another branch of the chat.")).isVisible();
        take(tab, sight + "-other-branch");
    }

    private static void takeComparison(String sight, Tab tab) {
        tab.page().keyboard().press("Control+Alt+n");
        tab.input().fill("Train or plane?");
        tab.button("Ask several models").click();
        Locator models = tab.page().locator(".compare-models label");
        for (String name : List.of(Dictation.SEEING_MODEL, "ELIZA")) {
            models.filter(new Locator.FilterOptions().setHasText(name)).click();
        }
        tab.button("Ask").click();
        answer("The train, if there is time.");
        assertThat(tab.button("Go on with this one")).hasCount(2);
        take(tab, sight + "-columns");
        tab.page().keyboard().press("Escape");
        assertThat(tab.page().locator("hubbub-compared button")).isVisible();
        take(tab, sight + "-compared");
    }

    private static void answer(String text) {
        Dictation.Reply reply = STAGE.nextReply();
        reply.say(text);
        reply.end();
    }

    private static void takeSheets(String sight, Tab tab) {
        Locator sheet = tab.page().locator("dialog[open]");
        for (String key : List.of("k", ",", "/")) {
            tab.page().keyboard().press("Control+" + key);
            assertThat(sheet).isVisible();
            take(tab, sight + Map.of("k", "-palette", ",", "-settings", "/", "-keys").get(key));
            tab.page().keyboard().press("Escape");
            assertThat(sheet).hasCount(0);
        }
        tab.page().keyboard().press("Control+Shift+F");
        tab.page().keyboard().type("rain");
        assertThat(tab.page().locator(".hit").or(tab.text("No message has that.")).first())
                .isVisible();
        take(tab, sight + "-search");
        tab.button("Close").last().click();
        tab.button("Ask several models").click();
        take(tab, sight + "-compare");
        tab.button("Cancel").click();
        tab.page().keyboard().press("Control+k");
        tab.page().keyboard().type("prompts");
        tab.page().keyboard().press("Enter");
        assertThat(tab.button("Edit the prompt Weather")).isVisible();
        take(tab, sight + "-prompts");
        tab.button("Edit the prompt Weather").click();
        take(tab, sight + "-prompt");
        tab.button("Cancel").click();
        tab.page().getByText("How is {{city}} today?").click();
        take(tab, sight + "-blanks");
        tab.page().keyboard().press("Escape");
        takeList(sight, tab);
    }

    private static void fillList() {
        Tab tab = STAGE.visitor();
        for (String name :
                List.of(
                        "Recipes without an oven",
                        "Verses of a rainy day",
                        "Tax return 2025",
                        "Insurance letters",
                        "Old notes")) {
            chat(name);
        }
        tab.choose("Recipes without an oven", "Pin");
        for (String name : List.of("Tax return 2025", "Insurance letters")) {
            tab.choose(name, "Folder and tags…");
            Locator sheet = tab.page().getByRole(AriaRole.DIALOG);
            sheet.getByRole(AriaRole.COMBOBOX).fill("Paperwork");
            sheet.getByRole(AriaRole.TEXTBOX).fill("money, office");
            tab.button("Save").click();
        }
        tab.choose("Old notes", "Archive");
        assertThat(tab.chat("Old notes")).hasCount(0);
    }

    private static void takeList(String sight, Tab tab) {
        if (tab.page().viewportSize().width < 768) {
            tab.button("Open the list of chats").click();
        }
        tab.page().locator("summary").click();
        assertThat(tab.link("Insurance letters")).isVisible();
        take(tab, sight + "-list");
        tab.link("Verses of a rainy day").click();
        if (tab.page().viewportSize().width < 768) {
            tab.button("Open the list of chats").click();
        }
        tab.button("Actions for Verses of a rainy day").click();
        take(tab, sight + "-menu");
        tab.page().getByText("Share…").click();
        assertThat(tab.page().locator(".shares")).isAttached();
        take(tab, sight + "-share");
        tab.button("Close").last().click();
        tab.button("Actions for Verses of a rainy day").click();
        tab.page().getByText("Folder and tags…").click();
        take(tab, sight + "-filing");
        tab.button("Cancel").click();
        tab.button("Archived chats").click();
        assertThat(tab.button("Restore Old notes")).isVisible();
        take(tab, sight + "-archive");
        tab.button("Close").click();
    }

    private static void take(Tab tab, String name) {
        tab.page()
                .screenshot(
                        new ScreenshotOptions()
                                .setAnimations(ScreenshotAnimations.DISABLED)
                                .setPath(directory().resolve("sheets").resolve(name + ".png")));
    }

    private static Path directory() {
        String chosen = System.getProperty("screenshots");
        Path module = Path.of("").toAbsolutePath();
        return chosen == null
                ? module.resolve("target").resolve("screenshots")
                : module.resolveSibling(chosen);
    }

    private static NewContextOptions desktop(ColorScheme scheme) {
        return calm(scheme).setViewportSize(1280, 800);
    }

    private static NewContextOptions phone(ColorScheme scheme) {
        return calm(scheme).setViewportSize(390, 844).setIsMobile(true).setHasTouch(true);
    }

    private static NewContextOptions calm(ColorScheme scheme) {
        return new NewContextOptions()
                .setColorScheme(scheme)
                .setReducedMotion(ReducedMotion.REDUCE);
    }

    private static String chat(String name) {
        return STAGE.post("api/chats", Map.of("name", name, "model", MODEL))
                .path("chat")
                .path("id")
                .asText();
    }

    private static void ask(String chat, String content) {
        STAGE.post("api/chats/%s/messages".formatted(chat), Map.of("content", content));
    }
}
