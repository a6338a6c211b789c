package dev.hubbub.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// A directory that is gone with everything in it when it is closed.
record Scratch(Path path) implements AutoCloseable {

    /// Makes one in a directory, on the disk that is to be measured.
    static Scratch in(Path parent) {
        try {
            return new Scratch(Files.createTempDirectory(parent, "hubbub-bench-"));
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
