package dev.hubbub.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// The one directory that the program writes in.
record DataDirectory(Path path) {

    private static final Set<PosixFilePermission> PRIVATE =
            PosixFilePermissions.fromString("rwx------");

    DataDirectory {
        path = path.toAbsolutePath().normalize();
    }

    /// Where data is kept when nobody said where, as the platform has it.
    static Path standard(Surroundings surroundings) {
        if (surroundings.mac()) {
            return surroundings.home().resolve("Library/Application Support/Hubbub");
        }
        String shared = surroundings.variable("XDG_DATA_HOME");
        Path base =
                shared.startsWith("/")
                        ? Path.of(shared)
                        : surroundings.home().resolve(".local/share");
        return base.resolve("hubbub");
    }

    /// Makes the directory where it is missing, for this user alone, and tells the libraries that
    /// unpack native code to do it inside.
    ///
    /// @throws Failure when the program cannot write there
    DataDirectory prepare() {
        try {
            if (!Files.isDirectory(path)) {
                Files.createDirectories(path);
                if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
                    Files.setPosixFilePermissions(path, PRIVATE);
                }
            }
            Files.delete(Files.createTempFile(path, "writable", ""));
            unpackNativeCodeIn(Files.createDirectories(path.resolve("native")));
        } catch (IOException refused) {
            throw Failure.of(
                    "Hubbub cannot write in the data directory %s (%s); make it writable or choose another with --data."
                            .formatted(path, reason(refused)),
                    refused);
        }
        return this;
    }

    /// Where a running server tells its address.
    Path addressFile() {
        return path.resolve("address");
    }

    /// What was typed at the prompt of `hubbub chat`.
    Path typedFile() {
        return path.resolve("typed");
    }

    /// What was typed at the prompt of `hubbub shell`.
    Path commandsFile() {
        return path.resolve("commands");
    }

    @Override
    public String toString() {
        return path.toString();
    }

    private static void unpackNativeCodeIn(Path directory) {
        for (String property :
                new String[] {
                    "org.sqlite.tmpdir",
                    "io.netty.native.workdir",
                    "jline.tmpdir",
                    "vertx.cacheDirBase"
                }) {
            String chosen = System.getProperty(property);
            if (chosen == null || !Files.isDirectory(Path.of(chosen))) {
                System.setProperty(property, directory.toString());
            }
        }
    }

    private static String reason(IOException refused) {
        return switch (refused) {
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException exists -> exists.getFile() + " is not a directory";
            case FileSystemException other when other.getReason() != null -> other.getReason();
            default -> String.valueOf(refused.getMessage());
        };
    }
}
