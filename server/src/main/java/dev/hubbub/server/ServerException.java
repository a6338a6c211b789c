package dev.hubbub.server;

import org.jspecify.annotations.Nullable;

/// The server cannot start. The message is one sentence that says what to do.
public final class ServerException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ServerException(String message) {
        super(message);
    }

    ServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
