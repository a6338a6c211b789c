package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Feed.Watching;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Knows the viewers of one node and what each has been sent. A partition sends it each event once,
/// however many watch; it sends each viewer what that viewer has room for. Like [Partition] it is
/// run by an actor, or by a simulator.
final class Hub {

    /// How long a conversation is followed after its last viewer left: most come back at once.
    static final long LINGER_MILLIS = 30_000;

    private final int viewerEventsMax;
    private final World world;
    private final Map<ConversationId, Feed> feeds = new HashMap<>();
    private final Map<Long, Watching> watches = new HashMap<>();
    private final Map<UserId, Map<Long, Consumer<Activity>>> listeners = new HashMap<>();
    private final Map<Long, UserId> listening = new HashMap<>();

    Hub(int viewerEventsMax, World world) {
        this.viewerEventsMax = viewerEventsMax;
        this.world = world;
    }

    /// What a hub needs from outside.
    interface World {

        long nowMillis();

        void follow(UserId asker, ConversationId id);

        void unfollow(ConversationId id);

        int partitionOf(ConversationId id);

        /// How many viewers came, or left.
        void viewers(int change);

        /// A viewer threw; it is let go.
        void failed(RuntimeException defect);
    }

    void receive(ToHub message) {
        switch (message) {
            case ToHub.Join join -> join(join);
            case ToHub.Request(var number, var updates) -> request(number, updates);
            case ToHub.Leave(var number) -> leave(number);
            case ToHub.Following(var conversation) -> following(conversation);
            case ToHub.NotFollowing(var id, var asker, var reason) ->
                    notFollowing(id, asker, reason);
            case ToHub.Published(var news) -> news.forEach(this::published);
            case ToHub.Active(var activities) -> activities.forEach(this::active);
            case ToHub.Listen(var number, var user, var listener) -> {
                listening.put(number, user);
                listeners.computeIfAbsent(user, _ -> new LinkedHashMap<>()).put(number, listener);
            }
            case ToHub.HubTick _ -> tick();
            case ToHub.Again(var partition) -> again(partition);
            case ToHub.EndAll _ -> {
                for (Watching watching : List.copyOf(watches.values())) {
                    end(watching, Refusal.OVERLOADED);
                }
            }
        }
    }

    private void join(ToHub.Join join) {
        Feed feed = feeds.get(join.id());
        if (feed == null) {
            feed = new Feed(join.id(), viewerEventsMax);
            feeds.put(join.id(), feed);
        }
        var watching = new Watching(join.number(), join.asker(), feed, join.viewer(), join.after());
        watches.put(join.number(), watching);
        feed.watching.add(watching);
        world.viewers(1);
        Conversation now = feed.now();
        if (now == null) {
            world.follow(join.asker(), join.id());
        } else if (!now.owner().equals(join.asker())) {
            end(watching, Refusal.CONVERSATION_UNKNOWN);
        }
    }

    private void request(long number, int updates) {
        Watching watching = watches.get(number);
        if (watching != null && updates > 0) {
            watching.allowed = (int) Math.min(Integer.MAX_VALUE, (long) watching.allowed + updates);
            pump(watching);
        }
    }

    private void leave(long number) {
        Watching watching = watches.remove(number);
        if (watching != null) {
            world.viewers(-1);
            left(watching);
        }
        UserId user = listening.remove(number);
        if (user != null) {
            Map<Long, Consumer<Activity>> ofUser = listeners.getOrDefault(user, Map.of());
            ofUser.remove(number);
            if (ofUser.isEmpty()) {
                listeners.remove(user);
            }
        }
    }

    private void left(Watching watching) {
        Feed feed = watching.feed;
        feed.watching.remove(watching);
        if (feed.watching.isEmpty()) {
            feed.emptyAtMillis = world.nowMillis();
        }
    }

    private void following(Conversation conversation) {
        Feed feed = feeds.get(conversation.id());
        if (feed == null) {
            world.unfollow(conversation.id());
            return;
        }
        feed.restart(conversation);
        endOthers(feed, conversation.owner());
        pumpAll(feed);
    }

    private void notFollowing(ConversationId id, UserId asker, Refusal reason) {
        Feed feed = feeds.get(id);
        if (feed == null) {
            return;
        }
        for (Watching watching : List.copyOf(feed.watching)) {
            if (watching.asker.equals(asker)) {
                end(watching, reason);
            }
        }
        // What the feed knows may be old now; whoever comes next begins afresh.
        if (feed.watching.isEmpty()) {
            feeds.remove(id);
            world.unfollow(id);
        }
    }

    private void endOthers(Feed feed, UserId owner) {
        for (Watching watching : List.copyOf(feed.watching)) {
            if (!watching.asker.equals(owner)) {
                end(watching, Refusal.CONVERSATION_UNKNOWN);
            }
        }
    }

    private void drop(Feed feed, Refusal reason) {
        for (Watching watching : List.copyOf(feed.watching)) {
            end(watching, reason);
        }
        feeds.remove(feed.id);
    }

    private void published(ToHub.News news) {
        Feed feed = feeds.get(news.id());
        if (feed == null || feed.now() == null) {
            return;
        }
        Conversation known = feed.now();
        if (!feed.advance(news.before(), news.events())) {
            // Something was missed, as after a change of owner: ask once how it is.
            if (!feed.asked) {
                feed.asked = true;
                world.follow(known.owner(), news.id());
            }
            return;
        }
        pumpAll(feed);
        if (news.events().getLast() instanceof ConversationEvent.Deleted) {
            drop(feed, Refusal.CONVERSATION_UNKNOWN);
        }
    }

    private void active(Activity activity) {
        Map<Long, Consumer<Activity>> ofUser = listeners.get(activity.owner());
        if (ofUser != null) {
            for (Consumer<Activity> listener : List.copyOf(ofUser.values())) {
                try {
                    listener.accept(activity);
                } catch (RuntimeException defect) {
                    world.failed(defect);
                }
            }
        }
    }

    private void pumpAll(Feed feed) {
        boolean failed = false;
        for (Watching watching : feed.watching) {
            failed |= !pumped(watching);
        }
        if (failed) {
            for (Watching watching : List.copyOf(feed.watching)) {
                if (watching.allowed < 0) {
                    leave(watching.number);
                }
            }
        }
    }

    private void pump(Watching watching) {
        if (!pumped(watching)) {
            leave(watching.number);
        }
    }

    /// False when the viewer threw: it is marked, and let go by the caller.
    private boolean pumped(Watching watching) {
        try {
            watching.feed.pump(watching);
            return true;
        } catch (RuntimeException defect) {
            world.failed(defect);
            watching.allowed = -1;
            return false;
        }
    }

    private void end(Watching watching, Refusal reason) {
        if (watches.remove(watching.number) != null) {
            world.viewers(-1);
            left(watching);
            try {
                watching.viewer.ended(reason);
            } catch (RuntimeException defect) {
                world.failed(defect);
            }
        }
    }

    private void tick() {
        long now = world.nowMillis();
        Iterator<Feed> all = feeds.values().iterator();
        while (all.hasNext()) {
            Feed feed = all.next();
            if (feed.watching.isEmpty() && now - feed.emptyAtMillis >= LINGER_MILLIS) {
                all.remove();
                world.unfollow(feed.id);
            }
        }
    }

    private void again(int partition) {
        // A feed that only lingers would go stale unseen.
        feeds.values()
                .removeIf(
                        feed -> feed.watching.isEmpty() && world.partitionOf(feed.id) == partition);
        for (Feed feed : feeds.values()) {
            if (world.partitionOf(feed.id) == partition) {
                feed.watching.forEach(watching -> world.follow(watching.asker, feed.id));
            }
        }
    }
}
