package dev.hubbub.store;

import dev.hubbub.conversation.StoreException;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;

/// The connections that read: a few, because SQLite reads on the caller's processor, opened when
/// first wanted. More callers than that wait their turn. Safe for use by many threads.
final class SqliteReaders implements AutoCloseable {

    static final int READERS_MAX = 4;

    /// Asks a connection.
    interface Question<T extends @Nullable Object> {
        T ask(SqliteReader reader) throws SQLException;
    }

    private final Path file;
    private final Semaphore permits = new Semaphore(READERS_MAX, true);
    private final ArrayDeque<SqliteReader> idle = new ArrayDeque<>(READERS_MAX);
    private boolean closed;

    SqliteReaders(Path file) {
        this.file = file;
    }

    <T extends @Nullable Object> T ask(Question<T> question) {
        permits.acquireUninterruptibly();
        try {
            return askOne(question);
        } catch (SQLException fault) {
            throw Faults.of(file, fault);
        } finally {
            permits.release();
        }
    }

    /// Waits for questions under way.
    @Override
    public void close() {
        permits.acquireUninterruptibly(READERS_MAX);
        try {
            synchronized (idle) {
                closed = true;
                idle.forEach(SqliteReader::close);
                idle.clear();
            }
        } finally {
            permits.release(READERS_MAX);
        }
    }

    private <T extends @Nullable Object> T askOne(Question<T> question) throws SQLException {
        SqliteReader reader = take();
        boolean sound = false;
        try {
            T answer = question.ask(reader);
            sound = true;
            return answer;
        } finally {
            // One that failed is not trusted again.
            if (sound) {
                synchronized (idle) {
                    idle.push(reader);
                }
            } else {
                reader.close();
            }
        }
    }

    private SqliteReader take() throws SQLException {
        synchronized (idle) {
            if (closed) {
                throw new StoreException("The store is closed; open it again.");
            }
            SqliteReader reader = idle.poll();
            if (reader != null) {
                return reader;
            }
        }
        return new SqliteReader(SqliteConnections.forReading(file));
    }
}
