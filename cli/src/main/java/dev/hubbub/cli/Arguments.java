package dev.hubbub.cli;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// What stands behind the word of a command of the shell, read from left to right. Options may
/// stand before any word, but not within the text that ends a line.
final class Arguments {

    private final Verb verb;
    private final String line;
    private final Map<String, String> options = new HashMap<>();
    private int at;
    private boolean optionsEnded;

    Arguments(Verb verb, String line) {
        this.verb = verb;
        this.line = line;
    }

    /// The next word, without its quotes; or null when there is none.
    @Nullable String wordOrNull() {
        takeOptions();
        return hasMore() ? token().text : null;
    }

    /// The next word.
    ///
    /// @param what stands for it in the usage
    String word(String what) {
        String word = wordOrNull();
        if (word == null) {
            throw missing(what);
        }
        return word;
    }

    /// The word that [#wordOrNull] would give, which stays; null for a quoted one and behind `--`.
    @Nullable String plainWordAhead() {
        takeOptions();
        if (optionsEnded || !hasMore()) {
            return null;
        }
        int before = at;
        Token token = token();
        at = before;
        return token.quoted ? null : token.text;
    }

    /// All that is left, as it was typed. Quotes around the whole are taken off.
    String text(String what) {
        String text = textOrNull();
        if (text == null) {
            throw missing(what);
        }
        return text;
    }

    @Nullable String textOrNull() {
        takeOptions();
        if (!hasMore()) {
            return null;
        }
        String rest = line.substring(at).strip();
        at = line.length();
        boolean quoted =
                rest.length() >= 2
                        && rest.charAt(0) == '"'
                        && rest.indexOf('"', 1) == rest.length() - 1;
        return quoted ? rest.substring(1, rest.length() - 1) : rest;
    }

    /// The value of an option, after all words were taken.
    @Nullable String option(String name) {
        takeOptions();
        return options.get(name);
    }

    boolean has(String flag) {
        return option(flag) != null;
    }

    /// A number that an option gives.
    int number(String name, int otherwise, int least, int most) {
        String value = option(name);
        return value == null ? otherwise : number(name, value, least, most);
    }

    static int number(String what, String value, int least, int most) {
        try {
            int number = Integer.parseInt(value.replace(",", "").replace("_", ""));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notOne) {
            // The same sentence tells what would be.
        }
        throw Failure.usage(
                "%s is a number from %,d to %,d, not '%s'.".formatted(what, least, most, value));
    }

    /// Refuses what is left over.
    void end() {
        takeOptions();
        if (hasMore()) {
            throw Failure.usage(
                    "'%s' is too much. Usage: %s".formatted(token().text, verb.usage()));
        }
    }

    private Failure missing(String what) {
        return Failure.usage("%s wants %s. Usage: %s".formatted(verb.name(), what, verb.usage()));
    }

    private void takeOptions() {
        while (!optionsEnded && hasMore() && line.startsWith("--", at)) {
            String typed = token().text;
            if (typed.equals("--")) {
                optionsEnded = true;
                return;
            }
            int equals = typed.indexOf('=');
            String name = equals < 0 ? typed : typed.substring(0, equals);
            Verb.Flag flag = verb.flag(name);
            if (flag == null) {
                String closest = Spelling.closest(name, verb.flagNames());
                throw Failure.usage(
                        "There is no option '%s' of %s%s"
                                .formatted(
                                        name,
                                        verb.name(),
                                        closest == null
                                                ? ". Usage: " + verb.usage()
                                                : "; did you mean %s?".formatted(closest)));
            }
            if (flag.value().isEmpty()) {
                options.put(name, "");
            } else if (equals >= 0) {
                options.put(name, typed.substring(equals + 1));
            } else if (hasMore()) {
                options.put(name, token().text);
            } else {
                throw Failure.usage("%s wants %s.".formatted(name, flag.value()));
            }
        }
    }

    private boolean hasMore() {
        while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
            at++;
        }
        return at < line.length();
    }

    private Token token() {
        var text = new StringBuilder();
        boolean quoted = false;
        boolean within = false;
        int from = at;
        while (at < line.length()) {
            char c = line.charAt(at);
            if (c == '"') {
                within = !within;
                quoted |= at == from;
            } else if (!within && Character.isWhitespace(c)) {
                break;
            } else {
                text.append(c);
            }
            at++;
        }
        return new Token(text.toString(), quoted);
    }

    /// @param quoted whether it began with a quote
    private record Token(String text, boolean quoted) {}
}
