package dev.hubbub.cli;

import org.jspecify.annotations.Nullable;

/// A command cannot do what was asked. The message is one sentence that says what to do.
final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;

    private Failure(ExitCode exitCode, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.exitCode = exitCode;
    }

    /// What was asked is right, and does not work here and now.
    static Failure of(String sentence) {
        return new Failure(ExitCode.FAILURE, sentence, null);
    }

    static Failure of(String sentence, Throwable cause) {
        return new Failure(ExitCode.FAILURE, sentence, cause);
    }

    /// What was asked cannot work.
    static Failure usage(String sentence) {
        return new Failure(ExitCode.USAGE, sentence, null);
    }

    ExitCode exitCode() {
        return exitCode;
    }

    String sentence() {
        return String.valueOf(getMessage());
    }
}
