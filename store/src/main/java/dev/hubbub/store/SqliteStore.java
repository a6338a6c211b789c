package dev.hubbub.store;

import dev.hubbub.conversation.ChatModel.Prompt.Picture;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent.Deleted;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ImageId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.MessageSearch;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.conversation.UnknownPlaceException;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// A store in one directory of one machine: the SQLite database `hubbub.db` and, beside it, the
/// [DraftLog] with the text of replies that are being made. One process uses a directory at a time.
///
/// An append writes in two steps, each with one wait for the disk. Batches of nothing but pieces,
/// which are most, go to the log; that step done, they are kept. All others go to the database, in
/// one transaction. A batch with pieces *and* other events is all or nothing because all of it is
/// in that transaction, its pieces as rows: a record in the log beside a transaction could be there
/// without it. For the same reason, pieces that come after other events of their conversation in
/// the same append are rows too.
///
/// The process that holds the directory is the only one that writes, so what an append must check
/// is known without asking the database: epochs, and where each conversation with a running reply
/// stands. The latter is also where [#load] finds the text; it is as much as there are running
/// replies, and their text is shared with the engine. Other conversations are looked up.
///
/// After a failure nothing more is written before it is known what the disk has, and until the
/// remains of the failed write can no longer come back after a crash: a transaction that failed is
/// overwritten by another, a log that failed is written anew.
///
/// The database is not checked as a whole when it opens: a large one would take minutes, and a
/// crash does not harm it. Damage is told by the call that meets it.
public final class SqliteStore implements ConversationStore {

    /// How long a search may take to make older messages known by their words.
    private static final long INDEXING_NANOS_MAX = 10_000_000_000L;

    static final String DATABASE = "hubbub.db";

    /// What a database of SQLite begins with. It takes other short files for empty databases.
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

    /// What a caller with many questions may ask before others have their turn with the reader.
    private static final int ASKED_MAX = 1_024;

    private final DataDirectory directory;
    private final Path file;
    private final SqliteReaders readers;
    private final ReentrantLock writing = new ReentrantLock();
    private final Map<Integer, Long> epochs = new HashMap<>();

    /// Changed under [#writing]; read by any thread.
    private final RunningReplies replying;

    /// What a failed transaction would have made of its conversations.
    private Map<ConversationId, Kept> uncertain = Map.of();

    /// How many the database has counted.
    private long appends;

    private @Nullable SqliteWriter writer;
    private boolean closed;

    private SqliteStore(DataDirectory directory, Path file, DraftLog log) {
        this.directory = directory;
        this.file = file;
        replying = new RunningReplies(log);
        readers = new SqliteReaders(file);
    }

    /// Opens the store in this directory, made when it is not there.
    ///
    /// @throws StoreException when another process has it, it cannot be written, or what is in it
    ///   is damaged or of a newer version; nothing stored is changed then
    public static SqliteStore open(Path directory) {
        return open(directory, DraftLog.SEGMENT_BYTES_MAX, DataDirectory::openPrivate);
    }

    static SqliteStore open(Path path, long segmentBytesMax, DraftLog.Disk disk) {
        DataDirectory directory = DataDirectory.open(path);
        Path file = directory.resolve(DATABASE);
        var store =
                new SqliteStore(directory, file, new DraftLog(directory, segmentBytesMax, disk));
        boolean opened = false;
        try {
            create(directory, file);
            store.recover();
            opened = true;
            return store;
        } catch (IOException | SQLException fault) {
            throw Faults.of(file, fault);
        } finally {
            if (!opened) {
                store.close();
            }
        }
    }

    @Override
    public Map<Integer, Long> activate(Collection<Integer> partitions) {
        return writing(out -> {
            var taken = new HashMap<Integer, Long>();
            for (int partition : Set.copyOf(partitions)) {
                long epoch = epochs.getOrDefault(partition, 0L) + 1;
                out.putEpoch(partition, epoch);
                taken.put(partition, epoch);
            }
            out.commit();
            epochs.putAll(taken);
            return Map.copyOf(taken);
        });
    }

    @Override
    public List<Outcome> append(List<Batch> batches) {
        return writing(out -> {
            var outcomes = new Outcomes(batches.size());
            replying.append(batches, outcomes, this::isFenced);
            appendRows(out, batches, outcomes);
            return outcomes.all();
        });
    }

    @Override
    public @Nullable Conversation load(ConversationId id) {
        return settled(id, readers.ask(reader -> seen(reader, id)));
    }

    @Override
    public List<@Nullable Conversation> loadAll(List<ConversationId> ids) {
        var all = new ArrayList<@Nullable Conversation>(ids.size());
        for (Seen seen : askAll(ids, this::seen)) {
            all.add(settled(ids.get(all.size()), seen));
        }
        return Collections.unmodifiableList(all);
    }

    @Override
    public List<ConversationId> unfinished() {
        return replying.ids();
    }

    @Override
    public @Nullable Message message(UserId owner, MessageId id) {
        return readers.ask(reader -> reader.message(owner, id));
    }

    @Override
    public List<Message> path(UserId owner, MessageId head, int limit) {
        return limit < 1 ? List.of() : readers.ask(reader -> reader.path(owner, head, limit));
    }

    @Override
    public boolean isOnPath(UserId owner, MessageId node, MessageId head, int limit) {
        return limit > 0 && readers.ask(reader -> reader.isOnPath(owner, node, head, limit));
    }

    @Override
    public List<List<Message>> paths(List<PathTo> paths) {
        return askAll(
                paths,
                (reader, path) ->
                        path.limit() < 1
                                ? List.of()
                                : reader.path(path.owner(), path.head(), path.limit()));
    }

    @Override
    public List<Message> children(
            UserId owner, ConversationId conversation, @Nullable MessageId parent) {
        return readers.ask(reader ->
                parent == null
                        ? reader.roots(owner, conversation)
                        : reader.children(owner, parent));
    }

    @Override
    public Map<MessageId, List<MessageId>> siblings(
            UserId owner, ConversationId conversation, List<MessageId> nodes) {
        return nodes.isEmpty()
                ? Map.of()
                : readers.ask(reader -> reader.siblings(owner, conversation, nodes));
    }

    @Override
    public @Nullable MessageId latestLeaf(
            UserId owner, ConversationId conversation, MessageId node) {
        return readers.ask(reader -> reader.latestLeaf(owner, conversation, node));
    }

    @Override
    public List<Message> messages(
            UserId owner, ConversationId conversation, @Nullable MessageId after, int limit) {
        if (limit < 1) {
            return List.of();
        }
        SqliteReader.Listed listed = readers.ask(SqliteReader::listed);
        // Those that come meanwhile were not asked for.
        long latest = listed.latest();
        while (listed.to() < latest) {
            writing(out -> {
                out.list();
                return conversation;
            });
            listed = readers.ask(SqliteReader::listed);
        }
        return readers.ask(reader -> reader.added(owner, conversation, after, limit));
    }

    @Override
    public List<Message> following(UserId owner, MessageId head, MessageId message, int limit) {
        return limit < 0
                ? List.of()
                : readers.ask(reader -> reader.following(owner, head, message, limit));
    }

    @Override
    public Found search(
            UserId owner,
            MessageSearch search,
            @Nullable ConversationId in,
            @Nullable Role role,
            @Nullable String after,
            int limit) {
        long before = after == null ? Long.MAX_VALUE : placeOf(after);
        long until = System.nanoTime() + INDEXING_NANOS_MAX;
        SqliteReader.Listed listed = readers.ask(SqliteReader::listed);
        long latest = listed.latest();
        while (listed.searchable() < latest && System.nanoTime() < until) {
            writing(out -> {
                out.listWords();
                return owner;
            });
            listed = readers.ask(SqliteReader::listed);
        }
        boolean complete = listed.searchable() >= latest;
        return new Found(
                readers.ask(reader -> reader.search(owner, search, in, role, before, limit)),
                complete);
    }

    private static long placeOf(String place) {
        try {
            return Long.parseLong(place);
        } catch (NumberFormatException nowhere) {
            throw new UnknownPlaceException();
        }
    }

    @Override
    public void keepImage(UserId owner, Image image, byte[] content) {
        writing(out -> {
            out.putImage(owner, image, content);
            out.commit();
            return image;
        });
    }

    @Override
    public @Nullable Picture image(UserId owner, ImageId id) {
        return readers.ask(reader -> reader.image(owner, id));
    }

    @Override
    public long imageBytes(UserId owner) {
        return readers.ask(reader -> reader.imageBytes(owner));
    }

    @Override
    public List<Summary> conversations(
            UserId owner, Filter filter, @Nullable Cursor after, int limit) {
        return limit < 1
                ? List.of()
                : readers.ask(reader -> reader.page(owner, filter, after, limit));
    }

    @Override
    public Labels labels(UserId owner) {
        return readers.ask(reader -> reader.labels(owner));
    }

    @Override
    public List<Spent> spent(UserId owner, LocalDate from, int limit) {
        return limit < 1 ? List.of() : readers.ask(reader -> reader.spent(owner, from, limit));
    }

    @Override
    public Usage total(@Nullable UserId owner, @Nullable ModelId model, LocalDate from) {
        return readers.ask(reader -> reader.total(owner, model, from));
    }

    @Override
    public void charge(List<Charge> charges) {
        writing(out -> {
            for (Charge charge : charges) {
                out.add(charge.owner(), charge.spent());
            }
            out.commit();
            return charges;
        });
    }

    @Override
    public @Nullable OwnerRecord record(UserId owner, String kind, String id) {
        return readers.ask(reader -> reader.record(owner, kind, id));
    }

    @Override
    public List<OwnerRecord> records(UserId owner, String kind) {
        return readers.ask(reader -> reader.records(owner, kind));
    }

    @Override
    public @Nullable Owned recordOfAnyone(String kind, String id) {
        return readers.ask(reader -> reader.recordOfAnyone(kind, id));
    }

    @Override
    public boolean keepRecord(UserId owner, OwnerRecord record) {
        return writing(out -> {
            boolean kept = out.putRecord(owner, record);
            out.commit();
            return kept;
        });
    }

    @Override
    public boolean dropRecord(UserId owner, String kind, String id) {
        return writing(out -> {
            boolean dropped = out.deleteRecord(owner, kind, id);
            out.commit();
            return dropped;
        });
    }

    @Override
    public long count() {
        return readers.ask(SqliteReader::conversations);
    }

    @Override
    public void close() {
        writing.lock();
        try {
            if (!closed) {
                closed = true;
                readers.close();
                closeWriter();
                replying.close();
                directory.close();
            }
        } finally {
            writing.unlock();
        }
    }

    /// Makes an empty database file if there is none, for its owner alone: SQLite gives its other
    /// files the same modes.
    private static void create(DataDirectory directory, Path file) throws IOException {
        if (Files.exists(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                byte[] head = in.readNBytes(MAGIC.length);
                if (head.length > 0 && !Arrays.equals(head, MAGIC)) {
                    throw Faults.damaged(file, null);
                }
            }
            return;
        }
        Path wal = directory.resolve(DATABASE + "-wal");
        if (Files.exists(wal) && Files.size(wal) > 0) {
            throw new StoreException(
                    "%s is missing, but %s is there; put it back or choose another --data."
                            .formatted(file, wal));
        }
        DataDirectory.openPrivate(file).close();
        directory.sync();
    }

    /// A conversation as a reader found it.
    ///
    /// @param torn whether its row and the text of its reply may be of different moments
    private record Seen(@Nullable Conversation conversation, boolean torn) {}

    /// Where it stood, then its row: if that has the same number, the two are of one moment.
    private Seen seen(SqliteReader reader, ConversationId id) throws SQLException {
        Kept kept = replying.kept(id);
        Conversation conversation = reader.conversation(id, kept);
        boolean torn =
                conversation != null
                        && conversation.reply() != null
                        && (kept == null || kept.place().number() != conversation.number());
        return new Seen(conversation, torn);
    }

    /// What was seen torn is read again while nobody writes.
    private @Nullable Conversation settled(ConversationId id, Seen seen) {
        return seen.torn()
                ? writing(_ -> readers.ask(reader -> seen(reader, id).conversation()))
                : seen.conversation();
    }

    /// Asks a reader the same about many, [#ASKED_MAX] at a time.
    private <Q, A> List<A> askAll(List<Q> questions, Asking<Q, A> asking) {
        var answers = new ArrayList<A>(questions.size());
        for (int from = 0; from < questions.size(); from += ASKED_MAX) {
            List<Q> some = questions.subList(from, Math.min(questions.size(), from + ASKED_MAX));
            answers.addAll(
                    readers.ask(reader -> {
                        var part = new ArrayList<A>(some.size());
                        for (Q question : some) {
                            part.add(asking.ask(reader, question));
                        }
                        return part;
                    }));
        }
        return answers;
    }

    private interface Asking<Q, A> {
        A ask(SqliteReader reader, Q question) throws SQLException;
    }

    private void recover() throws IOException, SQLException {
        try (Connection connection = SqliteConnections.forReading(file)) {
            Schema.check(connection, file);
        }
        try (Connection connection = SqliteConnections.forWriting(file)) {
            Schema.migrate(connection);
            var recovery = new Recovery(connection);
            replying.read(recovery);
        }
        settle();
    }

    /// Keeps the batches whose outcome is open, in one transaction.
    private void appendRows(SqliteWriter out, List<Batch> batches, Outcomes outcomes)
            throws SQLException {
        if (outcomes.areComplete()) {
            return;
        }
        var fresh = new HashMap<ConversationId, Kept>();
        uncertain = fresh;
        long more = writeStarts(out, batches, outcomes);
        for (int i = 0; i < batches.size(); i++) {
            if (outcomes.isOpen(i)) {
                Batch batch = batches.get(i);
                Outcome outcome = isFenced(batch) ? Outcome.FENCED : write(out, batch, fresh);
                outcomes.set(i, outcome);
                if (outcome == Outcome.KEPT) {
                    more += batch.number() == 0 ? 1 : 0;
                    more -= batch.events().getLast() instanceof Deleted ? 1 : 0;
                }
            }
        }
        out.endAppend(more);
        uncertain = Map.of();
        appends++;
        fresh.forEach(replying::publish);
    }

    /// Writes the conversations that begin, and of which the append says nothing else, in the order
    /// of their ids: neighbours in the index are then written together.
    ///
    /// @return how many
    private int writeStarts(SqliteWriter out, List<Batch> batches, Outcomes outcomes)
            throws SQLException {
        var otherwise = new HashSet<ConversationId>();
        for (int i = 0; i < batches.size(); i++) {
            if (outcomes.isOpen(i) && !isStart(batches.get(i))) {
                otherwise.add(batches.get(i).id());
            }
        }
        var places = new ArrayList<Integer>();
        for (int i = 0; i < batches.size(); i++) {
            Batch batch = batches.get(i);
            if (outcomes.isOpen(i)
                    && isStart(batch)
                    && !isFenced(batch)
                    && (otherwise.isEmpty() || !otherwise.contains(batch.id()))) {
                places.add(i);
            }
        }
        // Stable: of two with one id, the first comes first.
        places.sort(Comparator.comparing(i -> batches.get(i).id()));
        var starts = new ArrayList<Conversation>(places.size());
        for (int i : places) {
            starts.add(batches.get(i).after());
        }
        BitSet refused = out.insertStarted(starts);
        for (int i = 0; i < places.size(); i++) {
            outcomes.set(places.get(i), refused.get(i) ? Outcome.CONFLICT : Outcome.KEPT);
        }
        return places.size() - refused.cardinality();
    }

    private static boolean isStart(Batch batch) {
        return batch.number() == 0
                && batch.events().size() == 1
                && SqliteWriter.isJustStarted(batch.after());
    }

    private Outcome write(SqliteWriter out, Batch batch, Map<ConversationId, Kept> fresh)
            throws SQLException {
        ConversationId id = batch.id();
        Kept before = fresh.containsKey(id) ? fresh.get(id) : replying.kept(id);
        if (before == null && batch.number() > 0) {
            before = out.find(id);
        }
        if (!(before == null ? Place.NOWHERE : before.place()).admits(batch)) {
            return Outcome.CONFLICT;
        }
        if (before == null) {
            long key = out.insert(batch.after());
            if (key == 0) {
                return Outcome.CONFLICT;
            }
            before = new Kept(key, Place.NOWHERE, null, false);
        }
        fresh.put(id, out.write(batch, before));
        return Outcome.KEPT;
    }

    private boolean isFenced(Batch batch) {
        return epochs.getOrDefault(batch.partition(), 0L) != batch.epoch();
    }

    /// Work that needs the writer, and the only writer at that.
    private interface Writing<T extends @Nullable Object> {
        T run(SqliteWriter out) throws IOException, SQLException;
    }

    private <T extends @Nullable Object> T writing(Writing<T> work) {
        writing.lock();
        try {
            if (closed) {
                throw new StoreException("The store is closed; open it again.");
            }
            SqliteWriter out = settle();
            boolean done = false;
            try {
                T result = work.run(out);
                done = true;
                return result;
            } finally {
                if (!done) {
                    closeWriter();
                }
            }
        } catch (IOException | SQLException fault) {
            throw Faults.of(file, fault);
        } finally {
            writing.unlock();
        }
    }

    /// Makes sure, after a failure or at the start, that memory and disk agree.
    private SqliteWriter settle() throws IOException, SQLException {
        SqliteWriter out = writer;
        if (out == null) {
            out = SqliteWriter.open(file);
            writer = out;
            boolean settled = false;
            try {
                settleTransaction(out);
                settled = true;
            } finally {
                if (!settled) {
                    closeWriter();
                }
            }
        }
        replying.tidy();
        return out;
    }

    /// Finds out whether the last transaction is there after all; it is or is not as a whole. If
    /// not, another one takes its place on the disk, from where it might else come back.
    private void settleTransaction(SqliteWriter out) throws SQLException {
        if (out.appends() > appends) {
            uncertain.forEach(replying::publish);
        }
        out.endAppend(0);
        uncertain = Map.of();
        appends = out.appends();
        epochs.clear();
        epochs.putAll(out.epochs());
    }

    private void closeWriter() {
        SqliteWriter out = writer;
        writer = null;
        if (out != null) {
            out.close();
        }
    }
}
