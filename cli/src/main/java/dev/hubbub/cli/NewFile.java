package dev.hubbub.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// A file that gets its name when it is whole and on the disk; readable by its owner alone, where
/// the file system knows owners.
final class NewFile {

    private NewFile() {}

    interface Content {
        void write(OutputStream out) throws IOException;
    }

    /// @throws Failure when it cannot be written; what had the name before still has it then
    static void write(Path file, Content content) {
        Path target = file.toAbsolutePath();
        Path part = target.resolveSibling("." + target.getFileName() + ".part");
        try {
            Files.deleteIfExists(part);
            try (FileChannel channel =
                    FileChannel.open(
                            part,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            mine())) {
                var out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                content.write(out);
                out.flush();
                channel.force(true);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            if (isPosix()) {
                try (var directory = FileChannel.open(target.getParent())) {
                    directory.force(true);
                }
            }
        } catch (IOException refused) {
            throw Failure.of(
                    "Hubbub cannot write %s (%s); choose another place with -o."
                            .formatted(file, refused.getMessage()),
                    refused);
        } finally {
            try {
                Files.deleteIfExists(part);
            } catch (IOException harmless) {
                // It has no name that anybody would take for whole.
            }
        }
    }

    private static FileAttribute<?>[] mine() {
        return isPosix()
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
