package dev.hubbub.server;

import dev.hubbub.conversation.ChatModel.Prompt.Picture;
import dev.hubbub.conversation.ConversationCommand.Recall;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Limits;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Role;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What a client says was said, of which the last line is to be answered.
///
/// @param system all that the system said, or null
/// @param lines what people and models said, oldest first
record Transcript(@Nullable String system, List<Line> lines) {

    Transcript {
        lines = List.copyOf(lines);
    }

    /// One message.
    record Line(Role role, String text, List<Picture> pictures) {

        Line {
            pictures = List.copyOf(pictures);
        }

        List<Image> images() {
            return pictures.stream().map(Picture::image).toList();
        }

        Recall.Line recalled() {
            return new Recall.Line(role, text, images());
        }
    }

    /// What is to be answered.
    ///
    /// @param field what the client calls the lines
    Line question(String field) {
        if (lines.isEmpty() || lines.getLast().role() != Role.USER) {
            throw Fault.badField("`" + field + "` ends with a message of the user's.").exception();
        }
        return lines.getLast();
    }

    /// What was said before the question.
    List<Line> before() {
        return lines.subList(0, lines.size() - 1);
    }

    /// What was said since a model spoke last, without the question.
    List<Line> sinceReply() {
        return before().subList(replied(), lines.size() - 1);
    }

    /// How many lines there are up to the last that a model said, with it.
    int replied() {
        for (int i = lines.size(); i > 0; i--) {
            if (lines.get(i - 1).role() == Role.ASSISTANT) {
                return i;
            }
        }
        return 0;
    }

    /// Refuses what a conversation would, before one is begun for it.
    void require(Limits limits, String field) {
        if (lines.size() > Recall.LINES_MAX) {
            throw Fault.badField(
                            "`"
                                    + field
                                    + "` has at most "
                                    + Recall.LINES_MAX
                                    + " messages here;"
                                    + " name the conversation and send what is new.")
                    .exception();
        }
        question(field);
        if (system != null && system.length() > limits.systemPromptCharsMax()) {
            throw Fault.of(Refusal.SYSTEM_PROMPT_TOO_LONG).exception();
        }
        for (Line line : lines) {
            boolean person = line.role() == Role.USER;
            if (person && line.text().isBlank() && line.pictures().isEmpty()) {
                throw Fault.of(Refusal.MESSAGE_BLANK).exception();
            }
            if (line.text().length()
                    > (person ? limits.messageCharsMax() : limits.replyCharsMax())) {
                throw Fault.of(Refusal.MESSAGE_TOO_LONG).exception();
            }
            if (line.pictures().size() > limits.imagesMax()) {
                throw Fault.of(Refusal.TOO_MANY_IMAGES).exception();
            }
        }
    }
}
