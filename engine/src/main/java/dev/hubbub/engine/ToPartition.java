package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Outcome;
import dev.hubbub.conversation.UserId;

import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.jspecify.annotations.Nullable;

import java.util.List;

/// What a partition is told. Those that are not [Local] are plain data and may come from another
/// node.
sealed interface ToPartition {

    /// Asks a conversation to do something.
    ///
    /// @param untilEnd answer when the turn it begins has ended, not when it is accepted
    record Ask(
            Caller caller,
            UserId asker,
            ConversationId id,
            ConversationCommand command,
            boolean untilEnd)
            implements ToPartition {}

    /// Asks many conversations to do the same; one [Response.All] comes back for them.
    record AskAll(
            Caller caller,
            UserId asker,
            List<ConversationId> ids,
            ConversationCommand command,
            boolean untilEnd)
            implements ToPartition {}

    /// Asks for many conversations as they are.
    record ShowAll(Caller caller, UserId asker, List<ConversationId> ids) implements ToPartition {}

    /// Asks which conversations of a user are in memory.
    record ListResidents(Caller caller, UserId asker) implements ToPartition {}

    /// Does something to those of these conversations that are in memory and the asker's.
    record Supervise(Caller caller, UserId asker, List<ConversationId> ids, Care care)
            implements ToPartition {}

    /// What a supervisor may do.
    enum Care {
        /// Looks how they fare.
        LOOK,
        /// Lets them go from memory as soon as they are quiet.
        LET_GO,
        /// Crashes them, to see that nothing is lost.
        CRASH,
        /// Ends their quarantine.
        RELEASE
    }

    /// Asks for the conversation as it is.
    record Show(Caller caller, UserId asker, ConversationId id) implements ToPartition {}

    /// The hub of a node wants everything that happens to a conversation from now on.
    record Follow(String node, UserId asker, ConversationId id) implements ToPartition {}

    /// The hub of a node has no more viewers of it.
    record Unfollow(String node, ConversationId id) implements ToPartition {}

    /// Brings a conversation into memory, and its interrupted reply to its end.
    record Wake(ConversationId id) implements ToPartition {}

    /// Never leaves the node.
    sealed interface Local extends ToPartition, NoSerializationVerificationNeeded {}

    /// The partition may write under this epoch.
    record Activated(long epoch) implements Local {}

    /// The partition could not be activated; it is tried again.
    record NotActivated(String why) implements Local {}

    /// What the store had; `failure` says why it could not be asked.
    record Loaded(
            ConversationId id, long load, @Nullable Conversation stored, @Nullable String failure)
            implements Local {}

    /// What became of batches that the partition wanted kept.
    record Committed(List<Landed> landed) implements Local {}

    /// A model call has something to read.
    record Notice(ConversationId id, long call) implements Local {}

    /// Many messages at once.
    record Several(List<? extends ToPartition> messages) implements Local {}

    /// Time goes on: idle conversations leave, silent models fail, loads are tried again.
    record Tick() implements Local {}

    /// The node closes: answers everybody and stops.
    record End() implements Local {}

    /// What became of batches that went into one commit.
    ///
    /// @param outcomes of each of `entries`; null when the commit failed and nobody knows
    record Landed(List<CommitLoop.Entry> entries, @Nullable List<Outcome> outcomes) {}
}
