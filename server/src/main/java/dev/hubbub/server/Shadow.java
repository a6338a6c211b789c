package dev.hubbub.server;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Engine;
import dev.hubbub.engine.Update;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// Sends a socket the deltas of a chat that it does not watch, and nothing else of it. Used on the
/// socket's event loop only.
final class Shadow {

    private final ConversationId chat;
    private final Lane lane;
    private final Watching watching;
    private final Function<Update, CompletableFuture<Frame>> frames;
    private final List<Waiter> waiters = new ArrayList<>();
    private long begunTurn;
    private long endedTurn;
    private int chars;

    private record Waiter(long turn, Runnable action) {}

    Shadow(Lane lane, Outlet outlet, UpdateFrames frames, ConversationId chat, Runnable onEnd) {
        this.chat = chat;
        this.lane = lane;
        this.frames = frames.of(chat);
        watching =
                new Watching(
                        lane,
                        outlet,
                        this::frame,
                        _ -> {
                            passed(Long.MAX_VALUE);
                            onEnd.run();
                        });
    }

    void start(Engine engine, UserId user) {
        watching.start(engine, user, chat, null);
    }

    void cancel() {
        watching.cancel();
        passed(Long.MAX_VALUE);
    }

    void drained() {
        watching.drained();
    }

    /// Runs `action` once all deltas of a turn that has ended were written.
    void afterTurn(TurnId turn, Runnable action) {
        if (turn.number() <= endedTurn) {
            action.run();
        } else {
            waiters.add(new Waiter(turn.number(), action));
        }
    }

    private @Nullable CompletableFuture<Frame> frame(Update update) {
        return switch (update.content()) {
            case Update.Delta delta -> {
                begunTurn = delta.turn().number();
                chars = delta.fromChar() + delta.text().length();
                yield update.encoded(frames);
            }
            case Update.Happened(ReplyEnded ended, _) -> {
                passSoon(ended.turn().number());
                yield null;
            }
            case Update.Happened _ -> null;
            case Update.Snapshot(var conversation) -> caughtUp(update, conversation);
        };
    }

    /// What of a running reply the socket has not been sent.
    private @Nullable CompletableFuture<Frame> caughtUp(Update update, Conversation now) {
        Reply reply = now.reply();
        if (reply == null) {
            passSoon(now.turns());
            return null;
        }
        passSoon(reply.turn().number() - 1);
        int from = reply.turn().number() == begunTurn ? chars : 0;
        begunTurn = reply.turn().number();
        chars = reply.draft().length();
        if (from >= chars) {
            return null;
        }
        var delta = new Update.Delta(reply.turn(), from, reply.draft().from(from));
        return CompletableFuture.completedFuture(
                UpdateFrames.frame(
                        chat,
                        update.position(),
                        "delta",
                        json -> UpdateFrames.deltaFields(json, delta)));
    }

    /// After the frames that are being taken in.
    private void passSoon(long turn) {
        lane.execute(() -> passed(turn));
    }

    private void passed(long turn) {
        endedTurn = Math.max(endedTurn, turn);
        for (Waiter waiter : List.copyOf(waiters)) {
            if (waiter.turn() <= endedTurn) {
                waiters.remove(waiter);
                waiter.action().run();
            }
        }
    }
}
