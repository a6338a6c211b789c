package dev.hubbub.store;

import dev.hubbub.conversation.StoreException;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;

/// What went wrong beneath a store, as one sentence that a person can act on.
final class Faults {

    private static final int SQLITE_PERM = 3;
    private static final int SQLITE_BUSY = 5;
    private static final int SQLITE_LOCKED = 6;
    private static final int SQLITE_READONLY = 8;
    private static final int SQLITE_IOERR = 10;
    private static final int SQLITE_CORRUPT = 11;
    private static final int SQLITE_FULL = 13;
    private static final int SQLITE_CANTOPEN = 14;
    private static final int SQLITE_NOTADB = 26;

    private Faults() {}

    /// @param place the directory or file that was worked on
    static StoreException of(Path place, Exception fault) {
        return switch (fault) {
            case StoreException already -> already;
            case SQLiteException sqlite -> ofSqlite(place, sqlite);
            case AccessDeniedException _ -> unwritable(place, fault);
            case ReadOnlyFileSystemException _ -> unwritable(place, fault);
            case Exception _ when isFull(fault) -> full(place, fault);
            case Exception _ ->
                    new StoreException(
                            "Hubbub could not read or write in %s: %s; check the disk and try again."
                                    .formatted(place, reason(fault)),
                            fault);
        };
    }

    static StoreException damaged(Path file, @Nullable Exception fault) {
        return new StoreException(
                "%s is damaged or not a Hubbub database; it was left as it is: restore it from a backup or choose another --data."
                        .formatted(file),
                fault);
    }

    private static StoreException ofSqlite(Path place, SQLiteException fault) {
        // An extended code has the primary one in its last byte.
        return switch (fault.getResultCode().code & 0xff) {
            case SQLITE_CORRUPT, SQLITE_NOTADB -> damaged(place, fault);
            case SQLITE_FULL -> full(place, fault);
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_CANTOPEN -> unwritable(place, fault);
            case SQLITE_BUSY, SQLITE_LOCKED ->
                    new StoreException(
                            "Another program is writing to %s; close it and try again."
                                    .formatted(place),
                            fault);
            case SQLITE_IOERR ->
                    new StoreException(
                            "The disk failed under %s; check it and restart Hubbub."
                                    .formatted(place),
                            fault);
            default ->
                    new StoreException(
                            "The database in %s refused: %s; run hubbub doctor."
                                    .formatted(place, reason(fault)),
                            fault);
        };
    }

    private static StoreException full(Path place, Exception fault) {
        return new StoreException(
                "The disk that holds %s is full; free some space and try again.".formatted(place),
                fault);
    }

    private static StoreException unwritable(Path place, Exception fault) {
        return new StoreException(
                "Hubbub may not write in %s; make it writable or choose another --data."
                        .formatted(place),
                fault);
    }

    /// The JDK has no type for a full disk; these are the words of Linux, macOS and Windows.
    private static boolean isFull(Exception fault) {
        String reason = reason(fault).toLowerCase(Locale.ROOT);
        return reason.contains("no space left")
                || reason.contains("disk quota")
                || reason.contains("not enough space");
    }

    private static String reason(Exception fault) {
        String message = fault.getMessage();
        return message == null ? fault.getClass().getSimpleName() : message;
    }
}
