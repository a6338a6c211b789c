package dev.hubbub.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Role;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Open WebUI's export of chats: `chat.history.messages` has the messages of a tree by their ids;
/// older ones have only the way to the latest, in `chat.messages`. Images are there as `data:`
/// addresses, unless the server kept them as files.
final class OpenWebUi implements Foreign {

    @Override
    public boolean fits(ObjectNode chat) {
        JsonNode inner = chat.path("chat");
        return inner.path("history").get("messages") instanceof ObjectNode
                || inner.path("messages").isArray();
    }

    @Override
    public ForeignChat read(ObjectNode chat, Around around) {
        JsonNode inner = chat.get("chat");
        JsonNode history = inner.path("history");
        Map<String, JsonNode> messages = new LinkedHashMap<>();
        boolean tree = history.path("messages") instanceof ObjectNode all && !all.isEmpty();
        if (tree) {
            history.get("messages")
                    .properties()
                    .forEach(entry -> messages.put(entry.getKey(), entry.getValue()));
        } else {
            for (JsonNode message : inner.path("messages")) {
                String id = Foreign.text(message, "id");
                messages.putIfAbsent(id.isEmpty() ? "#" + messages.size() : id, message);
            }
        }
        var lines = new ArrayList<ForeignChat.Line>();
        String last = null;
        for (Map.Entry<String, JsonNode> message : messages.entrySet()) {
            String parent = tree ? Foreign.textOrNull(message.getValue(), "parentId") : last;
            lines.add(line(message.getKey(), parent, message.getValue(), around));
            last = message.getKey();
        }
        String head = Foreign.textOrNull(history, "currentId");
        String title = Foreign.text(chat, "title");
        JsonNode models = inner.path("models");
        String prompt = Foreign.text(inner, "system");
        return new ForeignChat(
                "openwebui",
                Foreign.text(chat, "id").isEmpty()
                        ? Foreign.text(inner, "id")
                        : Foreign.text(chat, "id"),
                title.isEmpty() ? Foreign.text(inner, "title") : title,
                models.path(0).isTextual() ? models.path(0).textValue() : null,
                prompt.isBlank() ? Foreign.textOrNull(inner.path("params"), "system") : prompt,
                Foreign.marks(
                        chat.path("pinned").asBoolean(),
                        chat.path("archived").asBoolean(),
                        tags(chat)),
                Times.of(
                        chat.has("created_at") ? chat.path("created_at") : inner.path("timestamp")),
                Times.of(chat.path("updated_at")),
                lines,
                head == null ? last : head);
    }

    private static List<String> tags(JsonNode chat) {
        var tags = new ArrayList<String>();
        chat.path("meta").path("tags").forEach(tag -> tags.add(tag.asText()));
        return tags;
    }

    private static ForeignChat.Line line(
            String key, @Nullable String parent, JsonNode message, Around around) {
        var images = new ArrayList<Image>();
        JsonNode content = message.path("content");
        String text = content.isTextual() ? content.textValue() : Foreign.joined(content, "text");
        for (JsonNode part : content) {
            String url = Foreign.text(part.path("image_url"), "url");
            if (!url.isEmpty()) {
                Foreign.addData(images, url, around);
            }
        }
        for (JsonNode file : message.path("files")) {
            if (Foreign.text(file, "type").equals("image")) {
                Foreign.addData(images, Foreign.text(file, "url"), around);
            }
        }
        return new ForeignChat.Line(
                key,
                parent,
                role(message),
                text,
                Foreign.textOrNull(message, "model"),
                Times.of(message.path("timestamp")),
                images,
                error(message.path("error")));
    }

    private static @Nullable Role role(JsonNode message) {
        return switch (Foreign.text(message, "role")) {
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            default -> null;
        };
    }

    private static @Nullable String error(JsonNode error) {
        return error.isTextual() ? error.textValue() : Foreign.textOrNull(error, "content");
    }
}
