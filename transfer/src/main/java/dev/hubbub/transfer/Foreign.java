package dev.hubbub.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Marks;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// How another program writes one conversation.
interface Foreign {

    List<Foreign> ALL = List.of(new ChatGpt(), new Claude(), new OpenWebUi(), new LibreChat());

    /// Whether an object looks like a conversation of this program.
    boolean fits(ObjectNode chat);

    ForeignChat read(ObjectNode chat, Around around);

    /// What a file has beside the conversation.
    interface Around {

        /// Takes an image in; null where it is none.
        @Nullable Image image(byte[] content);

        /// A file of the same archive whose name begins so; null where there is none.
        byte @Nullable [] file(String nameStart);

        void problem(String detail);
    }

    /// The text of a field, empty where it has none.
    static String text(JsonNode of, String field) {
        JsonNode value = of.get(field);
        return value != null && value.isTextual() ? value.textValue() : "";
    }

    static @Nullable String textOrNull(JsonNode of, String field) {
        String text = text(of, field);
        return text.isEmpty() ? null : text;
    }

    /// The first of these fields that has a text; empty where none has.
    static String firstText(JsonNode of, String... fields) {
        for (String field : fields) {
            String text = text(of, field);
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    /// What people marked a conversation with; tags that none may have are left out.
    static Marks marks(boolean pinned, boolean archived, List<String> tags) {
        return Marks.of(
                pinned,
                archived,
                false,
                null,
                tags.stream()
                        .map(tag -> Titles.clean(tag, Marks.TAG_CHARS_MAX))
                        .filter(tag -> !tag.isBlank())
                        .distinct()
                        .limit(Marks.TAGS_MAX)
                        .toList());
    }

    /// The bytes of a `data:` address, or null.
    static byte @Nullable [] data(String address) {
        int comma = address.indexOf(',');
        if (!address.startsWith("data:") || comma < 0) {
            return null;
        }
        if (!address.substring(0, comma).endsWith(";base64")) {
            return null;
        }
        try {
            return Base64.getMimeDecoder().decode(address.substring(comma + 1));
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    /// Takes in the image of a `data:` address, if it is one.
    static void addData(List<Image> images, String address, Around around) {
        byte[] content = data(address);
        Image image = content == null ? null : around.image(content);
        if (image != null) {
            images.add(image);
        } else if (content != null) {
            around.problem("An image is of a kind that is not kept, or too large; it is left out.");
        } else {
            around.problem("The file does not have the bytes of an image; it is left out.");
        }
    }

    /// The texts of a list of parts, those that are texts themselves or have one in a field.
    static String joined(JsonNode parts, String field) {
        var texts = new ArrayList<String>();
        for (JsonNode part : parts) {
            String text = part.isTextual() ? part.textValue() : text(part, field);
            if (!text.isBlank()) {
                texts.add(text);
            }
        }
        return String.join("\n\n", texts);
    }
}
