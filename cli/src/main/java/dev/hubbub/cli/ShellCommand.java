package dev.hubbub.cli;

import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.HubbubConfig;

import org.jline.terminal.Terminal;
import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/// `hubbub shell`: very many conversations from a prompt, a script or an option.
@Command(
        name = "shell",
        description = {
            "Work with very many conversations at once: start, send, broadcast, crash, watch.",
            "",
            "It runs them in this process, with no server. At a terminal it asks for commands"
                    + " until Ctrl-D; otherwise it takes them from --execute, --script or a pipe.",
            "`help` lists the commands."
        },
        sortOptions = false,
        exitCodeList = {
            "0:all commands worked, or the prompt was left",
            "1:a command failed, or a line of a script did",
            "2:it was asked in a wrong way"
        },
        footer = {
            "",
            "Examples:",
            "  hubbub shell",
            "  hubbub shell --memory --execute \"start 1000; broadcast Hello; kill 1%%\"",
            "  hubbub shell --memory --execute \"experiment fit\"",
            "  hubbub shell --script nightly.hubbub --keep-going",
            "  echo count | hubbub shell",
            "",
            "Environment:",
            "  HUBBUB_DATA, HUBBUB_STORE, HUBBUB_MODEL",
            "                     stand for the options of these names.",
            "  NO_COLOR=1         no colours. There are none where no terminal is.",
            "",
            "A script has one command a line; lines that begin with # are comments. An",
            "error is told as FILE:LINE: what is wrong. Results go to standard output,",
            "errors and how far things are to standard error."
        })
final class ShellCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final HubbubCommand hubbub;

    @Option(
            names = "--execute",
            paramLabel = "COMMANDS",
            description = "Do these, with semicolons between, and end.")
    private @Nullable String execute;

    @Option(
            names = "--script",
            paramLabel = "FILE",
            description = "Do the commands of a file, and end; - is standard input.")
    private @Nullable Path script;

    @Option(
            names = "--keep-going",
            description = "Go on after a command that failed; the exit code still tells.")
    private boolean keepGoing;

    @Option(names = "--memory", description = "Keep nothing: short for --store memory.")
    private boolean memory;

    @Mixin private final StorageOptions storage = new StorageOptions();

    ShellCommand(Surroundings surroundings, HubbubCommand hubbub) {
        this.surroundings = surroundings;
        this.hubbub = hubbub;
    }

    @Override
    public Integer call() {
        Logging.choose(hubbub.debug() ? Logging.Detail.DEBUG : Logging.Detail.QUIET);
        if (execute != null && script != null) {
            throw Failure.usage("Give --execute or --script, not both.");
        }
        DataDirectory data = storage.data(surroundings);
        Settings settings = storage.settings(surroundings);
        StoreChoice store = memory ? StoreChoice.MEMORY : storage.store(settings);
        ShellScript commands = commands();
        if (store != StoreChoice.MEMORY) {
            data.prepare();
        }
        if (commands == null || surroundings.terminal()) {
            try (Terminal terminal = ShellPrompt.terminal()) {
                return at(terminal, commands, data, store, settings).number();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
        var screen =
                new ShellScreen(
                        new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8),
                        new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8),
                        Paint.PLAIN,
                        () -> 80,
                        false,
                        true);
        try (Node.Ground ground = ground(data, store, settings);
                Hubbub opened = open(ground, settings)) {
            return commands.run(new Shell(opened, screen, surroundings), keepGoing).number();
        }
    }

    /// What to do, or null to ask for it.
    private @Nullable ShellScript commands() {
        if (execute != null) {
            return ShellScript.of(execute);
        }
        if (script != null && !script.toString().equals("-")) {
            return ShellScript.of(script);
        }
        return script == null && surroundings.terminal() ? null : ShellScript.of(surroundings.in());
    }

    private ExitCode at(
            Terminal terminal,
            @Nullable ShellScript commands,
            DataDirectory data,
            StoreChoice store,
            Settings settings) {
        ShellScreen screen = ShellPrompt.screen(terminal, Paint.of(surroundings));
        try (Node.Ground ground = ground(data, store, settings);
                Hubbub opened = open(ground, settings)) {
            var shell = new Shell(opened, screen, surroundings);
            if (commands == null) {
                boolean keeps = store != StoreChoice.MEMORY;
                ShellPrompt.run(
                        shell,
                        terminal,
                        keeps ? data.commandsFile() : null,
                        keeps ? "in " + data : "in memory, and nowhere later");
                return ExitCode.OK;
            }
            ShellPrompt.attach(shell, terminal);
            return commands.run(shell, keepGoing);
        }
    }

    /// With the store and the models of the settings, as everywhere else.
    private Node.Ground ground(DataDirectory data, StoreChoice store, Settings settings) {
        return Node.Ground.open(
                surroundings, data, settings.models(), store, storage.model(settings));
    }

    private static Hubbub open(Node.Ground ground, Settings settings) {
        return Hubbub.start(
                HubbubConfig.inStore(ground.store())
                        .withModels(ground.models())
                        .withEngine(settings.engine()));
    }
}
