package dev.hubbub.transfer;

import java.time.Instant;
import java.util.function.IntConsumer;

/// How a file is imported.
///
/// @param dryRun only looks what an import would do
/// @param name of the file, for conversations that say no name themselves; may be empty
/// @param modified when the file was written, for messages that say no time themselves
/// @param progress hears how many conversations were read
public record ImportOptions(boolean dryRun, String name, Instant modified, IntConsumer progress) {

    public static final ImportOptions DEFAULT =
            new ImportOptions(false, "", Instant.EPOCH, _ -> {});

    public ImportOptions withDryRun(boolean value) {
        return new ImportOptions(value, name, modified, progress);
    }

    public ImportOptions withFile(String named, Instant at) {
        return new ImportOptions(dryRun, named, at, progress);
    }

    public ImportOptions withProgress(IntConsumer value) {
        return new ImportOptions(dryRun, name, modified, value);
    }
}
