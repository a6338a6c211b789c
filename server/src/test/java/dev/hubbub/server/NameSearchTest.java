package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.UserId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

final class NameSearchTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lunch | Lunch with Ana",
                "ana LUNCH | Lunch with Ana",
                "cafe | Le Café",
                "café | CAFE",
                "strasse | Lange Straße",
                "ΣΊΣΥΦΟΣ | Σίσυφος",
                "unc | Lunch",
                "ﬁn | finish",
                "日本 | 日本語",
                "'' | anything"
            })
    void findsWhatPeopleMean(String search, String name) {
        assertThat(NameSearch.of(search).finds(name)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"lunch supper | Lunch", "lunch | Dinner", ".* | Lunch", "% | Lunch"})
    void findsNothingElse(String search, String name) {
        assertThat(NameSearch.of(search).finds(name)).isFalse();
    }

    @Test
    void aSearchHasItsLimit() {
        NameSearch.of("x".repeat(NameSearch.CHARS_MAX));
        assertThatThrownBy(() -> NameSearch.of("x".repeat(NameSearch.CHARS_MAX + 1)))
                .isInstanceOf(FaultException.class);
    }

    @Test
    void aSearchLooksAtSoManyChatsAtOnceAndSaysWhereToGoOn() {
        try (var running = new Running()) {
            var supper = new Start(UserId.LOCAL, "Supper", Puppet.ECHO, null, null, null);
            var lunch = new Start(UserId.LOCAL, "Lunch", Puppet.ECHO, null, null, null);
            start(running, supper, 1);
            start(running, lunch, Chats.SEARCHED_MAX);
            JsonNode none = running.get("/api/chats?search=supper").expecting(200).json();
            assertThat(none.get("chats")).isEmpty();
            JsonNode rest =
                    running.get(
                                    "/api/chats?search=supper&cursor="
                                            + none.get("next_cursor").asText())
                            .expecting(200)
                            .json();
            assertThat(rest.get("chats")).hasSize(1);
            assertThat(rest.has("next_cursor")).isFalse();
        }
    }

    private static void start(Running running, Start start, int count) {
        var ids = Stream.generate(Chats::newId).limit(count).toList();
        running.engine
                .askAll(UserId.LOCAL, ids, start, false, _ -> {})
                .toCompletableFuture()
                .join();
    }

    @Test
    void thePagesOfASearchHaveEachChatOnce() {
        try (var running = new Running()) {
            for (int i = 0; i < 12; i++) {
                String name = i % 3 == 0 ? "Supper" : "Lunch " + i;
                running.post("/api/chats", "{\"name\":\"" + name + "\"}").expecting(201);
            }
            var names = new ArrayList<String>();
            String cursor = "";
            do {
                JsonNode page =
                        running.get("/api/chats?search=lunch&limit=3" + cursor)
                                .expecting(200)
                                .json();
                page.get("chats").forEach(chat -> names.add(chat.get("name").asText()));
                cursor =
                        page.has("next_cursor")
                                ? "&cursor=" + page.get("next_cursor").asText()
                                : "";
            } while (!cursor.isEmpty());
            assertThat(names)
                    .containsExactlyInAnyOrderElementsOf(
                            List.of(1, 2, 4, 5, 7, 8, 10, 11).stream()
                                    .map(i -> "Lunch " + i)
                                    .toList());
        }
    }
}
