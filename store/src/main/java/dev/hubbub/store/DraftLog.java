package dev.hubbub.store;

import dev.hubbub.conversation.Draft;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/// The text of running replies, on disk as it comes: a file `drafts-<n>.log` to which pieces are
/// appended and forced, some hundred times cheaper than rows of a database.
///
/// The file begins with [#MAGIC]. A record is, big-endian: the length of what follows the checksum
/// (4 bytes), CRC32C of that (4), the conversation's key in the database (8), turn (8), the UTF-16
/// offset of the text in its reply (4), the text in UTF-8. A record that is cut off or does not
/// match its checksum ends the file: it was being written when the process or the machine died, so
/// nobody was told that it is kept.
///
/// The log does not know which replies run; it is told, and [#rewrite] makes a new file with the
/// text of those and nothing else, under the next number. That happens when a store opens, when the
/// file has outgrown both [#SEGMENT_BYTES_MAX] and what was worth keeping in it several times over,
/// and after a failed write. The new file gets its name when it is whole and on stable storage, so
/// that the one with the highest number is always the truth and others are litter.
///
/// For one thread at a time.
final class DraftLog implements AutoCloseable {

    static final long SEGMENT_BYTES_MAX = 64L << 20;

    /// A rewrite copies at most one byte for this many that were appended.
    private static final int GROWTH_MIN = 4;

    private static final byte[] MAGIC = "hubbub drafts 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD_BYTES = Integer.BYTES + Integer.BYTES;
    private static final int FIXED_BYTES = Long.BYTES + Long.BYTES + Integer.BYTES;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final Pattern NAME = Pattern.compile("drafts-(\\d{1,18})\\.log(\\.new)?");
    private static final Logger LOG = LoggerFactory.getLogger(DraftLog.class);

    /// Opens the file of a new segment; tests give one that fails.
    interface Disk {
        FileChannel open(Path file) throws IOException;
    }

    /// Is given the pieces of a file, in order.
    interface Sink {
        void piece(long key, long turn, int fromChar, String text);
    }

    /// The text of one running reply.
    record Entry(long key, long turn, Draft draft) {}

    private final DataDirectory directory;
    private final long segmentBytesMax;
    private final Disk disk;
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private @Nullable FileChannel file;
    private long number;
    private long position;
    private long rewriteAtBytes;
    private boolean broken = true;

    /// A log that can be read, and written after the first [#rewrite].
    DraftLog(DataDirectory directory, long segmentBytesMax, Disk disk) {
        this.directory = directory;
        this.segmentBytesMax = segmentBytesMax;
        this.disk = disk;
    }

    /// Gives the sink everything that is whole in the newest file.
    void read(Sink sink) throws IOException {
        var files = new TreeMap<Long, Path>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory.path(), "drafts-*")) {
            for (Path path : all) {
                Matcher name = NAME.matcher(path.getFileName().toString());
                if (name.matches()) {
                    number = Math.max(number, Long.parseLong(name.group(1)));
                    if (name.group(2) == null) {
                        files.put(Long.valueOf(name.group(1)), path);
                    }
                }
            }
        }
        if (!files.isEmpty()) {
            read(files.lastEntry().getValue(), sink);
        }
    }

    /// Whether [#rewrite] must come before anything else is added.
    boolean wantsRewrite() {
        return broken || position >= rewriteAtBytes;
    }

    /// Adds a piece; it is on stable storage after the next [#force].
    void add(long key, long turn, int fromChar, String text) throws IOException {
        boolean done = false;
        try {
            put(open(), key, turn, fromChar, text);
            done = true;
        } finally {
            broken |= !done;
        }
    }

    /// Puts what was added since the last time on stable storage, all or, when this throws, none of
    /// it: the file is cut back to what it was, and if even that fails, the log is not written
    /// before a [#rewrite] has made a file without it.
    void force() throws IOException {
        boolean done = false;
        try {
            FileChannel out = open();
            flush(out);
            out.force(false);
            position = out.position();
            done = true;
        } finally {
            if (!done) {
                abandon();
            }
        }
    }

    /// Forgets what was added since the last [#force].
    void abandon() {
        broken = true;
        buffer.clear();
        FileChannel out = file;
        if (out != null && out.isOpen()) {
            try {
                out.truncate(position);
            } catch (IOException fault) {
                LOG.warn("The draft log could not be cut back; it will be written anew.", fault);
            }
        }
    }

    /// Makes a new file of these texts alone and removes the others.
    void rewrite(Collection<Entry> entries) throws IOException {
        broken = true;
        buffer.clear();
        closeFile();
        number++;
        Path name = directory.resolve("drafts-" + number + ".log");
        Path fresh = directory.resolve(name.getFileName() + ".new");
        FileChannel out = disk.open(fresh);
        file = out;
        out.truncate(0);
        buffer.put(MAGIC);
        for (Entry entry : entries) {
            if (entry.draft().length() > 0) {
                put(out, entry.key(), entry.turn(), 0, entry.draft().text());
            }
        }
        flush(out);
        out.force(true);
        position = out.position();
        Files.move(fresh, name, StandardCopyOption.ATOMIC_MOVE);
        directory.sync();
        rewriteAtBytes = Math.max(segmentBytesMax, GROWTH_MIN * position);
        removeAllBut(name);
        broken = false;
    }

    @Override
    public void close() {
        broken = true;
        closeFile();
    }

    private void put(FileChannel out, long key, long turn, int fromChar, String text)
            throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int bytes = HEAD_BYTES + FIXED_BYTES + utf8.length;
        if (bytes > buffer.remaining()) {
            flush(out);
        }
        boolean large = bytes > buffer.capacity();
        ByteBuffer into = large ? ByteBuffer.allocate(bytes) : buffer;
        int start = into.position();
        into.position(start + HEAD_BYTES);
        into.putLong(key).putLong(turn).putInt(fromChar).put(utf8);
        crc.reset();
        crc.update(into.limit(into.position()).position(start + HEAD_BYTES));
        into.limit(into.capacity());
        into.putInt(start, FIXED_BYTES + utf8.length);
        into.putInt(start + Integer.BYTES, (int) crc.getValue());
        if (large) {
            write(out, into.flip());
        }
    }

    private void flush(FileChannel out) throws IOException {
        write(out, buffer.flip());
        buffer.clear();
    }

    private static void write(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private void read(Path path, Sink sink) throws IOException {
        long size = Files.size(path);
        long whole = 0;
        try (var in =
                new DataInputStream(
                        new BufferedInputStream(Files.newInputStream(path), BUFFER_BYTES))) {
            if (Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                whole = MAGIC.length;
                long length = readRecord(in, size - whole, sink);
                while (length > 0) {
                    whole += length;
                    length = readRecord(in, size - whole, sink);
                }
            }
        }
        if (whole < size) {
            LOG.warn(
                    "The last {} bytes of {} were not wholly written and are left out.",
                    size - whole,
                    path);
        }
    }

    /// @return its length in bytes, 0 when there is no whole record
    private long readRecord(DataInputStream in, long bytesLeft, Sink sink) throws IOException {
        if (bytesLeft < HEAD_BYTES + FIXED_BYTES) {
            return 0;
        }
        int length = in.readInt();
        int sum = in.readInt();
        if (length < FIXED_BYTES || length > bytesLeft - HEAD_BYTES) {
            return 0;
        }
        byte[] content = in.readNBytes(length);
        crc.reset();
        crc.update(content);
        if (content.length < length || (int) crc.getValue() != sum) {
            return 0;
        }
        ByteBuffer fields = ByteBuffer.wrap(content);
        sink.piece(
                fields.getLong(),
                fields.getLong(),
                fields.getInt(),
                StandardCharsets.UTF_8.decode(fields).toString());
        return HEAD_BYTES + (long) length;
    }

    private void removeAllBut(Path kept) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory.path(), "drafts-*")) {
            for (Path path : all) {
                if (!path.equals(kept) && NAME.matcher(path.getFileName().toString()).matches()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    private FileChannel open() throws IOException {
        if (file == null || broken) {
            throw new IOException("the draft log is to be written anew first");
        }
        return file;
    }

    private void closeFile() {
        FileChannel out = file;
        file = null;
        if (out != null) {
            try {
                out.close();
            } catch (IOException ignored) {
                // What was promised has been forced.
            }
        }
    }
}
