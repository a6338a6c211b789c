package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.OwnerRecords.OwnerRecord;
import dev.hubbub.conversation.UserId;
import dev.hubbub.server.Running.Answered;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;

/// Chats that users let others read.
final class ShareRoutesTest {

    private static final String NO_SHARE = "AAAAAAAAAAAAAAAAAAAAAA";

    private final Running running = new Running();

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void whoeverHasTheLinkReadsWhatWasSaidAndNoMore() {
        String chat =
                running.post(
                                "/api/chats",
                                "{\"name\":\"Lunch\",\"model\":\"echo\",\"system_prompt\":\"Be"
                                        + " secret.\"}")
                        .json()
                        .at("/chat/id")
                        .asText();
        said(chat, "one");
        JsonNode share = share(chat, "{}");
        said(chat, "said later");

        Answered shared = running.get("/api/shared/" + share.path("id").asText()).expecting(200);
        assertThat(shared.header("X-Robots-Tag")).isEqualTo("noindex");
        assertThat(shared.json().at("/share/title").asText()).isEqualTo("Lunch");
        assertThat(contents(shared.json())).containsExactly("one", "one");
        assertThat(shared.json().path("has_more").asBoolean()).isFalse();
        assertThat(shared.response().body())
                .doesNotContain(chat, "Be secret.", "usage", "cost", UserId.LOCAL.value() + "\"");
        assertThat(share.path("url").asText()).isEqualTo("/s/" + share.path("id").asText());
        assertThat(share.path("id").asText()).matches("[A-Za-z0-9_-]{22}");
    }

    @Test
    void aShareGoesUpToTheMessageThatIsNamed() {
        String chat = running.chat("echo");
        said(chat, "one");
        String first = running.get("/api/messages").json().at("/messages/0/id").asText();
        String id = share(chat, "{\"message_id\":\"" + first + "\"}").path("id").asText();

        assertThat(contents(running.get("/api/shared/" + id).json())).containsExactly("one");
    }

    @Test
    void aLongShareComesInPagesAndOfNothingElse() {
        String chat = running.chat("echo");
        for (int i = 0; i < 3; i++) {
            said(chat, "message " + i);
        }
        String id = share(chat, "{}").path("id").asText();
        said(chat, "later");
        String later = running.get("/api/messages").json().at("/head").asText();

        JsonNode latest = running.get("/api/shared/" + id + "?limit=4").expecting(200).json();
        assertThat(contents(latest))
                .containsExactly("message 1", "message 1", "message 2", "message 2");
        assertThat(latest.path("has_more").asBoolean()).isTrue();
        String before = latest.at("/messages/0/id").asText();
        JsonNode earlier =
                running.get("/api/shared/" + id + "?limit=4&before=" + before)
                        .expecting(200)
                        .json();
        assertThat(contents(earlier)).containsExactly("message 0", "message 0");
        assertThat(earlier.path("has_more").asBoolean()).isFalse();
        running.get("/api/shared/" + id + "?before=" + later).expecting(404);
        running.get("/api/shared/" + id + "?before=nothing").expecting(404);
    }

    @Test
    void imagesOfTheMessagesAreSharedAndNoOthers() {
        String mine = image(1);
        String other = image(2);
        String chat = running.chat("echo");
        running.post(
                        "/api/chats/" + chat + "/messages",
                        "{\"content\":\"look\",\"images\":[\"" + mine + "\"]}")
                .expecting(202);
        running.awaitIdle(chat);
        String id = share(chat, "{}").path("id").asText();

        assertThat(running.get("/api/shared/" + id).json().at("/messages/0/images/0/id").asText())
                .isEqualTo(mine);
        Answered shown = running.get("/api/shared/" + id + "/images/" + mine).expecting(200);
        assertThat(shown.header("Content-Type")).isEqualTo("image/png");
        assertThat(shown.header("Content-Security-Policy")).contains("sandbox");
        running.get("/api/shared/" + id + "/images/" + other).expecting(404);
        running.get("/api/shared/" + id + "/images/..%2f..").expecting(404);
        running.get("/api/shared/" + NO_SHARE + "/images/" + mine).expecting(404);
        running.get("/api/shared//images/" + mine).expecting(404);
        running.get("/api/shared/" + id + "/images/").expecting(404);
    }

    @Test
    void sharesAreListedAndEndAndEverySocketHears() {
        SocketClient socket = running.socket();
        String chat = running.chat("echo");
        String quiet = running.chat("echo");
        said(chat, "one");
        JsonNode share = share(chat, "{}");
        assertThat(socket.next("shares_changed").path("chat_id").asText()).isEqualTo(chat);
        assertThat(running.get("/api/shares").json().path("shares")).containsExactly(share);
        assertThat(running.get("/api/shares?chat_id=" + chat).json().path("shares")).hasSize(1);
        assertThat(running.get("/api/shares?chat_id=" + quiet).json().path("shares")).isEmpty();
        running.get("/api/shares?chat_id=nobodys").expecting(404);

        String id = share.path("id").asText();
        running.delete("/api/shares/" + id).expecting(200);
        socket.next("shares_changed");
        running.get("/api/shared/" + id).expecting(404);
        running.delete("/api/shares/" + id).expecting(404);
    }

    @Test
    void theSameIsSharedUnderOneLink() {
        String chat = running.chat("echo");
        said(chat, "one");
        JsonNode first = share(chat, "{}");
        running.put("/api/chats/" + chat, "{\"name\":\"Another name\"}").expecting(200);
        JsonNode again = share(chat, "{}");

        assertThat(again.path("id")).isEqualTo(first.path("id"));
        assertThat(again.path("title").asText()).isEqualTo("Another name");
        said(chat, "two");
        assertThat(share(chat, "{}").path("id")).isNotEqualTo(first.path("id"));
    }

    @Test
    void aShareEndsWithItsChat() {
        String chat = running.chat("echo");
        said(chat, "one");
        String id = share(chat, "{}").path("id").asText();
        running.delete("/api/chats/" + chat).expecting(200);

        running.get("/api/shared/" + id).expecting(404);
        assertThat(running.get("/api/shares").json().path("shares")).isEmpty();
    }

    @Test
    void whatIsNotSharedIsUnknownAndAllAlike() {
        String unknown = running.get("/api/shared/" + NO_SHARE).expecting(404).response().body();
        for (String other : List.of("x", "..%2fx", NO_SHARE + "A", "%00")) {
            assertThat(running.get("/api/shared/" + other).expecting(404).response().body())
                    .isEqualTo(unknown);
        }
    }

    @Test
    void whatCannotBeSharedIsRefused() {
        String chat = running.chat("echo");
        Answered empty = running.post("/api/chats/" + chat + "/shares", "{}").expecting(409);
        assertThat(empty.json().path("code").asText()).isEqualTo("nothing_to_share");
        running.post(
                        "/api/chats/" + chat + "/shares",
                        "{\"message_id\":\"" + "0".repeat(64) + "\"}")
                .expecting(404);
        running.post("/api/chats/nobodys/shares", "{}").expecting(404);
        said(chat, "one");
        for (int i = 0; i < OwnerRecord.COUNT_MAX; i++) {
            running.store.keepRecord(
                    UserId.LOCAL,
                    new OwnerRecord(
                            "share",
                            "x".repeat(18) + "%04d".formatted(i),
                            Json.bytes(json -> {
                                json.writeStringField("chat_id", "c");
                                json.writeStringField("message_id", "0".repeat(64));
                                json.writeStringField("title", "t");
                                json.writeStringField("created_at", "2026-01-01T00:00:00.000Z");
                            })));
        }
        Answered full = running.post("/api/chats/" + chat + "/shares", "{}").expecting(409);
        assertThat(full.json().path("code").asText()).isEqualTo("too_many_shares");
    }

    @Test
    void thePageOfASharedChatIsNotForSearchEngines() {
        Answered page = running.get("/s/" + NO_SHARE).expecting(200);
        assertThat(page.response().body()).contains("<title>A shared chat</title>");
        assertThat(page.header("X-Robots-Tag")).isEqualTo("noindex");
        assertThat(page.header("Content-Security-Policy")).contains("script-src 'self'");
        running.get("/s/short").expecting(404);
        running.get("/s/" + NO_SHARE + "/more").expecting(404);
        running.post("/s/" + NO_SHARE, "").expecting(405);
    }

    private JsonNode share(String chat, String body) {
        return running.post("/api/chats/" + chat + "/shares", body)
                .expecting(201)
                .json()
                .path("share");
    }

    private void said(String chat, String text) {
        running.say(chat, text);
        running.awaitIdle(chat);
    }

    private String image(int size) {
        return running.send(
                        running.request("/api/images")
                                .POST(BodyPublishers.ofByteArray(Pictures.png(size))))
                .expecting(201)
                .json()
                .at("/image/id")
                .asText();
    }

    private static List<String> contents(JsonNode page) {
        return page.path("messages").findValuesAsText("content");
    }
}
