package dev.hubbub.store;

import dev.hubbub.conversation.ChatModel.Prompt.Picture;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ConversationStore.Cursor;
import dev.hubbub.conversation.ConversationStore.Filter;
import dev.hubbub.conversation.ConversationStore.Hit;
import dev.hubbub.conversation.ConversationStore.Labels;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.Draft;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ImageId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.MessageSearch;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.OwnerRecords.Owned;
import dev.hubbub.conversation.OwnerRecords.OwnerRecord;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UsageLedger.Spent;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// One connection that reads, and its statements. Each answer is one statement, and so sees one
/// moment of the database. For one thread at a time.
final class SqliteReader implements AutoCloseable {

    private final Connection connection;
    private final PreparedStatement conversation;
    private final PreparedStatement message;
    private final PreparedStatement path;
    private final PreparedStatement onPath;
    private final PreparedStatement children;
    private final PreparedStatement roots;
    private final PreparedStatement siblings;
    private final PreparedStatement leaf;
    private final PreparedStatement added;
    private final PreparedStatement unlisted;
    private final PreparedStatement following;
    private final PreparedStatement found;
    private final Map<String, PreparedStatement> pages = new HashMap<>();
    private final PreparedStatement inFolders;
    private final PreparedStatement tagged;
    private final PreparedStatement record;
    private final PreparedStatement recordOfAnyone;
    private final PreparedStatement records;
    private final PreparedStatement total;
    private final PreparedStatement image;
    private final PreparedStatement imageBytes;
    private final PreparedStatement spent;
    private final PreparedStatement spentByOne;
    private final PreparedStatement spentByAll;

    SqliteReader(Connection connection) throws SQLException {
        this.connection = connection;
        total = connection.prepareStatement("SELECT conversations FROM total");
        image =
                connection.prepareStatement(
                        "SELECT media_type, content FROM image WHERE id = ? AND owner = ?");
        imageBytes =
                connection.prepareStatement(
                        "SELECT total(length(content)) FROM image WHERE owner = ?");
        conversation =
                connection.prepareStatement(
                        "SELECT " + Rows.CONVERSATION + " FROM conversation WHERE id = ?");
        message =
                connection.prepareStatement(
                        "SELECT " + Rows.MESSAGE + " FROM message m WHERE id = ? AND owner = ?");
        path =
                connection.prepareStatement(
                        """
                        WITH RECURSIVE step (key, parent, depth) AS (
                            SELECT key, parent, 1 FROM message WHERE id = ? AND owner = ?
                            UNION ALL
                            SELECT m.key, m.parent, depth + 1
                            FROM step JOIN message m ON m.key = step.parent WHERE depth < ?)
                        SELECT %s FROM step JOIN message m ON m.key = step.key
                        ORDER BY depth DESC\
                        """
                                .formatted(Rows.MESSAGE));
        // Keys grow from parents to children: past its own key a node is not met any more.
        onPath =
                connection.prepareStatement(
                        """
                        WITH RECURSIVE its (key) AS (
                            SELECT key FROM message WHERE id = ?1 AND owner = ?3),
                        step (key, parent, depth) AS (
                            SELECT key, parent, 1 FROM message WHERE id = ?2 AND owner = ?3
                            UNION ALL
                            SELECT m.key, m.parent, depth + 1
                            FROM step JOIN message m ON m.key = step.parent
                            WHERE depth < ?4 AND step.key > (SELECT key FROM its))
                        SELECT EXISTS (
                            SELECT 1 FROM step WHERE step.key = (SELECT key FROM its))\
                        """);
        children =
                connection.prepareStatement(
                        """
                        WITH p (key) AS (SELECT key FROM message WHERE id = ? AND owner = ?),
                        child (key) AS (
                            SELECT m.key FROM message m WHERE m.parent = (SELECT key FROM p)
                            UNION
                            SELECT message FROM merge WHERE merge.parent = (SELECT key FROM p))
                        SELECT %s FROM child JOIN message m ON m.key = child.key
                        ORDER BY m.created_at, m.key\
                        """
                                .formatted(Rows.MESSAGE));
        roots =
                connection.prepareStatement(
                        """
                        SELECT %s FROM root JOIN message m ON m.key = root.message
                        WHERE root.conversation =
                            (SELECT key FROM conversation WHERE id = ? AND owner = ?)
                        ORDER BY m.created_at, m.key\
                        """
                                .formatted(Rows.MESSAGE));
        // CROSS, so that no plan begins with all messages of the owner.
        siblings =
                connection.prepareStatement(
                        """
                        WITH c (key) AS (SELECT key FROM conversation WHERE id = ?3 AND owner = ?2),
                        asked (key, id, parent, conversation) AS (
                            SELECT m.key, m.id, m.parent, m.conversation
                            FROM json_each(?1) j
                            CROSS JOIN message m ON m.owner = ?2 AND m.id = unhex(j.value))
                        SELECT asked.id, s.id, s.key FROM asked
                            CROSS JOIN message s ON s.key IN (
                                SELECT key FROM message WHERE parent = asked.parent
                                ORDER BY key DESC LIMIT ?4)
                        WHERE s.role = 'assistant'
                            OR s.conversation IN (asked.conversation, (SELECT key FROM c))
                        UNION ALL
                        SELECT asked.id, s.id, s.key FROM asked
                            CROSS JOIN message s ON s.key IN (
                                SELECT message FROM root
                                WHERE conversation = asked.conversation
                                ORDER BY message DESC LIMIT ?4)
                        WHERE asked.parent IS NULL AND s.conversation = asked.conversation
                        ORDER BY 3\
                        """);
        leaf =
                connection.prepareStatement(
                        """
                        WITH RECURSIVE c (key) AS (
                            SELECT key FROM conversation WHERE id = ?3 AND owner = ?2),
                        way (key, conversation) AS (
                            SELECT key, conversation FROM message WHERE id = ?1 AND owner = ?2
                            UNION ALL
                            SELECT (SELECT m.key FROM message m
                                    WHERE m.parent = way.key
                                        AND m.conversation IN (way.conversation, (SELECT key FROM c))
                                    ORDER BY m.key DESC LIMIT 1),
                                conversation
                            FROM way WHERE key IS NOT NULL)
                        SELECT id FROM message WHERE key = (SELECT max(key) FROM way)\
                        """);
        added =
                connection.prepareStatement(
                        """
                        WITH c (key) AS (SELECT key FROM conversation WHERE id = ?1 AND owner = ?2),
                        past (key) AS (SELECT key FROM message WHERE id = ?3 AND owner = ?2),
                        its (key) AS (
                            SELECT message FROM member
                            WHERE conversation = (SELECT key FROM c)
                                AND message > coalesce((SELECT key FROM past), 0)
                            ORDER BY message LIMIT ?4)
                        SELECT %s FROM its JOIN message m ON m.key = its.key ORDER BY m.key\
                        """
                                .formatted(Rows.MESSAGE));
        unlisted =
                connection.prepareStatement(
                        """
                        SELECT coalesce((SELECT max(key) FROM message), 0),
                            (SELECT listed FROM total), (SELECT searchable FROM total)\
                        """);
        following =
                connection.prepareStatement(
                        """
                        WITH RECURSIVE its (key) AS (
                            SELECT key FROM message WHERE id = ?3 AND owner = ?2),
                        step (key, parent, depth) AS (
                            SELECT key, parent, 1 FROM message WHERE id = ?1 AND owner = ?2
                            UNION ALL
                            SELECT m.key, m.parent, depth + 1
                            FROM step JOIN message m ON m.key = step.parent
                            WHERE step.key <> (SELECT key FROM its))
                        SELECT %s FROM step JOIN message m ON m.key = step.key
                        WHERE depth >= (SELECT max(depth) FROM step) - ?4
                        ORDER BY depth DESC\
                        """
                                .formatted(Rows.MESSAGE));
        found =
                connection.prepareStatement(
                        """
                        SELECT m.id, c.id, m.key FROM word
                        JOIN message m ON m.key = word.rowid
                        JOIN conversation c ON c.key = m.conversation AND c.deleted = 0
                        WHERE word MATCH ?1 AND word.rowid < ?2 AND m.owner = ?3
                            AND (?4 IS NULL OR m.role = ?4) AND (?5 IS NULL OR c.id = ?5)
                        ORDER BY word.rowid DESC LIMIT ?6\
                        """);
        String counted =
                """
                SELECT %1$s, count(*) FROM conversation
                WHERE deleted = 0 AND owner = ? AND %1$s IS NOT NULL AND NOT marks & 2
                GROUP BY %1$s\
                """;
        inFolders = connection.prepareStatement(counted.formatted("folder"));
        tagged = connection.prepareStatement(counted.formatted("tags"));
        record =
                connection.prepareStatement(
                        "SELECT content FROM record WHERE kind = ? AND id = ? AND owner = ?");
        recordOfAnyone =
                connection.prepareStatement(
                        "SELECT owner, content FROM record WHERE kind = ? AND id = ? LIMIT 1");
        records =
                connection.prepareStatement(
                        """
                        SELECT id, content FROM record WHERE owner = ? AND kind = ?
                        ORDER BY id LIMIT ?\
                        """);
        spent =
                connection.prepareStatement(
                        """
                        SELECT day, model, input_tokens, output_tokens, cost_nanos FROM spent
                        WHERE owner = ? AND day >= ? ORDER BY day DESC, model LIMIT ?\
                        """);
        String sum =
                """
                SELECT CAST(min(total(input_tokens), 9.0e18) AS INTEGER),
                    CAST(min(total(output_tokens), 9.0e18) AS INTEGER),
                    CAST(min(total(cost_nanos), 9.0e18) AS INTEGER)
                FROM spent WHERE day >= ?1 AND (?2 IS NULL OR model = ?2)\
                """;
        spentByAll = connection.prepareStatement(sum);
        spentByOne = connection.prepareStatement(sum + " AND owner = ?3");
    }

    /// @param kept where it stood before this was asked; if it has the same number still, its text
    ///   is the reply's
    @Nullable Conversation conversation(ConversationId id, @Nullable Kept kept)
            throws SQLException {
        Ids.set(conversation, 1, id);
        try (ResultSet rows = conversation.executeQuery()) {
            Draft draft = kept == null || kept.draft() == null ? Draft.of("") : kept.draft();
            return rows.next() ? Rows.conversation(rows, draft) : null;
        }
    }

    @Nullable Message message(UserId owner, MessageId id) throws SQLException {
        message.setBytes(1, id.bytes());
        message.setString(2, owner.value());
        List<Message> found = messages(message);
        return found.isEmpty() ? null : found.getFirst();
    }

    List<Message> path(UserId owner, MessageId head, int limit) throws SQLException {
        path.setBytes(1, head.bytes());
        path.setString(2, owner.value());
        path.setInt(3, limit);
        return messages(path);
    }

    boolean isOnPath(UserId owner, MessageId node, MessageId head, int limit) throws SQLException {
        onPath.setBytes(1, node.bytes());
        onPath.setBytes(2, head.bytes());
        onPath.setString(3, owner.value());
        onPath.setInt(4, limit);
        try (ResultSet rows = onPath.executeQuery()) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    List<Message> children(UserId owner, MessageId parent) throws SQLException {
        children.setBytes(1, parent.bytes());
        children.setString(2, owner.value());
        return messages(children);
    }

    List<Message> roots(UserId owner, ConversationId conversation) throws SQLException {
        Ids.set(roots, 1, conversation);
        roots.setString(2, owner.value());
        return messages(roots);
    }

    Map<MessageId, List<MessageId>> siblings(
            UserId owner, ConversationId conversation, List<MessageId> nodes) throws SQLException {
        var ids = new StringJoiner("\",\"", "[\"", "\"]");
        nodes.forEach(node -> ids.add(node.toString()));
        siblings.setString(1, ids.toString());
        siblings.setString(2, owner.value());
        Ids.set(siblings, 3, conversation);
        siblings.setInt(4, ConversationStore.SIBLINGS_LOOKED_AT_MAX);
        var found = new HashMap<MessageId, List<MessageId>>();
        try (ResultSet rows = siblings.executeQuery()) {
            while (rows.next()) {
                found.computeIfAbsent(MessageId.of(rows.getBytes(1)), _ -> new ArrayList<>())
                        .add(MessageId.of(rows.getBytes(2)));
            }
        }
        found.replaceAll(ConversationStore::bounded);
        found.values().removeIf(all -> all.size() < 2);
        return found;
    }

    @Nullable MessageId latestLeaf(UserId owner, ConversationId conversation, MessageId node)
            throws SQLException {
        leaf.setBytes(1, node.bytes());
        leaf.setString(2, owner.value());
        Ids.set(leaf, 3, conversation);
        try (ResultSet rows = leaf.executeQuery()) {
            return rows.next() ? MessageId.of(rows.getBytes(1)) : null;
        }
    }

    /// The keys of the latest message and of the latest of which [#added] knows.
    Listed listed() throws SQLException {
        try (ResultSet rows = unlisted.executeQuery()) {
            return rows.next()
                    ? new Listed(rows.getLong(1), rows.getLong(2), rows.getLong(3))
                    : new Listed(0, 0, 0);
        }
    }

    /// See [#listed].
    ///
    /// @param searchable the latest of which [#search] knows
    record Listed(long latest, long to, long searchable) {}

    List<Message> following(UserId owner, MessageId head, MessageId message, int limit)
            throws SQLException {
        following.setBytes(1, head.bytes());
        following.setString(2, owner.value());
        following.setBytes(3, message.bytes());
        following.setInt(4, limit);
        List<Message> way = messages(following);
        return way.isEmpty() || !way.getFirst().id().equals(message) ? List.of() : way;
    }

    List<Hit> search(
            UserId owner,
            MessageSearch search,
            @Nullable ConversationId in,
            @Nullable Role role,
            long before,
            int limit)
            throws SQLException {
        found.setString(1, Words.query(owner, search));
        found.setLong(2, before);
        found.setString(3, owner.value());
        found.setString(4, role == null ? null : role.wire());
        if (in == null) {
            found.setNull(5, Types.NULL);
        } else {
            Ids.set(found, 5, in);
        }
        found.setInt(6, limit);
        var hits = new ArrayList<Hit>();
        try (ResultSet rows = found.executeQuery()) {
            while (rows.next()) {
                Message message = message(owner, MessageId.of(rows.getBytes(1)));
                Conversation conversation = conversation(Ids.get(rows, 2), null);
                if (message != null && conversation != null) {
                    hits.add(
                            new Hit(
                                    Summary.of(conversation),
                                    message,
                                    Long.toString(rows.getLong(3))));
                }
            }
        }
        return hits;
    }

    List<Message> added(
            UserId owner, ConversationId conversation, @Nullable MessageId after, int limit)
            throws SQLException {
        Ids.set(added, 1, conversation);
        added.setString(2, owner.value());
        added.setBytes(3, after == null ? null : after.bytes());
        added.setInt(4, limit);
        return messages(added);
    }

    List<Summary> page(UserId owner, Filter filter, @Nullable Cursor after, int limit)
            throws SQLException {
        PreparedStatement page = pageOf(filter);
        page.setString(1, owner.value());
        page.setLong(2, after == null ? Long.MAX_VALUE : after.lastActiveAt().toEpochMilli());
        if (after == null) {
            page.setString(3, "");
        } else {
            Ids.set(page, 3, after.id());
        }
        page.setInt(4, limit);
        if (filter.folder() != null) {
            page.setString(5, filter.folder());
        }
        if (filter.tag() != null) {
            page.setString(6, filter.tag());
        }
        try (ResultSet rows = page.executeQuery()) {
            var summaries = new ArrayList<Summary>();
            while (rows.next()) {
                summaries.add(Rows.summary(rows));
            }
            return List.copyOf(summaries);
        }
    }

    /// The terms are those of the indexes, so that what is rare is found without a look at the
    /// rest.
    private PreparedStatement pageOf(Filter filter) throws SQLException {
        var terms = new StringBuilder();
        if (filter.archived() != null) {
            terms.append(filter.archived() ? " AND marks & 2" : " AND NOT marks & 2");
        }
        if (filter.pinned() != null) {
            terms.append(filter.pinned() ? " AND marks & 1" : " AND NOT marks & 1");
        }
        if (filter.folder() != null) {
            terms.append(" AND folder = ?5");
        }
        if (filter.tag() != null) {
            terms.append(" AND tags IS NOT NULL AND instr(tags, char(10) || ?6 || char(10)) > 0");
        }
        PreparedStatement page = pages.get(terms.toString());
        if (page == null) {
            page =
                    connection.prepareStatement(
                            """
                            SELECT %s FROM conversation
                            WHERE deleted = 0 AND owner = ?1 AND last_active_at <= ?2
                                AND NOT (last_active_at = ?2 AND id <= ?3)%s
                            ORDER BY last_active_at DESC, id LIMIT ?4\
                            """
                                    .formatted(Rows.SUMMARY, terms));
            pages.put(terms.toString(), page);
        }
        return page;
    }

    Labels labels(UserId owner) throws SQLException {
        var folders = new HashMap<String, Long>();
        var tags = new HashMap<String, Long>();
        inFolders.setString(1, owner.value());
        try (ResultSet rows = inFolders.executeQuery()) {
            while (rows.next()) {
                folders.put(rows.getString(1), rows.getLong(2));
            }
        }
        tagged.setString(1, owner.value());
        try (ResultSet rows = tagged.executeQuery()) {
            while (rows.next()) {
                for (String tag : Rows.tags(rows.getString(1))) {
                    tags.merge(tag, rows.getLong(2), Long::sum);
                }
            }
        }
        return Labels.of(folders, tags);
    }

    @Nullable Picture image(UserId owner, ImageId id) throws SQLException {
        image.setString(1, id.value());
        image.setString(2, owner.value());
        try (ResultSet rows = image.executeQuery()) {
            return rows.next()
                    ? new Picture(new Image(id, rows.getString(1)), rows.getBytes(2))
                    : null;
        }
    }

    long imageBytes(UserId owner) throws SQLException {
        imageBytes.setString(1, owner.value());
        try (ResultSet rows = imageBytes.executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    List<Spent> spent(UserId owner, LocalDate from, int limit) throws SQLException {
        spent.setString(1, owner.value());
        spent.setLong(2, from.toEpochDay());
        spent.setInt(3, limit);
        try (ResultSet rows = spent.executeQuery()) {
            var all = new ArrayList<Spent>();
            while (rows.next()) {
                all.add(
                        new Spent(
                                LocalDate.ofEpochDay(rows.getLong(1)),
                                new ModelId(rows.getString(2)),
                                new Usage(rows.getLong(3), rows.getLong(4), rows.getLong(5))));
            }
            return List.copyOf(all);
        }
    }

    Usage total(@Nullable UserId owner, @Nullable ModelId model, LocalDate from)
            throws SQLException {
        PreparedStatement sum = owner == null ? spentByAll : spentByOne;
        sum.setLong(1, from.toEpochDay());
        sum.setString(2, model == null ? null : model.value());
        if (owner != null) {
            sum.setString(3, owner.value());
        }
        try (ResultSet rows = sum.executeQuery()) {
            rows.next();
            return new Usage(rows.getLong(1), rows.getLong(2), rows.getLong(3));
        }
    }

    @Nullable OwnerRecord record(UserId owner, String kind, String id) throws SQLException {
        record.setString(1, kind);
        record.setString(2, id);
        record.setString(3, owner.value());
        try (ResultSet rows = record.executeQuery()) {
            return rows.next() ? new OwnerRecord(kind, id, rows.getBytes(1)) : null;
        }
    }

    @Nullable Owned recordOfAnyone(String kind, String id) throws SQLException {
        recordOfAnyone.setString(1, kind);
        recordOfAnyone.setString(2, id);
        try (ResultSet rows = recordOfAnyone.executeQuery()) {
            return rows.next()
                    ? new Owned(
                            new UserId(rows.getString(1)),
                            new OwnerRecord(kind, id, rows.getBytes(2)))
                    : null;
        }
    }

    List<OwnerRecord> records(UserId owner, String kind) throws SQLException {
        records.setString(1, owner.value());
        records.setString(2, kind);
        records.setInt(3, OwnerRecord.COUNT_MAX);
        try (ResultSet rows = records.executeQuery()) {
            var all = new ArrayList<OwnerRecord>();
            while (rows.next()) {
                all.add(new OwnerRecord(kind, rows.getString(1), rows.getBytes(2)));
            }
            return List.copyOf(all);
        }
    }

    /// How many conversations are not deleted.
    long conversations() throws SQLException {
        try (ResultSet rows = total.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException ignored) {
            // It wrote nothing.
        }
    }

    private static List<Message> messages(PreparedStatement query) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            var messages = new ArrayList<Message>();
            while (rows.next()) {
                messages.add(Rows.message(rows));
            }
            return List.copyOf(messages);
        }
    }
}
