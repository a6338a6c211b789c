package dev.hubbub.cli;

import dev.hubbub.conversation.StoreException;
import dev.hubbub.server.ServerException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/// The program.
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(Surroundings.ofProcess(), arguments));
    }

    /// Does what the arguments ask and gives the exit code.
    static int run(Surroundings surroundings, String... arguments) {
        int exitCode = commandLine(surroundings).execute(arguments);
        surroundings.out().flush();
        surroundings.err().flush();
        return exitCode;
    }

    /// The commands with their options. Nothing is done and no part of the system loaded until one
    /// is executed.
    static CommandLine commandLine(Surroundings surroundings) {
        var hubbub = new HubbubCommand();
        var line = new CommandLine(hubbub);
        line.addSubcommand(new ServeCommand(surroundings, hubbub));
        line.addSubcommand(new ChatCommand(surroundings, hubbub));
        line.addSubcommand(new DoctorCommand(surroundings, hubbub));
        line.addSubcommand(new LoadCommand(surroundings, hubbub));
        line.addSubcommand(new BenchCommand(surroundings, hubbub));
        line.addSubcommand(new HelpCommand(surroundings));
        line.addSubcommand(new VersionCommand(surroundings));
        line.addSubcommand(new CompletionCommand(surroundings));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setDefaultValueProvider(new Variables(surroundings));
        line.setOut(new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8));
        line.setColorScheme(
                CommandLine.Help.defaultColorScheme(
                        surroundings.colour()
                                ? CommandLine.Help.Ansi.ON
                                : CommandLine.Help.Ansi.OFF));
        line.setParameterExceptionHandler(wrongUse(surroundings));
        line.setExecutionExceptionHandler(
                (thrown, _, _) -> failed(surroundings, hubbub.debug(), thrown));
        headings(line.getCommandSpec());
        line.getSubcommands().values().forEach(command -> headings(command.getCommandSpec()));
        return line;
    }

    private static void headings(CommandSpec command) {
        command.usageMessage()
                .parameterListHeading("%nArguments:%n")
                .optionListHeading("%nOptions:%n")
                .commandListHeading("%nCommands:%n")
                .exitCodeListHeading("%nExit codes:%n");
    }

    private static IParameterExceptionHandler wrongUse(Surroundings surroundings) {
        return (wrong, _) -> {
            String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
            surroundings.err().println("%s See: %s --help".formatted(sentence(wrong), command));
            return ExitCode.USAGE.number();
        };
    }

    private static String sentence(ParameterException wrong) {
        if (wrong instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().getFirst();
            CommandSpec spec = wrong.getCommandLine().getCommandSpec();
            boolean option = unmatched.isUnknownOption();
            String closest =
                    Spelling.closest(
                            word,
                            option ? spec.optionsMap().keySet() : spec.subcommands().keySet());
            return "There is no %s '%s'%s"
                    .formatted(
                            option ? "option" : "command",
                            word,
                            closest == null ? "." : "; did you mean %s?".formatted(closest));
        }
        String said = String.valueOf(wrong.getMessage()).strip();
        return said.endsWith(".") ? said : said + ".";
    }

    private static int failed(Surroundings surroundings, boolean debug, Exception thrown) {
        surroundings.err().println(sentence(thrown));
        if (debug) {
            thrown.printStackTrace(surroundings.err());
        }
        return exitCode(thrown).number();
    }

    private static String sentence(Exception thrown) {
        return switch (thrown) {
            case Failure failure -> failure.sentence();
            case StoreException store -> String.valueOf(store.getMessage());
            case ServerException server -> String.valueOf(server.getMessage());
            default ->
                    "Something is wrong in Hubbub itself (%s); run it again with --debug to see where."
                            .formatted(thrown);
        };
    }

    private static ExitCode exitCode(@Nullable Exception thrown) {
        return thrown instanceof Failure failure ? failure.exitCode() : ExitCode.FAILURE;
    }
}
