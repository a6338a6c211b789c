package dev.hubbub.transfer;

import org.jspecify.annotations.Nullable;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// A zip as programs export it. Nothing in it is unpacked to a file, so that where its names lead
/// does not matter; and no more than so many bytes are read of it, whatever it says of itself.
final class Archive implements AutoCloseable {

    private final ZipFile zip;
    private final Map<String, ZipEntry> byName = new HashMap<>();
    private final List<ZipEntry> entries = new ArrayList<>();
    private final int fileBytesMax;
    private long left;

    /// More is in there than may be read.
    static final class TooLarge extends IOException {

        private static final long serialVersionUID = 1;

        TooLarge() {
            super("it unpacks to more than may be read");
        }
    }

    /// @throws ImportException when it is damaged or has too many files
    Archive(Path file, ImportLimits limits) {
        left = limits.unpackedBytesMax();
        fileBytesMax = limits.imageBytesMax();
        try {
            zip = new ZipFile(file.toFile());
        } catch (IOException | IllegalArgumentException damaged) {
            throw new ImportException("This zip is damaged: " + damaged.getMessage() + ".");
        }
        if (zip.size() > limits.entriesMax()) {
            close();
            throw new ImportException(
                    "This zip has more than "
                            + limits.entriesMax()
                            + " files; unpack it and take"
                            + " the conversations alone.");
        }
        zip.stream()
                .filter(entry -> !entry.isDirectory())
                .forEach(entry -> {
                    entries.add(entry);
                    byName.putIfAbsent(baseName(entry), entry);
                });
    }

    boolean has(String name) {
        return byName.containsKey(name);
    }

    /// The files that have conversations, by their names.
    List<ZipEntry> conversations() {
        List<ZipEntry> named =
                sorted(
                        entries.stream()
                                .filter(entry ->
                                        baseName(entry)
                                                .matches("conversations([-_]\\d{1,6})?\\.json"))
                                .toList());
        return named.isEmpty()
                ? sorted(
                        entries.stream()
                                .filter(entry -> {
                                    String name = baseName(entry).toLowerCase(Locale.ROOT);
                                    return name.endsWith(".json") || name.endsWith(".csv");
                                })
                                .toList())
                : named;
    }

    InputStream open(ZipEntry entry) throws IOException {
        return new Counted(zip.getInputStream(entry));
    }

    /// The bytes of a file whose name begins so, or null where there is none, or it is too long.
    byte @Nullable [] find(String nameStart) {
        for (ZipEntry entry : entries) {
            if (baseName(entry).startsWith(nameStart)) {
                try (InputStream in = open(entry)) {
                    byte[] bytes = in.readNBytes(fileBytesMax + 1);
                    return bytes.length > fileBytesMax ? null : bytes;
                } catch (IOException damaged) {
                    return null;
                }
            }
        }
        return null;
    }

    static String baseName(ZipEntry entry) {
        String name = entry.getName();
        return name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException ignored) {
            // It was only read.
        }
    }

    private static List<ZipEntry> sorted(List<ZipEntry> some) {
        return some.stream().sorted(Comparator.comparing(ZipEntry::getName)).toList();
    }

    private final class Counted extends FilterInputStream {

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (left <= 0) {
                throw new TooLarge();
            }
            int some = super.read(bytes, from, (int) Math.min(length, left));
            left -= Math.max(some, 0);
            return some;
        }
    }
}
