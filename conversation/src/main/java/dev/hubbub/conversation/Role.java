package dev.hubbub.conversation;

/// Who speaks in a message.
public enum Role {
    SYSTEM("system"),
    USER("user"),
    ASSISTANT("assistant");

    private final String wire;

    Role(String wire) {
        this.wire = wire;
    }

    /// The name used outside the program, in the hash of a message too.
    public String wire() {
        return wire;
    }
}
