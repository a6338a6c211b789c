package dev.hubbub.cli;

import dev.hubbub.conversation.StoreException;
import dev.hubbub.server.ServerException;

import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// The program.
public final class Main {

    /// In the order in which help lists them.
    private static final List<String> COMMANDS =
            List.of(
                    "serve",
                    "chat",
                    "shell",
                    "models",
                    "doctor",
                    "token",
                    "export",
                    "import",
                    "verify",
                    "backup",
                    "restore",
                    "load",
                    "bench",
                    "help",
                    "version",
                    "completion");

    private static final Set<String> ALONE =
            Set.of(
                    "serve", "chat", "shell", "models", "doctor", "token", "export", "import",
                    "verify", "backup", "restore", "version");

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(Surroundings.ofProcess(), arguments));
    }

    /// Does what the arguments ask and gives the exit code.
    static int run(Surroundings surroundings, String... arguments) {
        // Reading the options of a command takes a hundredth of a second; those that need not know
        // the other commands do without.
        boolean alone = arguments.length > 0 && ALONE.contains(arguments[0]);
        CommandLine line =
                alone
                        ? commandLine(surroundings, List.of(arguments[0]))
                        : commandLine(surroundings);
        try {
            return line.execute(arguments);
        } catch (Error broken) {
            // picocli leaves these to us: native code that cannot be loaded, no memory left.
            return failed(surroundings, Arrays.asList(arguments).contains("--debug"), broken);
        } finally {
            surroundings.out().flush();
            surroundings.err().flush();
        }
    }

    /// All the commands with their options. Nothing is done and no part of the system loaded until
    /// one is executed.
    static CommandLine commandLine(Surroundings surroundings) {
        return commandLine(surroundings, COMMANDS);
    }

    static CommandLine commandLine(Surroundings surroundings, List<String> commands) {
        var hubbub = new HubbubCommand();
        var line = new CommandLine(hubbub);
        for (String command : commands) {
            line.addSubcommand(command(command, surroundings, hubbub));
        }
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

    private static Object command(String name, Surroundings surroundings, HubbubCommand hubbub) {
        return switch (name) {
            case "serve" -> new ServeCommand(surroundings, hubbub);
            case "chat" -> new ChatCommand(surroundings, hubbub);
            case "shell" -> new ShellCommand(surroundings, hubbub);
            case "models" -> new ModelsCommand(surroundings, hubbub);
            case "doctor" -> new DoctorCommand(surroundings, hubbub);
            case "token" -> new TokenCommand(surroundings, hubbub);
            case "export" -> new ExportCommand(surroundings, hubbub);
            case "import" -> new ImportCommand(surroundings, hubbub);
            case "verify" -> new VerifyCommand(surroundings, hubbub);
            case "backup" -> new BackupCommand(surroundings, hubbub);
            case "restore" -> new RestoreCommand(surroundings, hubbub);
            case "load" -> new LoadCommand(surroundings, hubbub);
            case "bench" -> new BenchCommand(surroundings, hubbub);
            case "help" -> new HelpCommand(surroundings);
            case "version" -> new VersionCommand(surroundings);
            case "completion" -> new CompletionCommand(surroundings);
            default -> throw new IllegalArgumentException(name);
        };
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

    private static int failed(Surroundings surroundings, boolean debug, Throwable thrown) {
        surroundings.err().println(sentence(thrown));
        if (debug) {
            thrown.printStackTrace(surroundings.err());
        }
        return exitCode(thrown).number();
    }

    private static String sentence(Throwable thrown) {
        return switch (thrown) {
            case Failure failure -> failure.sentence();
            case StoreException store -> String.valueOf(store.getMessage());
            case ServerException server -> String.valueOf(server.getMessage());
            default ->
                    "Something is wrong in Hubbub itself (%s); run it again with --debug to see where."
                            .formatted(thrown);
        };
    }

    private static ExitCode exitCode(Throwable thrown) {
        return thrown instanceof Failure failure ? failure.exitCode() : ExitCode.FAILURE;
    }
}
