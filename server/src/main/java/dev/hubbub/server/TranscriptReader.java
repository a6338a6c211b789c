package dev.hubbub.server;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.ChatModel.Prompt.Picture;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Role;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Reads the messages of OpenAI's two protocols and of the AI SDK: what they have in common, and
/// each its own kinds of parts.
final class TranscriptReader {

    private final String field;
    private final StringBuilder system = new StringBuilder();
    private final List<Transcript.Line> lines = new ArrayList<>();

    private TranscriptReader(String field) {
        this.field = field;
    }

    /// @param field the name of what is read, for the client
    /// @param said a string, which is one message of the user's, or messages
    /// @param instructions a system prompt that came apart, or null
    static Transcript read(String field, @Nullable JsonNode said, @Nullable String instructions) {
        var reader = new TranscriptReader(field);
        if (instructions != null) {
            reader.system.append(instructions);
        }
        if (said != null && said.isTextual()) {
            reader.lines.add(new Transcript.Line(Role.USER, said.textValue(), List.of()));
        } else if (said != null && said.isArray() && !said.isEmpty()) {
            for (int i = 0; i < said.size(); i++) {
                reader.message(said.get(i), field + "[" + i + "]");
            }
        } else {
            throw Fault.badField("`" + field + "` is a list of at least one message.").exception();
        }
        String system = reader.system.isEmpty() ? null : reader.system.toString();
        return new Transcript(system, reader.lines);
    }

    private void message(JsonNode message, String where) {
        String type = message.path("type").asText("message");
        if (!message.isObject() || !type.equals("message")) {
            throw Fault.badField(
                            "`"
                                    + where
                                    + "` is a message with a role and a content; other kinds"
                                    + " are not known here.")
                    .exception();
        }
        JsonNode calls = message.path("tool_calls");
        if (calls.isArray() && !calls.isEmpty()) {
            throw tools(where);
        }
        boolean ui = message.has("parts");
        String contentAt = where + (ui ? ".parts" : ".content");
        Content content = content(message.get(ui ? "parts" : "content"), contentAt);
        switch (message.path("role").asText()) {
            case "system", "developer" -> {
                if (!content.text().isEmpty()) {
                    system.append(system.isEmpty() ? "" : "\n\n").append(content.text());
                }
            }
            case "user" ->
                    lines.add(new Transcript.Line(Role.USER, content.text(), content.pictures()));
            case "assistant" -> {
                // A reply that was refused or stopped early says nothing.
                if (!content.text().isEmpty()) {
                    lines.add(new Transcript.Line(Role.ASSISTANT, content.text(), List.of()));
                }
            }
            case "tool", "function" -> throw tools(where);
            default ->
                    throw Fault.badField(
                                    "`"
                                            + where
                                            + ".role` is system, developer, user or"
                                            + " assistant.")
                            .exception();
        }
    }

    private FaultException tools(String where) {
        return new Fault(
                        400,
                        "unsupported_value",
                        "`"
                                + where
                                + "` is about tools, which are not offered here; leave it out"
                                + " of `"
                                + field
                                + "`.")
                .exception();
    }

    private record Content(String text, List<Picture> pictures) {}

    private static Content content(@Nullable JsonNode content, String where) {
        if (content == null || content.isNull()) {
            return new Content("", List.of());
        }
        if (content.isTextual()) {
            return new Content(content.textValue(), List.of());
        }
        if (!content.isArray()) {
            throw Fault.badField("`" + where + "` is a string or a list of parts.").exception();
        }
        var texts = new ArrayList<String>();
        var pictures = new ArrayList<Picture>();
        for (int i = 0; i < content.size(); i++) {
            part(content.get(i), where + "[" + i + "]", texts, pictures);
        }
        return new Content(String.join("\n", texts), pictures);
    }

    private static void part(
            JsonNode part, String where, List<String> texts, List<Picture> pictures) {
        String type = part.path("type").asText();
        switch (type) {
            case "text", "input_text", "output_text" -> {
                if (!part.path("text").isTextual()) {
                    throw Fault.badField("`" + where + ".text` is a string.").exception();
                }
                texts.add(part.path("text").textValue());
            }
            case "refusal" -> texts.add(part.path("refusal").asText());
            case "image_url" -> pictures.add(picture(part.at("/image_url/url"), where));
            case "input_image" -> pictures.add(picture(part.path("image_url"), where));
            case "file" -> pictures.add(picture(part.path("url"), where));
            default -> {
                // What the AI SDK's pages show beside the text of a message.
                if (!type.equals("step-start")
                        && !type.equals("reasoning")
                        && !type.startsWith("source-")
                        && !type.startsWith("data-")) {
                    throw new Fault(
                                    400,
                                    "unsupported_value",
                                    "`"
                                            + where
                                            + ".type` is text or an image; other parts are not"
                                            + " taken here.")
                            .exception();
                }
            }
        }
    }

    private static Picture picture(JsonNode url, String where) {
        String text = url.asText();
        int comma = text.indexOf(',');
        if (!text.startsWith("data:")) {
            throw new Fault(
                            400,
                            "invalid_image_url",
                            "`"
                                    + where
                                    + "` is an image as a data URL; other addresses are not"
                                    + " fetched, so send the image itself.")
                    .exception();
        }
        byte[] content = null;
        if (comma > 0 && text.substring(0, comma).endsWith(";base64")) {
            try {
                content = Base64.getMimeDecoder().decode(text.substring(comma + 1));
            } catch (IllegalArgumentException notBase64) {
                content = null;
            }
        }
        Image image = content == null ? null : Image.of(content);
        if (content == null || image == null) {
            throw new Fault(
                            400,
                            "invalid_image",
                            "`" + where + "` is a PNG, JPEG, GIF or WebP image in base64.")
                    .exception();
        }
        return new Picture(image, content);
    }
}
