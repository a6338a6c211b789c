package dev.hubbub.server;

import dev.hubbub.conversation.ClientMessageId;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Tells all sockets of a user on this server: what became of a `message`, once, however often the
/// message was sent, and what changed that is in no chat. Safe for use by many threads.
final class Responses {

    private final List<Hub> hubs = new CopyOnWriteArrayList<>();
    private final Map<Asked, Set<Socket>> asking = new ConcurrentHashMap<>();

    /// A message whose reply somebody waits for.
    record Asked(UserId user, ConversationId chat, ClientMessageId key) {}

    void add(Hub hub) {
        hubs.add(hub);
    }

    /// This socket waits too, and tells itself.
    void asks(Asked asked, Socket socket) {
        asking.compute(
                asked,
                (_, known) -> {
                    Set<Socket> askers = known == null ? ConcurrentHashMap.newKeySet() : known;
                    askers.add(socket);
                    return askers;
                });
    }

    /// This socket does not wait any longer, and nobody is to be told.
    void forget(Asked asked, Socket socket) {
        asking.computeIfPresent(
                asked,
                (_, askers) -> {
                    askers.remove(socket);
                    return askers.isEmpty() ? null : askers;
                });
    }

    /// Tells all sockets of a user that are not quiet.
    void tell(UserId user, Frame frame) {
        for (Hub hub : hubs) {
            hub.lane().execute(() -> hub.tell(user, frame));
        }
    }

    /// Tells it to all who did not ask, unless that was done.
    ///
    /// @param turn whose deltas come before it, where sockets are sent them
    void tell(Asked asked, TurnId turn, Frame frame) {
        Set<Socket> askers = asking.remove(asked);
        if (askers == null) {
            return;
        }
        for (Hub hub : hubs) {
            hub.lane().execute(() -> hub.respond(asked.user(), asked.chat(), turn, frame, askers));
        }
    }
}
