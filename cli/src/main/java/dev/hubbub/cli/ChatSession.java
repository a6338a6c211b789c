package dev.hubbub.cli;

import dev.hubbub.cli.Conversations.Chosen;
import dev.hubbub.cli.Conversations.Ending;
import dev.hubbub.cli.Conversations.Said;
import dev.hubbub.conversation.ConversationId;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Consumer;

/// What a terminal talks in now. A conversation is begun when there is something to keep of it, so
/// that looking in leaves nothing behind.
final class ChatSession {

    private final Conversations conversations;
    private volatile @Nullable Chosen chosen;

    ChatSession(Conversations conversations) {
        this.conversations = conversations;
    }

    Conversations conversations() {
        return conversations;
    }

    /// The conversation, or null before it has begun.
    @Nullable Chosen chosen() {
        return chosen;
    }

    /// Leaves the conversation for one that begins with the next message, with the same model.
    ///
    /// @return the one that was left, or null
    @Nullable Chosen leave() {
        Chosen left = chosen;
        chosen = null;
        return left;
    }

    Chosen resume(ConversationId id) {
        return keep(conversations.resume(id));
    }

    /// What is null stays as it is.
    Chosen change(@Nullable String model, @Nullable String system) {
        Chosen now = chosen;
        return keep(
                now == null
                        ? conversations.start(model, system)
                        : conversations.change(now.id(), model, system));
    }

    Chosen begun() {
        Chosen now = chosen;
        return now == null ? keep(conversations.start(null, null)) : now;
    }

    Ending say(String text, Consumer<String> pieces) {
        return conversations.say(begun().id(), text, pieces);
    }

    @Nullable Ending follow(Consumer<String> pieces) {
        Chosen now = chosen;
        return now == null ? null : conversations.follow(now.id(), pieces);
    }

    /// Stops the reply that another thread reads.
    void stop() {
        Chosen now = chosen;
        if (now != null) {
            conversations.stop(now.id());
        }
    }

    List<Said> history(int limit) {
        Chosen now = chosen;
        return now == null ? List.of() : conversations.history(now.id(), limit);
    }

    private Chosen keep(Chosen value) {
        chosen = value;
        return value;
    }
}
