package dev.hubbub.transfer;

import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.Role;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Names for conversations.
final class Titles {

    private static final int CHARS_MAX = 60;

    private Titles() {}

    /// The first line that a person says; empty where nobody does.
    static String of(List<Message> messages) {
        for (Message message : messages) {
            if (message.role() == Role.USER && !message.text().isBlank()) {
                return cut(plain(message.text().strip().lines().findFirst().orElse("")), CHARS_MAX);
            }
        }
        return "";
    }

    /// A name that a conversation may have; empty where nothing is left of it.
    static String clean(@Nullable String name, int charsMax) {
        return name == null ? "" : cut(plain(Message.cleaned(name)), charsMax);
    }

    private static String plain(String name) {
        return name.chars().anyMatch(Character::isISOControl)
                ? name.replaceAll("\\p{Cntrl}", " ").strip()
                : name.strip();
    }

    static String cut(String text, int charsMax) {
        if (text.length() <= charsMax) {
            return text;
        }
        boolean splits = Character.isHighSurrogate(text.charAt(charsMax - 1));
        return text.substring(0, splits ? charsMax - 1 : charsMax).strip();
    }
}
