package dev.hubbub.server;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Activity;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The sockets of one user on one event loop, who hear of what happens in all the user's chats.
/// What happens within a moment is told at once: of each chat, how it is after it.
final class Audience {

    private static final long TELL_MILLIS = 20;

    /// A list of chats is long, so it is told again less often.
    private static final long LIST_MILLIS = 100;

    private final Hub hub;
    private final UserId user;
    private final Set<Socket> sockets = new LinkedHashSet<>();
    private final Map<ConversationId, News> news = new LinkedHashMap<>();
    private final Runnable unwatch;
    private boolean telling;
    private boolean listing;

    /// @param head whether the chat may have another head now
    private record News(Summary chat, boolean head) {}

    Audience(Hub hub, UserId user) {
        this.hub = hub;
        this.user = user;
        unwatch =
                hub.shared()
                        .engine()
                        .watchActivity(
                                user, activity -> hub.lane().execute(() -> happened(activity)));
    }

    UserId user() {
        return user;
    }

    void add(Socket socket) {
        sockets.add(socket);
    }

    void remove(Socket socket) {
        sockets.remove(socket);
        if (sockets.isEmpty()) {
            unwatch.run();
            hub.forget(this);
        }
    }

    void respond(ConversationId chat, TurnId turn, Frame frame, Set<Socket> but) {
        for (Socket socket : List.copyOf(sockets)) {
            if (!but.contains(socket)) {
                socket.respond(chat, turn, frame);
            }
        }
    }

    void tell(Frame frame) {
        for (Socket socket : List.copyOf(sockets)) {
            socket.told(frame);
        }
    }

    private void happened(Activity activity) {
        Summary chat = activity.conversation();
        switch (activity.kind()) {
            case STARTED -> {
                tell(chat, false);
                list();
            }
            case CHANGED -> {
                tell(chat, true);
                list();
            }
            case MESSAGE, REPLY_ENDED -> tell(chat, true);
            case REPLY_STARTED -> tell(chat, false);
            case DELETED -> {
                news.remove(chat.id());
                sockets.forEach(socket -> socket.lost(chat.id()));
                list();
            }
        }
    }

    private void tell(Summary chat, boolean head) {
        News before = news.remove(chat.id());
        news.put(chat.id(), new News(chat, head || (before != null && before.head())));
        if (!telling) {
            telling = true;
            hub.vertx().setTimer(TELL_MILLIS, _ -> tellNow());
        }
    }

    private void tellNow() {
        telling = false;
        List<News> all = List.copyOf(news.values());
        news.clear();
        for (News one : all) {
            Frame activity =
                    Frame.of(json -> {
                        json.writeStringField("type", "chat_activity");
                        Wire.chat(json, one.chat());
                    });
            Frame head = one.head() ? Socket.messagesUpdated(one.chat()) : null;
            for (Socket socket : List.copyOf(sockets)) {
                socket.hear(one.chat(), activity, head);
            }
        }
    }

    /// Has every socket told the list of chats soon.
    void list() {
        if (!listing) {
            listing = true;
            hub.vertx().setTimer(LIST_MILLIS, _ -> listNow());
        }
    }

    private void listNow() {
        listing = false;
        Chats.stage(() -> hub.shared().chats().list(user, null, Chats.PAGE_MAX))
                .whenCompleteAsync(
                        (page, failure) -> {
                            if (failure != null) {
                                Fault.of(failure);
                                return;
                            }
                            tellList(page);
                        },
                        hub.lane());
    }

    private void tellList(Chats.ChatPage page) {
        @Nullable ConversationId encodedFor = null;
        @Nullable Frame frame = null;
        for (Socket socket : List.copyOf(sockets)) {
            ConversationId current = socket.current();
            if (frame == null || !java.util.Objects.equals(current, encodedFor)) {
                frame = Socket.chatsUpdate(page, current, null);
                encodedFor = current;
            }
            socket.hearList(frame);
        }
    }
}
