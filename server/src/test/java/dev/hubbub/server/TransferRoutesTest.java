package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

final class TransferRoutesTest {

    private final Running running = new Running();

    @AfterEach
    void close() {
        running.close();
    }

    /// A chat with a message, two replies to it, and the second as its head.
    private String branched() {
        String chat = running.chat("puppet");
        running.say(chat, "Hello");
        running.puppet.next().say("Hi.").end();
        running.awaitIdle(chat);
        String question = messages(chat).get(0).get("id").asText();
        running.post("/api/chats/" + chat + "/generate", "{\"message_id\":\"" + question + "\"}")
                .expecting(202);
        running.puppet.next().say("Good day.").end();
        running.awaitIdle(chat);
        return chat;
    }

    private JsonNode messages(String chat) {
        return running.get("/api/chats/" + chat + "/messages").json().get("messages");
    }

    private static List<String> texts(JsonNode messages) {
        var texts = new ArrayList<String>();
        messages.forEach(message -> texts.add(message.get("content").asText()));
        return texts;
    }

    @Test
    void aChatAsJsonHasAllItsBranches() {
        String chat = branched();
        Running.Answered answered =
                running.get("/api/chats/" + chat + "/export?format=json").expecting(200);

        assertThat(answered.header("Content-Type")).isEqualTo("application/json");
        assertThat(answered.header("Content-Disposition"))
                .isEqualTo("attachment; filename=\"A-chat.json\"; filename*=UTF-8''A-chat.json");
        JsonNode export = answered.json();
        assertThat(export.get("format").asText()).isEqualTo("hubbub");
        assertThat(export.get("version").asInt()).isEqualTo(1);
        assertThat(export.get("chats")).hasSize(1);
        assertThat(export.at("/chats/0/id").asText()).isEqualTo(chat);
        assertThat(export.at("/chats/0/head")).isEqualTo(messages(chat).get(1).get("id"));
        assertThat(texts(export.at("/chats/0/messages")))
                .containsExactly("Hello", "Hi.", "Good day.");
    }

    @Test
    void aChatAsMarkdownHasTheWayToItsHead() {
        String chat = branched();
        Running.Answered answered =
                running.get("/api/chats/" + chat + "/export?format=markdown").expecting(200);

        assertThat(answered.header("Content-Type")).startsWith("text/markdown");
        assertThat(answered.header("Content-Disposition")).contains("A-chat.md");
        assertThat(answered.response().body())
                .startsWith("# A chat\n")
                .contains("## You", "Hello", "## puppet", "Good day.")
                .doesNotContain("Hi.");
    }

    @Test
    void aChatAsCsvHasARowForEachMessage() {
        String chat = branched();
        String body =
                running.get("/api/chats/" + chat + "/export?format=csv")
                        .expecting(200)
                        .response()
                        .body();

        assertThat(body.split("\r\n")).hasSize(4);
        assertThat(body).startsWith("timestamp,user_id,role,content,id,parent_id,model,");
        assertThat(body).contains(",local,user,Hello,", ",local,assistant,Good day.,");
    }

    @Test
    void allChatsAreOneFile() {
        String first = branched();
        String second = running.chat("echo");
        JsonNode export = running.get("/api/export").expecting(200).json();

        assertThat(
                        export.get("chats").findValuesAsText("id").stream()
                                .filter(id -> id.length() == 36))
                .containsExactly(first, second);
        assertThat(running.get("/api/export").expecting(200).header("Content-Disposition"))
                .startsWith("attachment; filename=\"hubbub-");
    }

    @Test
    void whatIsNoFormatOrNoChatIsRefused() {
        String chat = running.chat("echo");
        running.get("/api/chats/" + chat + "/export?format=exe").expecting(400);
        running.get("/api/chats/nobody/export").expecting(404);
    }

    @Test
    void aHostileNameIsNoPathAndNoHeader() {
        String chat = running.chat("echo");
        running.put(
                        "/api/chats/" + chat,
                        "{\"name\":\"../../etc/pass\\\"wd; filename=x.exe \\u202e Grüße 🎉\"}")
                .expecting(200);
        assertThat(
                        running.get("/api/chats/" + chat + "/export")
                                .expecting(200)
                                .header("Content-Disposition"))
                .isEqualTo(
                        "attachment; filename=\"etc-pass-wd-filename-x-exe-Gr__e.json\";"
                            + " filename*=UTF-8''etc-pass-wd-filename-x-exe-Gr%C3%BC%C3%9Fe.json");
        running.put("/api/chats/" + chat, "{\"name\":\"con\"}").expecting(200);
        assertThat(
                        running.get("/api/chats/" + chat + "/export")
                                .expecting(200)
                                .header("Content-Disposition"))
                .startsWith("attachment; filename=\"chat.json\"");
    }

    private Running.Answered imports(String file, String query) {
        return running.send(
                running.request("/api/import" + query)
                        .header("Content-Type", "application/octet-stream")
                        .POST(BodyPublishers.ofString(file)));
    }

    @Test
    void whatIsExportedIsImportedElsewhereAndTheSame() {
        branched();
        String export = running.get("/api/export").expecting(200).response().body();
        try (var other = new Running()) {
            JsonNode report = other.post("/api/import", export).expecting(200).json();
            assertThat(report.at("/chats/added").asInt()).isEqualTo(1);
            assertThat(report.at("/messages/added").asInt()).isEqualTo(3);
            assertThat(report.get("problems")).isEmpty();
            assertThat(other.get("/api/export").response().body()).isEqualTo(export);
        }
        assertThat(imports(export, "").expecting(200).json().at("/chats/unchanged").asInt())
                .isEqualTo(1);
    }

    @Test
    void anImportedChatGoesOn() {
        String chat = branched();
        String export =
                running.get("/api/chats/" + chat + "/export").expecting(200).response().body();
        try (var other = new Running()) {
            other.post("/api/import", export).expecting(200);
            other.say(chat, "And now?");
            other.puppet.next().say("Now here.").end();
            other.awaitIdle(chat);
            assertThat(texts(other.get("/api/chats/" + chat + "/messages").json().get("messages")))
                    .containsExactly("Hello", "Good day.", "And now?", "Now here.");
        }
    }

    @Test
    void aDryRunChangesNothing() {
        String export = "user,Hello\nassistant,Hi\n";
        JsonNode report =
                imports(export, "?dry_run=true&name=Old&modified=2020-01-01T00:00:00Z")
                        .expecting(200)
                        .json();
        assertThat(report.at("/chats/added").asInt()).isEqualTo(1);
        assertThat(running.get("/api/chats").json().get("chats")).isEmpty();
        imports(export, "?name=Old&modified=2020-01-01T00:00:00Z").expecting(200);
        assertThat(running.get("/api/chats").json().at("/chats/0/name").asText()).isEqualTo("Old");
    }

    @Test
    void whatIsNoExportIsRefused() {
        assertThat(imports("hello", "").expecting(415).json().get("code").asText())
                .isEqualTo("not_an_export");
        imports("[]", "?dry_run=perhaps").expecting(400);
        imports("[]", "?modified=yesterday").expecting(400);
        // Another can be imported at once after each.
        imports("[]", "").expecting(200);
    }

    @Test
    void aFileThatIsTooLongIsRefused() {
        var limits = new TransferLimits(1_000, 1, null);
        try (var small = new Running(ServerConfig.DEFAULT.withTransfers(limits))) {
            String file = "[" + " ".repeat(998) + "]";
            small.post("/api/import", file).expecting(200);
            small.post("/api/import", file + " ").expecting(413);
            small.post("/api/import", file).expecting(200);
            // Of unknown length.
            Running.Answered refused =
                    small.send(
                            small.request("/api/import")
                                    .POST(
                                            BodyPublishers.fromPublisher(
                                                    BodyPublishers.ofString(file + " "))));
            assertThat(refused.status()).isEqualTo(413);
            small.post("/api/import", file).expecting(200);
        }
    }

    @Test
    void nothingIsLeftOfAFileOnItsWayIn(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("import-123.part"), "left by one that was killed");
        var limits = new TransferLimits(1_000, 1, directory);
        try (var here = new Running(ServerConfig.DEFAULT.withTransfers(limits))) {
            here.post("/api/import", "[]").expecting(200);
            here.post("/api/import", "hello").expecting(415);
            await().untilAsserted(() -> {
                try (var files = Files.list(directory)) {
                    assertThat(files).isEmpty();
                }
            });
        }
    }
}
