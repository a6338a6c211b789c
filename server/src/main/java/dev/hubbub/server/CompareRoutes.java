package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand.Generate;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationCommand.WhenBusy;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Answer;
import dev.hubbub.engine.Engine;

import io.vertx.core.http.HttpMethod;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// `/api/chats/{id}/compare`: one message, answered by several models at the same time. `POST` asks
/// them, `GET` finds what was asked.
///
/// The message is in the chat once. Each model answers in a fork of its own that begins at the
/// message, so that the replies are its children and any of them can become the chat's head. A
/// fork's id follows from the chat, the message and the model (see [Comparisons]), and its reply is
/// its first turn: asked again, the same come back.
final class CompareRoutes {

    static final int MODELS_MIN = 2;
    static final int MODELS_MAX = 8;

    private static final TurnId FIRST = new TurnId(1);

    private final Engine engine;
    private final Chats chats;
    private final Comparisons comparisons;

    CompareRoutes(Engine engine, Chats chats) {
        this.engine = engine;
        this.chats = chats;
        comparisons = new Comparisons(engine);
    }

    void addTo(Routes routes) {
        routes.add(HttpMethod.POST, "/api/chats/{id}/compare", this::compare);
        routes.add(HttpMethod.GET, "/api/chats/{id}/compare", this::compared);
    }

    private CompletionStage<Response> compare(Request request) {
        List<ModelId> models = request.body().models("models", MODELS_MIN, MODELS_MAX);
        for (ModelId model : models) {
            if (engine.models().find(model) == null) {
                throw Fault.of(Refusal.MODEL_UNKNOWN).exception();
            }
        }
        // A message that waited would have no id to answer with, nor a place to fork from.
        var post =
                new Post(
                        request.body().key("client_message_id"),
                        request.body().required("content"),
                        request.body().message("parent"),
                        false,
                        WhenBusy.REJECT,
                        null);
        UserId user = request.user();
        return chats.done(user, request.chat(), post)
                .thenCompose(done -> {
                    MessageId message = done.receipt().message();
                    if (message == null) {
                        throw Fault.of(Refusal.BUSY).exception();
                    }
                    return replies(user, done.conversation(), message, models)
                            .thenApply(_ ->
                                    Response.accepted(json ->
                                            write(json, done.conversation(), message, models)));
                });
    }

    /// What was asked for before, by whomever of the user's devices.
    private CompletionStage<Response> compared(Request request) {
        UserId user = request.user();
        MessageId named = request.messageParameter("message_id");
        return chats.find(user, request.chat())
                .thenCompose(chat -> {
                    MessageId said = chat.headRole() == Role.USER ? chat.head() : null;
                    MessageId message = named == null ? said : named;
                    return message == null
                            ? CompletableFuture.completedStage(
                                    Response.ok(CompareRoutes::writeNone))
                            : comparisons
                                    .asked(user, chat, message)
                                    .thenApply(models ->
                                            Response.ok(
                                                    json -> write(json, chat, message, models)));
                });
    }

    private CompletionStage<?> replies(
            UserId user, Conversation chat, MessageId message, List<ModelId> models) {
        return CompletableFuture.allOf(
                models.stream()
                        .map(model -> reply(user, chat, message, model).toCompletableFuture())
                        .toArray(CompletableFuture<?>[]::new));
    }

    /// Has a reply in a fork of the chat, unless it has one already.
    private CompletionStage<?> reply(
            UserId user, Conversation chat, MessageId message, ModelId model) {
        ConversationId fork = Comparisons.forkOf(chat, message, model);
        var start =
                new Start(user, name(chat, model), model, chat.systemPrompt(), message, Role.USER);
        return engine.ask(user, fork, start)
                .thenCompose(answer ->
                        answer.equals(new Answer.Refused(Refusal.CONVERSATION_EXISTS))
                                ? chats.find(user, fork)
                                : CompletableFuture.completedStage(
                                        Chats.done(fork, answer).conversation()))
                .thenCompose(there ->
                        there.turns() > 0
                                ? CompletableFuture.completedStage(fork)
                                : generate(user, fork));
    }

    private CompletionStage<ConversationId> generate(UserId user, ConversationId fork) {
        return engine.ask(user, fork, new Generate(null, null))
                .thenApply(answer -> {
                    boolean elsewhere =
                            answer instanceof Answer.Refused(var refusal)
                                    && (refusal == Refusal.BUSY
                                            || refusal == Refusal.NOTHING_TO_ANSWER);
                    if (!elsewhere && answer instanceof Answer.Refused(var refusal)) {
                        throw Fault.of(refusal, fork.value()).exception();
                    }
                    // Somebody who asked for the same at the same time may have been faster.
                    return fork;
                });
    }

    private String name(Conversation chat, ModelId model) {
        String name = chat.name() + " · " + model;
        int charsMax = engine.config().limits().nameCharsMax();
        if (name.length() <= charsMax) {
            return name;
        }
        // The model is what tells it from the others.
        String tail = "… · " + model;
        int kept = Math.max(0, charsMax - tail.length());
        if (kept > 0 && Character.isHighSurrogate(name.charAt(kept - 1))) {
            kept--;
        }
        String cut = name.substring(0, kept) + tail;
        return cut.substring(0, Math.min(cut.length(), charsMax));
    }

    private static void writeNone(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("replies");
        json.writeEndArray();
    }

    private static void write(
            JsonGenerator json, Conversation chat, MessageId message, List<ModelId> models)
            throws IOException {
        json.writeStringField("message_id", message.toString());
        json.writeArrayFieldStart("replies");
        for (ModelId model : models) {
            json.writeStartObject();
            json.writeStringField("chat_id", Comparisons.forkOf(chat, message, model).value());
            json.writeStringField("reply_id", FIRST.toString());
            json.writeStringField("model", model.value());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
