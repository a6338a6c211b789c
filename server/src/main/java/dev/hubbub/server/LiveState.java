package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.Deleted;
import dev.hubbub.conversation.ConversationEvent.HeadMoved;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationEvent.PieceAdded;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationEvent.ReplyStarted;
import dev.hubbub.conversation.ConversationEvent.TurnWithdrawn;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.Taken;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Answer;
import dev.hubbub.engine.Engine;
import dev.hubbub.engine.Update;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One client's live state of a chat or of one of its items: a `sync`, and then every change. Used
/// on the socket's event loop only.
///
/// A change of an item carries the item whole, so telling each piece of a reply would cost the
/// square of its length. A client that asks for deltas is sent what is new alone. Any other is sent
/// a growing reply at most every [#UPDATE_MILLIS], and less often the longer it is, so that no more
/// than [#CHARS_A_SECOND_MAX] go to it; in between nothing of it is copied or kept.
final class LiveState {

    static final long UPDATE_MILLIS = 100;
    static final long CHARS_A_SECOND_MAX = 256 << 10;

    private static final long NO_TIMER = -1;

    private final Hub hub;
    private final Engine engine;
    private final UserId user;
    private final LiveStates.Place place;
    private final Target target;
    private final boolean deltas;
    private final Outlet outlet;
    private final LiveItem items;
    private @Nullable Watching watching;
    private @Nullable MessageId tip;
    private @Nullable TurnId running;
    private @Nullable Begun begun;
    private boolean dirty;
    private long dueNanos = System.nanoTime();
    private long timer = NO_TIMER;
    private long stamp;

    /// Where the reply that runs will be found when it has ended.
    private record Begun(TurnId turn, MessageId parent, Instant at) {

        static Begun of(Reply reply) {
            return new Begun(reply.turn(), reply.parent(), reply.startedAt());
        }

        boolean isOf(Message message) {
            return message.role() == Role.ASSISTANT && !message.createdAt().isBefore(at);
        }
    }

    /// What is joined.
    sealed interface Target {

        /// All items on the way to the chat's head.
        record Group() implements Target {}

        /// One that changes no more.
        record Item(Message message) implements Target {}

        /// The reply of a turn that is open.
        record Turn(TurnId turn) implements Target {}
    }

    LiveState(
            Hub hub,
            Outlet outlet,
            UserId user,
            LiveStates.Place place,
            Target target,
            boolean deltas) {
        this.hub = hub;
        this.outlet = outlet;
        this.user = user;
        this.place = place;
        this.target = target;
        this.deltas = deltas;
        engine = hub.shared().engine();
        items = new LiveItem(deltas);
    }

    void start(Consumer<Refusal> onEnd) {
        watching = new Watching(hub.lane(), outlet, this::frame, onEnd);
        watching.start(engine, user, place.chat(), null);
    }

    void cancel() {
        hub.vertx().cancelTimer(timer);
        if (watching != null) {
            watching.cancel();
        }
    }

    void drained() {
        if (watching != null) {
            watching.drained();
        }
        if (dirty && timer == NO_TIMER) {
            tellSoon();
        }
    }

    private @Nullable CompletableFuture<Frame> frame(Update update) {
        return switch (update.content()) {
            case Update.Snapshot(var now) -> sync(now);
            case Update.Delta(var turn, var fromChar, var text) -> grew(turn, fromChar, text);
            case Update.Happened(var event, var after) -> happened(event, after);
        };
    }

    private @Nullable CompletableFuture<Frame> happened(
            ConversationEvent event, Conversation after) {
        return switch (event) {
            case PieceAdded(var turn, var fromChar, var text) -> grew(turn, fromChar, text);
            case MessagePosted posted -> posted(posted.message(), after);
            case ReplyStarted started -> started(started, after);
            case ReplyEnded(var turn, var message) -> ended(turn, message, after);
            case HeadMoved _ -> target instanceof Target.Group ? sync(after) : null;
            case TurnWithdrawn(var turn, _) when shows(turn) && !(target instanceof Target.Group) ->
                    event("delete", null, json -> json.writeStringField("id", turn.toString()));
            case TurnWithdrawn _,
                    ConversationEvent.Started _,
                    ConversationEvent.Changed _,
                    ConversationEvent.MessagesImported _,
                    ConversationEvent.TurnQueued _ ->
                    null;
            // Whoever only knows these events sees it empty; then comes the `delete`.
            case Deleted _ ->
                    target instanceof Target.Group
                            ? CompletableFuture.completedFuture(
                                    envelope(
                                            nextStamp(),
                                            null,
                                            "sync",
                                            json -> {
                                                json.writeArrayFieldStart("data");
                                                json.writeEndArray();
                                            }))
                            : null;
        };
    }

    private boolean shows(TurnId turn) {
        return switch (target) {
            case Target.Group _ -> true;
            case Target.Item _ -> false;
            case Target.Turn(var its) -> its.equals(turn);
        };
    }

    // What is there.

    private @Nullable CompletableFuture<Frame> sync(Conversation now) {
        forgetGrowth();
        return switch (target) {
            case Target.Group _ -> syncGroup(now);
            case Target.Item(var message) ->
                    event("sync", null, json -> items.message(json, message, null));
            case Target.Turn(var turn) -> syncTurn(now, turn);
        };
    }

    private CompletableFuture<Frame> syncGroup(Conversation now) {
        Reply reply = now.reply();
        tip = reply == null ? now.head() : reply.parent();
        running = reply == null ? null : reply.turn();
        long at = nextStamp();
        return new History(engine)
                .page(user, now.id(), tip, History.MESSAGES_MAX)
                .thenApply(page ->
                        envelope(
                                at,
                                null,
                                "sync",
                                json -> {
                                    json.writeArrayFieldStart("data");
                                    for (Message message : page.messages()) {
                                        json.writeStartObject();
                                        items.message(json, message, null);
                                        json.writeEndObject();
                                    }
                                    if (reply != null) {
                                        json.writeStartObject();
                                        items.reply(json, reply);
                                        json.writeEndObject();
                                    }
                                    json.writeEndArray();
                                }))
                .toCompletableFuture();
    }

    private @Nullable CompletableFuture<Frame> syncTurn(Conversation now, TurnId turn) {
        Reply reply = now.reply();
        if (reply != null && reply.turn().equals(turn)) {
            running = turn;
            begun = Begun.of(reply);
            return event("sync", null, json -> items.reply(json, reply));
        }
        if (now.isOpen(turn)) {
            return event("sync", null, json -> items.waiting(json, turn, now.lastActiveAt()));
        }
        // It ended since it was joined, or while its viewer was away.
        long at = nextStamp();
        return endedReply(now, turn)
                .thenApply(message ->
                        message == null
                                ? envelope(
                                        at,
                                        null,
                                        "delete",
                                        data(json -> json.writeStringField("id", turn.toString())))
                                : envelope(
                                        at,
                                        null,
                                        "sync",
                                        data(json -> items.message(json, message, turn))))
                .toCompletableFuture();
    }

    private CompletionStage<@Nullable Message> endedReply(Conversation now, TurnId turn) {
        Begun its = begun;
        if (its == null || !its.turn().equals(turn)) {
            return hub.shared().chats().replyTo(user, now, parentOf(now, turn));
        }
        return engine.children(user, now.id(), its.parent())
                .thenApply(found -> found.stream().filter(its::isOf).findFirst().orElse(null));
    }

    private static @Nullable MessageId parentOf(Conversation now, TurnId turn) {
        return now.taken().stream()
                .filter(taken -> turn.equals(taken.turn()))
                .map(Taken::message)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    // What happens.

    private @Nullable CompletableFuture<Frame> posted(Message message, Conversation after) {
        if (!(target instanceof Target.Group)) {
            return null;
        }
        if (!Objects.equals(message.parent(), tip)) {
            return sync(after);
        }
        tip = message.id();
        return event("create", message.id().toString(), json -> items.message(json, message, null));
    }

    private @Nullable CompletableFuture<Frame> started(ReplyStarted started, Conversation after) {
        Reply reply = after.reply();
        if (reply == null || !shows(started.turn()) || started.turn().equals(running)) {
            return null;
        }
        if (target instanceof Target.Group && !reply.parent().equals(tip)) {
            return sync(after);
        }
        forgetGrowth();
        running = started.turn();
        begun = Begun.of(reply);
        String type = target instanceof Target.Group ? "create" : "update";
        return event(type, started.turn().toString(), json -> items.reply(json, reply));
    }

    private @Nullable CompletableFuture<Frame> ended(
            TurnId turn, Message message, Conversation after) {
        if (!shows(turn)) {
            return null;
        }
        boolean known = turn.equals(running);
        forgetGrowth();
        running = null;
        if (!known) {
            return sync(after);
        }
        tip = message.id();
        return event("update", turn.toString(), json -> items.ended(json, message, turn));
    }

    private @Nullable CompletableFuture<Frame> grew(TurnId turn, int fromChar, String text) {
        if (!shows(turn) || !turn.equals(running)) {
            return null;
        }
        if (deltas) {
            return event(
                    "update", turn.toString(), json -> items.delta(json, turn, fromChar, text));
        }
        if (!dirty) {
            dirty = true;
            if (System.nanoTime() - dueNanos >= 0 && !outlet.isFull()) {
                return whole(turn);
            }
            tellSoon();
        }
        return null;
    }

    // A growing reply.

    private void tellSoon() {
        long millis = TimeUnit.NANOSECONDS.toMillis(dueNanos - System.nanoTime());
        timer = hub.vertx().setTimer(Math.max(1, millis), _ -> tellGrowth());
    }

    private void tellGrowth() {
        timer = NO_TIMER;
        // A client that takes nothing is told when it does.
        if (dirty && running != null && watching != null && !outlet.isFull()) {
            watching.insert(whole(running));
        }
    }

    private void forgetGrowth() {
        dirty = false;
        hub.vertx().cancelTimer(timer);
        timer = NO_TIMER;
        dueNanos = System.nanoTime();
    }

    /// The reply as it is now. It may be further than what this viewer was told of; what it is told
    /// next is never less.
    private CompletableFuture<Frame> whole(TurnId turn) {
        dirty = false;
        long at = nextStamp();
        dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(UPDATE_MILLIS);
        CompletionStage<Answer> asked = engine.conversation(user, place.chat());
        return asked.thenApplyAsync(
                        answer -> {
                            Reply reply =
                                    answer instanceof Answer.Done(_, var now) ? now.reply() : null;
                            if (reply == null || !reply.turn().equals(turn)) {
                                return Frame.NOTHING;
                            }
                            if (turn.equals(running)) {
                                postpone(reply.draft().length());
                            }
                            return envelope(
                                    at,
                                    turn.toString(),
                                    "update",
                                    data(json -> items.reply(json, reply)));
                        },
                        hub.lane())
                .toCompletableFuture();
    }

    private void postpone(int chars) {
        long millis = Math.max(UPDATE_MILLIS, chars * 1000L / CHARS_A_SECOND_MAX);
        dueNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    // Frames.

    /// The last frame, when the chat is deleted.
    Frame deleted() {
        return envelope(
                nextStamp(), null, "delete", data(json -> Wire.optional(json, "id", place.item())));
    }

    private CompletableFuture<Frame> event(String type, @Nullable String item, Json.Body body) {
        return CompletableFuture.completedFuture(envelope(nextStamp(), item, type, data(body)));
    }

    private static Json.Body data(Json.Body body) {
        return json -> {
            json.writeObjectFieldStart("data");
            body.write(json);
            json.writeEndObject();
        };
    }

    /// @param item of a group, which the event is about
    private Frame envelope(long at, @Nullable String item, String type, Json.Body data) {
        return Frame.of(json -> {
            json.writeNumberField("timestamp", at);
            json.writeStringField("streamName", LiveStates.STREAM);
            json.writeStringField("groupId", place.chat().value());
            Wire.optional(json, "id", place.item() == null ? item : place.item());
            Wire.optional(json, "subscriptionId", place.subscription());
            event(json, type, data);
        });
    }

    private static void event(JsonGenerator json, String type, Json.Body data) throws IOException {
        json.writeObjectFieldStart("event");
        json.writeStringField("type", type);
        data.write(json);
        json.writeEndObject();
    }

    /// Milliseconds since 1970, but never the same twice: clients drop an event that does not seem
    /// newer than the one before.
    private long nextStamp() {
        stamp = Math.max(stamp + 1, System.currentTimeMillis());
        return stamp;
    }
}
