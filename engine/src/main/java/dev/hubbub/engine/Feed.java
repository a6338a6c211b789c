package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A conversation as a hub knows it, and those who watch it here. It keeps the conversation itself,
/// the text of the running reply with it, and the last few numbered events: enough to bring a
/// viewer from any recent position to now with no hole and nothing twice, and any other viewer with
/// a snapshot.
final class Feed {

    final ConversationId id;
    final Set<Watching> watching = new LinkedHashSet<>();

    /// Null until the partition has said how it is.
    private @Nullable Conversation now;

    private final ArrayDeque<Past> past = new ArrayDeque<>(0);
    private final int pastMax;

    /// The last delta made: most viewers want the same.
    private @Nullable Update shared;

    long emptyAtMillis;

    /// Whether the partition was asked to say again how it is.
    boolean asked;

    Feed(ConversationId id, int pastMax) {
        this.id = id;
        this.pastMax = pastMax;
    }

    /// A viewer of this feed.
    static final class Watching {

        final long number;
        final UserId asker;
        final Feed feed;
        final Viewer viewer;

        /// Null until it has had a snapshot.
        @Nullable Position seen;

        int allowed;

        Watching(long number, UserId asker, Feed feed, Viewer viewer, @Nullable Position seen) {
            this.number = number;
            this.asker = asker;
            this.feed = feed;
            this.viewer = viewer;
            this.seen = seen;
        }
    }

    /// A numbered event, and how long the running reply was when it happened.
    private record Past(Update update, ConversationEvent event, @Nullable TurnId turn, int chars) {}

    @Nullable Conversation now() {
        return now;
    }

    /// The partition says how the conversation is. Viewers that were told less are told the rest.
    void restart(Conversation conversation) {
        Conversation before = now;
        if (before == null || !position(before).equals(position(conversation))) {
            past.clear();
        }
        now = conversation;
        asked = false;
        shared = null;
    }

    /// Goes on by what happened; false when it does not follow from what the feed knows.
    boolean advance(Position before, List<ConversationEvent> events) {
        if (now == null || !position(now).equals(before)) {
            return false;
        }
        for (ConversationEvent event : events) {
            Reply reply = now.reply();
            TurnId turn = reply == null ? null : reply.turn();
            int chars = reply == null ? 0 : reply.draft().length();
            now = now.apply(event);
            if (event.isNumbered()) {
                var happened = new Update.Happened(event, now);
                past.add(new Past(new Update(position(now), happened), event, turn, chars));
                if (past.size() > pastMax) {
                    past.remove();
                }
            }
        }
        return true;
    }

    /// Sends a viewer what it may have and has not had.
    void pump(Watching viewer) {
        if (now == null || viewer.allowed == 0) {
            return;
        }
        var updates = new ArrayList<Update>(1);
        while (viewer.allowed > 0) {
            Update next = next(viewer.seen, now);
            if (next == null) {
                break;
            }
            updates.add(next);
            viewer.seen = next.position();
            viewer.allowed--;
        }
        if (!updates.isEmpty()) {
            viewer.viewer.updates(updates);
        }
    }

    /// What a viewer at this position is told next; null when it has seen all.
    private @Nullable Update next(@Nullable Position seen, Conversation now) {
        Position here = position(now);
        if (seen == null || seen.compareTo(here) > 0) {
            return snapshot(now);
        }
        if (seen.number() == here.number()) {
            return seen.chars() == here.chars() ? null : delta(seen, running(now), here.chars());
        }
        Past next = after(seen.number());
        if (next == null || seen.chars() > next.chars()) {
            return snapshot(now);
        }
        if (seen.chars() == next.chars()) {
            return next.update();
        }
        // The viewer has not seen all of the reply that was running when this happened.
        TurnId turn = next.turn();
        String text = turn == null ? null : textOf(turn, now);
        return turn == null || text == null
                ? snapshot(now)
                : delta(seen, turn, text.substring(seen.chars(), next.chars()));
    }

    private Update delta(Position seen, Reply reply, int chars) {
        Update last = shared;
        if (last != null
                && last.position().number() == seen.number()
                && last.position().chars() == chars
                && last.content() instanceof Update.Delta delta
                && delta.fromChar() == seen.chars()) {
            return last;
        }
        Update made = delta(seen, reply.turn(), reply.draft().from(seen.chars()));
        shared = made;
        return made;
    }

    private static Update delta(Position seen, TurnId turn, String text) {
        return new Update(
                new Position(seen.number(), seen.chars() + text.length()),
                new Update.Delta(turn, seen.chars(), text));
    }

    private @Nullable Past after(long number) {
        for (Past event : past) {
            if (event.update().position().number() == number + 1) {
                return event;
            }
        }
        return null;
    }

    /// All the text that a recent turn has or had.
    private @Nullable String textOf(TurnId turn, Conversation now) {
        Reply reply = now.reply();
        if (reply != null && reply.turn().equals(turn)) {
            return reply.draft().text();
        }
        for (Past event : past) {
            if (event.event() instanceof ConversationEvent.ReplyEnded(var ended, var message)
                    && ended.equals(turn)) {
                return message.text();
            }
        }
        return null;
    }

    private static Reply running(Conversation now) {
        Reply reply = now.reply();
        if (reply == null) {
            throw new IllegalStateException("only a running reply has a length");
        }
        return reply;
    }

    private static Update snapshot(Conversation now) {
        return new Update(position(now), new Update.Snapshot(now));
    }

    private static Position position(Conversation conversation) {
        return Partition.positionOf(conversation);
    }
}
