package dev.hubbub.transfer;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Marks;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/// A conversation as a file has it, ready to be taken in.
///
/// @param where it stands in the file, for problems
/// @param id the first choice for its id here
/// @param model that answers, as the file has it; null for whichever is the default here
/// @param ours whether the file is Hubbub's own, so that the model is kept though nobody here has
///   it
/// @param messages each after its parents, as far as these are among them
/// @param head among the messages; null for none
record ReadChat(
        String where,
        ConversationId id,
        String name,
        @Nullable String icon,
        @Nullable String model,
        boolean ours,
        @Nullable String systemPrompt,
        Marks marks,
        Instant createdAt,
        Instant updatedAt,
        List<Message> messages,
        @Nullable MessageId head) {

    /// Takes in what a file has, one conversation at a time.
    interface Sink {

        void chat(ReadChat chat);

        /// An image that messages of the next conversation name.
        ///
        /// @return its name, or null where it is none that can be kept
        @Nullable Image image(String where, byte[] content);

        void problem(String where, String detail);
    }
}
