package dev.hubbub.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// Appends to files, each with one wait for the disk. What a failed append left behind is cut off
/// before anything else is written. For one thread at a time.
final class CsvLog {

    private final DraftLog.Disk disk;

    /// Files with remains of an append that failed, and the lengths that they should have.
    private final Map<Path, Long> torn = new HashMap<>();

    CsvLog(DraftLog.Disk disk) {
        this.disk = disk;
    }

    /// Whether it is unknown what the disk has.
    boolean isUncertain() {
        return !torn.isEmpty();
    }

    /// Adds to the ends of files; on return all of it is on stable storage.
    ///
    /// @param header what a new file begins with
    /// @throws IOException when nothing, or some of it, is there; it is cut off, now or later
    void append(Map<Path, byte[]> additions, byte[] header) throws IOException {
        repair();
        var lengths = new LinkedHashMap<Path, Long>();
        var made = new HashSet<Path>();
        try {
            for (Map.Entry<Path, byte[]> addition : additions.entrySet()) {
                Path file = addition.getKey();
                try (FileChannel channel = disk.open(file)) {
                    long length = channel.size();
                    lengths.put(file, length);
                    channel.position(length);
                    if (length == 0) {
                        made.add(directory(file));
                        write(channel, header);
                    }
                    write(channel, addition.getValue());
                    channel.force(true);
                }
            }
            for (Path directory : made) {
                DataDirectory.sync(directory);
            }
        } catch (IOException fault) {
            torn.putAll(lengths);
            try {
                repair();
            } catch (IOException again) {
                fault.addSuppressed(again);
            }
            throw fault;
        }
    }

    /// Writes a file that is there whole or as it was before, in its directory too.
    void replace(Path file, byte[] content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = disk.open(fresh)) {
            channel.truncate(0);
            channel.position(0);
            write(channel, content);
            channel.force(true);
        }
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        DataDirectory.sync(directory(file));
    }

    /// Cuts a file off.
    void cut(Path file, long length) throws IOException {
        torn.put(file, length);
        repair();
    }

    void repair() throws IOException {
        for (Map.Entry<Path, Long> one : Map.copyOf(torn).entrySet()) {
            try (FileChannel channel = disk.open(one.getKey())) {
                channel.truncate(one.getValue());
                channel.force(true);
            }
            torn.remove(one.getKey());
        }
    }

    private static Path directory(Path file) {
        return Objects.requireNonNull(
                file.toAbsolutePath().getParent(), "a file is in a directory");
    }

    private static void write(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }
}
