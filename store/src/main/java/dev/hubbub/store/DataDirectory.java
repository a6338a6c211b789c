package dev.hubbub.store;

import dev.hubbub.conversation.StoreException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A directory that one process at a time keeps its files in, readable by their owner alone where
/// the file system knows owners. The file `lock` is locked as long as this is open and holds the
/// number of the process.
final class DataDirectory implements AutoCloseable {

    private static final int PID_BYTES_MAX = 20;

    /// What this process has open. A second look at a lock file from inside the process that holds
    /// it would, when closed, let go of the lock: so POSIX has it.
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /// Makes the directory if need be, and locks it.
    ///
    /// @throws StoreException when it cannot be made, written, or is used by another process
    static DataDirectory open(Path directory) {
        Path path = make(directory);
        if (!OPEN.add(path)) {
            throw used(path, Long.toString(ProcessHandle.current().pid()));
        }
        FileChannel lockFile = null;
        try {
            lockFile = openPrivate(path.resolve("lock"));
            FileLock lock = lockFile.tryLock();
            if (lock == null) {
                throw used(path, read(lockFile));
            }
            byte[] pid =
                    Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
            lockFile.truncate(0);
            lockFile.write(ByteBuffer.wrap(pid), 0);
            return new DataDirectory(path, lockFile);
        } catch (IOException | RuntimeException fault) {
            closeQuietly(lockFile);
            OPEN.remove(path);
            throw Faults.of(path, fault);
        }
    }

    Path path() {
        return path;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /// Opens a file for reading and writing, made for its owner alone when it is not there.
    static FileChannel openPrivate(Path file) throws IOException {
        Set<OpenOption> options =
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        return FileChannel.open(file, options, modes(file, "rw-------"));
    }

    /// Makes names that were added, changed or removed in here outlive a power failure, where the
    /// system can: Windows opens no directories, and needs it less.
    void sync() throws IOException {
        sync(path);
    }

    /// The same for a directory in here.
    static void sync(Path path) throws IOException {
        if (isPosix(path)) {
            try (FileChannel names = FileChannel.open(path, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    @Override
    public void close() {
        closeQuietly(lockFile);
        OPEN.remove(path);
    }

    static Path make(Path directory) {
        try {
            Path absolute = directory.toAbsolutePath();
            if (!Files.isDirectory(absolute)) {
                Path above = absolute.getParent();
                if (above != null) {
                    Files.createDirectories(above);
                }
                Files.createDirectory(absolute, modes(absolute, "rwx------"));
            }
            return absolute.toRealPath();
        } catch (FileAlreadyExistsException fault) {
            throw new StoreException(
                    directory + " is not a directory; choose another --data.", fault);
        } catch (IOException fault) {
            throw Faults.of(directory, fault);
        }
    }

    private static FileAttribute<?>[] modes(Path path, String modes) {
        return isPosix(path)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(modes))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static StoreException used(Path path, String pid) {
        return new StoreException(
                "The data directory %s is used by another Hubbub process (pid %s); stop it or choose another --data."
                        .formatted(path, pid));
    }

    private static String read(FileChannel lockFile) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(PID_BYTES_MAX);
        lockFile.read(pid, 0);
        String text = StandardCharsets.UTF_8.decode(pid.flip()).toString().strip();
        return text.isEmpty() ? "unknown" : text;
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException ignored) {
                // Nothing was written that matters, and the system lets go of it in any case.
            }
        }
    }
}
