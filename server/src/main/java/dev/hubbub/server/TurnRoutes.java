package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.hubbub.conversation.ClientMessageId;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.WhenBusy;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.ReplyStatus;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.Taken;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Answer;

import io.vertx.core.http.HttpMethod;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// `POST /chat`: one message, and its reply if it comes in time; `GET /chat/{id}`: the state now.
final class TurnRoutes {

    /// How long a request may wait for a reply.
    static final long WAIT_MILLIS_MAX = 3000;

    private static final String RESPONDING = "Message received, AI is responding...";

    private final Chats chats;

    TurnRoutes(Chats chats) {
        this.chats = chats;
    }

    void addTo(Routes routes) {
        routes.add(HttpMethod.POST, "/chat", this::say);
        routes.add(HttpMethod.GET, "/chat/{id}", this::state);
    }

    /// What a caller of `POST /chat` is told.
    private record Turn(
            ConversationId chat, @Nullable TurnId id, ReplyStatus status, String text, Instant at) {

        static Turn ended(ConversationId chat, TurnId id, Message reply) {
            String error = reply.error();
            String text = reply.text().isEmpty() && error != null ? error : reply.text();
            return new Turn(chat, id, ReplyStatus.of(reply.stopReason()), text, reply.createdAt());
        }

        static Turn running(Conversation chat, @Nullable TurnId id) {
            Reply reply = chat.reply();
            boolean streams =
                    reply != null
                            && reply.turn().equals(id)
                            && reply.status() == ReplyStatus.STREAMING;
            return new Turn(
                    chat.id(),
                    id,
                    streams ? ReplyStatus.STREAMING : ReplyStatus.CREATED,
                    RESPONDING,
                    chat.lastActiveAt());
        }

        Response response() {
            return Response.ok(json -> {
                json.writeStringField("conversationId", chat.value());
                Wire.optional(json, "messageId", id);
                item(json, text, Role.ASSISTANT, status, at);
            });
        }
    }

    private CompletionStage<Response> say(Request request) {
        String text = request.body().required("message");
        String named = request.body().text("conversationId");
        ClientMessageId given = request.key();
        long waitMillis = waitMillis(request.query().get("wait"));
        UserId user = request.user();
        var key = given == null ? new ClientMessageId(UUID.randomUUID().toString()) : given;
        var post = new Post(key, text, null, true, WhenBusy.ENQUEUE, null);
        // The chat would refuse these too, but a new one would have been made for nothing.
        chats.requireSayable(text, 0);
        chats.requireRoom(user);
        ConversationId chat = named == null ? newId(request) : Fields.chatOf(named);
        boolean isNew = named == null && request.idempotencyKey() == null;
        return (isNew ? chats.begin(user, chat) : chats.begun(user, chat))
                .thenCompose(_ ->
                        waitMillis == 0
                                ? chats.done(user, chat, post)
                                        .thenCompose(done -> taken(user, done))
                                : answered(user, chat, post, key, waitMillis))
                .thenApply(Turn::response);
    }

    /// The same for a repeated request, so that it makes no second chat.
    private static ConversationId newId(Request request) {
        ClientMessageId key = request.idempotencyKey();
        return key == null ? Chats.newId() : Chats.idFor(request.user(), key);
    }

    private CompletionStage<Turn> answered(
            UserId user, ConversationId chat, Post post, ClientMessageId key, long waitMillis) {
        return chats.replied(user, chat, post)
                .<@Nullable Answer>thenApply(answer -> answer)
                .toCompletableFuture()
                .copy()
                .completeOnTimeout(null, waitMillis, TimeUnit.MILLISECONDS)
                .thenCompose(answer ->
                        switch (answer) {
                            case Answer.Ended(var turn, var reply) ->
                                    CompletableFuture.completedStage(Turn.ended(chat, turn, reply));
                            case Answer.Done done -> taken(user, done);
                            case Answer.Withdrawn _, Answer.Refused _ -> stillOpen(user, chat, key);
                            case null -> stillOpen(user, chat, key);
                        });
    }

    private CompletionStage<Turn> stillOpen(UserId user, ConversationId chat, ClientMessageId key) {
        return chats.find(user, chat).thenApply(now -> Turn.running(now, turnOf(now, key)));
    }

    /// A message taken just now, or one that came before, whose reply may be there.
    private CompletionStage<Turn> taken(UserId user, Answer.Done done) {
        Conversation chat = done.conversation();
        TurnId turn = done.receipt().turn();
        MessageId message = done.receipt().message();
        if (turn == null || message == null || chat.isOpen(turn)) {
            return CompletableFuture.completedStage(Turn.running(chat, turn));
        }
        return chats.replyTo(user, chat, message)
                .thenApply(reply ->
                        reply == null
                                ? Turn.running(chat, turn)
                                : Turn.ended(chat.id(), turn, reply));
    }

    private static @Nullable TurnId turnOf(Conversation chat, ClientMessageId key) {
        for (Taken taken : chat.taken()) {
            if (taken.key().equals(key)) {
                return taken.turn();
            }
        }
        return null;
    }

    private CompletionStage<Response> state(Request request) {
        return chats.read(request.user(), request.chat(), History.Place.END, History.MESSAGES_MAX)
                .thenApply(TurnRoutes::state);
    }

    private static Response state(Chats.Read read) {
        Conversation chat = java.util.Objects.requireNonNull(read.chat());
        Reply reply = chat.reply();
        return Response.ok(json -> {
            json.writeStringField("conversationId", chat.id().value());
            json.writeStringField("status", status(read, reply).wire());
            json.writeArrayFieldStart("messages");
            for (Message message : read.page().messages()) {
                json.writeStartObject();
                item(
                        json,
                        message.text(),
                        message.role(),
                        ReplyStatus.of(message.stopReason()),
                        message.createdAt());
                json.writeEndObject();
            }
            if (reply != null) {
                json.writeStartObject();
                item(json, reply.draft().text(), Role.ASSISTANT, reply.status(), reply.startedAt());
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    /// The status of the reply under way, else of the last one; `created` before the first.
    private static ReplyStatus status(Chats.Read read, @Nullable Reply reply) {
        if (reply != null) {
            return reply.status();
        }
        for (Message message : read.page().messages().reversed()) {
            if (message.role() == Role.ASSISTANT) {
                return ReplyStatus.of(message.stopReason());
            }
        }
        return ReplyStatus.CREATED;
    }

    private static void item(
            JsonGenerator json, String text, Role from, ReplyStatus status, Instant at)
            throws IOException {
        json.writeStringField("message", text);
        json.writeStringField("from", from.wire());
        json.writeStringField("status", status.wire());
        json.writeStringField("timestamp", Wire.time(at));
    }

    /// `3`, `3s`, `500ms`; nothing behind the equals sign, or `true`, waits as long as may be.
    static long waitMillis(@Nullable String text) {
        return switch (text) {
            case null -> 0;
            case "", "true" -> WAIT_MILLIS_MAX;
            case "false" -> 0;
            default -> Math.min(WAIT_MILLIS_MAX, millis(text));
        };
    }

    private static long millis(String text) {
        boolean isMillis = text.endsWith("ms");
        String number =
                isMillis
                        ? text.substring(0, text.length() - 2)
                        : text.endsWith("s") ? text.substring(0, text.length() - 1) : text;
        if (!number.matches("[0-9]{1,6}")) {
            throw Fault.badField("`wait` is a time such as 3, 3s or 500ms.").exception();
        }
        return Long.parseLong(number) * (isMillis ? 1 : 1000);
    }
}
