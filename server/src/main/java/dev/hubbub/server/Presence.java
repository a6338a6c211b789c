package dev.hubbub.server;

import dev.hubbub.conversation.UserId;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Counts the sockets and event streams of each user. Safe for use by many threads.
final class Presence {

    private final Map<UserId, Integer> open = new ConcurrentHashMap<>();

    void came(UserId user) {
        open.merge(user, 1, Integer::sum);
    }

    void left(UserId user) {
        open.computeIfPresent(user, (_, count) -> count == 1 ? null : count - 1);
    }

    int users() {
        return open.size();
    }

    int connections() {
        return open.values().stream().mapToInt(Integer::intValue).sum();
    }
}
