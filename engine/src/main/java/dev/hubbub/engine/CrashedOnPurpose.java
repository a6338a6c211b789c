package dev.hubbub.engine;

/// What [ToPartition.Care#CRASH] throws into a conversation.
final class CrashedOnPurpose extends RuntimeException {

    private static final long serialVersionUID = 1;

    /// Without a stack, which would say nothing and cost the most.
    CrashedOnPurpose() {
        super("crashed on purpose", null, false, false);
    }
}
