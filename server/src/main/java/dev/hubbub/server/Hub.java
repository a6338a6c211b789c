package dev.hubbub.server;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The sockets and event streams of one event loop. Used on it only.
final class Hub {

    /// The heartbeat goes round in this many steps, so that not all connections are written to at
    /// once.
    private static final int BEATS = 8;

    private final Shared shared;
    private final Vertx vertx;
    private final Lane lane;
    private final List<Set<Live>> live;
    private final Map<UserId, Audience> audiences = new HashMap<>();
    private int next;
    private int beat;
    private boolean leaving;

    /// A connection that stays.
    interface Live {

        /// A while has passed.
        void beat();

        /// The server goes away.
        void leave();
    }

    Hub(Shared shared, Vertx vertx, Lane lane) {
        this.shared = shared;
        this.vertx = vertx;
        this.lane = lane;
        live =
                java.util.stream.Stream.generate(LinkedHashSet<Live>::new)
                        .limit(BEATS)
                        .<Set<Live>>map(set -> set)
                        .toList();
        vertx.setPeriodic(shared.config().heartbeat().toMillis() / BEATS, _ -> beat());
    }

    Lane lane() {
        return lane;
    }

    Shared shared() {
        return shared;
    }

    Vertx vertx() {
        return vertx;
    }

    /// @param visitor whose seat is taken, and given back when the socket closes
    void open(ServerWebSocket socket, Visitor visitor, boolean quiet) {
        if (leaving) {
            shared.seats().leave(visitor);
            socket.close(Socket.GOING_AWAY, "The server is closing.");
            return;
        }
        new Socket(this, visitor, socket, quiet).open();
    }

    void stream(HttpServerRequest request, Visitor visitor, ConversationId chat) {
        if (leaving) {
            Edge.refuse(request, new Fault(503, "closing", "The server is closing."));
            return;
        }
        new EventStream(this, visitor, chat, request).open();
    }

    /// Takes a connection in; gives the slot that [#remove] wants.
    int add(Live connection, UserId user) {
        int slot = next;
        next = (next + 1) % BEATS;
        live.get(slot).add(connection);
        shared.presence().came(user);
        return slot;
    }

    void remove(Live connection, int slot, UserId user) {
        if (live.get(slot).remove(connection)) {
            shared.presence().left(user);
        }
    }

    /// The user's sockets on this event loop that hear of all that the user's chats do.
    Audience audience(UserId user) {
        return audiences.computeIfAbsent(user, one -> new Audience(this, one));
    }

    /// Tells the user's sockets of this event loop, but for some, what became of a message.
    void respond(UserId user, ConversationId chat, TurnId turn, Frame frame, Set<Socket> but) {
        Audience audience = audiences.get(user);
        if (audience != null) {
            audience.respond(chat, turn, frame, but);
        }
    }

    /// Tells the user's sockets of this event loop.
    void tell(UserId user, Frame frame) {
        Audience audience = audiences.get(user);
        if (audience != null) {
            audience.tell(frame);
        }
    }

    void forget(Audience audience) {
        audiences.remove(audience.user());
    }

    boolean isLeaving() {
        return leaving;
    }

    void leave() {
        leaving = true;
        for (Set<Live> connections : live) {
            for (Live connection : List.copyOf(connections)) {
                connection.leave();
            }
        }
    }

    private void beat() {
        beat = (beat + 1) % BEATS;
        for (Live connection : List.copyOf(live.get(beat))) {
            connection.beat();
        }
    }
}
