package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Messages by their words, and the pages around them.
final class SearchRoutesTest {

    private final Running running = new Running();

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void whatWasSaidIsFoundWithTheWordsMarked() {
        String chat = running.chat("echo");
        say(chat, "Apple pie with cinnamon");
        String other = running.chat("echo");
        say(other, "No pie today");

        JsonNode found = search("q=" + encoded("pie CINN"));
        assertThat(found.path("complete").asBoolean()).isTrue();
        assertThat(found.path("hits")).hasSize(2);
        JsonNode hit = found.path("hits").path(1);
        assertThat(hit.at("/chat/id").asText()).isEqualTo(chat);
        assertThat(hit.at("/chat/name").asText()).isEqualTo("A chat");
        assertThat(hit.path("role").asText()).isEqualTo("user");
        assertThat(hit.path("snippet").toString())
                .isEqualTo(
                        "[{\"text\":\"Apple \"},{\"text\":\"pie\",\"match\":true},"
                                + "{\"text\":\" with \"},{\"text\":\"cinnamon\",\"match\":true}]");

        assertThat(search("q=pie&role=user").path("hits")).hasSize(2);
        assertThat(search("q=pie&chat_id=" + other).path("hits")).hasSize(2);
        assertThat(search("q=%22pie%20today%22").path("hits")).hasSize(2);
        assertThat(search("q=-").path("hits")).isEmpty();
        assertThat(search("q=" + encoded("\" OR * NEAR( ^ {text} :")).path("hits")).isEmpty();

        running.put("/api/chats/" + chat, "{\"archived\":true}").expecting(200);
        assertThat(search("q=cinnamon").at("/hits/0/chat/archived").asBoolean()).isTrue();
        running.delete("/api/chats/" + chat).expecting(200);
        assertThat(search("q=cinnamon").path("hits")).isEmpty();
    }

    @Test
    void whatIsFoundComesInPages() {
        String chat = running.chat("echo");
        for (int i = 0; i < 4; i++) {
            say(chat, "pebble " + i);
        }
        var ids = new ArrayList<String>();
        String cursor = "";
        do {
            JsonNode page = search("q=pebble&limit=3" + cursor);
            page.path("hits").forEach(hit -> ids.add(hit.path("message_id").asText()));
            cursor =
                    page.has("next_cursor")
                            ? "&cursor=" + encoded(page.path("next_cursor").asText())
                            : null;
        } while (cursor != null);
        assertThat(ids).hasSize(8).doesNotHaveDuplicates();
    }

    @Test
    void whatCannotBeAskedIsRefused() {
        for (String query :
                List.of(
                        "",
                        "q=" + "x".repeat(201),
                        "q=x&role=nobody",
                        "q=x&limit=0",
                        "q=x&limit=51",
                        "q=x&cursor=nowhere")) {
            running.get("/api/search?" + query).expecting(400);
        }
    }

    @Test
    void aPageIsAroundAMessageOrAfterIt() {
        String chat = running.chat("echo");
        for (int i = 0; i < 5; i++) {
            say(chat, "m" + i);
        }
        JsonNode all = page(chat, "");
        String third = all.path("messages").path(4).path("id").asText();
        assertThat(all.has("has_later")).isFalse();

        JsonNode around = page(chat, "?limit=4&around=" + third);
        assertThat(texts(around)).containsExactly("m1", "m2", "m2", "m3");
        assertThat(around.path("has_more").asBoolean()).isTrue();
        assertThat(around.path("has_later").asBoolean()).isTrue();
        assertThat(around.path("on_path").asBoolean()).isTrue();

        JsonNode after = page(chat, "?limit=3&after=" + third);
        assertThat(texts(after)).containsExactly("m2", "m3", "m3");
        assertThat(after.path("has_later").asBoolean()).isTrue();
        JsonNode rest = page(chat, "?after=" + third);
        assertThat(texts(rest)).containsExactly("m2", "m3", "m3", "m4", "m4");
        assertThat(rest.path("has_later").asBoolean()).isFalse();

        running.post(
                        "/api/chats/%s/messages".formatted(chat),
                        "{\"content\":\"anew\",\"parent\":null}")
                .expecting(202);
        running.awaitIdle(chat);
        JsonNode besides = page(chat, "?limit=4&around=" + third);
        assertThat(texts(besides)).containsExactly("m1", "m2", "m2", "m3");
        assertThat(besides.path("on_path").asBoolean()).isFalse();
        running.get("/api/chats/%s/messages?after=%s".formatted(chat, third)).expecting(404);
        running.get("/api/chats/%s/messages?after=%s&before=%s".formatted(chat, third, third))
                .expecting(400);
        running.get("/api/chats/%s/messages?around=%s".formatted(chat, "0".repeat(64)))
                .expecting(404);
    }

    private void say(String chat, String text) {
        running.say(chat, text);
        running.awaitIdle(chat);
    }

    private JsonNode search(String query) {
        return running.get("/api/search?" + query).expecting(200).json();
    }

    private JsonNode page(String chat, String query) {
        return running.get("/api/chats/%s/messages%s".formatted(chat, query)).expecting(200).json();
    }

    private static List<String> texts(JsonNode page) {
        return page.path("messages").findValuesAsText("content");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
