package dev.hubbub.cli;

import picocli.CommandLine.Command;

import java.util.concurrent.Callable;

/// `hubbub version`.
@Command(name = "version", description = "Print which Hubbub this is, and on what it runs.")
final class VersionCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    VersionCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        for (String line : new Version().getVersion()) {
            surroundings.out().println(line);
        }
        return ExitCode.OK.number();
    }
}
