package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

/// Where a reply stands. The last three are final.
public enum ReplyStatus {
    CREATED,
    STREAMING,
    COMPLETED,
    STOPPED,
    FAILED;

    /// The name used outside the program.
    public String wire() {
        return switch (this) {
            case CREATED -> "created";
            case STREAMING -> "streaming";
            case COMPLETED -> "completed";
            case STOPPED -> "stopped";
            case FAILED -> "failed";
        };
    }

    /// The status of a reply that ended for this reason.
    public static ReplyStatus of(@Nullable StopReason reason) {
        return switch (reason) {
            case null -> COMPLETED;
            case END, LENGTH, FILTERED -> COMPLETED;
            case STOPPED -> STOPPED;
            case ERROR -> FAILED;
        };
    }
}
