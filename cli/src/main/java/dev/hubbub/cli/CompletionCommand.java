package dev.hubbub.cli;

import org.jspecify.annotations.Nullable;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.Objects;
import java.util.concurrent.Callable;

/// `hubbub completion`.
@Command(
        name = "completion",
        description = "Print a script that completes commands and options in bash and zsh.",
        footer = {"", "Example, for ~/.bashrc or ~/.zshrc:", "  source <(hubbub completion)"})
final class CompletionCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Spec private @Nullable CommandSpec spec;

    CompletionCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        CommandSpec root = Objects.requireNonNull(spec, "picocli injects it").root();
        surroundings.out().print(AutoComplete.bash("hubbub", root.commandLine()));
        return ExitCode.OK.number();
    }
}
