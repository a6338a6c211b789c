package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Filter;
import dev.hubbub.conversation.ConversationStore.Labels;
import dev.hubbub.conversation.Receipt;
import dev.hubbub.engine.Engine;

import io.vertx.core.http.HttpMethod;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// Chats and messages over REST.
final class ChatRoutes {

    private final Engine engine;
    private final Chats chats;

    ChatRoutes(Engine engine, Chats chats) {
        this.engine = engine;
        this.chats = chats;
    }

    void addTo(Routes routes) {
        routes.add(HttpMethod.GET, "/api/chats", this::list);
        routes.add(HttpMethod.POST, "/api/chats", this::create);
        routes.add(HttpMethod.GET, "/api/chats/{id}", this::chat);
        routes.add(HttpMethod.PUT, "/api/chats/{id}", this::change);
        routes.add(HttpMethod.DELETE, "/api/chats/{id}", this::delete);
        routes.add(
                HttpMethod.GET,
                "/api/chats/{id}/messages",
                request -> messages(request, request.chat()));
        routes.add(HttpMethod.POST, "/api/chats/{id}/messages", this::post);
        routes.add(HttpMethod.POST, "/api/chats/{id}/generate", this::generate);
        routes.add(HttpMethod.POST, "/api/chats/{id}/stop", this::stop);
        routes.add(HttpMethod.POST, "/api/chats/{id}/head", this::moveHead);
        routes.add(HttpMethod.POST, "/api/chats/{id}/clear", this::clear);
        routes.add(HttpMethod.GET, "/api/chats/{id}/children", this::children);
        routes.add(HttpMethod.GET, "/api/folders", this::folders);
        routes.add(HttpMethod.GET, "/api/messages", this::currentMessages);
        routes.add(HttpMethod.GET, "/api/messages/{id}", this::message);
        routes.add(HttpMethod.GET, "/api/models", this::models);
    }

    private CompletionStage<Response> list(Request request) {
        var user = request.user();
        String cursor = request.parameter("cursor");
        String search = request.parameter("search");
        int limit = request.limit(Chats.PAGE_MAX);
        Filter filter = filter(request);
        boolean plain = search == null && filter.equals(Filter.PRESENT);
        return (plain
                        ? chats.list(user, cursor, limit)
                        : search == null
                                ? chats.list(user, filter, cursor, limit)
                                : chats.search(user, NameSearch.of(search), cursor, limit))
                .thenCompose(page ->
                        (cursor == null && plain ? completed(page) : chats.list(user, null, 1))
                                .thenApply(first -> listed(page, first.latest())));
    }

    /// What is archived is listed when it is asked for.
    private static Filter filter(Request request) {
        return new Filter(
                flag(request, "archived", false),
                flag(request, "pinned", null),
                request.parameter("folder"),
                request.parameter("tag"));
    }

    private static @Nullable Boolean flag(
            Request request, String name, @Nullable Boolean otherwise) {
        return switch (request.parameter(name)) {
            case null -> otherwise;
            case "true" -> true;
            case "false" -> false;
            default -> throw Fault.badField("`" + name + "` is true or false.").exception();
        };
    }

    private CompletionStage<Response> folders(Request request) {
        return engine.labels(request.user())
                .thenApply(labels ->
                        Response.ok(json -> {
                            writeLabels(json, "folders", labels.folders());
                            writeLabels(json, "tags", labels.tags());
                        }));
    }

    private static void writeLabels(JsonGenerator json, String name, List<Labels.Label> labels)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (Labels.Label label : labels) {
            json.writeStartObject();
            json.writeStringField("name", label.name());
            json.writeNumberField("count", label.conversations());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static Response listed(Chats.ChatPage page, @Nullable ConversationId current) {
        return Response.ok(json -> {
            page.write(json);
            Wire.optional(json, "current_chat_id", current);
            Wire.optional(json, "next_cursor", Chats.textOf(page.next()));
        });
    }

    private CompletionStage<Response> create(Request request) {
        return chats.create(request.user(), request.body(), request.idempotencyKey())
                .thenApply(chat -> Response.created(json -> Wire.chat(json, chat)));
    }

    private CompletionStage<Response> chat(Request request) {
        return chats.find(request.user(), request.chat()).thenApply(ChatRoutes::chat);
    }

    private CompletionStage<Response> change(Request request) {
        return chats.change(request.user(), request.chat(), request.body())
                .thenApply(ChatRoutes::chat);
    }

    private CompletionStage<Response> delete(Request request) {
        ConversationId chat = request.chat();
        return chats.delete(request.user(), chat)
                .thenApply(_ ->
                        Response.ok(json -> {
                            json.writeBooleanField("success", true);
                            json.writeStringField("chat_id", chat.value());
                        }));
    }

    private CompletionStage<Response> currentMessages(Request request) {
        String named = request.parameter("chat_id");
        if (named != null) {
            return messages(request, Fields.chatOf(named));
        }
        request.limit(History.MESSAGES_MAX);
        return chats.list(request.user(), null, 1)
                .thenCompose(page -> {
                    ConversationId latest = page.latest();
                    return latest == null
                            ? completed(read(new Chats.Read(null, History.Page.EMPTY)))
                            : messages(request, latest);
                });
    }

    private CompletionStage<Response> messages(Request request, ConversationId chat) {
        return chats.read(
                        request.user(),
                        chat,
                        new History.Place(
                                request.messageParameter("before"),
                                request.messageParameter("after"),
                                request.messageParameter("around")),
                        request.limit(History.MESSAGES_MAX))
                .thenApply(ChatRoutes::read);
    }

    private static Response read(Chats.Read read) {
        return Response.ok(json -> writeRead(json, read));
    }

    static void writeRead(JsonGenerator json, Chats.Read read) throws IOException {
        Wire.page(json, read.page());
        Conversation chat = read.chat();
        if (chat == null) {
            Wire.waiting(json, List.of());
            return;
        }
        Wire.optional(json, "head", chat.head());
        Wire.reply(json, chat.id(), chat.reply());
        Wire.waiting(json, chat.queue());
    }

    private CompletionStage<Response> message(Request request) {
        return chats.message(request.user(), Fields.messageOf(request.id()))
                .thenApply(found -> Response.ok(json -> Wire.messageFields(json, found)));
    }

    private CompletionStage<Response> post(Request request) {
        ConversationId chat = request.chat();
        return chats.post(request.user(), request.body(), request.key(), "model", true)
                .thenCompose(post -> chats.done(request.user(), chat, post))
                .thenApply(done ->
                        Response.accepted(json -> {
                            Receipt receipt = done.receipt();
                            json.writeStringField("chat_id", chat.value());
                            Wire.optional(json, "message_id", receipt.message());
                            Wire.optional(json, "reply_id", receipt.turn());
                            json.writeStringField(
                                    "status", receipt.message() == null ? "queued" : "created");
                        }));
    }

    private CompletionStage<Response> generate(Request request) {
        ConversationId chat = request.chat();
        return chats.generate(request.user(), request.body())
                .thenCompose(command -> chats.done(request.user(), chat, command))
                .thenApply(done ->
                        Response.accepted(json -> {
                            json.writeStringField("chat_id", chat.value());
                            Wire.optional(json, "reply_id", done.receipt().turn());
                        }));
    }

    private CompletionStage<Response> stop(Request request) {
        ConversationId chat = request.chat();
        return chats.stop(request.user(), chat, request.body().reply("reply_id"))
                .thenApply(stopped ->
                        Response.ok(json -> {
                            json.writeStringField("chat_id", chat.value());
                            json.writeBooleanField("stopped", stopped.stopped());
                        }));
    }

    private CompletionStage<Response> moveHead(Request request) {
        var to = Fields.messageOf(request.body().required("message_id"));
        boolean leaf = request.body().flag("leaf", false);
        return chats.moveHead(request.user(), request.chat(), to, leaf).thenApply(ChatRoutes::chat);
    }

    private CompletionStage<Response> clear(Request request) {
        return chats.clear(request.user(), request.chat()).thenApply(ChatRoutes::chat);
    }

    private CompletionStage<Response> children(Request request) {
        return chats.children(
                        request.user(), request.chat(), request.messageParameter("message_id"))
                .thenApply(found -> Response.ok(json -> Wire.messages(json, found)));
    }

    private CompletionStage<Response> models(Request request) {
        return completed(Response.ok(json -> Wire.models(json, engine.models())));
    }

    private static Response chat(Conversation chat) {
        return Response.ok(json -> Wire.chat(json, chat));
    }

    private static <T> CompletionStage<T> completed(T value) {
        return java.util.concurrent.CompletableFuture.completedStage(value);
    }
}
