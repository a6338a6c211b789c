package dev.hubbub.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/// `hubbub` itself: shows what there is.
@Command(
        name = "hubbub",
        description = "Many conversations with language models, each durable and live.",
        versionProvider = Version.class,
        exitCodeList = {"0:it worked", "1:it did not", "2:it was asked in a wrong way"},
        footer = {
            "",
            "Examples:",
            "  hubbub serve                 a server and its page on port 8080",
            "  hubbub chat                  talk in the terminal",
            "  echo hello | hubbub chat     one message, one reply",
            "  hubbub shell                 very many conversations, from a prompt",
            "  hubbub import export.zip     chats from elsewhere",
            "  hubbub backup monday.zip     everything in one file",
            "  hubbub help serve            the options of a command",
            "",
            "Environment:",
            "  HUBBUB_DATA, HUBBUB_CONFIG, HUBBUB_STORE, HUBBUB_MODEL, HUBBUB_HOST,",
            "  HUBBUB_PORT, HUBBUB_AUTH, HUBBUB_TOKEN",
            "                     stand for the options of these names, which win over",
            "                     them; HUBBUB_DEBUG=1 stands for --debug.",
            "  NO_COLOR=1         no colours."
        })
final class HubbubCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    // picocli obeys this one and --version itself.
    @SuppressWarnings("UnusedVariable")
    @Option(
            names = {"-h", "--help"},
            scope = ScopeType.INHERIT,
            usageHelp = true,
            description = "Print this and end.")
    private boolean help;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Log more, and show where a failure came from.")
    private boolean debug;

    @SuppressWarnings("UnusedVariable")
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version and end.")
    private boolean version;

    boolean debug() {
        return debug;
    }

    @Override
    public Integer call() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
        return ExitCode.OK.number();
    }
}
