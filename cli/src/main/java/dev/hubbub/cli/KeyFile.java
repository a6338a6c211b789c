package dev.hubbub.cli;

import dev.hubbub.server.Secret;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/// A key in a file of its own, which only its owner may read. A key is one line of text.
final class KeyFile {

    private static final int RANDOM_BYTES = 32;

    private static final Set<PosixFilePermission> OTHERS =
            PosixFilePermissions.fromString("---rwxrwx");

    private KeyFile() {}

    /// The key in a file; a new one, on disk when this returns, where there is none.
    static Secret readOrMake(Path file) {
        if (!Files.exists(file)) {
            make(file);
        }
        return read(file);
    }

    static Secret read(Path file) {
        try {
            if (isPosix()
                    && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw Failure.of(
                        "Others may read the key %s; keep it to yourself: chmod 600 %s, and if it was seen, delete it to have a new one made."
                                .formatted(file, file));
            }
            String key = Files.readString(file).strip();
            if (key.length() < Secret.KEY_BYTES_MIN) {
                throw Failure.of(
                        "The key %s has fewer than %d characters; write a longer one, or delete it to have one made."
                                .formatted(file, Secret.KEY_BYTES_MIN));
            }
            return Secret.of(key);
        } catch (NoSuchFileException absent) {
            throw Failure.of(
                    "There is no key %s; name one that is there in hubbub.auth.".formatted(file),
                    absent);
        } catch (IOException refused) {
            throw Failure.of(
                    "Hubbub cannot read the key %s; make it readable for this user."
                            .formatted(file),
                    refused);
        }
    }

    private static void make(Path file) {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String key = Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n";
        Path draft = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
        try {
            write(draft, key);
            try {
                // Whole or not at all, and never over one that another process made meanwhile.
                Files.createLink(file, draft);
            } catch (UnsupportedOperationException noLinks) {
                Files.move(draft, file);
            } finally {
                Files.deleteIfExists(draft);
            }
            if (isPosix()) {
                try (var directory = FileChannel.open(file.toAbsolutePath().getParent())) {
                    directory.force(true);
                }
            }
        } catch (FileAlreadyExistsException another) {
            // Theirs is the key, then.
        } catch (IOException refused) {
            throw Failure.of(
                    "Hubbub cannot write the key %s; make its directory writable.".formatted(file),
                    refused);
        }
    }

    private static void write(Path file, String key) throws IOException {
        FileAttribute<?>[] mine =
                isPosix()
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        Files.deleteIfExists(file);
        try (var channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        mine)) {
            var bytes = ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
