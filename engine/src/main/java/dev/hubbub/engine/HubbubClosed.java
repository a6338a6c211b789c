package dev.hubbub.engine;

/// [Hubbub] was closed before the call, or while it waited. A reply that was being made goes on at
/// the next start, where the store outlives the program.
public final class HubbubClosed extends HubbubException {

    private static final long serialVersionUID = 1;

    HubbubClosed() {
        super(
                "This Hubbub is closed; start another. What was kept is in its store, and a reply"
                        + " that was being made goes on when that store is started again.",
                null,
                null);
    }
}
