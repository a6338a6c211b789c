package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The prompt library and the settings.
final class WorkspaceRoutesTest {

    private final Running running = new Running();

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void aPromptIsAddedChangedAndDeletedAndEverySocketHears() {
        SocketClient socket = running.socket();
        String path = "/api/prompts/" + prompt("Sum up", "sum", "Sum up {{text}}");
        socket.next("prompts_changed");
        prompt("A first", null, "x");
        JsonNode all = running.get("/api/prompts").expecting(200).json().path("prompts");
        assertThat(all.findValuesAsText("title")).containsExactly("A first", "Sum up");

        running.put(path, "{\"title\":\"Shorten\",\"command\":\"\"}").expecting(200);
        JsonNode changed = running.get(path).expecting(200).json().path("prompt");
        assertThat(changed.path("title").asText()).isEqualTo("Shorten");
        assertThat(changed.path("content").asText()).isEqualTo("Sum up {{text}}");
        assertThat(changed.has("command")).isFalse();

        running.delete(path).expecting(200);
        running.get(path).expecting(404);
        running.delete(path).expecting(404);
    }

    @Test
    void twoPromptsDoNotHaveOneCommand() {
        prompt("One", "same", "x");
        String other = "/api/prompts/" + prompt("Other", "other", "x");
        JsonNode refused = running.put(other, "{\"command\":\"same\"}").expecting(409).json();
        assertThat(refused.path("code").asText()).isEqualTo("command_taken");
        running.put(other, "{\"command\":\"other\",\"content\":\"y\"}").expecting(200);
    }

    @Test
    void aPromptThatCannotBeIsRefused() {
        for (String bad :
                java.util.List.of(
                        "{\"title\":\" \",\"content\":\"x\"}",
                        "{\"title\":\"a\\nb\",\"content\":\"x\"}",
                        "{\"title\":\"a\",\"content\":\" \"}",
                        "{\"title\":\"a\"}",
                        "{\"title\":\"a\",\"content\":\"" + "x".repeat(16_385) + "\"}",
                        "{\"title\":\"a\",\"content\":\"x\",\"command\":\"A b\"}")) {
            running.post("/api/prompts", bad).expecting(400);
        }
        running.get("/api/prompts/..%2f..").expecting(404);
    }

    @Test
    void settingsAreMergedAndEverySocketHears() {
        SocketClient socket = running.socket();
        running.put("/api/settings", "{\"theme\":\"dark\",\"enter_sends\":false}").expecting(200);
        JsonNode frame = socket.next("settings");
        assertThat(frame.at("/settings/theme").asText()).isEqualTo("dark");
        running.put("/api/settings", "{\"theme\":null,\"new\":{\"a\":1}}").expecting(200);
        assertThat(running.get("/api/settings").json().toString())
                .isEqualTo("{\"enter_sends\":false,\"new\":{\"a\":1}}");
        running.put("/api/settings", "{\"x\":\"" + "y".repeat(20_000) + "\"}").expecting(413);
        assertThat(running.get("/api/settings").json().has("x")).isFalse();
    }

    private String prompt(String title, @Nullable String command, String content) {
        String calls = command == null ? "" : ",\"command\":\"" + command + "\"";
        return running.post(
                        "/api/prompts",
                        "{\"title\":\"%s\",\"content\":\"%s\"%s}".formatted(title, content, calls))
                .expecting(201)
                .json()
                .at("/prompt/id")
                .asText();
    }
}
