package dev.hubbub.cli;

import dev.hubbub.conversation.ConversationId;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which conversations a message for many goes to, as words before it say.
final class Targets {

    static final List<String> WORDS = List.of("all", "last", "first", "random");

    private static final Pattern RANGE = Pattern.compile("@(\\d+)-@?(\\d+)");
    private static final Pattern UUID =
            Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /// A part of a UUID, which no word of a text looks like: it has digits.
    private static final Pattern PART = Pattern.compile("(?=.*\\d)[0-9a-f-]{4,}");

    private Targets() {}

    /// Takes the words that name conversations; all there are where none does.
    static List<ConversationId> take(Roster roster, Arguments arguments) {
        String ahead = arguments.plainWordAhead();
        if (ahead != null && WORDS.contains(ahead)) {
            arguments.word("a word");
            return switch (ahead) {
                case "all" -> roster.all();
                case "last" -> List.of(roster.find("last"));
                case "first" -> some(arguments, roster.met(), "first");
                default -> random(roster.all(), arguments);
            };
        }
        var ids = new LinkedHashSet<ConversationId>();
        boolean named = false;
        while (ahead != null && isNamed(ahead, roster)) {
            named = true;
            for (String each : arguments.word("a word").split(",", -1)) {
                add(roster, each, ids);
            }
            ahead = arguments.plainWordAhead();
        }
        return named ? List.copyOf(ids) : roster.all();
    }

    private static boolean isNamed(String word, Roster roster) {
        if (word.startsWith("@")) {
            return true;
        }
        String first = word.split(",", -1)[0];
        return UUID.matcher(first).matches()
                || PART.matcher(first).matches()
                || (ConversationId.isValid(first) && roster.number(new ConversationId(first)) != 0);
    }

    private static void add(Roster roster, String word, Set<ConversationId> ids) {
        if (word.isEmpty()) {
            return;
        }
        Matcher range = RANGE.matcher(word);
        if (range.matches()) {
            int numbers = roster.numbers();
            int from = Arguments.number("What stands behind @", range.group(1), 1, numbers);
            int to = Arguments.number("What stands behind @", range.group(2), from, numbers);
            ids.addAll(roster.numbered(from, to));
        } else if (UUID.matcher(word).matches()) {
            // As it is: one that is dead has a result of its own.
            ids.add(new ConversationId(word));
        } else {
            ids.add(roster.find(word));
        }
    }

    private static List<ConversationId> some(
            Arguments arguments, List<ConversationId> all, String what) {
        int n = number(arguments.wordOrNull(), what);
        return all.subList(0, Math.min(n, all.size()));
    }

    private static List<ConversationId> random(List<ConversationId> all, Arguments arguments) {
        return random(all, number(arguments.wordOrNull(), "random"), ThreadLocalRandom.current());
    }

    private static int number(@Nullable String word, String what) {
        return Arguments.number(
                "What stands behind " + what, word == null ? "" : word, 1, Integer.MAX_VALUE);
    }

    /// So many of them, each with the same chance; all where there are fewer.
    static List<ConversationId> random(List<ConversationId> all, int n, Random chance) {
        var mixed = new ArrayList<>(all);
        Collections.shuffle(mixed, chance);
        return List.copyOf(mixed.subList(0, Math.min(n, mixed.size())));
    }
}
