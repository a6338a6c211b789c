package dev.hubbub.cli;

import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.HubbubConfig;
import dev.hubbub.model.Models;

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
        if (commands == null || surroundings.terminal()) {
            data.prepare();
            try (Terminal terminal = ShellPrompt.terminal()) {
                return at(terminal, commands, data, store, settings).number();
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
        if (store != StoreChoice.MEMORY) {
            data.prepare();
        }
        var screen =
                new ShellScreen(
                        new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8),
                        new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8),
                        Paint.PLAIN,
                        () -> 80,
                        false,
                        true);
        try (ConversationStore files = files(data, store);
                Hubbub opened = open(data, store, files, settings)) {
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
        try (ConversationStore files = files(data, store);
                Hubbub opened = open(data, store, files, settings)) {
            var shell = new Shell(opened, screen, surroundings);
            if (commands == null) {
                String place =
                        store == StoreChoice.MEMORY ? "in memory, and nowhere later" : "in " + data;
                ShellPrompt.run(shell, terminal, data.commandsFile(), place);
                return ExitCode.OK;
            }
            ShellPrompt.attach(shell, terminal);
            return commands.run(shell, keepGoing);
        }
    }

    /// The store that the library does not open by itself; null for the others.
    private static @Nullable ConversationStore files(DataDirectory data, StoreChoice store) {
        return store == StoreChoice.CSV ? Node.open(store, data) : null;
    }

    private Hubbub open(
            DataDirectory data,
            StoreChoice store,
            @Nullable ConversationStore files,
            Settings settings) {
        HubbubConfig config;
        if (files != null) {
            config = HubbubConfig.inStore(files);
        } else {
            config =
                    store == StoreChoice.MEMORY
                            ? HubbubConfig.inMemory()
                            : HubbubConfig.inDirectory(data.path());
        }
        // With the same default, and the same sentence for one that is not there, as elsewhere.
        try (Models models =
                Node.models(surroundings, settings.models(), storage.model(settings))) {
            return Hubbub.start(
                    config.withEngine(settings.engine())
                            .withDefaultModel(models.defaultModel().value()));
        }
    }
}
