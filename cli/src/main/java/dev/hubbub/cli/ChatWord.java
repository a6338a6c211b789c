package dev.hubbub.cli;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/// The commands at the prompt of `hubbub chat`.
enum ChatWord {
    HELP("", "lists these"),
    NEW("", "leaves this conversation for a new one"),
    MODEL("[ID]", "lists the models, or lets another one answer"),
    HISTORY("", "shows what was said"),
    ID("", "shows the conversation's id"),
    QUIT("", "leaves, as Ctrl-D does");

    private final String argument;
    private final String meaning;

    ChatWord(String argument, String meaning) {
        this.argument = argument;
        this.meaning = meaning;
    }

    /// The command that is typed so, or null.
    static @Nullable ChatWord of(String typed) {
        for (ChatWord word : values()) {
            if (word.typed().equals(typed)) {
                return word;
            }
        }
        return null;
    }

    String typed() {
        return "/" + name().toLowerCase(Locale.ROOT);
    }

    String usage() {
        return (typed() + " " + argument).strip();
    }

    String meaning() {
        return meaning;
    }
}
