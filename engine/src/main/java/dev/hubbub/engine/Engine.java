package dev.hubbub.engine;

import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ConversationStore.Cursor;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/// One node of Hubbub: runs conversations over a store and models. Safe for use by many threads; no
/// method blocks but [#start] and [#close], and a stage never fails for a reason that a caller
/// could cause: those are [Answer.Refused].
///
/// Each call names the user it is for; another's conversation is
/// [dev.hubbub.conversation.Refusal#CONVERSATION_UNKNOWN].
@SuppressWarnings("DoNotCallSuggester")
public final class Engine implements AutoCloseable {

    /// Starts a node, and goes on with the replies that the last run left unfinished. The engine
    /// does not close the store or the models.
    public static Engine start(EngineConfig config, ConversationStore store, ModelCatalog models) {
        throw new UnsupportedOperationException();
    }

    /// Asks a conversation to do something; answers when it is durable. Nodes of the DAG that the
    /// command names are checked first, and so is its model.
    public CompletionStage<Answer> ask(
            UserId asker, ConversationId id, ConversationCommand command) {
        throw new UnsupportedOperationException();
    }

    /// The same, for a command that asks for a reply; answers when its turn has ended.
    public CompletionStage<Answer> askForReply(
            UserId asker, ConversationId id, ConversationCommand command) {
        throw new UnsupportedOperationException();
    }

    /// The conversation as it is now, everything in it durable: [Answer.Done] with an empty
    /// receipt.
    public CompletionStage<Answer> conversation(UserId asker, ConversationId id) {
        throw new UnsupportedOperationException();
    }

    /// Watches a conversation. The first update is a snapshot, unless this node can go on from
    /// `after`. Nothing is sent before it is requested.
    public Viewer.Watch watch(
            UserId asker, ConversationId id, @Nullable Position after, Viewer viewer) {
        throw new UnsupportedOperationException();
    }

    /// Watches what happens in all of a user's conversations. `listener` is called from any thread,
    /// one call at a time, and must return at once.
    ///
    /// @return ends the watch
    public Runnable watchActivity(UserId user, Consumer<Activity> listener) {
        throw new UnsupportedOperationException();
    }

    /// See [ConversationStore#path].
    public CompletionStage<List<Message>> path(UserId owner, MessageId head, int limit) {
        throw new UnsupportedOperationException();
    }

    /// See [ConversationStore#message]; a stage of null when there is no such node.
    public CompletionStage<@Nullable Message> message(UserId owner, MessageId id) {
        throw new UnsupportedOperationException();
    }

    /// See [ConversationStore#children].
    public CompletionStage<List<Message>> children(
            UserId owner, ConversationId conversation, @Nullable MessageId parent) {
        throw new UnsupportedOperationException();
    }

    /// See [ConversationStore#conversations].
    public CompletionStage<List<Summary>> conversations(
            UserId owner, @Nullable Cursor after, int limit) {
        throw new UnsupportedOperationException();
    }

    /// How many conversations the store keeps; fails when the store does not answer.
    public CompletionStage<Long> count() {
        throw new UnsupportedOperationException();
    }

    public ModelCatalog models() {
        throw new UnsupportedOperationException();
    }

    public EngineConfig config() {
        throw new UnsupportedOperationException();
    }

    public Figures figures() {
        throw new UnsupportedOperationException();
    }

    /// Takes no more work, cancels model calls, waits for commits under way, ends watches. Replies
    /// that run are gone on with at the next start.
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
