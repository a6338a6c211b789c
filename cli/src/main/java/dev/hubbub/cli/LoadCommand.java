package dev.hubbub.cli;

import dev.hubbub.bench.LoadReport;
import dev.hubbub.bench.StreamLoad;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/// `hubbub load`: puts a load on a server that runs.
@Command(
        name = "load",
        description = {
            "Put a load on a running server: very many replies at once.",
            "It measures the time of every token from the model to a viewer, and checks that"
                    + " nothing is lost or comes twice."
        },
        sortOptions = false,
        exitCodeList = {
            "0:everything came, once",
            "1:something was lost, or the server does not answer",
            "2:it was asked in a wrong way"
        },
        footer = {
            "",
            "Examples:",
            "  hubbub load --conversations 100",
            "  hubbub load --url http://127.0.0.1:8081 --seconds 10 --json found.json",
            "",
            "Use a server that may keep what it is sent. Run the load on the server's own",
            "machine: they must have one clock."
        })
final class LoadCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final HubbubCommand hubbub;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = {"The server.", "Default: http://127.0.0.1:8080."})
    private URI url = URI.create("http://127.0.0.1:8080");

    @Mixin private final TokenOption token = new TokenOption();

    @Mixin private final LoadOptions load = new LoadOptions();

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "The server's process: tells its processor time and memory (Linux).")
    private long pid;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write what was found to a file, too.")
    private @Nullable Path json;

    LoadCommand(Surroundings surroundings, HubbubCommand hubbub) {
        this.surroundings = surroundings;
        this.hubbub = hubbub;
    }

    @Override
    public Integer call() {
        Logging.choose(hubbub.debug() ? Logging.Detail.DEBUG : Logging.Detail.SERVING);
        if (url.getHost() == null) {
            throw Failure.usage(
                    "'%s' is no address of a server; give one such as http://127.0.0.1:8080."
                            .formatted(url));
        }
        try {
            LoadReport report =
                    StreamLoad.run(load.plan(url, pid), token.value(), surroundings.err()::println);
            surroundings.out().print(report.table());
            if (json != null) {
                Files.writeString(json, report.json() + "\n");
            }
            return (report.isWhole() ? ExitCode.OK : ExitCode.FAILURE).number();
        } catch (IllegalStateException failed) {
            throw Failure.of(
                    "The load on %s failed: %s".formatted(url, failed.getMessage()), failed);
        } catch (IOException refused) {
            throw Failure.of("%s cannot be written.".formatted(json), refused);
        }
    }
}
