package dev.hubbub.cli;

import dev.hubbub.bench.CommitBench;
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
            "",
            "Examples:",
            "  hubbub bench start commit",
            "  hubbub bench streams --conversations 1000 --seconds 10"
        })
final class BenchCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final HubbubCommand hubbub;

    /// What can be measured.
    enum Subject {
        STREAMS,
        COMMIT,
        START
    }

    @Parameters(
            paramLabel = "WHAT",
            arity = "1..*",
            description = "streams, commit or start; see below.")
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
        if (!Files.isExecutable(program) && !subjects.equals(List.of(Subject.COMMIT))) {
            throw Failure.usage(
                    "%s cannot be run; say with --program what starts a server."
                            .formatted(program));
        }
        PrintStream out = surroundings.out();
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
            }
        }
        return (whole ? ExitCode.OK : ExitCode.FAILURE).number();
    }

    private void tell(String progress) {
        surroundings.err().println(progress);
    }
}
