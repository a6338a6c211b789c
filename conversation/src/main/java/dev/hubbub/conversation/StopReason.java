package dev.hubbub.conversation;

/// Why a reply has no more text.
public enum StopReason {
    /// The model had said all it wanted to.
    END("end"),
    /// The model's or our own limit on the length was reached.
    LENGTH("length"),
    /// The provider withheld the rest.
    FILTERED("content_filter"),
    /// Somebody asked for it; the text so far is kept.
    STOPPED("stopped"),
    /// A budget of tokens or money was used up; the text so far is kept.
    BUDGET("budget"),
    /// Something broke; the text so far is kept.
    ERROR("error");

    private final String wire;

    StopReason(String wire) {
        this.wire = wire;
    }

    /// The name used outside the program, in the hash of a message too.
    public String wire() {
        return wire;
    }
}
