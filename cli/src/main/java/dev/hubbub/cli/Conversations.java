package dev.hubbub.cli;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ReplyStatus;
import dev.hubbub.conversation.Role;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Consumer;

/// The conversations that a terminal talks in: of this process, or of a server. Calls block, and
/// throw [Failure] with a sentence for the person at the terminal. One thread talks; [#stop] may
/// come from another.
sealed interface Conversations extends AutoCloseable
        permits LocalConversations, ServedConversations {

    /// Where they are, for a person.
    String place();

    /// Begins a conversation.
    ///
    /// @param model null for the default
    /// @param system the system prompt, or null
    Chosen start(@Nullable String model, @Nullable String system);

    Chosen resume(ConversationId id);

    /// What is null stays as it is.
    Chosen change(ConversationId id, @Nullable String model, @Nullable String system);

    /// Says something and gives the reply as it comes.
    ///
    /// @param pieces is called from this thread; the pieces joined are the reply
    /// @return how the reply ended
    Ending say(ConversationId id, String text, Consumer<String> pieces);

    /// Gives the reply being made, from its beginning.
    ///
    /// @return how it ended, or null when none is made
    @Nullable Ending follow(ConversationId id, Consumer<String> pieces);

    /// Ends the reply being made, soon; its text is kept.
    void stop(ConversationId id);

    /// The latest messages, oldest first.
    List<Said> history(ConversationId id, int limit);

    List<Choice> models();

    @Override
    void close();

    /// A conversation as it was when it was chosen.
    ///
    /// @param replying whether a reply is being made
    record Chosen(ConversationId id, String model, boolean replying) {}

    /// How a reply ended.
    ///
    /// @param error what went wrong, of a failed one
    record Ending(ReplyStatus status, @Nullable String error) {}

    /// One message of the past.
    ///
    /// @param model who said it, of a reply
    record Said(Role role, @Nullable String model, String text) {}

    /// A model that could answer.
    record Choice(String id, String displayName, String provider) {}
}
