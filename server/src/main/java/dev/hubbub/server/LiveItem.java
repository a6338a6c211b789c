package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.ReplyStatus;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.TurnId;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;

/// Writes the items of a live state. A message is named by its id; a reply that is being made has
/// none yet and is named by its turn, and keeps that name for those who saw it begin.
///
/// @param deltas whether its text was sent already when a reply ends
record LiveItem(boolean deltas) {

    /// @param turn the name under which the client knows it; null for its own
    void message(JsonGenerator json, Message message, @Nullable TurnId turn) throws IOException {
        item(
                json,
                turn == null ? message.id().toString() : turn.toString(),
                message.text(),
                message.role(),
                ReplyStatus.of(message.stopReason()),
                message.createdAt());
        more(json, message, turn);
    }

    void reply(JsonGenerator json, Reply reply) throws IOException {
        item(
                json,
                reply.turn().toString(),
                reply.draft().text(),
                Role.ASSISTANT,
                reply.status(),
                reply.startedAt());
    }

    /// A reply whose turn has not come.
    void waiting(JsonGenerator json, TurnId turn, Instant at) throws IOException {
        item(json, turn.toString(), "", Role.ASSISTANT, ReplyStatus.CREATED, at);
    }

    /// What a reply became; for a client that was sent deltas, without the text that it has.
    void ended(JsonGenerator json, Message message, TurnId turn) throws IOException {
        if (!deltas) {
            message(json, message, turn);
            return;
        }
        json.writeStringField("id", turn.toString());
        json.writeStringField("status", ReplyStatus.of(message.stopReason()).wire());
        json.writeStringField("timestamp", Wire.time(message.createdAt()));
        more(json, message, turn);
    }

    void delta(JsonGenerator json, TurnId turn, int offset, String text) throws IOException {
        json.writeStringField("id", turn.toString());
        json.writeStringField("status", ReplyStatus.STREAMING.wire());
        json.writeNumberField("offset", offset);
        json.writeStringField("append", text);
    }

    private static void more(JsonGenerator json, Message message, @Nullable TurnId turn)
            throws IOException {
        if (turn != null) {
            json.writeStringField("message_id", message.id().toString());
        }
        Wire.optional(json, "error", message.error());
        Wire.images(json, message.images());
    }

    private static void item(
            JsonGenerator json, String id, String text, Role from, ReplyStatus status, Instant at)
            throws IOException {
        json.writeStringField("id", id);
        json.writeStringField("message", text);
        json.writeStringField("from", from.wire());
        json.writeStringField("status", status.wire());
        json.writeStringField("timestamp", Wire.time(at));
    }
}
