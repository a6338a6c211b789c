package dev.hubbub.server;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Taken;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// What a socket has joined: the items of a conversation, or one of them, as they are and then as
/// they change. Used on the socket's event loop only.
final class LiveStates {

    /// The one stream there is.
    static final String STREAM = "conversation";

    private static final int SUBSCRIPTION_ID_CHARS_MAX = 128;

    private final Socket socket;
    private final Hub hub;
    private final Chats chats;
    private final Outlet outlet;
    private final Map<String, LiveState> joined = new HashMap<>();

    LiveStates(Socket socket, Hub hub, Outlet outlet) {
        this.socket = socket;
        this.hub = hub;
        this.outlet = outlet;
        chats = hub.shared().chats();
    }

    /// What a client calls it.
    ///
    /// @param item null for all items of the chat
    /// @param subscription the client's own name, or null
    record Place(ConversationId chat, @Nullable String item, @Nullable String subscription) {

        static Place of(Fields data) {
            String stream = data.required("streamName");
            if (!stream.equals(STREAM)) {
                throw new Fault(
                                404,
                                "stream_unknown",
                                "There is no such stream; join the stream `conversation`.")
                        .exception();
            }
            String subscription = data.text("subscriptionId");
            if (subscription != null && subscription.length() > SUBSCRIPTION_ID_CHARS_MAX) {
                throw Fault.badField(
                                "`subscriptionId` has at most "
                                        + SUBSCRIPTION_ID_CHARS_MAX
                                        + " characters.")
                        .exception();
            }
            return new Place(
                    Fields.chatOf(data.required("groupId")), data.text("id"), subscription);
        }

        /// Two joins with the same key are one: the later takes the place of the earlier.
        String key() {
            return subscription != null ? "s" + subscription : "p" + chat + "/" + item;
        }
    }

    int count() {
        return joined.size();
    }

    /// Answers a client only when it gave its command an id; the first event is the answer.
    CompletionStage<Frame> join(Fields data, @Nullable JsonNode requestId) {
        Place place = Place.of(data);
        boolean deltas = data.flag("deltas", false);
        UserId user = socket.user();
        return chats.find(user, place.chat())
                .thenCompose(chat -> target(user, chat, place.item()))
                .thenApplyAsync(
                        target -> {
                            begin(place, target, deltas);
                            return done("joined", requestId);
                        },
                        hub.lane());
    }

    CompletionStage<Frame> leave(Fields data, @Nullable JsonNode requestId) {
        end(Place.of(data).key());
        return CompletableFuture.completedStage(done("left", requestId));
    }

    private static Frame done(String type, @Nullable JsonNode requestId) {
        if (requestId == null) {
            return Frame.NOTHING;
        }
        return Frame.of(json -> {
            json.writeStringField("type", type);
            Fields.writeRequestId(json, requestId);
        });
    }

    private void begin(Place place, LiveState.Target target, boolean deltas) {
        end(place.key());
        socket.requireRoomToWatch();
        var state = new LiveState(hub, outlet, socket.user(), place, target, deltas);
        joined.put(place.key(), state);
        // When the answer to the command has been handed over, so that it comes before events.
        hub.lane().execute(() -> state.start(reason -> ended(place, state, reason)));
    }

    private void end(String key) {
        LiveState state = joined.remove(key);
        if (state != null) {
            state.cancel();
        }
    }

    private void ended(Place place, LiveState state, Refusal reason) {
        joined.remove(place.key(), state);
        if (reason == Refusal.CONVERSATION_UNKNOWN) {
            outlet.write(state.deleted());
            return;
        }
        Fault fault = Fault.of(reason);
        outlet.write(
                Frame.of(json -> {
                    json.writeStringField("type", "error");
                    json.writeStringField("message", fault.detail());
                    json.writeStringField("code", fault.code());
                    json.writeStringField("streamName", STREAM);
                    json.writeStringField("groupId", place.chat().value());
                    Wire.optional(json, "id", place.item());
                    Wire.optional(json, "subscriptionId", place.subscription());
                }));
    }

    /// What an item's id stands for: a message by its own id, or a reply by that of its turn, which
    /// a chat remembers while it is open and for a while after.
    private CompletionStage<LiveState.Target> target(
            UserId user, Conversation chat, @Nullable String item) {
        if (item == null) {
            return CompletableFuture.completedStage(new LiveState.Target.Group());
        }
        if (MessageId.isValid(item)) {
            return chats.message(user, MessageId.parse(item)).thenApply(LiveState.Target.Item::new);
        }
        TurnId turn = turnOf(item);
        if (chat.isOpen(turn)) {
            return CompletableFuture.completedStage(new LiveState.Target.Turn(turn));
        }
        return ended(user, chat, turn).thenApply(LiveState.Target.Item::new);
    }

    private static TurnId turnOf(String item) {
        try {
            return new TurnId(Long.parseLong(item));
        } catch (IllegalArgumentException noTurn) {
            throw Fault.of(Refusal.MESSAGE_UNKNOWN).exception();
        }
    }

    private CompletionStage<Message> ended(UserId user, Conversation chat, TurnId turn) {
        for (Taken taken : chat.taken()) {
            if (turn.equals(taken.turn())) {
                return chats.replyTo(user, chat, taken.message())
                        .thenApply(reply -> {
                            if (reply == null) {
                                throw Fault.of(Refusal.MESSAGE_UNKNOWN).exception();
                            }
                            return reply;
                        });
            }
        }
        throw Fault.of(Refusal.MESSAGE_UNKNOWN).exception();
    }

    void drained() {
        for (LiveState state : List.copyOf(joined.values())) {
            state.drained();
        }
    }

    void close() {
        for (LiveState state : List.copyOf(joined.values())) {
            state.cancel();
        }
        joined.clear();
    }
}
