package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.Changed;
import dev.hubbub.conversation.ConversationEvent.Deleted;
import dev.hubbub.conversation.ConversationEvent.HeadMoved;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationEvent.MessagesImported;
import dev.hubbub.conversation.ConversationEvent.PieceAdded;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationEvent.ReplyStarted;
import dev.hubbub.conversation.ConversationEvent.Started;
import dev.hubbub.conversation.ConversationEvent.TurnQueued;
import dev.hubbub.conversation.ConversationEvent.TurnWithdrawn;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.engine.Position;
import dev.hubbub.engine.Update;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// The encoder of updates: each becomes one [Frame] that all its viewers on this node share. A
/// stage, because some need a page of history from the store.
final class UpdateFrames {

    private final History history;

    UpdateFrames(History history) {
        this.history = history;
    }

    /// The encoder for updates of one chat; make it once per viewer.
    Function<Update, CompletableFuture<Frame>> of(ConversationId chat) {
        return update -> encode(chat, update);
    }

    private CompletableFuture<Frame> encode(ConversationId chat, Update update) {
        Position at = update.position();
        return switch (update.content()) {
            case Update.Delta delta -> now(chat, at, "delta", json -> deltaFields(json, delta));
            case Update.Snapshot(var conversation) -> snapshot(at, conversation);
            case Update.Happened(var event, var after) -> happened(at, event, after);
        };
    }

    private CompletableFuture<Frame> happened(
            Position at, ConversationEvent event, Conversation after) {
        ConversationId chat = after.id();
        return switch (event) {
            case Started _, Changed _, MessagesImported _ ->
                    now(chat, at, "chat", json -> Wire.chat(json, after));
            case MessagePosted posted ->
                    now(
                            chat,
                            at,
                            "message",
                            json -> {
                                Wire.message(json, posted.message());
                                Wire.optional(json, "head", posted.message().id());
                                Wire.optional(json, "client_message_id", posted.key());
                                Wire.optional(json, "reply_id", posted.turn());
                            });
            case TurnQueued queued ->
                    now(
                            chat,
                            at,
                            "waiting",
                            json -> {
                                json.writeObjectFieldStart("waiting");
                                Wire.waitingFields(json, queued.waiting());
                                json.writeEndObject();
                            });
            case TurnWithdrawn withdrawn ->
                    now(
                            chat,
                            at,
                            "withdrawn",
                            json -> Wire.optional(json, "reply_id", withdrawn.turn()));
            case ReplyStarted _ ->
                    now(chat, at, "reply", json -> Wire.reply(json, chat, after.reply()));
            case PieceAdded piece ->
                    now(
                            chat,
                            at,
                            "delta",
                            json ->
                                    deltaFields(
                                            json,
                                            new Update.Delta(
                                                    piece.turn(), piece.fromChar(), piece.text())));
            case ReplyEnded ended ->
                    now(
                            chat,
                            at,
                            "reply_ended",
                            json -> {
                                Wire.optional(json, "reply_id", ended.turn());
                                json.writeStringField("status", ended.status().wire());
                                Wire.message(json, ended.message());
                                Wire.optional(json, "head", ended.message().id());
                            });
            case HeadMoved moved ->
                    history.page(after.owner(), chat, moved.to(), History.MESSAGES_MAX)
                            .thenApply(page ->
                                    frame(
                                            chat,
                                            at,
                                            "head",
                                            json -> {
                                                Wire.optional(json, "head", moved.to());
                                                Wire.page(json, page);
                                            }))
                            .toCompletableFuture();
            case Deleted _ -> now(chat, at, "deleted", _ -> {});
        };
    }

    private CompletableFuture<Frame> snapshot(Position at, Conversation conversation) {
        return history.page(
                        conversation.owner(),
                        conversation.id(),
                        conversation.head(),
                        History.MESSAGES_MAX)
                .thenApply(page ->
                        frame(
                                conversation.id(),
                                at,
                                "snapshot",
                                json -> {
                                    Wire.chat(json, conversation);
                                    Wire.page(json, page);
                                    Wire.reply(json, conversation.id(), conversation.reply());
                                    Wire.waiting(json, conversation.queue());
                                }))
                .toCompletableFuture();
    }

    static void deltaFields(JsonGenerator json, Update.Delta delta) throws IOException {
        Wire.optional(json, "reply_id", delta.turn());
        json.writeNumberField("offset", delta.fromChar());
        json.writeStringField("text", delta.text());
    }

    private static CompletableFuture<Frame> now(
            ConversationId chat, Position at, String type, Json.Body body) {
        return CompletableFuture.completedFuture(frame(chat, at, type, body));
    }

    static Frame frame(ConversationId chat, Position at, String type, Json.Body body) {
        String position = at.toString();
        return Frame.event(
                type,
                position,
                json -> {
                    json.writeStringField("type", type);
                    json.writeStringField("chat_id", chat.value());
                    json.writeStringField("position", position);
                    body.write(json);
                });
    }
}
