package dev.hubbub.transfer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.Attempt;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ImageId;
import dev.hubbub.conversation.Marks;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Reads what [JsonChats] writes. A message counts only where its id is the hash of what it says.
final class OwnChats {

    /// One message may have a text of a megabyte and its marks.
    private static final long MESSAGE_CHARS_MAX = 16 << 20;

    private final JsonParser json;
    private final ImportLimits limits;
    private final ReadChat.Sink sink;

    /// @param json after the name of the field `format`
    OwnChats(JsonParser json, ImportLimits limits, ReadChat.Sink sink) {
        this.json = json;
        this.limits = limits;
        this.sink = sink;
    }

    void read() throws IOException {
        if (json.nextToken() != JsonToken.VALUE_STRING || !json.getText().equals(JsonChats.NAME)) {
            throw new ImportException(
                    "This is no export that Hubbub knows: its \"format\" is not \"hubbub\".");
        }
        boolean versioned = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "version" -> {
                    if (!json.currentToken().isNumeric()
                            || json.getDoubleValue() != JsonChats.VERSION) {
                        throw new ImportException(
                                "This export was written by another version of Hubbub; this one"
                                        + " reads version 1.");
                    }
                    versioned = true;
                }
                case "chats" -> {
                    if (!versioned) {
                        throw new ImportException("This export does not say its version.");
                    }
                    chats();
                }
                default -> json.skipChildren();
            }
        }
    }

    private void chats() throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw new ImportException("In this export \"chats\" is no list.");
        }
        int number = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            number++;
            if (json.currentToken() == JsonToken.START_OBJECT) {
                chat("chat " + number);
            } else {
                Importer.requireMore(json);
                sink.problem("chat " + number, "It is no object.");
                json.skipChildren();
            }
        }
    }

    /// Reads one chat, its images at once and its messages one after the other.
    private void chat(String number) throws IOException {
        Map<String, JsonNode> fields = new HashMap<>();
        var messages = new ArrayList<Message>();
        String where = number;
        boolean broken = false;
        long chars = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            JsonToken value = json.nextToken();
            if (field.equals("images") && value == JsonToken.START_ARRAY) {
                images(where);
            } else if (field.equals("messages") && value == JsonToken.START_ARRAY) {
                int count = 0;
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    Importer.requireMore(json);
                    Message message = message(where + ", message " + ++count);
                    if (message != null) {
                        messages.add(message);
                        chars += message.text().length();
                    }
                    if (messages.size() > limits.chatMessagesMax()
                            || chars > limits.chatCharsMax()) {
                        sink.problem(where, "It is too large to be taken in.");
                        broken = true;
                        messages.clear();
                        chars = 0;
                    }
                }
            } else {
                try {
                    JsonNode node = Trees.read(json, MESSAGE_CHARS_MAX);
                    if (fields.putIfAbsent(field, node) != null) {
                        sink.problem(where, "It says \"" + Titles.cut(field, 80) + "\" twice.");
                        broken = true;
                    }
                    if (field.equals("name")) {
                        where = number + " “" + Titles.clean(node.asText(), 80) + "”";
                    }
                } catch (Trees.Unusable unusable) {
                    sink.problem(where, unusable.sentence());
                    broken = true;
                }
            }
        }
        Importer.requireMore(json);
        if (!broken) {
            finish(where, fields, messages);
        }
    }

    private void finish(String where, Map<String, JsonNode> fields, List<Message> messages) {
        String id = text(fields, "id");
        if (id == null || !ConversationId.isValid(id)) {
            sink.problem(where, "It has no id that a chat may have; it is left out.");
            return;
        }
        Instant created = time(fields, "created_at");
        Instant updated = time(fields, "updated_at");
        String model = text(fields, "model");
        if (created == null || updated == null || model == null || !ModelId.isValid(model)) {
            sink.problem(
                    where,
                    "It has no model, no \"created_at\" or no \"updated_at\" that can be"
                            + " understood; it is left out.");
            return;
        }
        Set<MessageId> ids = new HashSet<>();
        messages.removeIf(message -> !ids.add(message.id()));
        String named = text(fields, "head");
        MessageId head = named == null || !MessageId.isValid(named) ? null : MessageId.parse(named);
        if (named != null && (head == null || !ids.contains(head))) {
            sink.problem(where, "Its head is none of its messages; it begins at the last one.");
            head = messages.isEmpty() ? null : messages.getLast().id();
        }
        sink.chat(
                new ReadChat(
                        where,
                        new ConversationId(id),
                        Objects.requireNonNullElse(text(fields, "name"), ""),
                        text(fields, "icon"),
                        model,
                        true,
                        text(fields, "system_prompt"),
                        marks(fields),
                        created,
                        updated,
                        messages,
                        head));
    }

    private static Marks marks(Map<String, JsonNode> fields) {
        var tags = new ArrayList<String>();
        JsonNode given = fields.get("tags");
        if (given != null) {
            given.forEach(tag -> tags.add(tag.asText()));
        }
        String folder = Titles.clean(text(fields, "folder"), Marks.FOLDER_CHARS_MAX);
        Marks checked = Foreign.marks(flag(fields, "pinned"), flag(fields, "archived"), tags);
        return Marks.of(
                checked.pinned(),
                checked.archived(),
                flag(fields, "unread"),
                folder.isBlank() ? null : folder,
                checked.tags());
    }

    private static boolean flag(Map<String, JsonNode> fields, String name) {
        JsonNode value = fields.get(name);
        return value != null && value.asBoolean();
    }

    private void images(String where) throws IOException {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            Importer.requireMore(json);
            if (json.currentToken() != JsonToken.START_OBJECT) {
                sink.problem(where, "An image is no object; it is left out.");
                json.skipChildren();
                continue;
            }
            String id = "";
            byte[] data = null;
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                if (field.equals("id") && value == JsonToken.VALUE_STRING) {
                    id = json.getText();
                } else if (field.equals("data") && value == JsonToken.VALUE_STRING) {
                    data = bytes();
                } else {
                    json.skipChildren();
                }
            }
            if (data == null || !ImageId.of(data).value().equals(id)) {
                sink.problem(where, "The bytes of an image are not those that its id says.");
            } else if (sink.image(where, data) == null) {
                sink.problem(where, "An image is of a kind that is not kept, or too large.");
            }
        }
    }

    private byte @Nullable [] bytes() throws IOException {
        try {
            return json.getBinaryValue();
        } catch (com.fasterxml.jackson.core.JsonParseException notBase64) {
            return null;
        }
    }

    private @Nullable Message message(String where) throws IOException {
        JsonNode node;
        try {
            node = Trees.read(json, MESSAGE_CHARS_MAX);
        } catch (Trees.Unusable unusable) {
            sink.problem(where, unusable.sentence());
            return null;
        }
        try {
            Message message = message(node);
            if (message.id().toString().equals(node.path("id").asText())) {
                return message;
            }
            sink.problem(where, "Its id is not the hash of what it says; it is left out.");
        } catch (IllegalArgumentException malformed) {
            sink.problem(where, "It cannot be understood: " + malformed.getMessage() + ".");
        }
        return null;
    }

    private static Message message(JsonNode node) {
        if (!node.isObject()) {
            throw new IllegalArgumentException("it is no object");
        }
        var parents = new ArrayList<MessageId>();
        for (JsonNode parent : node.path("parents")) {
            parents.add(MessageId.parse(parent.asText()));
        }
        var attempts = new ArrayList<Attempt>();
        for (JsonNode attempt : node.path("attempts")) {
            attempts.add(
                    new Attempt(
                            new ModelId(attempt.path("model").asText()),
                            attempt.path("from_char").asInt(),
                            usage(attempt.get("usage")),
                            textOrNull(attempt, "error")));
        }
        var images = new ArrayList<Image>();
        for (JsonNode image : node.path("images")) {
            images.add(
                    new Image(
                            new ImageId(image.path("id").asText()),
                            image.path("media_type").asText()));
        }
        String model = textOrNull(node, "model");
        String reason = textOrNull(node, "stop_reason");
        JsonNode content = node.get("content");
        Instant at = time(node.path("created_at").asText());
        if (content == null || !content.isTextual() || at == null) {
            throw new IllegalArgumentException("it has no \"content\" or no \"created_at\"");
        }
        return Message.of(
                parents,
                role(node.path("role").asText()),
                content.textValue(),
                model == null ? null : new ModelId(model),
                at,
                usage(node.get("usage")),
                reason == null ? null : stopReason(reason),
                textOrNull(node, "error"),
                attempts,
                images);
    }

    private static @Nullable Usage usage(@Nullable JsonNode node) {
        return node == null
                ? null
                : new Usage(
                        node.path("input_tokens").asLong(),
                        node.path("output_tokens").asLong(),
                        node.path("cost_nanos").asLong());
    }

    private static Role role(String wire) {
        for (Role role : Role.values()) {
            if (role.wire().equals(wire)) {
                return role;
            }
        }
        throw new IllegalArgumentException("there is no role \"" + Titles.cut(wire, 80) + "\"");
    }

    private static StopReason stopReason(String wire) {
        for (StopReason reason : StopReason.values()) {
            if (reason.wire().equals(wire)) {
                return reason;
            }
        }
        throw new IllegalArgumentException(
                "there is no stop reason \"" + Titles.cut(wire, 80) + "\"");
    }

    private static @Nullable String textOrNull(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw new IllegalArgumentException("\"" + field + "\" is no text");
        }
        return value.textValue();
    }

    private static @Nullable String text(Map<String, JsonNode> fields, String name) {
        JsonNode value = fields.get(name);
        return value != null && value.isTextual() ? value.textValue() : null;
    }

    private static @Nullable Instant time(Map<String, JsonNode> fields, String name) {
        String text = text(fields, name);
        return text == null ? null : time(text);
    }

    private static @Nullable Instant time(String text) {
        return Times.parse(text);
    }
}
