package dev.hubbub.server;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.ClientMessageId;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.Taken;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Answer;
import dev.hubbub.engine.Engine;

import io.vertx.core.http.HttpMethod;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// What the AI SDK's `useChat` asks for: to say something, to reply anew, and to go on with a reply
/// that is being made. A reply goes on when its page goes away; what ends it is `POST
/// /api/chats/{id}/stop`.
final class UiStreamRoutes {

    /// Between the id of a message and what tells its versions apart.
    private static final String EDITED = "~";

    private final Engine engine;
    private final Chats chats;
    private final Turns turns;

    UiStreamRoutes(Engine engine, Chats chats, Turns turns) {
        this.engine = engine;
        this.chats = chats;
        this.turns = turns;
    }

    void addTo(Routes routes) {
        routes.add(
                HttpMethod.POST,
                "/api/chat",
                request -> say(request, request.body().required("id")));
        routes.add(HttpMethod.GET, "/api/chat/{id}/stream", this::resume);
        routes.add(HttpMethod.POST, "/api/chats/{id}/ui", request -> say(request, request.id()));
        routes.add(HttpMethod.GET, "/api/chats/{id}/ui/stream", this::resume);
    }

    private CompletionStage<Response> say(Request request, String id) {
        Fields body = request.body();
        ConversationId chat = Fields.chatOf(id);
        UserId user = request.user();
        ModelId model = body.model("model");
        ModelId known = model == null ? null : turns.model(model);
        JsonNode messages = body.value("messages");
        Transcript transcript = TranscriptReader.read("messages", messages, null);
        String trigger = body.text("trigger");
        CompletionStage<Turns.Begun> begun =
                switch (trigger) {
                    case null ->
                            said(user, chat, known, messages, transcript, body.text("messageId"));
                    case "submit-message" ->
                            said(user, chat, known, messages, transcript, body.text("messageId"));
                    case "regenerate-message" -> anew(user, chat, known, messages);
                    default ->
                            throw Fault.badField(
                                            "`trigger` is submit-message or regenerate-message.")
                                    .exception();
                };
        return begun.thenApply(now -> stream(user, now.turn()));
    }

    private static Response stream(UserId user, TurnRef turn) {
        return TurnStream.of(user, turn, new UiStream(turn), false);
    }

    private CompletionStage<Turns.Begun> said(
            UserId user,
            ConversationId chat,
            @Nullable ModelId model,
            @Nullable JsonNode messages,
            Transcript transcript,
            @Nullable String edited) {
        transcript.require(engine.config().limits(), "messages");
        var question =
                new Turns.Question(
                        user,
                        model,
                        transcript.system(),
                        transcript.before(),
                        transcript.question("messages"),
                        key(last(messages), transcript.question("messages"), edited));
        return engine.conversation(user, chat)
                .thenCompose(answer -> {
                    if (!(answer instanceof Answer.Done(_, var found))) {
                        return turns.inNew(chat, null, question);
                    }
                    return replyBefore(user, found, messages)
                            .thenCompose(parent ->
                                    turns.inOld(
                                            found,
                                            parent,
                                            question.after(transcript.sinceReply())));
                });
    }

    /// The reply that the page shows before what it says: not the head, when it says something else
    /// instead of an earlier message. Null where the page's own ids do not tell.
    private CompletionStage<@Nullable MessageId> replyBefore(
            UserId user, Conversation chat, @Nullable JsonNode messages) {
        int count = messages == null ? 0 : messages.size();
        for (int i = count - 2; i >= 0; i--) {
            JsonNode message = messages == null ? null : messages.get(i);
            if (message == null || !message.path("role").asText().equals("assistant")) {
                continue;
            }
            String id = message.path("id").asText();
            TurnRef turn = TurnRef.parse(UiStream.PREFIX, id);
            if (turn != null && turn.chat().equals(chat.id())) {
                return turn.reply(engine, user)
                        .thenApply(reply -> reply == null ? null : reply.id());
            }
            return CompletableFuture.completedStage(
                    MessageId.isValid(id) ? MessageId.parse(id) : null);
        }
        return CompletableFuture.completedStage(null);
    }

    /// One more reply to the last message of the user's.
    private CompletionStage<Turns.Begun> anew(
            UserId user,
            ConversationId chat,
            @Nullable ModelId model,
            @Nullable JsonNode messages) {
        JsonNode asked = null;
        for (JsonNode message : messages == null ? List.<JsonNode>of() : messages) {
            if (message.path("role").asText().equals("user")) {
                asked = message;
            }
        }
        String id = asked == null ? "" : asked.path("id").asText();
        return chats.find(user, chat)
                .thenCompose(found -> question(user, found, id))
                .thenCompose(from -> turns.anew(user, chat, from, model));
    }

    private CompletionStage<MessageId> question(UserId user, Conversation chat, String id) {
        if (MessageId.isValid(id)) {
            return CompletableFuture.completedStage(MessageId.parse(id));
        }
        for (Taken taken : chat.taken().reversed()) {
            String key = taken.key().value();
            boolean its = key.equals(id) || key.startsWith(id + EDITED);
            if (its && taken.message() != null) {
                return CompletableFuture.completedStage(taken.message());
            }
        }
        // A message too old to be known by the page's id for it: what the head answers, or is.
        MessageId head = chat.head();
        if (head == null) {
            throw Fault.of(Refusal.NOTHING_TO_ANSWER).exception();
        }
        return chats.message(user, head)
                .thenApply(message -> {
                    MessageId parent = message.parent();
                    return message.role() == Role.ASSISTANT && parent != null ? parent : head;
                });
    }

    private static @Nullable JsonNode last(@Nullable JsonNode messages) {
        return messages == null || !messages.isArray() ? null : messages.get(messages.size() - 1);
    }

    /// A page sends an edited message under the id that it had before the edit, and names it.
    private static @Nullable ClientMessageId key(
            @Nullable JsonNode message, Transcript.Line line, @Nullable String edited) {
        String id = message == null ? "" : message.path("id").asText();
        if (id.isEmpty()) {
            return null;
        }
        try {
            return new ClientMessageId(
                    id.equals(edited)
                            ? id + EDITED + Integer.toHexString(line.text().hashCode())
                            : id);
        } catch (IllegalArgumentException wrong) {
            throw Fault.badField("`id` of a message: " + wrong.getMessage() + ".").exception();
        }
    }

    /// The reply being made, from its beginning; 204 where none is.
    private CompletionStage<Response> resume(Request request) {
        UserId user = request.user();
        return engine.conversation(user, request.chat())
                .thenCompose(answer -> {
                    Reply reply = answer instanceof Answer.Done(_, var chat) ? chat.reply() : null;
                    if (reply == null) {
                        return CompletableFuture.completedStage(Response.none());
                    }
                    return engine.children(user, request.chat(), reply.parent())
                            .thenApply(children -> {
                                long before =
                                        children.stream()
                                                .filter(child -> child.role() == Role.ASSISTANT)
                                                .count();
                                return stream(
                                        user,
                                        new TurnRef(
                                                request.chat(),
                                                reply.turn(),
                                                reply.parent(),
                                                (int) before));
                            });
                });
    }
}
