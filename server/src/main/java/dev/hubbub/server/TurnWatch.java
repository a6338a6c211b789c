package dev.hubbub.server;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationEvent.TurnWithdrawn;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Engine;
import dev.hubbub.engine.Update;
import dev.hubbub.engine.Viewer;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Follows one turn for one client: the text from where the client is, then how the reply ended;
/// whether it runs, waits or is long over. What else happens in the conversation is not told.
///
/// All but the calls of the engine is on the connection's event loop.
final class TurnWatch implements Viewer {

    private static final int CREDITS = 8;

    private static final Fault WITHDRAWN =
            new Fault(409, "withdrawn", "The message was withdrawn before its turn came.");

    private final Engine engine;
    private final Lane lane;
    private final UserId user;
    private final TurnRef turn;
    private final Listener listener;
    private @Nullable Watch watch;
    private int told;
    private int owed;
    private boolean over;

    /// Who is told. Called on the event loop.
    interface Listener {

        /// More text.
        ///
        /// @param from in UTF-16 units from the beginning of the reply
        void text(int from, String text);

        /// Nothing follows: all text was given.
        void ended(Message reply);

        /// Nothing follows, though the reply may go on.
        void broken(Fault fault);

        /// Whether more text may come now. If not, it is to be asked for with [#drained].
        boolean hasRoom();
    }

    /// @param fromChar how much of the reply the client has
    TurnWatch(
            Engine engine, Lane lane, UserId user, TurnRef turn, int fromChar, Listener listener) {
        this.engine = engine;
        this.lane = lane;
        this.user = user;
        this.turn = turn;
        told = fromChar;
        this.listener = listener;
    }

    void start() {
        Watch started = engine.watch(user, turn.chat(), null, this);
        watch = started;
        started.request(CREDITS);
    }

    /// Nothing is told after it.
    void cancel() {
        over = true;
        if (watch != null) {
            watch.cancel();
        }
    }

    void drained() {
        replenish();
    }

    @Override
    public void updates(List<Update> updates) {
        lane.execute(() -> {
            for (Update update : updates) {
                if (!over) {
                    take(update);
                }
            }
            replenish();
        });
    }

    @Override
    public void ended(Refusal reason) {
        lane.execute(() -> breakOff(Fault.of(reason)));
    }

    private void take(Update update) {
        owed++;
        switch (update.content()) {
            case Update.Delta(var its, var from, var text) when its.equals(turn.turn()) ->
                    tell(from, text);
            case Update.Delta _ -> {}
            case Update.Happened(ReplyEnded(var its, var reply), _) when its.equals(turn.turn()) ->
                    end(reply);
            case Update.Happened(TurnWithdrawn(var its, _), _) when its.equals(turn.turn()) ->
                    breakOff(WITHDRAWN);
            case Update.Happened _ -> {}
            case Update.Snapshot(var now) -> catchUp(now);
        }
    }

    private void catchUp(Conversation now) {
        Reply reply = now.reply();
        if (reply != null && reply.turn().equals(turn.turn())) {
            if (reply.draft().length() > told) {
                tell(told, reply.draft().from(told));
            }
        } else if (now.turns() >= turn.turn().number() && !now.isOpen(turn.turn())) {
            // Who begins a turn may hear of it before this node's hub does: that one is to come.
            read();
        }
    }

    /// It is over: what it said is in the store.
    private void read() {
        cancel();
        turn.reply(engine, user)
                .whenCompleteAsync(
                        (reply, failure) -> {
                            if (failure != null) {
                                listener.broken(Fault.of(failure));
                            } else if (reply == null) {
                                listener.broken(Fault.of(Refusal.MESSAGE_UNKNOWN));
                            } else {
                                tellAll(reply);
                            }
                        },
                        lane);
    }

    private void tell(int from, String text) {
        int known = told - from;
        if (known < text.length()) {
            String rest = known == 0 ? text : text.substring(known);
            int at = told;
            told = from + text.length();
            listener.text(at, rest);
        }
    }

    private void end(Message reply) {
        cancel();
        tellAll(reply);
    }

    private void tellAll(Message reply) {
        if (reply.text().length() > told) {
            tell(told, reply.text().substring(told));
        }
        listener.ended(reply);
    }

    private void breakOff(Fault fault) {
        if (!over) {
            cancel();
            listener.broken(fault);
        }
    }

    private void replenish() {
        if (!over && watch != null && owed >= CREDITS / 2 && listener.hasRoom()) {
            int credits = owed;
            owed = 0;
            watch.request(credits);
        }
    }
}
