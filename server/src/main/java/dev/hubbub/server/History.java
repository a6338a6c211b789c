package dev.hubbub.server;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Engine;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Reads the way to a head in pages.
final class History {

    /// Messages in one page at most.
    static final int MESSAGES_MAX = 200;

    /// UTF-16 units of text in one page of more than one message at most, so that a few very long
    /// replies do not make a page that nobody can hold.
    private static final int CHARS_MAX = 4 << 20;

    private final Engine engine;

    History(Engine engine) {
        this.engine = engine;
    }

    /// @param messages oldest first
    /// @param hasMore whether there are older ones
    /// @param siblings see [dev.hubbub.conversation.ConversationStore#siblings]
    /// @param later what comes after it, null where that was not asked for
    record Page(
            List<Message> messages,
            boolean hasMore,
            Map<MessageId, List<MessageId>> siblings,
            @Nullable Later later) {

        static final Page EMPTY = new Page(List.of(), false, Map.of(), null);
    }

    /// @param hasMore whether there are later ones
    /// @param isOnPath whether the page is on the way to the chat's head
    record Later(boolean hasMore, boolean isOnPath) {}

    /// What of a chat's history somebody wants to see: what comes before a message, after it, or
    /// around it; or, with no message, the end.
    record Place(
            @Nullable MessageId before, @Nullable MessageId after, @Nullable MessageId around) {

        static final Place END = new Place(null, null, null);

        Place {
            if ((before == null ? 0 : 1) + (after == null ? 0 : 1) + (around == null ? 0 : 1) > 1) {
                throw Fault.badField("`before`, `after` and `around` do not go together.")
                        .exception();
            }
        }
    }

    CompletionStage<Page> page(
            UserId user, ConversationId chat, @Nullable MessageId head, Place place, int limit) {
        if (place.before() != null) {
            return pageBefore(user, chat, place.before(), limit);
        }
        if (place.after() != null) {
            return pageFrom(user, chat, head, place.after(), 0, limit).thenApply(History::known);
        }
        if (place.around() != null) {
            return pageAround(user, chat, head, place.around(), limit);
        }
        return page(user, chat, head, limit);
    }

    private CompletionStage<Page> pageAround(
            UserId user,
            ConversationId chat,
            @Nullable MessageId head,
            MessageId message,
            int limit) {
        int earlier = Math.max(1, limit / 2);
        int later = Math.max(0, limit - earlier);
        return pageFrom(user, chat, head, message, earlier, later)
                .thenCompose(onPath ->
                        onPath != null
                                ? CompletableFuture.completedStage(onPath)
                                : engine.latestLeaf(user, chat, message)
                                        .thenCompose(leaf ->
                                                pageFrom(user, chat, leaf, message, earlier, later))
                                        .thenApply(page -> besides(known(page))));
    }

    /// What comes from a message on: with it and those before it, `earlier` together, or without it
    /// when that is 0. The stage has null where the message is not on the way to `head`.
    private CompletionStage<@Nullable Page> pageFrom(
            UserId user,
            ConversationId chat,
            @Nullable MessageId head,
            MessageId message,
            int earlier,
            int later) {
        if (head == null) {
            return CompletableFuture.completedStage(null);
        }
        return engine.following(user, head, message, later + 1)
                .thenCompose(way -> {
                    if (way.isEmpty()) {
                        return CompletableFuture.<@Nullable Page>completedStage(null);
                    }
                    boolean more = way.size() > later + 1;
                    List<Message> after = way.subList(1, more ? later + 1 : way.size());
                    return (earlier == 0
                                    ? CompletableFuture.completedStage(
                                            new Page(List.of(), true, Map.of(), null))
                                    : engine.path(user, message, earlier + 1)
                                            .thenApply(path -> latest(path, earlier)))
                            .thenCompose(before -> {
                                var all = new ArrayList<Message>(before.messages());
                                all.addAll(after);
                                return withSiblings(
                                        user,
                                        chat,
                                        new Page(
                                                all,
                                                before.hasMore(),
                                                Map.of(),
                                                new Later(more, true)));
                            });
                });
    }

    private static Page known(@Nullable Page page) {
        if (page == null) {
            throw Fault.of(Refusal.MESSAGE_UNKNOWN).exception();
        }
        return page;
    }

    private static Page besides(Page page) {
        boolean more = page.later() != null && page.later().hasMore();
        return new Page(page.messages(), page.hasMore(), page.siblings(), new Later(more, false));
    }

    private CompletionStage<Page> withSiblings(UserId user, ConversationId chat, Page page) {
        List<MessageId> ids = page.messages().stream().map(Message::id).toList();
        return engine.siblings(user, chat, ids)
                .thenApply(siblings ->
                        new Page(page.messages(), page.hasMore(), siblings, page.later()));
    }

    /// The latest messages on the way to `head`.
    CompletionStage<Page> page(
            UserId user, ConversationId chat, @Nullable MessageId head, int limit) {
        if (head == null) {
            return CompletableFuture.completedStage(Page.EMPTY);
        }
        return engine.path(user, head, limit + 1)
                .thenCompose(path -> withSiblings(user, chat, latest(path, limit)));
    }

    /// The latest ancestors of a message.
    CompletionStage<Page> pageBefore(
            UserId user, ConversationId chat, MessageId message, int limit) {
        return engine.message(user, message)
                .thenCompose(found -> {
                    if (found == null) {
                        throw Fault.of(Refusal.MESSAGE_UNKNOWN).exception();
                    }
                    return page(user, chat, found.parent(), limit);
                });
    }

    /// The latest messages on the way to `head`, in whichever chat, without siblings.
    CompletionStage<Page> plainPage(UserId user, @Nullable MessageId head, int limit) {
        return head == null
                ? CompletableFuture.completedStage(Page.EMPTY)
                : engine.path(user, head, limit + 1).thenApply(path -> latest(path, limit));
    }

    /// The latest ancestors of a message, likewise.
    CompletionStage<Page> plainPageBefore(UserId user, MessageId message, int limit) {
        return engine.message(user, message)
                .thenCompose(found -> {
                    if (found == null) {
                        throw Fault.of(Refusal.MESSAGE_UNKNOWN).exception();
                    }
                    return plainPage(user, found.parent(), limit);
                });
    }

    static Page latest(List<Message> path, int limit) {
        int from = path.size();
        long chars = 0;
        while (from > 0 && path.size() - from < limit) {
            chars += path.get(from - 1).text().length();
            if (chars > CHARS_MAX && from < path.size()) {
                break;
            }
            from--;
        }
        return new Page(List.copyOf(path.subList(from, path.size())), from > 0, Map.of(), null);
    }
}
