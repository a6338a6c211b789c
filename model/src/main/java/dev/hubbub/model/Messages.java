package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel.Prompt;
import dev.hubbub.conversation.Role;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// A prompt in LangChain4j's words.
final class Messages {

    static final String CONTINUE =
            "Your last message was cut off by a fault. Continue it exactly where it stops,"
                    + " beginning with the very next character, a blank if one comes next. Repeat"
                    + " nothing of it and do not mention this.";

    /// What the user is made to have said where a service wants the user to begin.
    static final String BEFORE = "(What was said before is left out.)";

    private Messages() {}

    /// The history without what is blank, which some services reject; empty when there is nothing
    /// to answer.
    ///
    /// @param images whether the model looks at them; otherwise a note says that there were some
    /// @param userFirst whether the service wants the user to begin
    static List<ChatMessage> of(Prompt prompt, boolean images, boolean userFirst) {
        var messages = new ArrayList<ChatMessage>();
        boolean asked = false;
        if (prompt.system() != null && !prompt.system().isBlank()) {
            messages.add(SystemMessage.from(prompt.system()));
        }
        for (Prompt.Line line : prompt.messages()) {
            if (line.text().isBlank() && line.pictures().isEmpty()) {
                continue;
            }
            if (userFirst && !asked && line.role() == Role.ASSISTANT) {
                messages.add(UserMessage.from(BEFORE));
            }
            messages.add(message(line, images));
            asked |= line.role() != Role.SYSTEM;
        }
        if (!asked) {
            return List.of();
        }
        if (!prompt.soFar().isBlank()) {
            messages.add(AiMessage.from(prompt.soFar()));
            messages.add(UserMessage.from(CONTINUE));
        }
        return messages;
    }

    private static ChatMessage message(Prompt.Line line, boolean images) {
        return switch (line.role()) {
            case SYSTEM -> SystemMessage.from(text(line));
            case USER ->
                    images && !line.pictures().isEmpty()
                            ? UserMessage.from(contents(line))
                            : UserMessage.from(text(line));
            case ASSISTANT -> AiMessage.from(text(line));
        };
    }

    private static List<Content> contents(Prompt.Line line) {
        var contents = new ArrayList<Content>();
        for (Prompt.Picture picture : line.pictures()) {
            contents.add(
                    ImageContent.from(
                            Base64.getEncoder().encodeToString(picture.content()),
                            picture.image().mediaType()));
        }
        if (!line.text().isBlank()) {
            contents.add(TextContent.from(line.text()));
        }
        return contents;
    }

    /// The text, with a note in place of pictures.
    private static String text(Prompt.Line line) {
        int count = line.pictures().size();
        if (count == 0) {
            return line.text();
        }
        String note =
                count == 1
                        ? "[An image was here, which this model cannot see.]"
                        : "[%d images were here, which this model cannot see.]".formatted(count);
        return line.text().isBlank() ? note : line.text() + "\n\n" + note;
    }
}
