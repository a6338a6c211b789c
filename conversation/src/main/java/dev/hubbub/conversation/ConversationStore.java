package dev.hubbub.conversation;

import dev.hubbub.conversation.ChatModel.Prompt.Picture;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
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
/// It keeps the [UsageLedger] too, so that a reply and what it used are kept together, and what
/// owners keep beside conversations, so that there is one thing to look after.
///
/// Any method may throw [StoreException]. After a failed [#append] it is unknown which batches are
/// kept, but each is kept whole or not at all, and [#load] tells the truth.
public interface ConversationStore extends UsageLedger, OwnerRecords, AutoCloseable {

    /// Makes the caller the only writer of these partitions.
    ///
    /// @return for each its new epoch, greater than any before, on stable storage
    Map<Integer, Long> activate(Collection<Integer> partitions);

    /// Appends batches in order. On return, every batch that was taken is on stable storage and
    /// seen by every later read. A conversation's events keep the order in which they came.
    ///
    /// @return the outcome of each batch, in the order of `batches`
    List<Outcome> append(List<Batch> batches);

    /// The same for as many of the first batches as it can be done for here and now, waiting for no
    /// disk and no other process, and for others in this one some microseconds at most: then
    /// whoever must not block may have it done.
    ///
    /// @return the outcomes of these, none when it can be done for none; nothing was changed for
    ///   the others
    default List<Outcome> appendAtOnce(List<Batch> batches) {
        return List.of();
    }

    /// The conversation after its last kept event, with the text of a running reply; null when the
    /// id was never used. A deleted one comes back as deleted.
    @Nullable Conversation load(ConversationId id);

    /// The same for many at once: each where its id is in `ids`, null where nothing has it.
    default List<@Nullable Conversation> loadAll(List<ConversationId> ids) {
        return ids.stream().<@Nullable Conversation>map(this::load).toList();
    }

    /// Whether [#load] and [#loadAll] wait for no disk, no lock and no other process: then whoever
    /// must not block may call them.
    default boolean loadsAtOnce() {
        return false;
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

    /// Whether [#path] of `head` with this limit has `node`, without a look at their texts.
    default boolean isOnPath(UserId owner, MessageId node, MessageId head, int limit) {
        return path(owner, head, limit).stream().anyMatch(one -> one.id().equals(node));
    }

    /// The nodes of this owner's DAG that have this parent, oldest first; with null, the roots that
    /// the conversation added. For switching branches.
    List<Message> children(UserId owner, ConversationId conversation, @Nullable MessageId parent);

    /// The most ids in one list of [#siblings].
    int SIBLINGS_MAX = 64;

    /// The most messages in one place that [#siblings] looks at for those it is asked for.
    int SIBLINGS_LOOKED_AT_MAX = 1_000;

    /// What stands in the same place as each of some nodes, for somebody who reads a conversation:
    /// what follows the same first parent, or begins the conversation too, if that conversation
    /// added it, or the one that added the node did, or it is a reply. Oldest first, the node
    /// itself among them; at most [#SIBLINGS_MAX], the latest, the node itself whatever its age.
    /// Nodes that are alone are left out, as are those that are unknown. Of a place that has more
    /// than [#SIBLINGS_LOOKED_AT_MAX] messages, whosever they are, the latest are looked at.
    Map<MessageId, List<MessageId>> siblings(
            UserId owner, ConversationId conversation, List<MessageId> nodes);

    /// The end of the way that goes on from a node with the latest node at every fork, of those
    /// that the conversation added or the one that added the node did; null where the owner has no
    /// such node. It may be the node itself. It looks at one node at a time, for as long as the way
    /// is.
    @Nullable MessageId latestLeaf(UserId owner, ConversationId conversation, MessageId node);

    /// [#siblings] of one node within its bound.
    ///
    /// @param all oldest first; the node itself is among them or older
    static List<MessageId> bounded(MessageId node, List<MessageId> all) {
        int from = Math.max(0, all.size() - SIBLINGS_MAX);
        var latest = new ArrayList<>(all.subList(from, all.size()));
        if (!latest.contains(node)) {
            if (latest.size() == SIBLINGS_MAX) {
                latest.removeFirst();
            }
            latest.addFirst(node);
        }
        return List.copyOf(latest);
    }

    /// The nodes that a conversation added to its owner's DAG and those that were imported into it,
    /// each once, in an order that the store chooses.
    ///
    /// @param after the last of the page before, or null for the first page
    List<Message> messages(
            UserId owner, ConversationId conversation, @Nullable MessageId after, int limit);

    /// The messages after one on the way from it to a head, oldest first and that one before them,
    /// `limit` of them at most, not counting it. Empty where it is not on the way to the head. It
    /// looks at one node after the other, from the head back.
    List<Message> following(UserId owner, MessageId head, MessageId message, int limit);

    /// Looks for messages of an owner's conversations that are not deleted, the latest first, in
    /// all branches.
    ///
    /// @param in only those that this conversation added, or null
    /// @param role only those that it said, or null
    /// @param after the place of the last of the page before, or null for the first page
    /// @throws UnknownPlaceException where no place of this store looks like that
    Found search(
            UserId owner,
            MessageSearch search,
            @Nullable ConversationId in,
            @Nullable Role role,
            @Nullable String after,
            int limit);

    /// What was found.
    ///
    /// @param complete whether everything was looked at; if not, the same question will find more
    ///   later, or there is more than is looked at
    record Found(List<Hit> hits, boolean complete) {

        public Found {
            hits = List.copyOf(hits);
        }
    }

    /// A message that was found.
    ///
    /// @param place where to go on after it
    record Hit(Summary conversation, Message message, String place) {}

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
    default List<Summary> conversations(UserId owner, @Nullable Cursor after, int limit) {
        return conversations(owner, Filter.ALL, after, limit);
    }

    /// Those of an owner's conversations that a filter lets through, latest active first.
    ///
    /// @param after as above
    List<Summary> conversations(UserId owner, Filter filter, @Nullable Cursor after, int limit);

    /// The folders and tags of an owner's conversations, archived and deleted ones not counted.
    Labels labels(UserId owner);

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

    /// Which conversations a list is of: those that are all of what is not null here.
    record Filter(
            @Nullable Boolean archived,
            @Nullable Boolean pinned,
            @Nullable String folder,
            @Nullable String tag) {

        /// Lets everything through.
        public static final Filter ALL = new Filter(null, null, null, null);

        /// What is not archived.
        public static final Filter PRESENT = new Filter(false, null, null, null);

        public boolean lets(Marks marks) {
            return (archived == null || archived == marks.archived())
                    && (pinned == null || pinned == marks.pinned())
                    && (folder == null || folder.equals(marks.folder()))
                    && (tag == null || marks.tags().contains(tag));
        }
    }

    /// What an owner files conversations under.
    ///
    /// @param folders in the order of their names
    /// @param tags likewise
    record Labels(List<Label> folders, List<Label> tags) {

        /// The most of each that are given, those that come first.
        public static final int LABELS_MAX = 1000;

        public Labels {
            folders = List.copyOf(folders);
            tags = List.copyOf(tags);
        }

        /// A folder or a tag.
        ///
        /// @param conversations how many have it
        public record Label(String name, long conversations) {}

        /// Both in the order of their names.
        ///
        /// @param folders how many conversations are in each
        /// @param tags how many have each
        public static Labels of(Map<String, Long> folders, Map<String, Long> tags) {
            return new Labels(sorted(folders), sorted(tags));
        }

        private static List<Label> sorted(Map<String, Long> counts) {
            return counts.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .limit(LABELS_MAX)
                    .map(entry -> new Label(entry.getKey(), entry.getValue()))
                    .toList();
        }
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
            boolean replying,
            Marks marks) {

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
                    conversation.reply() != null,
                    conversation.marks());
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
