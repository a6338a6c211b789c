package dev.hubbub.cli;

/// How the program tells another program what became of it.
enum ExitCode {
    OK(0),
    FAILURE(1),
    USAGE(2),
    /// A second Ctrl-C, while the first was being obeyed: 128 and the number of SIGINT.
    INTERRUPTED(130);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
