package dev.hubbub.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.hubbub.store.SqliteBackup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// A whole store as one zip: its files and [#MANIFEST], which says how long each is and its
/// SHA-256.
final class BackupFile {

    static final String MANIFEST = "hubbub-backup.json";

    private static final String FORMAT = "hubbub-backup";
    private static final int VERSION = 1;
    private static final int MANIFEST_BYTES_MAX = 1 << 20;
    private static final JsonMapper JSON = new JsonMapper();

    private BackupFile() {}

    /// Backups and checks look at the files of a store, which only one kind has.
    static void requireSqlite(StorageOptions storage, Surroundings surroundings, String command) {
        if (storage.store(storage.settings(surroundings)) != StoreChoice.SQLITE) {
            throw Failure.usage(
                    "hubbub %s is for the store sqlite; files of another store are copied as they are, while no server runs."
                            .formatted(command));
        }
    }

    static void write(List<Path> files, Instant at, OutputStream out) throws IOException {
        ObjectNode manifest = JSON.createObjectNode();
        manifest.put("format", FORMAT);
        manifest.put("version", VERSION);
        manifest.put("created_at", at.toString());
        manifest.put("program", Version.number());
        manifest.put("store", StoreChoice.SQLITE.toString());
        var listed = manifest.putArray("files");
        var zip = new ZipOutputStream(out);
        for (Path file : files) {
            String name = file.getFileName().toString();
            MessageDigest sha256 = sha256();
            zip.putNextEntry(new ZipEntry(name));
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
                in.transferTo(zip);
            }
            zip.closeEntry();
            listed.addObject()
                    .put("name", name)
                    .put("bytes", Files.size(file))
                    .put("sha256", HexFormat.of().formatHex(sha256.digest()));
        }
        zip.putNextEntry(new ZipEntry(MANIFEST));
        zip.write(JSON.writeValueAsBytes(manifest));
        zip.closeEntry();
        zip.finish();
    }

    /// Unpacks a backup, each file checked against what the manifest says.
    ///
    /// @throws Failure when it is no backup, or not whole
    static void unpack(Path backup, Path into) throws IOException {
        try (var zip = new ZipFile(backup.toFile())) {
            for (JsonNode listed : manifest(backup, zip).path("files")) {
                String name = listed.path("name").asText();
                long bytes = listed.path("bytes").asLong();
                ZipEntry entry = SqliteBackup.isStoreFile(name) ? zip.getEntry(name) : null;
                if (entry == null) {
                    throw damaged(backup, "it lacks " + name);
                }
                MessageDigest sha256 = sha256();
                Path file = into.resolve(name);
                try (InputStream in = new DigestInputStream(zip.getInputStream(entry), sha256);
                        OutputStream out = Files.newOutputStream(file)) {
                    copy(in, out, bytes);
                    if (in.read() >= 0) {
                        throw damaged(backup, name + " is longer than it was");
                    }
                }
                String sum = HexFormat.of().formatHex(sha256.digest());
                if (Files.size(file) != bytes || !sum.equals(listed.path("sha256").asText())) {
                    throw damaged(backup, name + " is not what was backed up");
                }
            }
        } catch (java.util.zip.ZipException notZip) {
            throw damaged(backup, String.valueOf(notZip.getMessage()));
        }
    }

    private static JsonNode manifest(Path backup, ZipFile zip) throws IOException {
        ZipEntry entry = zip.getEntry(MANIFEST);
        if (entry == null) {
            throw Failure.of(
                    "%s is no backup of Hubbub; chats come in with hubbub import."
                            .formatted(backup));
        }
        byte[] bytes;
        try (InputStream in = zip.getInputStream(entry)) {
            bytes = in.readNBytes(MANIFEST_BYTES_MAX);
        }
        JsonNode manifest =
                ServerApi.json(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
        if (!manifest.path("format").asText().equals(FORMAT)
                || manifest.path("version").asInt() != VERSION) {
            throw Failure.of(
                    "%s was made by another version of Hubbub; restore it with that one."
                            .formatted(backup));
        }
        return manifest;
    }

    private static void copy(InputStream in, OutputStream out, long bytes) throws IOException {
        byte[] some = new byte[1 << 16];
        long left = bytes;
        while (left > 0) {
            int read = in.read(some, 0, (int) Math.min(some.length, left));
            if (read < 0) {
                return;
            }
            out.write(some, 0, read);
            left -= read;
        }
    }

    private static Failure damaged(Path backup, String why) {
        return Failure.of(
                "The backup %s is damaged (%s); nothing was changed, take another one."
                        .formatted(backup, why));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException harmless) {
            // A temporary directory with a name of its own.
        }
    }
}
