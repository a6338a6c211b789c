package dev.hubbub.store;

import dev.hubbub.conversation.StoreException;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// The tables of a database, and how an older one becomes what this program wants. The database
/// counts the migrations it has had in `user_version`; each is applied once, in its own
/// transaction, and never edited after a release.
///
/// Rows are clustered by `key`, which grows: what is written together lies together, whatever the
/// ids are. Only `id` columns may have an index in random order, as they must; everything that
/// links messages (`parent`, `root`, `merge`) uses keys, so that walking a history is a row look-up
/// a step and new links go where the last ones went. A message's `text` is its last column, because
/// SQLite has to read through a long text to reach what comes after it.
///
/// Which messages are a conversation's is asked when it is exported and hardly else, so that no
/// commit pays for an index of that: `member` is brought up to date, to the key in `total.listed`,
/// when somebody asks.
///
/// Likewise `word`, which finds messages by their words: it is brought up to date, to the key in
/// `total.searchable`, by whoever searches. A row's `owner` is one word, so that the words of one
/// owner are found without a look at those of others.
///
/// The text of running replies is not here but in the [DraftLog], except that which was appended
/// together with other events: it is in `piece`.
final class Schema {

    /// "Hubb", to tell our databases from others.
    private static final int APPLICATION_ID = 0x48756262;

    private static final List<String> MIGRATIONS =
            List.of(
                    """
                    CREATE TABLE epoch (
                        partition INTEGER PRIMARY KEY,
                        epoch INTEGER NOT NULL
                    ) STRICT;
                    CREATE TABLE total (
                        conversations INTEGER NOT NULL,
                        appends INTEGER NOT NULL
                    ) STRICT;
                    INSERT INTO total VALUES (0, 0);
                    CREATE TABLE conversation (
                        key INTEGER PRIMARY KEY,
                        id ANY NOT NULL UNIQUE,
                        owner TEXT NOT NULL,
                        name TEXT NOT NULL,
                        icon TEXT,
                        model TEXT NOT NULL,
                        created_at INTEGER NOT NULL,
                        last_active_at INTEGER NOT NULL,
                        number INTEGER NOT NULL,
                        turns INTEGER NOT NULL,
                        message_count INTEGER NOT NULL,
                        head BLOB,
                        head_role TEXT,
                        input_tokens INTEGER NOT NULL,
                        output_tokens INTEGER NOT NULL,
                        reply_turn INTEGER,
                        deleted INTEGER NOT NULL,
                        pending BLOB,
                        system_prompt TEXT
                    ) STRICT;
                    CREATE INDEX conversation_by_activity
                        ON conversation (owner, last_active_at DESC, id) WHERE deleted = 0;
                    CREATE INDEX conversation_replying
                        ON conversation (reply_turn) WHERE reply_turn IS NOT NULL;
                    CREATE TABLE piece (
                        conversation INTEGER NOT NULL,
                        from_char INTEGER NOT NULL,
                        text TEXT NOT NULL,
                        PRIMARY KEY (conversation, from_char)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE message (
                        key INTEGER PRIMARY KEY,
                        parent INTEGER,
                        conversation INTEGER NOT NULL,
                        created_at INTEGER NOT NULL,
                        id BLOB NOT NULL,
                        owner TEXT NOT NULL,
                        parents BLOB,
                        role TEXT NOT NULL,
                        model TEXT,
                        input_tokens INTEGER,
                        output_tokens INTEGER,
                        stop_reason TEXT,
                        error TEXT,
                        attempts TEXT,
                        text TEXT NOT NULL,
                        UNIQUE (owner, id)
                    ) STRICT;
                    CREATE INDEX message_by_parent
                        ON message (parent) WHERE parent IS NOT NULL;
                    CREATE TABLE merge (
                        parent INTEGER NOT NULL,
                        message INTEGER NOT NULL,
                        PRIMARY KEY (parent, message)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE root (
                        conversation INTEGER NOT NULL,
                        message INTEGER NOT NULL,
                        PRIMARY KEY (conversation, message)
                    ) STRICT, WITHOUT ROWID;
                    """,
                    """
                    ALTER TABLE conversation ADD COLUMN cost_nanos INTEGER NOT NULL DEFAULT 0;
                    CREATE TABLE image (
                        key INTEGER PRIMARY KEY,
                        id TEXT NOT NULL,
                        owner TEXT NOT NULL,
                        media_type TEXT NOT NULL,
                        content BLOB NOT NULL,
                        UNIQUE (id, owner)
                    ) STRICT;
                    """,
                    """
                    CREATE TABLE spent (
                        owner TEXT NOT NULL,
                        day INTEGER NOT NULL,
                        model TEXT NOT NULL,
                        input_tokens INTEGER NOT NULL,
                        output_tokens INTEGER NOT NULL,
                        cost_nanos INTEGER NOT NULL,
                        PRIMARY KEY (owner, day, model)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX spent_by_day ON spent (day, model);
                    INSERT INTO spent
                        SELECT owner, created_at / 86400000, model,
                            CAST(min(total(input_tokens), 2.0e18) AS INTEGER),
                            CAST(min(total(output_tokens), 2.0e18) AS INTEGER), 0
                        FROM message
                        WHERE model IS NOT NULL AND input_tokens IS NOT NULL
                        GROUP BY 1, 2, 3;
                    """,
                    """
                    ALTER TABLE total ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;
                    CREATE TABLE member (
                        conversation INTEGER NOT NULL,
                        message INTEGER NOT NULL,
                        PRIMARY KEY (conversation, message)
                    ) STRICT, WITHOUT ROWID;
                    """,
                    """
                    ALTER TABLE conversation ADD COLUMN marks INTEGER NOT NULL DEFAULT 0;
                    ALTER TABLE conversation ADD COLUMN folder TEXT;
                    ALTER TABLE conversation ADD COLUMN tags TEXT;
                    CREATE INDEX conversation_pinned
                        ON conversation (owner, last_active_at DESC, id)
                        WHERE deleted = 0 AND marks & 1;
                    CREATE INDEX conversation_archived
                        ON conversation (owner, last_active_at DESC, id)
                        WHERE deleted = 0 AND marks & 2;
                    CREATE INDEX conversation_in_folder
                        ON conversation (owner, folder, last_active_at DESC, id)
                        WHERE deleted = 0 AND folder IS NOT NULL;
                    CREATE INDEX conversation_tagged
                        ON conversation (owner, last_active_at DESC, id)
                        WHERE deleted = 0 AND tags IS NOT NULL;
                    """,
                    """
                    CREATE TABLE record (
                        kind TEXT NOT NULL,
                        id TEXT NOT NULL,
                        owner TEXT NOT NULL,
                        content BLOB NOT NULL,
                        PRIMARY KEY (kind, id, owner)
                    ) STRICT, WITHOUT ROWID;
                    CREATE INDEX record_by_owner ON record (owner, kind, id);
                    """,
                    """
                    ALTER TABLE total ADD COLUMN searchable INTEGER NOT NULL DEFAULT 0;
                    CREATE VIRTUAL TABLE word USING fts5 (
                        text, owner, content = '', columnsize = 0,
                        tokenize = "unicode61 remove_diacritics 2");
                    """);

    private Schema() {}

    /// Looks whether a database is ours to write.
    ///
    /// @throws StoreException when it belongs to another program or to a newer Hubbub
    static void check(Connection connection, Path file) throws SQLException {
        if (pragma(connection, "application_id") != APPLICATION_ID && !isEmpty(connection)) {
            throw Faults.damaged(file, null);
        }
        if (pragma(connection, "user_version") > MIGRATIONS.size()) {
            throw new StoreException(
                    "%s was written by a newer Hubbub; run that version or choose another --data."
                            .formatted(file));
        }
    }

    /// Brings a database up to date; one that is empty too.
    static void migrate(Connection connection) throws SQLException {
        int version = pragma(connection, "user_version");
        for (int next = version; next < MIGRATIONS.size(); next++) {
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate(
                        """
                        BEGIN IMMEDIATE;
                        %s
                        PRAGMA application_id = %d;
                        PRAGMA user_version = %d;
                        COMMIT;
                        """
                                .formatted(MIGRATIONS.get(next), APPLICATION_ID, next + 1));
            }
        }
    }

    private static boolean isEmpty(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT EXISTS (SELECT 1 FROM sqlite_schema)")) {
            return rows.next() && rows.getInt(1) == 0;
        }
    }

    private static int pragma(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA " + name)) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }
}
