package dev.hubbub.server;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/// What a server holds exports and imports to.
///
/// @param bytesMax longest file that is imported
/// @param transfersMax exports and imports under way at once, over all users; a user has one at a
///   time of each
/// @param directory where files are kept while they are read; null for the system's
public record TransferLimits(long bytesMax, int transfersMax, @Nullable Path directory) {

    public static final TransferLimits DEFAULT = new TransferLimits(256L << 20, 8, null);

    public TransferLimits in(Path value) {
        return new TransferLimits(bytesMax, transfersMax, value);
    }

    public TransferLimits {
        if (bytesMax < 1 || transfersMax < 1) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
    }
}
