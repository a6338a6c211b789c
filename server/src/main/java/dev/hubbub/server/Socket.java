package dev.hubbub.server;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Position;

import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.vertx.core.http.ServerWebSocket;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// One client's WebSocket. Its commands are done one after another, but for waiting for a reply.
/// Used on its event loop only.
final class Socket implements Hub.Live {

    static final short GOING_AWAY = 1001;

    /// The token is not good any more: a private code of the range 4000 to 4999.
    static final short EXPIRED = 4001;

    private static final short TOO_LONG = 1009;
    private static final short DEAD = 4000;

    static final String INVALID_FORMAT = "invalid_format";

    /// What became of messages of others, that waits for a client which takes nothing.
    private static final int MISSED_MAX = 64;

    /// Commands that may wait for the one being done; then the socket is not read.
    private static final int COMMANDS_MAX = 8;

    /// Beats without a sign of life after which a client counts as gone.
    private static final int SILENT_BEATS_MAX = 2;

    private final Hub hub;
    private final UserId user;
    private Visitor visitor;
    private @Nullable Expiry expiry;
    private final ServerWebSocket socket;
    private final boolean quiet;
    private final SocketOutlet outlet;
    private final SocketCommands commands;
    private final Deque<String> queue = new ArrayDeque<>();
    private final Map<ConversationId, Watching> watches = new HashMap<>();
    private final Map<ConversationId, Shadow> shadows = new HashMap<>();
    private final Deque<Frame> missed = new ArrayDeque<>();
    private final Heads heads = new Heads();
    private final LiveStates live;
    private @Nullable ConversationId current;
    private int slot = -1;
    private int silentBeats;
    private boolean busy = true;
    private int turns;
    private boolean streams = true;
    private boolean stale;
    private boolean gone;

    Socket(Hub hub, Visitor visitor, ServerWebSocket socket, boolean quiet) {
        this.hub = hub;
        this.visitor = visitor;
        user = visitor.user();
        this.socket = socket;
        this.quiet = quiet;
        long stallMillis = hub.shared().config().stallMax().toMillis();
        outlet = new SocketOutlet(hub.vertx(), hub.lane(), stallMillis, socket);
        live = new LiveStates(this, hub, outlet);
        commands = new SocketCommands(this, hub.shared(), hub.lane(), live);
    }

    /// Greets, and then takes commands.
    void open() {
        slot = hub.add(this, user);
        expireWith(visitor);
        outlet.onDrained(this::drained);
        socket.closeHandler(_ -> closed());
        socket.exceptionHandler(this::broke);
        socket.pongHandler(_ -> silentBeats = 0);
        socket.textMessageHandler(this::received);
        socket.binaryMessageHandler(_ -> received(""));
        if (!quiet) {
            hub.audience(user).add(this);
        }
        hub.shared()
                .chats()
                .list(user, null, Chats.PAGE_MAX)
                .whenCompleteAsync(
                        (page, failure) -> {
                            if (failure != null) {
                                error(Fault.of(failure), null);
                            } else {
                                greet(page);
                            }
                            busy = false;
                            next();
                        },
                        hub.lane());
    }

    private void greet(Chats.ChatPage page) {
        Summary latest = page.chats().isEmpty() ? null : page.chats().getFirst();
        current = page.latest();
        outlet.write(head(latest == null ? null : latest.head(), current, null));
        outlet.write(chatsUpdate(page, current, null));
        if (latest != null && latest.replying() && !quiet) {
            shadow(latest.id());
        }
    }

    // Commands.

    private void received(String text) {
        silentBeats = 0;
        queue.add(text);
        if (queue.size() >= COMMANDS_MAX) {
            socket.pause();
        }
        next();
    }

    private void next() {
        while (!busy && !gone && !queue.isEmpty() && !outlet.isFull()) {
            run(queue.remove());
            if (queue.size() < COMMANDS_MAX / 2) {
                socket.resume();
            }
        }
    }

    private void run(String text) {
        Fault slow = hub.shared().rates().request(visitor.address());
        if (slow != null) {
            error(slow, null);
            return;
        }
        Fields fields;
        try {
            fields = Fields.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (FaultException malformed) {
            error(new Fault(400, INVALID_FORMAT, "Invalid message format"), null);
            return;
        }
        JsonNode requestId = fields.requestId();
        boolean isLong = commands.isLong(fields);
        int turnsMax = hub.shared().config().turnsMax();
        if (isLong && turns >= turnsMax) {
            error(
                    new Fault(
                            429,
                            "too_many_turns",
                            "A socket waits for at most "
                                    + turnsMax
                                    + " replies; wait for one to end."),
                    requestId);
            return;
        }
        turns += isLong ? 1 : 0;
        busy = true;
        var waits = new boolean[] {true};
        Chats.stage(() -> commands.run(fields, requestId))
                .whenCompleteAsync(
                        (reply, failure) -> {
                            if (failure != null) {
                                error(Fault.of(failure), requestId);
                            } else {
                                outlet.write(reply);
                            }
                            turns -= isLong ? 1 : 0;
                            if (waits[0]) {
                                busy = false;
                                next();
                            }
                        },
                        hub.lane());
        if (isLong) {
            waits[0] = false;
            busy = false;
        }
    }

    void error(Fault fault, @Nullable JsonNode requestId) {
        outlet.write(
                Frame.of(json -> {
                    json.writeStringField("type", "error");
                    json.writeStringField("message", fault.detail());
                    json.writeStringField("code", fault.code());
                    if (fault.retryAfter() != null) {
                        json.writeNumberField("retry_after_ms", fault.retryAfter().toMillis());
                    }
                    Fields.writeRequestId(json, requestId);
                }));
    }

    UserId user() {
        return user;
    }

    Visitor visitor() {
        return visitor;
    }

    /// From now on the socket is open for as long as this visitor's token is good.
    void expireWith(Visitor shown) {
        visitor = shown;
        Expiry.cancel(expiry);
        if (gone) {
            return;
        }
        expiry =
                Expiry.of(
                        hub.vertx(),
                        shown,
                        () -> socket.close(EXPIRED, "The token has expired; get a new one."));
    }

    // The current chat.

    @Nullable ConversationId current() {
        return current;
    }

    void open(ConversationId chat, boolean replying) {
        if (current != null && !current.equals(chat) && !heads.isAsking(current)) {
            unshadow(current);
        }
        current = chat;
        if (replying && streams) {
            shadow(chat);
        }
    }

    /// Whether this socket is sent the deltas of its current chat without asking again.
    void streams(boolean asked) {
        streams = asked;
        if (!asked && current != null && !heads.isAsking(current)) {
            unshadow(current);
        }
    }

    /// The chat is deleted.
    void lost(ConversationId chat) {
        unshadow(chat);
        heads.forget(chat);
        if (chat.equals(current)) {
            current = null;
        }
    }

    // Watches.

    void watch(ConversationId chat, @Nullable Position after) {
        unwatch(chat);
        requireRoomToWatch();
        unshadow(chat);
        var frames = hub.shared().frames().of(chat);
        var watching =
                new Watching(
                        hub.lane(),
                        outlet,
                        update -> update.encoded(frames),
                        reason -> watchEnded(chat, reason));
        watches.put(chat, watching);
        // When the answer to the command has been handed over, so that it comes before events.
        hub.lane().execute(() -> watching.start(hub.shared().engine(), user, chat, after));
    }

    /// A chat that is joined counts like one that is watched.
    void requireRoomToWatch() {
        int watchesMax = hub.shared().config().watchesMax();
        if (watches.size() + live.count() >= watchesMax) {
            throw new Fault(
                            429,
                            "too_many_watches",
                            "A socket watches and joins at most "
                                    + watchesMax
                                    + " chats; unwatch or leave one first.")
                    .exception();
        }
    }

    void unwatch(ConversationId chat) {
        Watching watching = watches.remove(chat);
        if (watching != null) {
            watching.cancel();
        }
    }

    private void watchEnded(ConversationId chat, Refusal reason) {
        watches.remove(chat);
        if (reason == Refusal.CONVERSATION_UNKNOWN) {
            return;
        }
        Fault fault = Fault.of(reason);
        outlet.write(
                Frame.of(json -> {
                    json.writeStringField("type", "error");
                    json.writeStringField("message", fault.detail());
                    json.writeStringField("code", fault.code());
                    json.writeStringField("chat_id", chat.value());
                }));
    }

    /// Sends the deltas of a chat that is not watched.
    void shadow(ConversationId chat) {
        if (gone || watches.containsKey(chat) || shadows.containsKey(chat)) {
            return;
        }
        if (shadows.size() >= hub.shared().config().watchesMax()) {
            return;
        }
        var shadow =
                new Shadow(
                        hub.lane(),
                        outlet,
                        hub.shared().frames(),
                        chat,
                        () -> shadows.remove(chat));
        shadows.put(chat, shadow);
        shadow.start(hub.shared().engine(), user);
    }

    private void unshadow(ConversationId chat) {
        Shadow shadow = shadows.remove(chat);
        if (shadow != null) {
            shadow.cancel();
        }
    }

    /// Runs `action` when the deltas of a turn that has ended are written.
    void afterDeltas(ConversationId chat, TurnId turn, Runnable action) {
        Shadow shadow = shadows.get(chat);
        if (shadow == null) {
            action.run();
        } else {
            shadow.afterTurn(turn, action);
        }
    }

    // What happens in the user's chats.

    /// This socket asks for something that may move the head of a chat; see [Heads].
    void asks(ConversationId chat) {
        heads.asks(chat);
    }

    /// The answer to [#asks] is about to be written.
    ///
    /// @param answer what it tells of the chat, null when it was refused
    void answered(ConversationId chat, Heads.@Nullable Seen answer) {
        Summary news = heads.answered(chat, answer);
        if (!heads.isAsking(chat) && !chat.equals(current)) {
            unshadow(chat);
        }
        if (news != null) {
            hub.lane().execute(() -> outlet.write(messagesUpdated(news)));
        }
    }

    void hear(Summary chat, Frame activity, @Nullable Frame head) {
        if (outlet.isFull()) {
            stale = true;
            return;
        }
        outlet.write(activity);
        if (head != null && heads.hear(chat)) {
            outlet.write(head);
        }
        if (streams && chat.replying() && chat.id().equals(current)) {
            shadow(chat.id());
        }
    }

    /// Hears what became of a message that another socket sent.
    void respond(ConversationId chat, TurnId turn, Frame frame) {
        afterDeltas(chat, turn, () -> told(frame));
    }

    /// Hears something that is in no chat, or of a chat after its deltas.
    void told(Frame frame) {
        if (gone) {
            return;
        }
        if (!outlet.isFull()) {
            outlet.write(frame);
        } else if (missed.size() < MISSED_MAX) {
            missed.add(frame);
        } else {
            socket.close(SocketOutlet.STALLED, "You do not read; connect again.");
        }
    }

    void hearList(Frame chats) {
        if (outlet.isFull()) {
            stale = true;
        } else {
            outlet.write(chats);
        }
    }

    // The connection.

    /// What came in broke the rules of WebSockets or a limit; a lost connection is told of here
    /// too.
    private void broke(Throwable failure) {
        switch (failure) {
            case CorruptedWebSocketFrameException wrong ->
                    socket.close(
                            (short) wrong.closeStatus().code(), wrong.closeStatus().reasonText());
            case IllegalStateException _ -> socket.close(TOO_LONG, "The message is too long.");
            default -> {}
        }
    }

    private void drained() {
        silentBeats = 0;
        while (!missed.isEmpty() && !outlet.isFull()) {
            outlet.write(missed.remove());
        }
        live.drained();
        for (Watching watching : List.copyOf(watches.values())) {
            watching.drained();
        }
        for (Shadow shadow : List.copyOf(shadows.values())) {
            shadow.drained();
        }
        if (stale) {
            stale = false;
            hub.audience(user).list();
        }
        next();
    }

    @Override
    public void beat() {
        if (silentBeats++ > SILENT_BEATS_MAX && !outlet.isFull()) {
            socket.close(DEAD, "No answer to pings.");
            return;
        }
        outlet.beat();
    }

    @Override
    public void leave() {
        socket.close(GOING_AWAY, "The server is closing; connect again.");
    }

    private void closed() {
        if (gone) {
            return;
        }
        gone = true;
        outlet.closed();
        queue.clear();
        Expiry.cancel(expiry);
        missed.clear();
        live.close();
        hub.remove(this, slot, user);
        hub.shared().seats().leave(visitor);
        if (!quiet) {
            hub.audience(user).remove(this);
        }
        List.copyOf(watches.keySet()).forEach(this::unwatch);
        List.copyOf(shadows.keySet()).forEach(this::unshadow);
    }

    // Frames of more than one origin.

    static Frame chatsUpdate(
            Chats.ChatPage page, @Nullable ConversationId current, @Nullable JsonNode requestId) {
        return Frame.of(json -> {
            json.writeStringField("type", "chats_update");
            page.write(json);
            Wire.optional(json, "current_chat_id", current);
            Wire.optional(json, "next_cursor", Chats.textOf(page.next()));
            Fields.writeRequestId(json, requestId);
        });
    }

    static Frame messagesUpdated(Summary chat) {
        return Frame.of(json -> {
            json.writeStringField("type", "messages_updated");
            json.writeStringField("chat_id", chat.id().value());
            Wire.optional(json, "head", chat.head());
        });
    }

    static Frame head(
            @Nullable MessageId head,
            @Nullable ConversationId current,
            @Nullable JsonNode requestId) {
        return Frame.of(json -> {
            json.writeStringField("type", "head");
            Wire.optional(json, "head", head);
            Wire.optional(json, "current_chat_id", current);
            Fields.writeRequestId(json, requestId);
        });
    }

    boolean isCurrent(ConversationId chat) {
        return Objects.equals(current, chat);
    }
}
