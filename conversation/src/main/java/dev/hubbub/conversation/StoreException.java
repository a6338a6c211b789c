package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

/// The store cannot do what was asked. The message is one sentence that a person can act on.
public final class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
