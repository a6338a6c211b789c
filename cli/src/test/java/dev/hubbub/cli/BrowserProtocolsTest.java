package dev.hubbub.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// What a browser sees of a reply that another protocol began.
@Timeout(90)
final class BrowserProtocolsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BEGINNING = "It was a dark and stormy night; ";
    private static final String END = "the rain fell in torrents.";

    /// A page of nobody's, with nothing but what browsers have: it collects a reply's text.
    private static final String WATCH =
            """
            chat => new Promise((resolve, reject) => {
              const texts = {};
              const done = (how, text) => {
                texts[how] = text;
                if (Object.keys(texts).length === 2) resolve(texts);
              };
              const watching = new Set();
              const begun = (how) => {
                watching.add(how);
                window.watching = watching.size === 2;
              };
              const source = new EventSource(`/api/chats/${chat}/events`);
              let seen = '';
              const on = (type, action) =>
                source.addEventListener(type, event => action(JSON.parse(event.data)));
              on('snapshot', data => {
                seen = data.reply?.text ?? '';
                begun('events');
              });
              on('delta', data => (seen += data.text));
              on('reply_ended', () => { source.close(); done('events', seen); });
              const socket = new WebSocket(`ws://${location.host}/ws?quiet=true`);
              let heard = '';
              socket.onerror = reject;
              socket.onopen = () => {
                socket.send(JSON.stringify({type: 'watch', chat_id: chat}));
              };
              socket.onmessage = message => {
                const frame = JSON.parse(message.data);
                if (frame.type === 'snapshot') heard = frame.reply?.text ?? '';
                if (frame.type === 'delta') heard += frame.text;
                if (frame.type === 'reply_ended') { socket.close(); done('socket', heard); }
                if (frame.type === 'snapshot') begun('socket');
              };
            })\
            """;

    @TempDir private static Path data;

    @RegisterExtension private static final Stage STAGE = new Stage(() -> data);

    @Test
    void aResponseThatIsCutGoesOnInTheBrowserAndUnderItsId() throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            String body =
                    "{\"model\":\"%s\",\"input\":\"Tell me a story\",\"stream\":true}"
                            .formatted(Dictation.MODEL);
            HttpResponse<InputStream> cut =
                    http.send(
                            HttpRequest.newBuilder(uri("/v1/responses"))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            BodyHandlers.ofInputStream());
            Dictation.Reply reply = STAGE.nextReply();
            reply.say(BEGINNING);
            String id = "";
            String chat = "";
            long seen = -1;
            try (var events = events(cut)) {
                JsonNode event = next(events);
                while (!event.path("type").asText().equals("response.output_text.delta")) {
                    if (event.path("type").asText().equals("response.created")) {
                        id = event.at("/response/id").asText();
                        chat = event.at("/response/conversation/id").asText();
                    }
                    event = next(events);
                }
                seen = event.path("sequence_number").asLong();
            }
            Tab tab = STAGE.visitor().open("/c/" + chat);
            assertThat(tab.prose()).hasText(BEGINNING);
            Tab plain = STAGE.visitor();
            plain.page().evaluate("window.watching = false");
            plain.page()
                    .evaluate(
                            "chat => { window.watched = (" + WATCH + ")(chat); return 0; }", chat);
            await().pollInSameThread()
                    .until(() -> (Boolean) plain.page().evaluate("() => window.watching"));

            var resumed =
                    http.sendAsync(
                            HttpRequest.newBuilder(
                                            uri(
                                                    "/v1/responses/"
                                                            + id
                                                            + "?stream=true&starting_after="
                                                            + seen))
                                    .build(),
                            BodyHandlers.ofInputStream());
            reply.say(END);
            reply.end();

            var rest = new StringBuilder();
            try (var events = events(resumed.join())) {
                JsonNode event = next(events);
                while (!event.path("type").asText().equals("response.completed")) {
                    rest.append(event.path("delta").asText());
                    event = next(events);
                }
                assertThat(event.at("/response/output/0/content/0/text").asText())
                        .isEqualTo(BEGINNING + END);
            }
            assertThat(rest.toString()).isEqualTo(END);
            tab.awaitReplies(1);
            assertThat(tab.prose()).hasText(BEGINNING + END);
            JsonNode watched =
                    JSON.readTree(
                            plain.page()
                                    .evaluate("() => window.watched.then(JSON.stringify)")
                                    .toString());
            assertThat(watched.path("events").asText()).isEqualTo(BEGINNING + END);
            assertThat(watched.path("socket").asText()).isEqualTo(BEGINNING + END);
        }
    }

    private static URI uri(String path) {
        return STAGE.url().resolve(path);
    }

    private static BufferedReader events(HttpResponse<InputStream> response) {
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    private static JsonNode next(BufferedReader events) throws IOException {
        String line = events.readLine();
        while (line != null && !line.startsWith("data: ")) {
            line = events.readLine();
        }
        if (line == null) {
            throw new AssertionError("the stream has ended");
        }
        return JSON.readTree(line.substring("data: ".length()));
    }
}
