package dev.hubbub.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.hubbub.conversation.Role;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Claude's `conversations.json`: `chat_messages` has the messages, which follow one another unless
/// they say in `parent_message_uuid` what they follow. The text of attached files comes with their
/// message; images are not in such a file.
final class Claude implements Foreign {

    /// What a first message follows.
    private static final String NOTHING = "00000000-0000-4000-8000-000000000000";

    @Override
    public boolean fits(ObjectNode chat) {
        return chat.get("chat_messages") instanceof ArrayNode;
    }

    @Override
    public ForeignChat read(ObjectNode chat, Around around) {
        var lines = new ArrayList<ForeignChat.Line>();
        boolean branches = false;
        for (JsonNode message : chat.get("chat_messages")) {
            branches |= message.has("parent_message_uuid");
        }
        String last = null;
        for (JsonNode message : chat.get("chat_messages")) {
            String key = Foreign.text(message, "uuid");
            key = key.isEmpty() ? "#" + lines.size() : key;
            String parent = branches ? Foreign.textOrNull(message, "parent_message_uuid") : last;
            lines.add(
                    new ForeignChat.Line(
                            key,
                            NOTHING.equals(parent) ? null : parent,
                            role(message),
                            content(message),
                            Foreign.textOrNull(message, "model"),
                            Times.of(message.path("created_at")),
                            List.of(),
                            null));
            last = key;
        }
        String head = Foreign.textOrNull(chat, "current_leaf_message_uuid");
        return new ForeignChat(
                "claude",
                Foreign.text(chat, "uuid"),
                Foreign.text(chat, "name"),
                Foreign.textOrNull(chat, "model"),
                null,
                Foreign.marks(chat.path("is_starred").asBoolean(), false, List.of()),
                Times.of(chat.path("created_at")),
                Times.of(chat.path("updated_at")),
                lines,
                head == null ? last : head);
    }

    private static @Nullable Role role(JsonNode message) {
        return switch (Foreign.text(message, "sender")) {
            case "human", "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            default -> null;
        };
    }

    private static String content(JsonNode message) {
        var parts = new ArrayList<JsonNode>();
        for (JsonNode part : message.path("content")) {
            if (Foreign.text(part, "type").equals("text")) {
                parts.add(part);
            }
        }
        var texts = new ArrayList<String>();
        for (JsonNode part : parts) {
            texts.add(Foreign.text(part, "text"));
        }
        String text = String.join("\n\n", texts);
        text = text.isBlank() ? Foreign.text(message, "text") : text;
        var all = new StringBuilder(text);
        for (JsonNode attachment : message.path("attachments")) {
            String content = Foreign.text(attachment, "extracted_content");
            if (!content.isBlank()) {
                String fence = content.contains("```") ? "~~~~" : "```";
                all.append(all.isEmpty() ? "" : "\n\n")
                        .append(Titles.clean(Foreign.text(attachment, "file_name"), 200))
                        .append("\n\n")
                        .append(fence)
                        .append('\n')
                        .append(content.stripTrailing())
                        .append('\n')
                        .append(fence);
            }
        }
        return all.toString();
    }
}
