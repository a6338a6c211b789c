package dev.hubbub.cli;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;

/// The address of the server that runs on a data directory, which it leaves there while it runs. A
/// server that was killed leaves it behind, so the file names its process, and one whose process is
/// gone counts for nothing.
///
/// @param started when the process began, since numbers of processes are used again; the epoch
///   where the platform does not tell
record ServerAddress(URI url, long pid, Instant started) {

    static ServerAddress ofThisProcess(URI url) {
        ProcessHandle self = ProcessHandle.current();
        return new ServerAddress(url, self.pid(), startOf(self));
    }

    /// The address of the server that runs on this data directory, or null when none does.
    static @Nullable ServerAddress find(DataDirectory data) {
        Path file = data.addressFile();
        if (!Files.exists(file)) {
            return null;
        }
        try {
            ServerAddress written = read(file);
            return written != null && written.isAlive() ? written : null;
        } catch (NoSuchFileException justRemoved) {
            return null;
        } catch (IOException unreadable) {
            throw Failure.of(
                    "Hubbub cannot read %s; make it readable or choose another directory with --data."
                            .formatted(file),
                    unreadable);
        }
    }

    void leaveIn(DataDirectory data) {
        Path file = data.addressFile();
        Path draft = file.resolveSibling("address." + pid);
        try {
            Files.write(draft, List.of(url.toString(), Long.toString(pid), started.toString()));
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException refused) {
            throw Failure.of(
                    "Hubbub cannot write %s; make its directory writable or choose another with --data."
                            .formatted(file),
                    refused);
        }
    }

    /// Takes this address away, unless another server has put its own there.
    void removeFrom(DataDirectory data) {
        try {
            if (equals(read(data.addressFile()))) {
                Files.delete(data.addressFile());
            }
        } catch (IOException harmless) {
            // Left behind, it counts for nothing once this process is gone.
        }
    }

    private boolean isAlive() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> startOf(process).equals(started))
                .isPresent();
    }

    private static Instant startOf(ProcessHandle process) {
        return process.info().startInstant().orElse(Instant.EPOCH);
    }

    private static @Nullable ServerAddress read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() != 3) {
            return null;
        }
        try {
            return new ServerAddress(
                    URI.create(lines.get(0)),
                    Long.parseLong(lines.get(1)),
                    Instant.parse(lines.get(2)));
        } catch (RuntimeException notOurs) {
            return null;
        }
    }
}
