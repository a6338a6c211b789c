package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// Where the stories of a test class play: the real program in a process of its own, a service
/// whose replies are dictated, and a browser. A story fails, too, when one of its pages throws,
/// writes an error to its console or opens a dialog of the browser.
///
/// For the thread of the test alone, as everything of Playwright is.
final class Stage implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {

    /// What the browser writes to the console where nothing listens, or no longer.
    static final String UNREACHABLE =
            "net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|CONNECTION_CLOSED|EMPTY_RESPONSE"
                    + "|INTERNET_DISCONNECTED|FAILED)|WebSocket connection to .* failed"
                    + "|Failed to fetch|error occurred when fetching the script";

    private static final int ASSERTION_MILLIS_MAX = 20_000;
    private static final Path PICTURES = Path.of("target", "browser");

    private final Supplier<Path> data;
    private final List<BrowserContext> contexts = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final List<Pattern> foreseen = new ArrayList<>();
    private @Nullable Dictation dictation;
    private @Nullable Program server;
    private @Nullable Playwright playwright;
    private @Nullable Browser browser;
    private int port;

    /// @param data where the program keeps its conversations
    Stage(Supplier<Path> data) {
        this.data = data;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        PlaywrightAssertions.setDefaultAssertionTimeout(ASSERTION_MILLIS_MAX);
        dictation = new Dictation();
        startServer();
        Playwright started = Chromium.playwright();
        playwright = started;
        browser = Chromium.launch(started);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            String story = context.getRequiredTestMethod().getName();
            for (BrowserContext open : contexts) {
                for (Page page : open.pages()) {
                    String name = "%s-%d.png".formatted(story, open.pages().indexOf(page));
                    page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name)));
                }
            }
        }
        contexts.forEach(BrowserContext::close);
        contexts.clear();
        Objects.requireNonNull(dictation).forget();
        List<String> heard = List.copyOf(complaints);
        complaints.clear();
        foreseen.clear();
        if (!heard.isEmpty()) {
            throw new AssertionError("The page complained:\n" + String.join("\n", heard));
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        try (Dictation _ = dictation;
                Program _ = server;
                Playwright _ = playwright;
                Browser _ = browser) {
            server = null;
        }
    }

    URI url() {
        return Objects.requireNonNull(server).url();
    }

    /// A tab of a reader who was never here, at the first page.
    Tab visitor() {
        return visitor(new Browser.NewContextOptions().setViewportSize(1100, 750));
    }

    Tab visitor(Browser.NewContextOptions options) {
        return new Tab(page(options)).open("/");
    }

    /// An empty page of a reader who was never here.
    Page page(Browser.NewContextOptions options) {
        BrowserContext context =
                Objects.requireNonNull(browser)
                        .newContext(options.setBaseURL(url().toString()).setLocale("en-GB"));
        contexts.add(context);
        context.setDefaultTimeout(ASSERTION_MILLIS_MAX);
        context.onWebError(error -> complaints.add("threw " + error.error()));
        context.onDialog(this::refuse);
        context.onConsoleMessage(message -> {
            String text = message.text();
            if (message.type().equals("error")
                    && foreseen.stream().noneMatch(known -> known.matcher(text).find())) {
                complaints.add("console: " + text);
            }
        });
        return context.newPage();
    }

    /// Errors that the browser itself writes to the console of this story, and rightly so.
    void foresee(String regex) {
        foreseen.add(Pattern.compile(regex));
    }

    /// The next reply that is asked of [Dictation#MODEL].
    Dictation.Reply nextReply() {
        return Objects.requireNonNull(dictation).next();
    }

    /// Lets go of all that readers set.
    void forgetSettings() {
        String all =
                """
                {"theme": null, "language": null, "enter_sends": null, "default_model": null,
                 "system_prompt": null, "remote_images": null}\
                """;
        put("/api/settings", all);
    }

    /// Puts JSON at a path.
    void put(String path, String json) {
        send(json(path).PUT(BodyPublishers.ofString(json)).build());
    }

    /// Takes in a file that another program exported.
    void importFile(String text) {
        send(json("/api/import").POST(BodyPublishers.ofString(text)).build());
    }

    private HttpRequest.Builder json(String path) {
        return HttpRequest.newBuilder(url().resolve(path))
                .header("Content-Type", "application/json");
    }

    private static void send(HttpRequest request) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var answer = client.send(request, BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }

    /// What the server answers at a path.
    JsonNode get(String path) {
        try (var api = new ServerApi(url())) {
            return api.get(path);
        }
    }

    /// What the server answers to what is posted.
    JsonNode post(String path, Map<String, String> fields) {
        try (var api = new ServerApi(url())) {
            return api.post(path, fields);
        }
    }

    /// `kill -9`.
    void killServer() {
        Objects.requireNonNull(server).kill();
    }

    /// Starts the server, at the port that it had and with the data that it left.
    void startServer() {
        Program started =
                Program.serve(
                        Objects.requireNonNull(dictation).variables(),
                        data.get(),
                        port,
                        "--model",
                        "eliza");
        server = started;
        port = started.url().getPort();
    }

    private void refuse(Dialog dialog) {
        complaints.add("dialog: " + dialog.message());
        dialog.dismiss();
    }
}
