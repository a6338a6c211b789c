package dev.hubbub.engine;

/// The calling thread was interrupted while it waited; its interrupt flag is set again. Only the
/// waiting ended: what was asked goes on, and its outcome is in the conversation.
public final class CallInterrupted extends HubbubException {

    private static final long serialVersionUID = 1;

    CallInterrupted() {
        super(
                "Interrupted while waiting for Hubbub. What was asked goes on; see the"
                        + " conversation's history, or stop it.",
                null,
                null);
    }
}
