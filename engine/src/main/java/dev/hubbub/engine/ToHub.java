package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.UserId;

import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Consumer;

/// What a node's hub is told. Those that are not [Local] are plain data and may come from another
/// node.
sealed interface ToHub {

    /// A conversation as it is; what is published after this goes on from here.
    record Following(Conversation conversation) implements ToHub {}

    /// The conversation cannot be followed.
    record NotFollowing(ConversationId id, UserId asker, Refusal reason) implements ToHub {}

    /// Durable events of conversations that this node follows, one entry a commit.
    record Published(List<News> news) implements ToHub {}

    /// Numbered events, for lists of conversations.
    record Active(List<Activity> activities) implements ToHub {}

    /// Events of one conversation, in order, and where it was before them.
    record News(ConversationId id, Position before, List<ConversationEvent> events) {}

    /// Never leaves the node.
    sealed interface Local extends ToHub, NoSerializationVerificationNeeded {}

    /// A viewer has come.
    ///
    /// @param number names it in later messages
    record Join(
            long number, UserId asker, ConversationId id, @Nullable Position after, Viewer viewer)
            implements Local {}

    /// A viewer can take more.
    record Request(long number, int updates) implements Local {}

    /// A viewer has gone.
    record Leave(long number) implements Local {}

    /// A list's keeper has come.
    record Listen(long number, UserId user, Consumer<Activity> listener) implements Local {}

    /// Time goes on: conversations that nobody watches any more are let go.
    record HubTick() implements Local {}

    /// A partition began again and has forgotten who follows.
    record Again(int partition) implements Local {}

    /// The engine closes: every watch ends.
    record EndAll() implements Local {}
}
