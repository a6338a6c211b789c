package dev.hubbub.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;

import dev.hubbub.conversation.Attempt;
import dev.hubbub.conversation.ChatModel.Prompt.Picture;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Marks;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.Usage;
import dev.hubbub.engine.Engine;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// Writes Hubbub's own format, version 1: one JSON object with a line for each chat. The same chats
/// give the same bytes. `docs/moving.md` describes it.
final class JsonChats {

    static final String NAME = "hubbub";
    static final int VERSION = 1;

    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Engine engine;
    private final OutputStream out;
    private boolean begun;

    JsonChats(Engine engine, OutputStream out) {
        this.engine = engine;
        this.out = out;
    }

    static String time(Instant at) {
        return TIME.format(at);
    }

    void begin() throws IOException {
        text("{\"format\":\"" + NAME + "\",\"version\":" + VERSION + ",\"chats\":[");
    }

    void end() throws IOException {
        text(begun ? "\n]}\n" : "]}\n");
    }

    void add(Conversation chat, ChatTree tree) throws IOException {
        text(begun ? ",\n" : "\n");
        begun = true;
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("id", chat.id().value());
            json.writeStringField("name", chat.name());
            optional(json, "icon", chat.icon());
            json.writeStringField("model", chat.model().value());
            optional(json, "system_prompt", chat.systemPrompt());
            json.writeStringField("created_at", time(chat.createdAt()));
            json.writeStringField("updated_at", time(chat.lastActiveAt()));
            marks(json, chat.marks());
            optional(json, "head", chat.head());
            json.writeArrayFieldStart("images");
            for (Image image : tree.images()) {
                write(json, chat, image);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("messages");
            tree.forEach(message -> write(json, message));
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void marks(JsonGenerator json, Marks marks) throws IOException {
        if (marks.pinned()) {
            json.writeBooleanField("pinned", true);
        }
        if (marks.archived()) {
            json.writeBooleanField("archived", true);
        }
        if (marks.unread()) {
            json.writeBooleanField("unread", true);
        }
        optional(json, "folder", marks.folder());
        if (!marks.tags().isEmpty()) {
            json.writeArrayFieldStart("tags");
            for (String tag : marks.tags()) {
                json.writeString(tag);
            }
            json.writeEndArray();
        }
    }

    private void write(JsonGenerator json, Conversation chat, Image image) throws IOException {
        Picture picture = Waits.on(engine.image(chat.owner(), image.id()));
        if (picture != null) {
            json.writeStartObject();
            json.writeStringField("id", image.id().value());
            json.writeStringField("media_type", image.mediaType());
            json.writeBinaryField("data", picture.content());
            json.writeEndObject();
        }
    }

    private static void write(JsonGenerator json, Message message) throws IOException {
        json.writeStartObject();
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
        usage(json, message.usage());
        optional(
                json,
                "stop_reason",
                message.stopReason() == null ? null : message.stopReason().wire());
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
        if (!message.images().isEmpty()) {
            json.writeArrayFieldStart("images");
            for (Image image : message.images()) {
                json.writeStartObject();
                json.writeStringField("id", image.id().value());
                json.writeStringField("media_type", image.mediaType());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void usage(JsonGenerator json, @Nullable Usage usage) throws IOException {
        if (usage != null) {
            json.writeObjectFieldStart("usage");
            json.writeNumberField("input_tokens", usage.inputTokens());
            json.writeNumberField("output_tokens", usage.outputTokens());
            json.writeNumberField("cost_nanos", usage.costNanos());
            json.writeEndObject();
        }
    }

    private static void optional(JsonGenerator json, String name, @Nullable Object value)
            throws IOException {
        if (value != null) {
            json.writeStringField(name, value.toString());
        }
    }

    private void text(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
