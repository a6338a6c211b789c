package dev.hubbub.store;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationEvent.MessagesImported;
import dev.hubbub.conversation.ConversationEvent.PieceAdded;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.Draft;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Marks;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.OwnerRecords.OwnerRecord;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UsageLedger.Spent;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// The one connection that writes, and its statements. Everything happens in a transaction that the
/// first statement begins and a commit or [#close] ends. After a failure, close it and open
/// another: what the driver and SQLite think of a transaction that failed is not always the same.
/// For one thread at a time.
final class SqliteWriter implements AutoCloseable {

    /// More make little difference, and less than this many are written one at a time.
    private static final int STARTED_ROWS = 32;

    /// Messages: commits wait that long for it, some hundredths of a second.
    private static final int LISTED_AT_ONCE = 10_000;

    private static final int STARTED_COLUMNS = 7;

    /// See [Schema].
    private static final long SPENT_MAX = 1L << 61;

    private final Connection connection;
    private final PreparedStatement find;
    private final PreparedStatement insert;
    private final PreparedStatement insertStarted;
    private final PreparedStatement keysSince;
    private final PreparedStatement update;
    private final PreparedStatement insertMessage;
    private final PreparedStatement insertRoot;
    private final PreparedStatement insertMerge;
    private final PreparedStatement insertImported;
    private final PreparedStatement listMembers;
    private final PreparedStatement advanceListed;
    private final PreparedStatement listWords;
    private final PreparedStatement advanceSearchable;
    private final PreparedStatement insertPiece;
    private final PreparedStatement deletePieces;
    private final PreparedStatement addToTotal;
    private final PreparedStatement putEpoch;
    private final PreparedStatement insertImage;
    private final PreparedStatement addSpent;
    private final PreparedStatement countRecords;
    private final PreparedStatement putRecord;
    private final PreparedStatement deleteRecord;
    private long nextKey;

    private SqliteWriter(Connection connection) throws SQLException {
        this.connection = connection;
        nextKey = 1 + number("SELECT coalesce(max(key), 0) FROM conversation");
        connection.setAutoCommit(false);
        find = connection.prepareStatement("SELECT key, number FROM conversation WHERE id = ?");
        insert =
                connection.prepareStatement(
                        """
                        INSERT INTO conversation (name, icon, model, last_active_at, number, turns,
                            message_count, head, head_role, input_tokens, output_tokens,
                            reply_turn, deleted, pending, system_prompt, cost_nanos, marks, folder,
                            tags, key, id, owner, created_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (id) DO NOTHING\
                        """);
        insertStarted =
                connection.prepareStatement(
                        """
                        INSERT INTO conversation (key, id, owner, name, model, created_at,
                            last_active_at, system_prompt, number, turns, message_count,
                            input_tokens, output_tokens, deleted)
                        VALUES %s ON CONFLICT (id) DO NOTHING\
                        """
                                .formatted(startedRows()));
        keysSince =
                connection.prepareStatement(
                        "SELECT key FROM conversation WHERE key >= ? ORDER BY key");
        update =
                connection.prepareStatement(
                        """
                        UPDATE conversation SET name = ?, icon = ?, model = ?, last_active_at = ?,
                            number = ?, turns = ?, message_count = ?, head = ?, head_role = ?,
                            input_tokens = ?, output_tokens = ?, reply_turn = ?, deleted = ?,
                            pending = ?, system_prompt = ?, cost_nanos = ?, marks = ?, folder = ?,
                            tags = ?
                        WHERE key = ?\
                        """);
        insertMessage =
                connection.prepareStatement(
                        """
                        INSERT INTO message (id, owner, parent, conversation, created_at, parents,
                            role, model, input_tokens, output_tokens, stop_reason, error, attempts,
                            text)
                        VALUES (?1, ?2, (SELECT key FROM message WHERE id = ?3 AND owner = ?2),
                            ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
                        ON CONFLICT (id, owner) DO NOTHING\
                        """);
        insertRoot =
                connection.prepareStatement(
                        """
                        INSERT INTO root (conversation, message)
                        SELECT ?, key FROM message WHERE id = ? AND owner = ?
                        ON CONFLICT DO NOTHING\
                        """);
        insertMerge =
                connection.prepareStatement(
                        """
                        INSERT INTO merge (parent, message)
                        SELECT p.key, m.key FROM message p, message m
                        WHERE p.id = ?1 AND p.owner = ?3 AND m.id = ?2 AND m.owner = ?3
                        ON CONFLICT DO NOTHING\
                        """);
        insertImported =
                connection.prepareStatement(
                        """
                        INSERT INTO member (conversation, message)
                        SELECT ?1, key FROM message
                        WHERE id = ?2 AND owner = ?3 AND conversation <> ?1
                        ON CONFLICT DO NOTHING\
                        """);
        listMembers =
                connection.prepareStatement(
                        """
                        INSERT INTO member (conversation, message)
                        SELECT conversation, key FROM message
                        WHERE key > (SELECT listed FROM total) ORDER BY key LIMIT %d
                        ON CONFLICT DO NOTHING\
                        """
                                .formatted(LISTED_AT_ONCE));
        listWords =
                connection.prepareStatement(
                        """
                        INSERT INTO word (rowid, text, owner)
                        SELECT key, text, 'o' || hex(owner) FROM message
                        WHERE key > (SELECT searchable FROM total) ORDER BY key LIMIT %d\
                        """
                                .formatted(LISTED_AT_ONCE));
        advanceSearchable =
                connection.prepareStatement(
                        """
                        UPDATE total SET searchable = coalesce((SELECT max(key) FROM (
                            SELECT key FROM message
                            WHERE key > (SELECT searchable FROM total) ORDER BY key LIMIT %d)),
                            searchable)\
                        """
                                .formatted(LISTED_AT_ONCE));
        advanceListed =
                connection.prepareStatement(
                        """
                        UPDATE total SET listed = coalesce((SELECT max(key) FROM (
                            SELECT key FROM message
                            WHERE key > (SELECT listed FROM total) ORDER BY key LIMIT %d)), listed)\
                        """
                                .formatted(LISTED_AT_ONCE));
        insertPiece =
                connection.prepareStatement(
                        "INSERT INTO piece (conversation, from_char, text) VALUES (?, ?, ?)");
        deletePieces = connection.prepareStatement("DELETE FROM piece WHERE conversation = ?");
        addToTotal =
                connection.prepareStatement(
                        """
                        UPDATE total
                        SET conversations = conversations + ?, appends = appends + 1\
                        """);
        putEpoch =
                connection.prepareStatement(
                        """
                        INSERT INTO epoch (partition, epoch) VALUES (?, ?)
                        ON CONFLICT (partition) DO UPDATE SET epoch = excluded.epoch\
                        """);
        insertImage =
                connection.prepareStatement(
                        """
                        INSERT INTO image (id, owner, media_type, content) VALUES (?, ?, ?, ?)
                        ON CONFLICT (id, owner) DO NOTHING\
                        """);
        countRecords =
                connection.prepareStatement(
                        "SELECT count(*) FROM record WHERE owner = ? AND kind = ? AND id <> ?");
        putRecord =
                connection.prepareStatement(
                        """
                        INSERT INTO record (kind, id, owner, content) VALUES (?, ?, ?, ?)
                        ON CONFLICT (kind, id, owner) DO UPDATE SET content = excluded.content\
                        """);
        deleteRecord =
                connection.prepareStatement(
                        "DELETE FROM record WHERE kind = ? AND id = ? AND owner = ?");
        addSpent =
                connection.prepareStatement(
                        """
                        INSERT INTO spent (owner, day, model, input_tokens, output_tokens,
                            cost_nanos)
                        VALUES (?, ?, ?, ?, ?, ?)
                        ON CONFLICT (owner, day, model) DO UPDATE SET
                            input_tokens = min(input_tokens + excluded.input_tokens, %1$d),
                            output_tokens = min(output_tokens + excluded.output_tokens, %1$d),
                            cost_nanos = min(cost_nanos + excluded.cost_nanos, %1$d)\
                        """
                                .formatted(SPENT_MAX));
    }

    /// @param file a database with our tables
    static SqliteWriter open(Path file) throws SQLException {
        Connection connection = SqliteConnections.forWriting(file);
        boolean opened = false;
        try {
            var writer = new SqliteWriter(connection);
            opened = true;
            return writer;
        } finally {
            if (!opened) {
                connection.close();
            }
        }
    }

    /// The text of a running reply.
    static @Nullable Draft draft(Conversation conversation) {
        return conversation.reply() == null ? null : conversation.reply().draft();
    }

    Map<Integer, Long> epochs() throws SQLException {
        var epochs = new HashMap<Integer, Long>();
        try (PreparedStatement select =
                        connection.prepareStatement("SELECT partition, epoch FROM epoch");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                epochs.put(rows.getInt(1), rows.getLong(2));
            }
        }
        return epochs;
    }

    void putEpoch(int partition, long epoch) throws SQLException {
        putEpoch.setInt(1, partition);
        putEpoch.setLong(2, epoch);
        putEpoch.executeUpdate();
    }

    void putImage(UserId owner, Image image, byte[] content) throws SQLException {
        insertImage.setString(1, image.id().value());
        insertImage.setString(2, owner.value());
        insertImage.setString(3, image.mediaType());
        insertImage.setBytes(4, content);
        insertImage.executeUpdate();
    }

    /// Writes a record, in the place of the one of its kind and id.
    ///
    /// @return false when the owner has too many others
    boolean putRecord(UserId owner, OwnerRecord record) throws SQLException {
        countRecords.setString(1, owner.value());
        countRecords.setString(2, record.kind());
        countRecords.setString(3, record.id());
        try (ResultSet rows = countRecords.executeQuery()) {
            if (rows.next() && rows.getInt(1) >= OwnerRecord.COUNT_MAX) {
                return false;
            }
        }
        putRecord.setString(1, record.kind());
        putRecord.setString(2, record.id());
        putRecord.setString(3, owner.value());
        putRecord.setBytes(4, record.content());
        putRecord.executeUpdate();
        return true;
    }

    /// Forgets a record.
    ///
    /// @return false when there was none
    boolean deleteRecord(UserId owner, String kind, String id) throws SQLException {
        deleteRecord.setString(1, kind);
        deleteRecord.setString(2, id);
        deleteRecord.setString(3, owner.value());
        return deleteRecord.executeUpdate() > 0;
    }

    /// Adds to what an owner spent.
    void add(UserId owner, Spent spent) throws SQLException {
        addSpent.setString(1, owner.value());
        addSpent.setLong(2, spent.day().toEpochDay());
        addSpent.setString(3, spent.model().value());
        addSpent.setLong(4, Math.min(spent.usage().inputTokens(), SPENT_MAX));
        addSpent.setLong(5, Math.min(spent.usage().outputTokens(), SPENT_MAX));
        addSpent.setLong(6, Math.min(spent.usage().costNanos(), SPENT_MAX));
        addSpent.executeUpdate();
    }

    /// How many transactions [#endAppend] was in.
    long appends() throws SQLException {
        return number("SELECT appends FROM total");
    }

    /// Counts this transaction, so that it can be told later whether it was committed.
    void endAppend(long moreConversations) throws SQLException {
        addToTotal.setLong(1, moreConversations);
        addToTotal.executeUpdate();
        connection.commit();
    }

    /// Where a conversation that has no running reply stands; null when there is none.
    @Nullable Kept find(ConversationId id) throws SQLException {
        Ids.set(find, 1, id);
        try (ResultSet rows = find.executeQuery()) {
            return rows.next()
                    ? new Kept(rows.getLong(1), new Place(rows.getLong(2), 0, 0), null, false)
                    : null;
        }
    }

    /// Writes the row of a new conversation.
    ///
    /// @return its key, 0 when the id is taken
    long insert(Conversation conversation) throws SQLException {
        setChangeable(insert, conversation);
        insert.setLong(20, nextKey);
        Ids.set(insert, 21, conversation.id());
        insert.setString(22, conversation.owner().value());
        insert.setLong(23, conversation.createdAt().toEpochMilli());
        return insert.executeUpdate() == 0 ? 0 : nextKey++;
    }

    /// Whether the conversation is as [#insertStarted] writes it: begun and nothing else.
    static boolean isJustStarted(Conversation conversation) {
        return conversation.number() == 1
                && conversation.turns() == 0
                && conversation.messageCount() == 0
                && conversation.icon() == null
                && conversation.head() == null
                && conversation.reply() == null
                && conversation.queue().isEmpty()
                && conversation.taken().isEmpty()
                && conversation.usage().equals(Usage.NONE)
                && conversation.marks().equals(Marks.NONE)
                && conversation.createdAt().equals(conversation.lastActiveAt())
                && !conversation.deleted();
    }

    /// Writes the rows of new conversations that are [#isJustStarted], [#STARTED_ROWS] of them with
    /// each statement: half the cost of one at a time.
    ///
    /// @return the places in the list of those whose id is taken
    BitSet insertStarted(List<Conversation> conversations) throws SQLException {
        var refused = new BitSet();
        int size = conversations.size();
        int next = 0;
        for (; next + STARTED_ROWS <= size; next += STARTED_ROWS) {
            int place = 1;
            for (int i = 0; i < STARTED_ROWS; i++) {
                Conversation conversation = conversations.get(next + i);
                insertStarted.setLong(place++, nextKey + i);
                Ids.set(insertStarted, place++, conversation.id());
                insertStarted.setString(place++, conversation.owner().value());
                insertStarted.setString(place++, conversation.name());
                insertStarted.setString(place++, conversation.model().value());
                insertStarted.setLong(place++, conversation.createdAt().toEpochMilli());
                insertStarted.setString(place++, conversation.systemPrompt());
            }
            if (insertStarted.executeUpdate() < STARTED_ROWS) {
                refused.set(next, next + STARTED_ROWS);
                keysSince.setLong(1, nextKey);
                try (ResultSet rows = keysSince.executeQuery()) {
                    while (rows.next()) {
                        refused.clear(next + (int) (rows.getLong(1) - nextKey));
                    }
                }
            }
            nextKey += STARTED_ROWS;
        }
        for (; next < size; next++) {
            refused.set(next, insert(conversations.get(next)) == 0);
        }
        return refused;
    }

    /// Writes all of a batch that goes on from `before`.
    ///
    /// @return where the conversation stands when this is committed
    Kept write(Batch batch, Kept before) throws SQLException {
        long key = before.key();
        Conversation after = batch.after();
        if (batch.number() > 0 && batch.events().stream().anyMatch(ConversationEvent::isNumbered)) {
            setChangeable(update, after);
            update.setLong(20, key);
            update.executeUpdate();
        }
        for (ConversationEvent event : batch.events()) {
            switch (event) {
                case MessagePosted(_, _, var message) -> write(key, after.owner(), message);
                case ReplyEnded(_, var message) -> {
                    write(key, after.owner(), message);
                    for (Spent spent : Spent.of(message)) {
                        add(after.owner(), spent);
                    }
                }
                case MessagesImported(var messages, _) -> {
                    for (Message message : messages) {
                        if (!write(key, after.owner(), message)) {
                            writeImported(key, after.owner(), message.id());
                        }
                    }
                }
                case ConversationEvent _ -> {}
            }
        }
        Place place = Place.of(after);
        boolean goesOn = place.turn() != 0 && place.turn() == before.place().turn();
        if (before.inPieces() && !goesOn) {
            deletePieces.setLong(1, key);
            deletePieces.executeUpdate();
        }
        boolean added = place.turn() != 0 && writePieces(key, batch, place.turn());
        return new Kept(key, place, draft(after), added || (goesOn && before.inPieces()));
    }

    void commit() throws SQLException {
        connection.commit();
    }

    @Override
    public void close() {
        try {
            // Takes back what was not committed, and closes the statements.
            connection.close();
        } catch (SQLException ignored) {
            // Whoever opens the next one finds out what is there.
        }
    }

    private static String startedRows() {
        var rows = new StringJoiner(", ");
        for (int first = 1; first <= STARTED_ROWS * STARTED_COLUMNS; first += STARTED_COLUMNS) {
            rows.add("(?, ?, ?, ?, ?, ?%1$d, ?%1$d, ?, 1, 0, 0, 0, 0, 0)".formatted(first + 5));
        }
        return rows.toString();
    }

    private long number(String query) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(query);
                ResultSet rows = select.executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /// The columns that may change, places 1 to 19 in both statements.
    private static void setChangeable(PreparedStatement row, Conversation conversation)
            throws SQLException {
        MessageId head = conversation.head();
        Reply reply = conversation.reply();
        row.setString(1, conversation.name());
        row.setString(2, conversation.icon());
        row.setString(3, conversation.model().value());
        row.setLong(4, conversation.lastActiveAt().toEpochMilli());
        row.setLong(5, conversation.number());
        row.setLong(6, conversation.turns());
        row.setLong(7, conversation.messageCount());
        row.setBytes(8, head == null ? null : head.bytes());
        row.setString(9, conversation.headRole() == null ? null : conversation.headRole().wire());
        row.setLong(10, conversation.usage().inputTokens());
        row.setLong(11, conversation.usage().outputTokens());
        setLong(row, 12, reply == null ? null : reply.turn().number());
        row.setInt(13, conversation.deleted() ? 1 : 0);
        row.setBytes(14, Pending.encode(conversation));
        row.setString(15, conversation.systemPrompt());
        row.setLong(16, conversation.usage().costNanos());
        row.setInt(17, Rows.bits(conversation.marks()));
        row.setString(18, conversation.marks().folder());
        row.setString(19, Rows.tags(conversation.marks()));
    }

    /// @return false when the owner had it already
    private boolean write(long conversation, UserId owner, Message message) throws SQLException {
        byte[] id = message.id().bytes();
        MessageId parent = message.parent();
        ModelId model = message.model();
        PreparedStatement row = insertMessage;
        row.setBytes(1, id);
        row.setString(2, owner.value());
        row.setBytes(3, parent == null ? null : parent.bytes());
        row.setLong(4, conversation);
        row.setLong(5, message.createdAt().toEpochMilli());
        row.setBytes(6, Rows.parents(message));
        row.setString(7, message.role().wire());
        row.setString(8, model == null ? null : model.value());
        setLong(row, 9, message.usage() == null ? null : message.usage().inputTokens());
        setLong(row, 10, message.usage() == null ? null : message.usage().outputTokens());
        row.setString(11, message.stopReason() == null ? null : message.stopReason().wire());
        row.setString(12, message.error());
        row.setString(13, MessageExtras.encode(message));
        row.setString(14, message.text());
        boolean added = row.executeUpdate() > 0;
        if (parent == null) {
            insertRoot.setLong(1, conversation);
            insertRoot.setBytes(2, id);
            insertRoot.setString(3, owner.value());
            insertRoot.executeUpdate();
        }
        for (MessageId other : message.otherParents()) {
            insertMerge.setBytes(1, other.bytes());
            insertMerge.setBytes(2, id);
            insertMerge.setString(3, owner.value());
            insertMerge.executeUpdate();
        }
        return added;
    }

    /// Says of some more messages whose they are.
    void list() throws SQLException {
        listMembers.executeUpdate();
        advanceListed.executeUpdate();
        commit();
    }

    /// Makes some more messages known by their words.
    void listWords() throws SQLException {
        listWords.executeUpdate();
        advanceSearchable.executeUpdate();
        commit();
    }

    /// Says that a node which another conversation added is this one's too.
    private void writeImported(long conversation, UserId owner, MessageId message)
            throws SQLException {
        insertImported.setLong(1, conversation);
        insertImported.setBytes(2, message.bytes());
        insertImported.setString(3, owner.value());
        insertImported.executeUpdate();
    }

    /// Writes the batch's text of the reply that runs at its end, which no message holds yet.
    private boolean writePieces(long conversation, Batch batch, long turn) throws SQLException {
        int fromChar = -1;
        var text = new StringBuilder();
        for (ConversationEvent event : batch.events()) {
            if (event instanceof PieceAdded piece && piece.turn().number() == turn) {
                fromChar = fromChar < 0 ? piece.fromChar() : fromChar;
                text.append(piece.text());
            }
        }
        if (fromChar < 0) {
            return false;
        }
        insertPiece.setLong(1, conversation);
        insertPiece.setInt(2, fromChar);
        insertPiece.setString(3, text.toString());
        insertPiece.executeUpdate();
        return true;
    }

    private static void setLong(PreparedStatement row, int place, @Nullable Long value)
            throws SQLException {
        if (value == null) {
            row.setNull(place, Types.INTEGER);
        } else {
            row.setLong(place, value);
        }
    }
}
