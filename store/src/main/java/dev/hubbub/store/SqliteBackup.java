package dev.hubbub.store;

import dev.hubbub.conversation.StoreException;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Copies of a store's files, made while it is in use, and their way back.
///
/// The draft log is copied first and the database after it. A reply that ran when the log was
/// copied has all its text of then in the copy; if it ended meanwhile, the database has its
/// message. The other way round, text could be in neither.
public final class SqliteBackup {

    private static final Pattern LOG = Pattern.compile("drafts-(\\d{1,18})\\.log");
    private static final int TRIES_MAX = 100;

    private SqliteBackup() {}

    /// Whether a file of a data directory is one of the store's.
    public static boolean isStoreFile(String name) {
        return name.equals(SqliteStore.DATABASE) || LOG.matcher(name).matches();
    }

    /// Makes `into`, an empty directory, a store of its own with everything that was acknowledged
    /// before this was called. Whoever uses `directory` goes on meanwhile.
    ///
    /// @return the files that make the store
    public static List<Path> copy(Path directory, Path into) {
        Path file = directory.resolve(SqliteStore.DATABASE);
        if (!Files.exists(file)) {
            throw new StoreException(
                    "There is no store in %s; name another directory with --data."
                            .formatted(directory));
        }
        Path copy = into.resolve(SqliteStore.DATABASE);
        try {
            copyLog(directory, into);
            try (Connection connection = SqliteConnections.forCopying(file)) {
                Schema.check(connection, file);
                try (PreparedStatement vacuum = connection.prepareStatement("VACUUM INTO ?")) {
                    vacuum.setString(1, copy.toString());
                    vacuum.execute();
                }
            }
            // Puts the text of running replies together, and writes it as a log of its own.
            SqliteStore.open(into).close();
            try (Connection connection = SqliteConnections.forWriting(copy);
                    Statement statement = connection.createStatement()) {
                // It is in that log now; what lies beyond a gap would only be in the way.
                statement.executeUpdate("DELETE FROM piece");
            }
            return storeFiles(into);
        } catch (IOException | SQLException fault) {
            throw Faults.of(into, fault);
        }
    }

    /// Puts the store's files of `fresh` into a data directory that nobody uses; what was there is
    /// moved to `old`, which is made if there is anything.
    ///
    /// @throws StoreException when another process uses the directory; nothing is changed then
    public static void replace(Path data, Path fresh, Path old) {
        try (DataDirectory directory = DataDirectory.open(data)) {
            List<Path> there = everything(directory.path());
            if (!there.isEmpty()) {
                Files.createDirectories(old);
                for (Path file : there) {
                    Files.move(file, old.resolve(file.getFileName()));
                }
            }
            for (Path file : storeFiles(fresh)) {
                Files.move(file, directory.resolve(file.getFileName().toString()));
            }
            directory.sync();
        } catch (IOException fault) {
            throw Faults.of(data, fault);
        }
    }

    /// Whether a data directory has a store.
    public static boolean hasStore(Path data) {
        try {
            return Files.isDirectory(data) && !everything(data).isEmpty();
        } catch (IOException fault) {
            throw Faults.of(data, fault);
        }
    }

    private static List<Path> storeFiles(Path directory) throws IOException {
        return everything(directory).stream()
                .filter(file -> isStoreFile(file.getFileName().toString()))
                .toList();
    }

    /// The files of a store and those that SQLite keeps beside the database.
    private static List<Path> everything(Path directory) throws IOException {
        var files = new ArrayList<Path>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path file : all) {
                String name = file.getFileName().toString();
                if (isStoreFile(name) || name.startsWith(SqliteStore.DATABASE + "-")) {
                    files.add(file);
                }
            }
        }
        files.sort(null);
        return files;
    }

    /// The newest log is the truth, and may give way to a newer one at any time.
    private static void copyLog(Path directory, Path into) throws IOException {
        for (int tried = 1; ; tried++) {
            Optional<Path> newest = newestLog(directory);
            if (newest.isEmpty()) {
                return;
            }
            Path log = newest.get();
            Path copy = into.resolve(log.getFileName());
            try {
                Files.copy(log, copy);
                return;
            } catch (NoSuchFileException gaveWay) {
                Files.deleteIfExists(copy);
                if (tried == TRIES_MAX) {
                    throw gaveWay;
                }
            }
        }
    }

    private static Optional<Path> newestLog(Path directory) throws IOException {
        Path newest = null;
        long highest = -1;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "drafts-*.log")) {
            for (Path path : all) {
                Matcher name = LOG.matcher(path.getFileName().toString());
                if (name.matches() && Long.parseLong(name.group(1)) > highest) {
                    highest = Long.parseLong(name.group(1));
                    newest = path;
                }
            }
        }
        return Optional.ofNullable(newest);
    }
}
