package dev.hubbub.server;

import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Engine;

import org.jspecify.annotations.Nullable;

import java.util.List;
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
    record Page(List<Message> messages, boolean hasMore) {

        static final Page EMPTY = new Page(List.of(), false);
    }

    /// The latest messages on the way to `head`.
    CompletionStage<Page> page(UserId user, @Nullable MessageId head, int limit) {
        if (head == null) {
            return CompletableFuture.completedStage(Page.EMPTY);
        }
        return engine.path(user, head, limit + 1).thenApply(path -> latest(path, limit));
    }

    /// The latest ancestors of a message.
    CompletionStage<Page> pageBefore(UserId user, MessageId message, int limit) {
        return engine.message(user, message)
                .thenCompose(found -> {
                    if (found == null) {
                        throw Fault.of(Refusal.MESSAGE_UNKNOWN).exception();
                    }
                    return page(user, found.parent(), limit);
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
        return new Page(List.copyOf(path.subList(from, path.size())), from > 0);
    }
}
