package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

/// Where a reply stands. The last three are final.
public enum ReplyStatus {
    /// Asked for; no text yet.
    CREATED("created"),
    /// Some text; more may come.
    STREAMING("streaming"),
    /// The model said all it would.
    COMPLETED("completed"),
    /// Somebody ended it; the text so far is kept.
    STOPPED("stopped"),
    /// Something broke; the text so far is kept.
    FAILED("failed");

    private final String wire;

    ReplyStatus(String wire) {
        this.wire = wire;
    }

    /// The name used outside the program.
    public String wire() {
        return wire;
    }

    /// The status of a reply that ended for this reason; null, which imported messages may have,
    /// counts as an ordinary end.
    public static ReplyStatus of(@Nullable StopReason reason) {
        return switch (reason) {
            case null -> COMPLETED;
            case END, LENGTH, BUDGET, FILTERED -> COMPLETED;
            case STOPPED -> STOPPED;
            case ERROR -> FAILED;
        };
    }
}
