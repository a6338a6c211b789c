package dev.hubbub.server;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// What one socket knows of the heads of chats, so that it is told of each once and never of an old
/// one after a newer: answers to its commands and what happens in the chats come by two ways, in
/// either order. What happens in a chat that it has asked something of is held back until the
/// answer.
final class Heads {

    /// Chats remembered; of one that is not, a head may be told twice.
    private static final int CHATS_MAX = 64;

    private final Map<ConversationId, Integer> asking = new HashMap<>();
    private final Map<ConversationId, Summary> held = new HashMap<>();
    private final Map<ConversationId, Seen> told = new LinkedHashMap<>();

    /// A head, and how far its chat was then.
    ///
    /// @param messages 0 when not known
    record Seen(@Nullable MessageId head, long messages, long millis) {

        static Seen of(Conversation chat) {
            return new Seen(chat.head(), chat.messageCount(), millis(chat.lastActiveAt()));
        }

        static Seen of(Summary chat) {
            return new Seen(chat.head(), chat.messageCount(), millis(chat.lastActiveAt()));
        }

        static Seen of(Message reply) {
            return new Seen(reply.id(), 0, millis(reply.createdAt()));
        }

        private static long millis(Instant at) {
            return at.toEpochMilli();
        }

        Seen atLeast(long count) {
            return new Seen(head, Math.max(messages, count), millis);
        }

        boolean isNewsAfter(Seen before) {
            boolean older =
                    messages < before.messages
                            || (messages == before.messages && millis < before.millis);
            return !older && !Objects.equals(head, before.head);
        }
    }

    void asks(ConversationId chat) {
        asking.merge(chat, 1, Integer::sum);
    }

    boolean isAsking(ConversationId chat) {
        return asking.containsKey(chat);
    }

    /// The answer to [#asks] is about to be written.
    ///
    /// @param answer what it tells, null when it tells nothing
    /// @return what was held back and is to be told after it, or null
    @Nullable Summary answered(ConversationId chat, @Nullable Seen answer) {
        asking.computeIfPresent(chat, (_, count) -> count == 1 ? null : count - 1);
        Summary waiting = held.get(chat);
        if (answer != null) {
            Seen before = told.get(chat);
            long count = before == null ? 0 : before.messages();
            remember(
                    chat,
                    answer.atLeast(
                            waiting == null || answer.messages() > 0
                                    ? count
                                    : Math.max(count, waiting.messageCount())));
        }
        if (isAsking(chat)) {
            return null;
        }
        held.remove(chat);
        return waiting != null && hear(waiting) ? waiting : null;
    }

    /// Whether the socket is to be told now where a chat's head is.
    boolean hear(Summary chat) {
        if (isAsking(chat.id())) {
            held.put(chat.id(), chat);
            return false;
        }
        Seen now = Seen.of(chat);
        Seen before = told.get(chat.id());
        if (before == null ? now.head() == null : !now.isNewsAfter(before)) {
            return false;
        }
        remember(chat.id(), now);
        return true;
    }

    void forget(ConversationId chat) {
        told.remove(chat);
        held.remove(chat);
    }

    private void remember(ConversationId chat, Seen seen) {
        told.remove(chat);
        told.put(chat, seen);
        if (told.size() > CHATS_MAX) {
            told.remove(told.keySet().iterator().next());
        }
    }
}
