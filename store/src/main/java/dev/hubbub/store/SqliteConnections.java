package dev.hubbub.store;

import org.sqlite.SQLiteConfig;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/// How connections to a database are set up.
final class SqliteConnections {

    private static final int BUSY_MILLIS_MAX = 5_000;

    /// Negative numbers are KiB to SQLite. The writer's cache holds the inner pages of the indexes
    /// in random order; without it, each new row would be a read.
    private static final int WRITER_CACHE_KIB = 64 << 10;

    private static final int READER_CACHE_KIB = 4 << 10;

    /// 32 MiB. A larger log is copied back less often, and so copies less: pages of the indexes in
    /// random order are changed many times in between.
    private static final int CHECKPOINT_PAGES = 8_192;

    private static final long WAL_BYTES_KEPT = 64L << 20;

    private SqliteConnections() {}

    static Connection forWriting(Path file) throws SQLException {
        SQLiteConfig config = common();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setCacheSize(-WRITER_CACHE_KIB);
        config.setJournalSizeLimit((int) WAL_BYTES_KEPT);
        return connect(config, file, "PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
    }

    static Connection forReading(Path file) throws SQLException {
        SQLiteConfig config = common();
        config.setCacheSize(-READER_CACHE_KIB);
        return connect(config, file, "PRAGMA query_only = true");
    }

    /// For a copy of a database that others may be writing.
    static Connection forCopying(Path file) throws SQLException {
        return connect(common(), file, "PRAGMA cache_size = -" + READER_CACHE_KIB);
    }

    private static Connection connect(SQLiteConfig config, Path file, String pragma)
            throws SQLException {
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        boolean opened = false;
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(pragma);
            opened = true;
            return connection;
        } finally {
            if (!opened) {
                connection.close();
            }
        }
    }

    private static SQLiteConfig common() {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS_MAX);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        // Else each insert is followed by a query for its key.
        config.setGetGeneratedKeys(false);
        return config;
    }
}
