package dev.hubbub.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.Objects;
import java.util.concurrent.Callable;

/// `hubbub help`.
@Command(name = "help", description = "Print what a command does, and its options.")
final class HelpCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Parameters(
            paramLabel = "COMMAND",
            arity = "0..1",
            description = "Which command. Without it, what commands there are.")
    private @Nullable String command;

    @Spec private @Nullable CommandSpec spec;

    HelpCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        CommandLine all = Objects.requireNonNull(spec, "picocli injects it").root().commandLine();
        CommandLine asked = command == null ? all : all.getSubcommands().get(command);
        if (asked == null) {
            throw Failure.usage("There is no command '%s'. See: hubbub --help".formatted(command));
        }
        asked.usage(surroundings.out());
        return ExitCode.OK.number();
    }
}
