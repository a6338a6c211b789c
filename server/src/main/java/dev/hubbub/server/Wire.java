package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.hubbub.conversation.Attempt;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Marks;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.Price;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.Waiting;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/// The objects of `docs/reference/protocol.md`, each written in one place. The types of the core
/// know nothing of JSON.
final class Wire {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Wire() {}

    static String time(Instant at) {
        return TIME.format(at);
    }

    /// Leaves a field out when there is nothing in it.
    static void optional(JsonGenerator json, String name, @Nullable Object value)
            throws IOException {
        if (value != null) {
            json.writeStringField(name, value.toString());
        }
    }

    static void messageFields(JsonGenerator json, Message message) throws IOException {
        json.writeStringField("id", message.id().toString());
        json.writeArrayFieldStart("parents");
        for (MessageId parent : message.parents()) {
            json.writeString(parent.toString());
        }
        json.writeEndArray();
        json.writeStringField("role", message.role().wire());
        json.writeStringField("content", message.text());
        optional(json, "model", message.model());
        json.writeStringField("created_at", time(message.createdAt()));
        Usage usage = message.usage();
        usage(json, usage);
        images(json, message.images());
        StopReason reason = message.stopReason();
        if (reason != null) {
            json.writeStringField("stop_reason", reason.wire());
        }
        optional(json, "error", message.error());
        if (!message.attempts().isEmpty()) {
            json.writeArrayFieldStart("attempts");
            for (Attempt attempt : message.attempts()) {
                json.writeStartObject();
                json.writeStringField("model", attempt.model().value());
                json.writeNumberField("from_char", attempt.fromChar());
                usage(json, attempt.usage());
                optional(json, "error", attempt.fault());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
    }

    static void images(JsonGenerator json, List<Image> images) throws IOException {
        if (images.isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("images");
        for (Image image : images) {
            json.writeStartObject();
            json.writeStringField("id", image.id().value());
            json.writeStringField("media_type", image.mediaType());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /// What was used, and what it cost in US dollars where that is known.
    private static void usage(JsonGenerator json, @Nullable Usage usage) throws IOException {
        if (usage == null) {
            return;
        }
        json.writeObjectFieldStart("usage");
        json.writeNumberField("input_tokens", usage.inputTokens());
        json.writeNumberField("output_tokens", usage.outputTokens());
        json.writeEndObject();
        if (usage.costNanos() > 0) {
            json.writeNumberField("cost", BigDecimal.valueOf(usage.costNanos(), 9));
        }
    }

    static void message(JsonGenerator json, Message message) throws IOException {
        json.writeObjectFieldStart("message");
        messageFields(json, message);
        json.writeEndObject();
    }

    static void messages(JsonGenerator json, List<Message> messages) throws IOException {
        json.writeArrayFieldStart("messages");
        for (Message message : messages) {
            json.writeStartObject();
            messageFields(json, message);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void chat(JsonGenerator json, Conversation chat) throws IOException {
        json.writeObjectFieldStart("chat");
        summaryFields(json, Summary.of(chat));
        optional(json, "system_prompt", chat.systemPrompt());
        usage(json, chat.usage().equals(Usage.NONE) ? null : chat.usage());
        json.writeEndObject();
    }

    static void chat(JsonGenerator json, Summary chat) throws IOException {
        json.writeObjectFieldStart("chat");
        summaryFields(json, chat);
        json.writeEndObject();
    }

    static void chats(JsonGenerator json, String name, List<Summary> chats) throws IOException {
        json.writeArrayFieldStart(name);
        for (Summary chat : chats) {
            json.writeStartObject();
            summaryFields(json, chat);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void summaryFields(JsonGenerator json, Summary chat) throws IOException {
        json.writeStringField("id", chat.id().value());
        json.writeStringField("name", chat.name());
        optional(json, "icon", chat.icon());
        json.writeStringField("model", chat.model().value());
        json.writeStringField("created_at", time(chat.createdAt()));
        json.writeStringField("updated_at", time(chat.lastActiveAt()));
        json.writeNumberField("message_count", chat.messageCount());
        optional(json, "head", chat.head());
        json.writeStringField("status", chat.replying() ? "replying" : "idle");
        Marks marks = chat.marks();
        flag(json, "pinned", marks.pinned());
        flag(json, "archived", marks.archived());
        flag(json, "unread", marks.unread());
        optional(json, "folder", marks.folder());
        if (!marks.tags().isEmpty()) {
            json.writeArrayFieldStart("tags");
            for (String tag : marks.tags()) {
                json.writeString(tag);
            }
            json.writeEndArray();
        }
    }

    private static void flag(JsonGenerator json, String name, boolean set) throws IOException {
        if (set) {
            json.writeBooleanField(name, true);
        }
    }

    /// The reply being made, if one is.
    static void reply(JsonGenerator json, ConversationId chat, @Nullable Reply reply)
            throws IOException {
        if (reply == null) {
            return;
        }
        json.writeObjectFieldStart("reply");
        json.writeStringField("id", reply.turn().toString());
        json.writeStringField("chat_id", chat.value());
        json.writeStringField("parent", reply.parent().toString());
        json.writeStringField("model", reply.model().value());
        json.writeStringField("status", reply.status().wire());
        json.writeNumberField("attempt", reply.attempt());
        json.writeStringField("started_at", time(reply.startedAt()));
        json.writeStringField("text", reply.draft().text());
        json.writeEndObject();
    }

    static void waitingFields(JsonGenerator json, Waiting waiting) throws IOException {
        json.writeStringField("reply_id", waiting.turn().toString());
        json.writeStringField("content", waiting.text());
        optional(json, "client_message_id", waiting.key());
        images(json, waiting.images());
    }

    static void waiting(JsonGenerator json, List<Waiting> queue) throws IOException {
        json.writeArrayFieldStart("waiting");
        for (Waiting waiting : queue) {
            json.writeStartObject();
            waitingFields(json, waiting);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    static void models(JsonGenerator json, ModelCatalog models) throws IOException {
        json.writeArrayFieldStart("models");
        for (ModelCatalog.Entry model : models.models()) {
            json.writeStartObject();
            json.writeStringField("id", model.id().value());
            json.writeStringField("display_name", model.displayName());
            json.writeNumberField("max_tokens", model.maxTokens());
            json.writeStringField("provider", model.provider());
            json.writeBooleanField("images", model.images());
            Price price = model.price();
            if (price != null) {
                json.writeObjectFieldStart("pricing");
                // In US dollars for a million tokens: billionths for one, divided by a thousand.
                json.writeNumberField("input", BigDecimal.valueOf(price.inputNanos(), 3));
                json.writeNumberField("output", BigDecimal.valueOf(price.outputNanos(), 3));
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField("default", models.defaultModel().value());
    }

    /// A page of a chat's history, with what is under way after it.
    static void page(JsonGenerator json, History.Page page) throws IOException {
        json.writeArrayFieldStart("messages");
        for (Message message : page.messages()) {
            json.writeStartObject();
            messageFields(json, message);
            List<MessageId> siblings = page.siblings().get(message.id());
            if (siblings != null) {
                json.writeArrayFieldStart("siblings");
                for (MessageId sibling : siblings) {
                    json.writeString(sibling.toString());
                }
                json.writeEndArray();
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeBooleanField("has_more", page.hasMore());
        History.Later later = page.later();
        if (later != null) {
            json.writeBooleanField("has_later", later.hasMore());
            json.writeBooleanField("on_path", later.isOnPath());
        }
    }

    /// `problem+json`, with the code that the socket's errors have too.
    static byte[] problem(Fault fault) {
        return Json.bytes(json -> {
            json.writeStringField("detail", fault.detail());
            json.writeStringField("title", fault.title());
            json.writeNumberField("status", fault.status());
            json.writeStringField("code", fault.code());
        });
    }
}
