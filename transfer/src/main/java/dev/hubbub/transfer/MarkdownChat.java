package dev.hubbub.transfer;

import dev.hubbub.conversation.ChatModel.Prompt.Picture;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Message;
import dev.hubbub.engine.Engine;

import java.io.IOException;
import java.io.Writer;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes what is said on the way to the head as Markdown. Texts stay as they are, as most are
/// Markdown already; images come at the end, as data.
final class MarkdownChat {

    private final Engine engine;
    private final Writer out;
    private final Map<Image, String> images = new LinkedHashMap<>();

    MarkdownChat(Engine engine, Writer out) {
        this.engine = engine;
        this.out = out;
    }

    void write(Conversation chat, ChatTree tree) throws IOException {
        out.write("# " + line(chat.name().isEmpty() ? "New chat" : chat.name()) + "\n\n");
        out.write("- Chat: " + chat.id() + "\n");
        out.write("- Model: " + chat.model() + "\n");
        out.write("- Begun: " + JsonChats.time(chat.createdAt()) + "\n");
        if (chat.systemPrompt() != null) {
            out.write("\n## System prompt\n\n" + chat.systemPrompt().stripTrailing() + "\n");
        }
        tree.forEachOnPath(this::write);
        for (Map.Entry<Image, String> image : images.entrySet()) {
            Picture picture = Waits.on(engine.image(chat.owner(), image.getKey().id()));
            if (picture != null) {
                out.write("\n[" + image.getValue() + "]: data:" + picture.image().mediaType());
                out.write(";base64," + Base64.getEncoder().encodeToString(picture.content()));
            }
        }
        if (!images.isEmpty()) {
            out.write("\n");
        }
        out.flush();
    }

    private void write(Message message) throws IOException {
        String speaker =
                switch (message.role()) {
                    case USER -> "You";
                    case SYSTEM -> "System";
                    case ASSISTANT ->
                            message.model() == null ? "Assistant" : message.model().value();
                };
        String at = JsonChats.time(message.createdAt());
        out.write("\n## " + line(speaker) + " · " + at + "\n\n");
        String text = message.text().stripTrailing();
        if (!text.isEmpty()) {
            out.write(text + "\n");
        }
        for (Image image : message.images()) {
            String name = images.computeIfAbsent(image, _ -> "image-" + (images.size() + 1));
            out.write("\n![" + name + "][" + name + "]\n");
        }
        if (message.error() != null) {
            out.write("\n> **Error:** " + line(message.error()) + "\n");
        }
    }

    /// On one line, with nothing that would begin a link or code.
    private static String line(String text) {
        return text.replaceAll("\\R", " ").replaceAll("([\\\\`*_\\[\\]<>])", "\\\\$1");
    }
}
