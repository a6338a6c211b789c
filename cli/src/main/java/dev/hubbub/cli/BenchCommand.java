package dev.hubbub.cli;

import dev.hubbub.bench.CommitBench;
import dev.hubbub.bench.EngineBench;
import dev.hubbub.bench.LoadReport;
import dev.hubbub.bench.Machine;
import dev.hubbub.bench.StartBench;
import dev.hubbub.bench.StreamBench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/// `hubbub bench`: measures Hubbub on this machine.
@Command(
        name = "bench",
        description = "Measure Hubbub on this machine; prints tables in Markdown.",
        sortOptions = false,
        exitCodeList = {"0:it worked", "1:it did not", "2:it was asked in a wrong way"},
        footer = {
            "",
            "streams   starts a server and has it stream very many replies at once;",
            "          the options of `hubbub load` say how many",
            "commit    what making tokens durable costs, beside a bare append and fsync",
            "start     from the command to ready, and to the first token",
            "engine    what very many conversations in one process cost: starting and keeping",
            "          them, a message to each, and bringing back one in a hundred that crashed",
            "",
            "Examples:",
            "  hubbub bench start commit",
            "  hubbub bench streams --conversations 1000 --seconds 10",
            "  hubbub bench engine --n 1000000 --store memory --json"
        })
final class BenchCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final HubbubCommand hubbub;

    /// What can be measured.
    enum Subject {
        STREAMS,
        COMMIT,
        START,
        ENGINE
    }

    @Parameters(
            paramLabel = "WHAT",
            arity = "1..*",
            description = "streams, commit, start or engine; see below.")
    private List<Subject> subjects = List.of();

    @Option(
            names = "--program",
            paramLabel = "FILE",
            description = {"The command that starts a server.", "Default: ./hubbub."})
    private Path program = Path.of("hubbub");

    @Option(
            names = "--scratch",
            paramLabel = "DIR",
            description = {
                "Where data go for the while; its disk is what is measured.",
                "Default: the system's directory for such."
            })
    private Path scratch = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(
            names = "--n",
            paramLabel = "COUNT",
            description = {"engine: how many conversations, at least 100.", "Default: 100000."})
    private int n = 100_000;

    @Option(
            names = "--store",
            paramLabel = "STORE",
            description = {"engine: keep them in memory or in sqlite.", "Default: memory."})
    private EngineBench.Store store = EngineBench.Store.MEMORY;

    @Option(names = "--json", description = "engine: print one JSON object instead of a table.")
    private boolean json;

    @Mixin private final LoadOptions load = new LoadOptions();

    BenchCommand(Surroundings surroundings, HubbubCommand hubbub) {
        this.surroundings = surroundings;
        this.hubbub = hubbub;
    }

    @Override
    public Integer call() {
        Logging.choose(hubbub.debug() ? Logging.Detail.DEBUG : Logging.Detail.SERVING);
        if (!Files.isDirectory(scratch)) {
            throw Failure.usage("There is no directory %s.".formatted(scratch));
        }
        boolean starts = subjects.contains(Subject.STREAMS) || subjects.contains(Subject.START);
        if (starts && !Files.isExecutable(program)) {
            throw Failure.usage(
                    "%s cannot be run; say with --program what starts a server."
                            .formatted(program));
        }
        if (n < EngineBench.CONVERSATIONS_MIN) {
            throw Failure.usage(
                    "--n is at least %d, not %d; so that one in a hundred can crash."
                            .formatted(EngineBench.CONVERSATIONS_MIN, n));
        }
        if (json && !subjects.equals(List.of(Subject.ENGINE))) {
            throw Failure.usage("--json is for `hubbub bench engine` alone.");
        }
        PrintStream out = surroundings.out();
        if (json) {
            out.println(EngineBench.run(n, store, scratch, this::tell).json());
            return ExitCode.OK.number();
        }
        out.println(Machine.sentence());
        boolean whole = true;
        for (Subject subject : subjects) {
            out.println();
            switch (subject) {
                case STREAMS -> {
                    LoadReport report =
                            StreamBench.run(
                                    load.plan(URI.create("http://127.0.0.1"), 0),
                                    program,
                                    scratch,
                                    this::tell);
                    whole &= report.isWhole();
                    out.print(report.table());
                }
                case COMMIT -> out.print(CommitBench.run(scratch, this::tell));
                case START -> out.print(StartBench.run(program, scratch, this::tell));
                case ENGINE -> out.print(EngineBench.run(n, store, scratch, this::tell).table());
            }
        }
        return (whole ? ExitCode.OK : ExitCode.FAILURE).number();
    }

    private void tell(String progress) {
        surroundings.err().println(progress);
    }
}
