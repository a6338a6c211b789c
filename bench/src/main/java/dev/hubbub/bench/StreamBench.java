package dev.hubbub.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/// A [StreamLoad] against a server that is started for it and ended after it.
public final class StreamBench {

    private StreamBench() {}

    /// Runs the load against `program serve` over an empty directory.
    ///
    /// @param plan its address and process are not used
    /// @param parent where the server's data go for the while
    public static LoadReport run(
            LoadPlan plan, Path program, Path parent, Consumer<String> progress) {
        try (Scratch scratch = Scratch.in(parent)) {
            Path data = scratch.path().resolve("data");
            Files.createDirectory(data);
            try (ServerProcess server = ServerProcess.start(program, data, "sqlite")) {
                return StreamLoad.run(plan.against(server.url(), server.pid()), progress);
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
