package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Found;
import dev.hubbub.conversation.ConversationStore.Hit;
import dev.hubbub.conversation.MessageSearch;
import dev.hubbub.conversation.Role;
import dev.hubbub.engine.Engine;

import io.vertx.core.http.HttpMethod;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// `GET /api/search`: messages by their words, in all branches of all of a user's chats.
final class SearchRoutes {

    private static final int HITS_MAX = 50;

    private final Engine engine;

    SearchRoutes(Engine engine) {
        this.engine = engine;
    }

    void addTo(Routes routes) {
        routes.add(HttpMethod.GET, "/api/search", this::search);
    }

    private CompletionStage<Response> search(Request request) {
        String question = request.parameter("q");
        if (question == null || question.length() > MessageSearch.CHARS_MAX) {
            throw Fault.badField(
                            "`q` says what to look for, in at most %d characters."
                                    .formatted(MessageSearch.CHARS_MAX))
                    .exception();
        }
        MessageSearch search = MessageSearch.of(question);
        int limit = request.limit(HITS_MAX);
        String in = request.parameter("chat_id");
        ConversationId chat = in == null ? null : Fields.chatOf(in);
        CompletionStage<Found> found =
                search == null
                        ? CompletableFuture.completedStage(new Found(List.of(), true))
                        : engine.search(
                                request.user(),
                                search,
                                chat,
                                role(request),
                                request.parameter("cursor"),
                                limit + 1);
        return found.thenApply(all -> Response.ok(json -> write(json, search, all, limit)));
    }

    private static @Nullable Role role(Request request) {
        return switch (request.parameter("role")) {
            case null -> null;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            default -> throw Fault.badField("`role` is user or assistant.").exception();
        };
    }

    private static void write(
            JsonGenerator json, @Nullable MessageSearch search, Found found, int limit)
            throws IOException {
        List<Hit> hits = found.hits().subList(0, Math.min(limit, found.hits().size()));
        json.writeArrayFieldStart("hits");
        for (Hit hit : hits) {
            json.writeStartObject();
            json.writeObjectFieldStart("chat");
            json.writeStringField("id", hit.conversation().id().value());
            json.writeStringField("name", hit.conversation().name());
            Wire.optional(json, "icon", hit.conversation().icon());
            if (hit.conversation().marks().archived()) {
                json.writeBooleanField("archived", true);
            }
            json.writeEndObject();
            json.writeStringField("message_id", hit.message().id().toString());
            json.writeStringField("role", hit.message().role().wire());
            json.writeStringField("created_at", Wire.time(hit.message().createdAt()));
            json.writeArrayFieldStart("snippet");
            if (search != null) {
                for (MessageSearch.Piece piece : search.snippet(hit.message().text())) {
                    json.writeStartObject();
                    json.writeStringField("text", piece.text());
                    if (piece.match()) {
                        json.writeBooleanField("match", true);
                    }
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeBooleanField("complete", found.complete());
        if (found.hits().size() > limit) {
            json.writeStringField("next_cursor", hits.getLast().place());
        }
    }
}
