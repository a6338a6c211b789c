package dev.hubbub.server;

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

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// `POST /api/chats/{id}/compare`: one message, answered by several models at the same time.
///
/// The message is in the chat once. Each model answers in a fork of its own that begins at the
/// message, so that the replies are its children and any of them can become the chat's head. A
/// fork's id follows from the chat, the message and the model, and its reply is its first turn:
/// asked again, the same come back.
final class CompareRoutes {

    static final int MODELS_MIN = 2;
    static final int MODELS_MAX = 8;

    private static final TurnId FIRST = new TurnId(1);

    private final Engine engine;
    private final Chats chats;

    CompareRoutes(Engine engine, Chats chats) {
        this.engine = engine;
        this.chats = chats;
    }

    void addTo(Routes routes) {
        routes.add(HttpMethod.POST, "/api/chats/{id}/compare", this::compare);
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
                            .thenApply(_ -> response(done.conversation(), message, models));
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
        ConversationId fork = forkOf(chat, message, model);
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

    private static ConversationId forkOf(Conversation chat, MessageId message, ModelId model) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(
                                    (chat.owner()
                                                    + "\n"
                                                    + chat.id()
                                                    + "\n"
                                                    + message
                                                    + "\n"
                                                    + model)
                                            .getBytes(StandardCharsets.UTF_8));
            ByteBuffer bits = ByteBuffer.wrap(hash);
            // Marked as an id of its maker's own kind (version 8 of RFC 9562).
            long high = (bits.getLong() & ~0xf000L) | 0x8000L;
            long low = (bits.getLong() & ~(0xc0L << 56)) | (0x80L << 56);
            return new ConversationId(high, low);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Response response(Conversation chat, MessageId message, List<ModelId> models) {
        return Response.accepted(json -> {
            json.writeStringField("message_id", message.toString());
            json.writeArrayFieldStart("replies");
            for (ModelId model : models) {
                json.writeStartObject();
                json.writeStringField("chat_id", forkOf(chat, message, model).value());
                json.writeStringField("reply_id", FIRST.toString());
                json.writeStringField("model", model.value());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }
}
