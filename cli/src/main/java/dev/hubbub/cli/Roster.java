package dev.hubbub.cli;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.engine.ConversationUnknown;
import dev.hubbub.engine.Hubbub;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// The conversations of a session of the shell, numbered in the order in which they were met: `@1`,
/// `@2`. Finds the one that a person means by less than its id. Safe for use by many threads.
final class Roster {

    /// An abbreviation says at least this much.
    private static final int CHARS_MIN = 4;

    private static final int STORED_SEARCHED_MAX = 10_000;

    private final Hubbub hubbub;
    private final List<ConversationId> met = new ArrayList<>();
    private final Map<ConversationId, Integer> numbers = new HashMap<>();
    private final Set<ConversationId> gone = new HashSet<>();
    private @Nullable ConversationId last;

    Roster(Hubbub hubbub) {
        this.hubbub = hubbub;
    }

    /// Numbers new conversations.
    ///
    /// @return the number of the first
    synchronized int add(List<ConversationId> ids) {
        int first = met.size() + 1;
        ids.forEach(this::meet);
        last = ids.getLast();
        return first;
    }

    /// The number of a conversation, or 0 when it has none.
    synchronized int number(ConversationId id) {
        return numbers.getOrDefault(id, 0);
    }

    private void meet(ConversationId id) {
        met.add(id);
        numbers.putIfAbsent(id, met.size());
    }

    /// All that were met and not deleted since.
    synchronized List<ConversationId> met() {
        return gone.isEmpty()
                ? List.copyOf(met)
                : met.stream().filter(id -> !gone.contains(id)).toList();
    }

    /// How many numbers there are.
    synchronized int numbers() {
        return met.size();
    }

    /// Those with the numbers from the first to the last of these that were not deleted since.
    synchronized List<ConversationId> numbered(int first, int last) {
        return met.subList(first - 1, last).stream().filter(id -> !gone.contains(id)).toList();
    }

    /// The latest to be completed, newest first.
    synchronized List<ConversationId> latest(int most) {
        return List.copyOf(met.reversed().subList(0, Math.min(most, met.size())));
    }

    /// All that were met or are in memory, each once.
    List<ConversationId> all() {
        var all = new LinkedHashSet<>(met());
        all.addAll(hubbub.conversations());
        return List.copyOf(all);
    }

    /// A deleted conversation keeps its number, and is no longer the last.
    synchronized void gone(ConversationId id) {
        gone.add(id);
        if (id.equals(last)) {
            last = null;
        }
    }

    /// The conversation that is meant: `@n`, `last`, an id, or enough of its beginning or end.
    ///
    /// @throws Failure when there is none, or more than one
    ConversationId find(String typed) {
        ConversationId found = lookUp(typed);
        synchronized (this) {
            if (number(found) == 0) {
                meet(found);
            }
            last = found;
        }
        return found;
    }

    private ConversationId lookUp(String typed) {
        if (typed.equals("last")) {
            return last();
        }
        if (typed.startsWith("@")) {
            return numbered(typed);
        }
        if (!ConversationId.isValid(typed)) {
            throw Failure.usage(
                    "'%s' cannot be a conversation; give an id, the beginning or end of one, @1 or last."
                            .formatted(typed));
        }
        var exact = new ConversationId(typed);
        if (exists(exact)) {
            return exact;
        }
        if (typed.length() >= CHARS_MIN) {
            List<Supplier<Collection<ConversationId>>> places =
                    List.of(this::met, hubbub::conversations, () -> stored(STORED_SEARCHED_MAX));
            for (Supplier<Collection<ConversationId>> place : places) {
                ConversationId only = only(typed, place.get());
                if (only != null) {
                    return only;
                }
            }
        }
        throw Failure.of(
                "There is no conversation '%s'; `conversations` lists those in memory."
                        .formatted(typed));
    }

    private synchronized ConversationId last() {
        if (last == null) {
            throw Failure.of("No conversation is the last one yet; start one, or give an id.");
        }
        return last;
    }

    private synchronized ConversationId numbered(String typed) {
        if (met.isEmpty()) {
            throw Failure.of(
                    "There is no conversation %s, and none at all in this session; start one."
                            .formatted(typed));
        }
        int number = Arguments.number("What stands behind @", typed.substring(1), 1, met.size());
        return met.get(number - 1);
    }

    private boolean exists(ConversationId id) {
        try {
            hubbub.stats(id);
            return true;
        } catch (ConversationUnknown unknown) {
            return false;
        }
    }

    private static @Nullable ConversationId only(String part, Collection<ConversationId> place) {
        var found = new ArrayList<ConversationId>();
        for (ConversationId id : place) {
            String value = id.value();
            if (value.startsWith(part) || value.endsWith(part)) {
                found.add(id);
            }
        }
        if (found.size() > 1) {
            throw Failure.of(
                    "%s begin or end with '%s'; give more of it, or its number, such as @1."
                            .formatted(Amounts.of(found.size(), "conversation"), part));
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    /// At least so many of those that are kept, where there are as many; latest first.
    List<ConversationId> stored(int least) {
        var all = new ArrayList<ConversationId>();
        List<Summary> page = hubbub.storedConversations(Hubbub.PAGE_MAX);
        while (!page.isEmpty()) {
            page.forEach(summary -> all.add(summary.id()));
            if (all.size() > least) {
                break;
            }
            page = hubbub.storedConversations(page.getLast().cursor(), Hubbub.PAGE_MAX);
        }
        return all;
    }
}
