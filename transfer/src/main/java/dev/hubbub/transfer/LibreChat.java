package dev.hubbub.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.hubbub.conversation.Role;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// LibreChat's export of a conversation: `messages` has them all with what each follows, or, when
/// it was exported recursively, `messages` or `messagesTree` has the first ones and each its
/// `children`. Without branches they follow one another. Images are not in such a file.
final class LibreChat implements Foreign {

    /// What a first message follows.
    private static final String NOTHING = "00000000-0000-0000-0000-000000000000";

    @Override
    public boolean fits(ObjectNode chat) {
        return chat.has("conversationId")
                && (chat.path("messages").isArray() || chat.path("messagesTree").isArray());
    }

    /// @param above the key of the message that has it as a child, or null
    private record Found(JsonNode message, @Nullable String above) {}

    @Override
    public ForeignChat read(ObjectNode chat, Around around) {
        JsonNode first =
                chat.path("messagesTree").isArray()
                        ? chat.get("messagesTree")
                        : chat.get("messages");
        Deque<Found> next = new ArrayDeque<>();
        boolean linked = false;
        for (JsonNode message : first) {
            next.add(new Found(message, null));
            linked |= message.has("parentMessageId") || message.has("children");
        }
        var lines = new ArrayList<ForeignChat.Line>();
        String last = null;
        while (!next.isEmpty()) {
            Found found = next.poll();
            JsonNode message = found.message();
            String key = Foreign.text(message, "messageId");
            key = key.isEmpty() ? "#" + lines.size() : key;
            String parent =
                    found.above() != null
                            ? found.above()
                            : linked ? Foreign.textOrNull(message, "parentMessageId") : last;
            lines.add(line(key, NOTHING.equals(parent) ? null : parent, message));
            for (JsonNode child : message.path("children")) {
                next.add(new Found(child, key));
            }
            last = key;
        }
        JsonNode options = chat.path("options");
        return new ForeignChat(
                "librechat",
                Foreign.text(chat, "conversationId"),
                Foreign.text(chat, "title"),
                Foreign.textOrNull(options, "model"),
                Foreign.textOrNull(options, "promptPrefix"),
                Foreign.marks(false, chat.path("isArchived").asBoolean(), List.of()),
                Times.of(chat.path("createdAt")),
                Times.of(chat.path("updatedAt")),
                lines,
                latest(lines));
    }

    /// The export does not say which message was shown last.
    private static @Nullable String latest(List<ForeignChat.Line> lines) {
        ForeignChat.Line latest = null;
        for (ForeignChat.Line line : lines) {
            boolean later =
                    latest == null
                            || latest.at() == null
                            || line.at() == null
                            || !line.at().isBefore(latest.at());
            if (line.isKept() && later) {
                latest = line;
            }
        }
        return latest == null ? null : latest.key();
    }

    private static ForeignChat.Line line(String key, @Nullable String parent, JsonNode message) {
        boolean failed = message.path("error").asBoolean();
        String text = content(message);
        boolean byUser =
                message.path("isCreatedByUser")
                        .asBoolean(Foreign.text(message, "sender").equalsIgnoreCase("user"));
        return new ForeignChat.Line(
                key,
                parent,
                byUser ? Role.USER : Role.ASSISTANT,
                failed ? "" : text,
                Foreign.textOrNull(message, "model"),
                Times.of(message.path("createdAt")),
                List.of(),
                failed ? (text.isBlank() ? "The reply failed." : text) : null);
    }

    private static String content(JsonNode message) {
        var texts = new ArrayList<String>();
        for (JsonNode part : message.path("content")) {
            if (Foreign.text(part, "type").equals("text")) {
                JsonNode text = part.path("text");
                texts.add(text.isTextual() ? text.textValue() : Foreign.text(text, "value"));
            }
        }
        String text = String.join("\n\n", texts);
        return text.isBlank() ? Foreign.text(message, "text") : text;
    }
}
