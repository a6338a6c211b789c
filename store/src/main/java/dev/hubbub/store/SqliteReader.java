package dev.hubbub.store;

import dev.hubbub.conversation.ChatModel.Prompt.Picture;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Cursor;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.Draft;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ImageId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UsageLedger.Spent;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/// One connection that reads, and its statements. Each answer is one statement, and so sees one
/// moment of the database. For one thread at a time.
final class SqliteReader implements AutoCloseable {

    private final Connection connection;
    private final PreparedStatement conversation;
    private final PreparedStatement message;
    private final PreparedStatement path;
    private final PreparedStatement children;
    private final PreparedStatement roots;
    private final PreparedStatement page;
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
        page =
                connection.prepareStatement(
                        """
                        SELECT %s FROM conversation
                        WHERE deleted = 0 AND owner = ?1 AND last_active_at <= ?2
                            AND NOT (last_active_at = ?2 AND id <= ?3)
                        ORDER BY last_active_at DESC, id LIMIT ?4\
                        """
                                .formatted(Rows.SUMMARY));
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

    List<Summary> page(UserId owner, @Nullable Cursor after, int limit) throws SQLException {
        page.setString(1, owner.value());
        page.setLong(2, after == null ? Long.MAX_VALUE : after.lastActiveAt().toEpochMilli());
        if (after == null) {
            page.setString(3, "");
        } else {
            Ids.set(page, 3, after.id());
        }
        page.setInt(4, limit);
        try (ResultSet rows = page.executeQuery()) {
            var summaries = new ArrayList<Summary>();
            while (rows.next()) {
                summaries.add(Rows.summary(rows));
            }
            return List.copyOf(summaries);
        }
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
