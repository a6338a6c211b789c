package dev.hubbub.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Role;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// ChatGPT's `conversations.json`: `mapping` has the nodes of a tree, most of them messages, by
/// their ids. What people do not see there (instructions, calls of tools and their results,
/// thoughts) is left out. Images are files of the same archive.
final class ChatGpt implements Foreign {

    @Override
    public boolean fits(ObjectNode chat) {
        return chat.get("mapping") instanceof ObjectNode;
    }

    @Override
    public ForeignChat read(ObjectNode chat, Around around) {
        var lines = new ArrayList<ForeignChat.Line>();
        for (Map.Entry<String, JsonNode> node : chat.get("mapping").properties()) {
            lines.add(line(node.getKey(), node.getValue(), around));
        }
        return new ForeignChat(
                "chatgpt",
                Foreign.firstText(chat, "conversation_id", "id"),
                Foreign.text(chat, "title"),
                Foreign.textOrNull(chat, "default_model_slug"),
                null,
                Foreign.marks(
                        chat.path("is_starred").asBoolean(),
                        chat.path("is_archived").asBoolean(),
                        List.of()),
                Times.of(chat.path("create_time")),
                Times.of(chat.path("update_time")),
                lines,
                Foreign.textOrNull(chat, "current_node"));
    }

    private static ForeignChat.Line line(String key, JsonNode node, Around around) {
        JsonNode message = node.path("message");
        var images = new ArrayList<Image>();
        Role role = role(message);
        String text = role == null ? "" : content(message.path("content"), images, around);
        return new ForeignChat.Line(
                key,
                Foreign.textOrNull(node, "parent"),
                role,
                text,
                Foreign.textOrNull(message.path("metadata"), "model_slug"),
                Times.of(message.path("create_time")),
                images,
                null);
    }

    /// Null for what people do not see.
    private static @Nullable Role role(JsonNode message) {
        String recipient = Foreign.text(message, "recipient");
        JsonNode metadata = message.path("metadata");
        if (metadata.path("is_visually_hidden_from_conversation").asBoolean()
                || !(recipient.isEmpty() || recipient.equals("all"))) {
            return null;
        }
        return switch (Foreign.text(message.path("author"), "role")) {
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            default -> null;
        };
    }

    private static String content(JsonNode content, List<Image> images, Around around) {
        return switch (Foreign.text(content, "content_type")) {
            case "text", "multimodal_text", "" -> parts(content.path("parts"), images, around);
            case "code" -> "```\n" + Foreign.text(content, "text") + "\n```";
            default -> "";
        };
    }

    private static String parts(JsonNode parts, List<Image> images, Around around) {
        for (JsonNode part : parts) {
            String pointer = Foreign.text(part, "asset_pointer");
            if (Foreign.text(part, "content_type").equals("image_asset_pointer")
                    && !pointer.isEmpty()) {
                // Such as file-service://file-AbC and sediment://file_00aa; the file is called
                // file-AbC-photo.png.
                String name = pointer.substring(pointer.lastIndexOf('/') + 1);
                byte[] file = name.isEmpty() ? null : around.file(name);
                Image image = file == null ? null : around.image(file);
                if (image == null) {
                    around.problem(
                            "The file does not have the image " + name + "; it is left out.");
                } else {
                    images.add(image);
                }
            }
        }
        return Foreign.joined(parts, "text");
    }
}
