package dev.hubbub.conversation;

import dev.hubbub.conversation.ChatModel.Prompt.Picture;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Keeps conversations and the DAG of each owner's messages. Safe for use by many threads; every
/// call may block.
///
/// A conversation has one writer at a time, the owner of its partition. That is not taken on trust:
/// the owner takes an epoch with [#activate], every batch carries it, and a batch under an older
/// one changes nothing.
///
/// Times are kept to the millisecond. A message comes after its parents.
///
/// It keeps the [UsageLedger] too, so that a reply and what it used are kept together.
///
/// Any method may throw [StoreException]. After a failed [#append] it is unknown which batches are
/// kept, but each is kept whole or not at all, and [#load] tells the truth.
public interface ConversationStore extends UsageLedger, AutoCloseable {

    /// Makes the caller the only writer of these partitions.
    ///
    /// @return for each its new epoch, greater than any before, on stable storage
    Map<Integer, Long> activate(Collection<Integer> partitions);

    /// Appends batches in order. On return, every batch that was taken is on stable storage and
    /// seen by every later read. A conversation's events keep the order in which they came.
    ///
    /// @return the outcome of each batch, in the order of `batches`
    List<Outcome> append(List<Batch> batches);

    /// The conversation after its last kept event, with the text of a running reply; null when the
    /// id was never used. A deleted one comes back as deleted.
    @Nullable Conversation load(ConversationId id);

    /// The same for many at once: each where its id is in `ids`, null where nothing has it.
    default List<@Nullable Conversation> loadAll(List<ConversationId> ids) {
        return ids.stream().<@Nullable Conversation>map(this::load).toList();
    }

    /// Conversations whose last kept state has a running reply, in no order. For recovery.
    List<ConversationId> unfinished();

    /// A node of this owner's DAG, or null.
    @Nullable Message message(UserId owner, MessageId id);

    /// The node and its ancestors along first parents, oldest first, at most `limit`, the newest
    /// kept. Empty when the owner has no such node. The cost does not depend on the length of the
    /// chain beyond `limit`.
    List<Message> path(UserId owner, MessageId head, int limit);

    /// The same for many at once, in the order of `paths`.
    default List<List<Message>> paths(List<PathTo> paths) {
        return paths.stream().map(path -> path(path.owner(), path.head(), path.limit())).toList();
    }

    /// The nodes of this owner's DAG that have this parent, oldest first; with null, the roots that
    /// the conversation added. For switching branches.
    List<Message> children(UserId owner, ConversationId conversation, @Nullable MessageId parent);

    /// Keeps an image for its owner; on return it is on stable storage. Keeping it again changes
    /// nothing.
    ///
    /// @param content the bytes that [Image#id] is the hash of
    void keepImage(UserId owner, Image image, byte[] content);

    /// An image of this owner's with its bytes, or null.
    @Nullable Picture image(UserId owner, ImageId id);

    /// How many bytes all images of this owner have together.
    long imageBytes(UserId owner);

    /// An owner's conversations that are not deleted, latest active first.
    ///
    /// @param after the last entry of the page before, or null for the first page
    List<Summary> conversations(UserId owner, @Nullable Cursor after, int limit);

    /// How many conversations are kept, deleted ones not counted.
    long count();

    /// Lets go of files and connections. Nothing kept is lost without it.
    @Override
    void close();

    /// What one conversation wants kept, all or nothing.
    ///
    /// @param partition the partition that writes it
    /// @param epoch from [#activate]
    /// @param number [Conversation#number] before the first event, 0 for a new conversation: a
    ///   second check that nobody else wrote
    /// @param events at least one
    /// @param after the conversation after the last event
    record Batch(
            int partition,
            long epoch,
            ConversationId id,
            long number,
            List<ConversationEvent> events,
            Conversation after) {

        public Batch {
            events = List.copyOf(events);
        }
    }

    /// A question to [#paths]; its parts are those of [#path].
    record PathTo(UserId owner, MessageId head, int limit) {}

    /// What became of a batch.
    enum Outcome {
        /// Durable.
        KEPT,
        /// The partition has another owner now; nothing was changed.
        FENCED,
        /// The conversation is not at the batch's number, or a piece does not go on where the text
        /// of the running reply ends; nothing was changed.
        CONFLICT
    }

    /// One line of a list of conversations.
    ///
    /// @param replying whether a reply is being made
    record Summary(
            ConversationId id,
            String name,
            @Nullable String icon,
            ModelId model,
            Instant createdAt,
            Instant lastActiveAt,
            long messageCount,
            @Nullable MessageId head,
            boolean replying) {

        public static Summary of(Conversation conversation) {
            return new Summary(
                    conversation.id(),
                    conversation.name(),
                    conversation.icon(),
                    conversation.model(),
                    conversation.createdAt(),
                    conversation.lastActiveAt(),
                    conversation.messageCount(),
                    conversation.head(),
                    conversation.reply() != null);
        }

        public Cursor cursor() {
            return new Cursor(lastActiveAt, id);
        }
    }

    /// A place in a list of conversations: ordered by time, latest first, then by id, in an order
    /// of ids that the store chooses.
    record Cursor(Instant lastActiveAt, ConversationId id) {}

    /// Opens stores for a program that does not open its own. A module with stores offers one to
    /// [java.util.ServiceLoader], under this interface's name. Safe for use by many threads.
    interface Provider {

        /// A store that keeps everything in memory: gone when it is closed.
        ConversationStore inMemory();

        /// The store in this directory, made when it is not there. One process uses a directory at
        /// a time.
        ///
        /// @param directory a path as the operating system writes them
        /// @throws StoreException when another process has it, it cannot be written, or what is in
        ///   it is damaged; nothing stored is changed then
        ConversationStore inDirectory(String directory);
    }
}
