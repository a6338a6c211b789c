package dev.hubbub.model;

import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;

/// Who waits, fair between users: they take turns, and each turn is for what came first of that
/// user's. Every operation costs the same, however many wait. For one thread at a time.
///
/// Somebody who waits sees, before each turn of theirs, at most one of every other user.
final class Turns<T> {

    private final LinkedHashMap<UserId, LinkedHashSet<T>> users = new LinkedHashMap<>();
    private int size;

    int size() {
        return size;
    }

    int sizeOf(UserId user) {
        LinkedHashSet<T> theirs = users.get(user);
        return theirs == null ? 0 : theirs.size();
    }

    /// Behind everything else of this user's.
    void addLast(UserId user, T waiting) {
        users.computeIfAbsent(user, _ -> new LinkedHashSet<>()).addLast(waiting);
        size++;
    }

    /// Before everything else of this user's: it has waited already.
    void addFirst(UserId user, T waiting) {
        users.computeIfAbsent(user, _ -> new LinkedHashSet<>()).addFirst(waiting);
        size++;
    }

    /// Whose turn it is, or null when nobody waits.
    @Nullable T poll() {
        var first = users.pollFirstEntry();
        if (first == null) {
            return null;
        }
        LinkedHashSet<T> theirs = first.getValue();
        T next = theirs.removeFirst();
        size--;
        if (!theirs.isEmpty()) {
            users.putLast(first.getKey(), theirs);
        }
        return next;
    }

    /// Takes back what does not want to wait any longer.
    ///
    /// @return whether it waited
    boolean remove(UserId user, T waiting) {
        LinkedHashSet<T> theirs = users.get(user);
        if (theirs == null || !theirs.remove(waiting)) {
            return false;
        }
        size--;
        if (theirs.isEmpty()) {
            users.remove(user);
        }
        return true;
    }
}
