package dev.hubbub.model;

import dev.hubbub.conversation.ChatModel.Prompt;

/// What the built-in models share about going on with a reply, and about counting.
final class Continuation {

    private Continuation() {}

    /// What is left to say of a text when some of it has been said. When what was said is something
    /// else, by another model perhaps, the whole text as a new paragraph.
    static String rest(String text, String soFar) {
        if (text.startsWith(soFar)) {
            return text.substring(soFar.length());
        }
        return "\n\n" + text;
    }

    /// The words that a model was given, which stand for tokens.
    static long wordsIn(Prompt prompt) {
        long words = prompt.system() == null ? 0 : wordsIn(prompt.system());
        for (Prompt.Line line : prompt.messages()) {
            words += wordsIn(line.text());
        }
        return words;
    }

    private static long wordsIn(String text) {
        long words = 0;
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            boolean space = text.charAt(i) <= ' ';
            if (!space && !inside) {
                words++;
            }
            inside = !space;
        }
        return words;
    }
}
