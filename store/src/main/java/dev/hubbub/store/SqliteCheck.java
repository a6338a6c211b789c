package dev.hubbub.store;

import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ImageId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.StoreException;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntConsumer;

/// Looks through the whole store of a directory for what is not as it was written: every message is
/// hashed again, everything that one names is looked for. Only reads, one moment of the store, and
/// may do so while a server writes.
public final class SqliteCheck {

    private static final int FINDINGS_MAX = 1_000;
    private static final int PROGRESS_ROWS = 1_000;

    /// What is wrong.
    ///
    /// @param where the chat, the message or the image
    public record Finding(String where, String what) {}

    /// What was looked at.
    ///
    /// @param broken the first of them
    /// @param brokenCount how many there are
    /// @param imagesMissing images that messages name and nobody has: they were imported so
    public record Result(
            long conversations,
            long messages,
            long images,
            List<Finding> broken,
            long brokenCount,
            long imagesMissing) {}

    private final Connection connection;
    private final IntConsumer progress;
    private final List<Finding> broken = new ArrayList<>();
    private long brokenCount;
    private long imagesMissing;

    private SqliteCheck(Connection connection, IntConsumer progress) {
        this.connection = connection;
        this.progress = progress;
    }

    /// Looks through the store of a data directory.
    ///
    /// @param progress hears now and then how many messages were looked at
    /// @throws StoreException when there is no store, or it cannot be read at all
    public static Result run(Path directory, IntConsumer progress) {
        Path file = directory.resolve(SqliteStore.DATABASE);
        if (!Files.exists(file)) {
            throw new StoreException(
                    "There is no store in %s; name another directory with --data."
                            .formatted(directory));
        }
        try (Connection connection = SqliteConnections.forReading(file)) {
            Schema.check(connection, file);
            connection.setAutoCommit(false);
            return new SqliteCheck(connection, progress).run();
        } catch (SQLException fault) {
            throw Faults.of(file, fault);
        }
    }

    private Result run() throws SQLException {
        // The first question holds the moment for all others.
        long images = images();
        long messages = messages();
        long conversations = heads();
        pages();
        return new Result(
                conversations, messages, images, List.copyOf(broken), brokenCount, imagesMissing);
    }

    private void found(String where, String what) {
        brokenCount++;
        if (broken.size() < FINDINGS_MAX) {
            broken.add(new Finding(where, what));
        }
    }

    private void pages() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA quick_check(100)")) {
            while (rows.next()) {
                if (!rows.getString(1).equals("ok")) {
                    found("the database", rows.getString(1));
                }
            }
        }
    }

    private long images() throws SQLException {
        long count = 0;
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT id, owner, media_type, content FROM image")) {
            while (rows.next()) {
                count++;
                Image real = Image.of(rows.getBytes(4));
                String where = "image %s of %s".formatted(rows.getString(1), rows.getString(2));
                if (!ImageId.of(rows.getBytes(4)).value().equals(rows.getString(1))) {
                    found(where, "Its bytes are not those that its id is the hash of.");
                } else if (real == null || !real.mediaType().equals(rows.getString(3))) {
                    found(where, "It is not of the kind that it says.");
                }
            }
        }
        return count;
    }

    private long messages() throws SQLException {
        long count = 0;
        try (Statement statement = connection.createStatement();
                PreparedStatement find =
                        connection.prepareStatement(
                                "SELECT key FROM message WHERE id = ? AND owner = ?");
                PreparedStatement findImage =
                        connection.prepareStatement(
                                "SELECT 1 FROM image WHERE id = ? AND owner = ?");
                ResultSet rows =
                        statement.executeQuery(
                                """
                                SELECT %s, m.owner, m.parent, c.id, m.key
                                FROM message m LEFT JOIN conversation c ON c.key = m.conversation
                                ORDER BY m.key\
                                """
                                        .formatted(Rows.MESSAGE))) {
            while (rows.next()) {
                message(rows, find, findImage);
                if (++count % PROGRESS_ROWS == 0) {
                    progress.accept((int) Math.min(count, Integer.MAX_VALUE));
                }
            }
        }
        return count;
    }

    private void message(ResultSet row, PreparedStatement find, PreparedStatement findImage)
            throws SQLException {
        String owner = row.getString(12);
        byte[] id = row.getBytes(1);
        String chat = row.getObject(14) == null ? "that is not there" : Ids.get(row, 14).value();
        String where =
                "message %s of %s in chat %s"
                        .formatted(id == null ? "?" : HexFormat.of().formatHex(id), owner, chat);
        Message message;
        try {
            message = Rows.message(row);
        } catch (SQLException | RuntimeException damaged) {
            found(where, "It cannot be read: %s.".formatted(damaged.getMessage()));
            return;
        }
        if (row.getObject(14) == null) {
            found(where, "The chat that added it is not there.");
        }
        if (!message.isIntact()) {
            found(where, "Its id is not the hash of what it says.");
        }
        Long linked = row.getObject(13) == null ? null : row.getLong(13);
        Long first = null;
        for (MessageId parent : message.parents()) {
            Long key = find(find, parent.bytes(), owner);
            if (key == null) {
                found(
                        where,
                        "The chain is broken: it follows %s, which is not there."
                                .formatted(parent));
            } else if (key >= row.getLong(15)) {
                found(where, "It follows %s, which came later.".formatted(parent));
            }
            first = parent.equals(message.parent()) ? key : first;
        }
        if (linked == null ? first != null : !linked.equals(first)) {
            found(where, "It is linked to another message than the one that it follows.");
        }
        for (Image image : message.images()) {
            findImage.setString(1, image.id().value());
            findImage.setString(2, owner);
            try (ResultSet found = findImage.executeQuery()) {
                imagesMissing += found.next() ? 0 : 1;
            }
        }
    }

    private static @Nullable Long find(PreparedStatement find, byte[] id, String owner)
            throws SQLException {
        find.setBytes(1, id);
        find.setString(2, owner);
        try (ResultSet rows = find.executeQuery()) {
            return rows.next() ? (Long) rows.getLong(1) : null;
        }
    }

    private long heads() throws SQLException {
        long count = 0;
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                """
                                SELECT c.id, c.owner, c.head, m.key FROM conversation c
                                LEFT JOIN message m ON m.id = c.head AND m.owner = c.owner
                                WHERE c.deleted = 0\
                                """)) {
            while (rows.next()) {
                count++;
                byte[] head = rows.getBytes(3);
                if (head != null && rows.getObject(4) == null) {
                    found(
                            "chat %s of %s".formatted(Ids.get(rows, 1).value(), rows.getString(2)),
                            "Its head %s is not there.".formatted(HexFormat.of().formatHex(head)));
                }
            }
        }
        return count;
    }
}
