package dev.hubbub.cli;

import dev.hubbub.bench.CommitBench;
import dev.hubbub.bench.Comparison;
import dev.hubbub.bench.EngineBench;
import dev.hubbub.bench.EngineFigures;
import dev.hubbub.bench.GatewayBench;
import dev.hubbub.bench.HistoryBench;
import dev.hubbub.bench.LoadReport;
import dev.hubbub.bench.Machine;
import dev.hubbub.bench.SoakBench;
import dev.hubbub.bench.SoakReport;
import dev.hubbub.bench.StartBench;
import dev.hubbub.bench.StreamBench;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
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
            "histories how soon a conversation with a long history on disk is continued,",
            "          beside one with a short history",
            "soak      whether heap stays flat while conversations are begun, talked to,",
            "          crashed, let go and deleted for half an hour, and nothing is lost",
            "gateway   what calling a model through /v1/chat/completions adds to calling it",
            "          directly, with --streams at once, as fast and as long as the options of",
            "          `hubbub load` say; a reply has 200 tokens, or 20 when it is alone",
            "compare   tables and a chart of what --result names",
            "",
            "Examples:",
            "  hubbub bench start commit",
            "  hubbub bench streams --conversations 1000 --seconds 10",
            "  hubbub bench engine --n 1000000 --store memory --json",
            "  hubbub bench soak --minutes 5 --chart heap.svg"
        })
final class BenchCommand implements Callable<Integer> {

    private static final int ENGINE_CONVERSATIONS = 100_000;
    private static final int HISTORIES = 10_000;
    private static final int SOAK_CONVERSATIONS = 20_000;
    private static final double MINUTES_MIN = 0.1;
    private static final int MINUTES_MAX = 100_000;

    private final Surroundings surroundings;
    private final HubbubCommand hubbub;

    /// What can be measured.
    enum Subject {
        STREAMS,
        COMMIT,
        START,
        ENGINE,
        HISTORIES,
        SOAK,
        GATEWAY,
        COMPARE
    }

    @Parameters(paramLabel = "WHAT", arity = "1..*", description = "What to measure; see below.")
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
            description = {
                "engine, histories, soak: how many conversations, at least 100.",
                "Default: 100000; histories: 10000; soak: 20000."
            })
    private @Nullable Integer n;

    @Option(
            names = "--store",
            paramLabel = "STORE",
            description = {
                "engine, soak: keep them in memory or in sqlite.",
                "Memory keeps what is deleted, so that soak grows by that.",
                "Default: memory; soak: sqlite."
            })
    private EngineBench.@Nullable Store store;

    @Option(names = "--json", description = "engine: print one JSON object instead of a table.")
    private boolean json;

    @Option(
            names = "--messages",
            paramLabel = "COUNT",
            description = {"histories: in each of them, at least 20.", "Default: 1000."})
    private int messages = 1_000;

    @Option(
            names = "--minutes",
            paramLabel = "COUNT",
            description = {"soak: how long, such as 0.5.", "Default: 30."})
    private double minutes = 30;

    @Option(
            names = "--chart",
            paramLabel = "FILE",
            description = "soak, compare: draw the heap over time, or the ratios, as SVG.")
    private @Nullable Path chart;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            description = "soak: write what was seen every 10 s into this file.")
    private @Nullable Path csv;

    @Option(
            names = "--result",
            paramLabel = "FILE",
            arity = "1..*",
            description = {
                "compare: the JSON of a run of `hubbub bench engine --json` or of",
                "bench/peers/elixir/run.sh --json --form fast or lean; several of each."
            })
    private List<Path> results = List.of();

    @Option(
            names = "--streams",
            paramLabel = "N",
            split = ",",
            description = {
                "gateway: how many at once, with commas between several.",
                "Default: 1,100,1000."
            })
    private List<Integer> streams = List.of(1, 100, 1000);

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
        boolean starts =
                subjects.stream()
                        .anyMatch(
                                EnumSet.of(Subject.STREAMS, Subject.START, Subject.GATEWAY)
                                        ::contains);
        if (starts && !Files.isExecutable(program)) {
            throw Failure.usage(
                    "%s cannot be run; say with --program what starts a server."
                            .formatted(program));
        }
        if (n != null && n < EngineBench.CONVERSATIONS_MIN) {
            throw Failure.usage(
                    "--n is at least %d, not %d; so that one in a hundred can crash."
                            .formatted(EngineBench.CONVERSATIONS_MIN, n));
        }
        if (!(minutes >= MINUTES_MIN && minutes <= MINUTES_MAX)) {
            throw Failure.usage("--minutes is 0.1 to %,d, not %s.".formatted(MINUTES_MAX, minutes));
        }
        if (messages < HistoryBench.MESSAGES_MIN) {
            throw Failure.usage(
                    "--messages is at least %d, not %d."
                            .formatted(HistoryBench.MESSAGES_MIN, messages));
        }
        if (subjects.contains(Subject.COMPARE) && results.isEmpty()) {
            throw Failure.usage("Say with --result what to compare.");
        }
        requireDirectoryOf(chart);
        requireDirectoryOf(csv);
        if (json && !subjects.equals(List.of(Subject.ENGINE))) {
            throw Failure.usage("--json is for `hubbub bench engine` alone.");
        }
        PrintStream out = surroundings.out();
        if (json) {
            out.println(engine().json());
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
                case ENGINE -> out.print(engine().table());
                case HISTORIES ->
                        out.print(
                                HistoryBench.run(
                                        n == null ? HISTORIES : n, messages, scratch, this::tell));
                case GATEWAY ->
                        out.print(
                                GatewayBench.run(
                                        load.gateway(streams), program, scratch, this::tell));
                case COMPARE -> out.print(compare());
                case SOAK -> {
                    SoakReport report = soak();
                    whole &= report.isWhole();
                    out.print(report.table());
                }
            }
        }
        return (whole ? ExitCode.OK : ExitCode.FAILURE).number();
    }

    private EngineFigures engine() {
        return EngineBench.run(
                n == null ? ENGINE_CONVERSATIONS : n,
                store == null ? EngineBench.Store.MEMORY : store,
                scratch,
                this::tell);
    }

    private SoakReport soak() {
        var plan =
                SoakBench.Plan.of(
                        n == null ? SOAK_CONVERSATIONS : n,
                        store == null ? EngineBench.Store.SQLITE : store,
                        Duration.ofMillis(Math.round(minutes * 60_000)));
        SoakReport report = SoakBench.run(plan, scratch, this::tell);
        write(chart, report.chart());
        write(csv, report.csv());
        return report;
    }

    private String compare() {
        var texts = new ArrayList<String>();
        for (Path result : results) {
            try {
                texts.add(Files.readString(result));
            } catch (IOException fault) {
                throw Failure.usage("%s cannot be read.".formatted(result));
            }
        }
        try {
            Comparison comparison = Comparison.of(texts);
            if (comparison.hasPeers()) {
                write(chart, comparison.chart());
            }
            return comparison.table();
        } catch (IllegalArgumentException wrong) {
            throw Failure.usage(String.valueOf(wrong.getMessage()));
        }
    }

    /// Before it is measured what is to be written there.
    private static void requireDirectoryOf(@Nullable Path file) {
        if (file == null) {
            return;
        }
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent) || Files.isDirectory(file)) {
            throw Failure.usage("%s cannot be a file to write to.".formatted(file));
        }
    }

    private static void write(@Nullable Path file, String text) {
        if (file != null) {
            try {
                Files.writeString(file, text);
            } catch (IOException fault) {
                throw Failure.of("%s cannot be written: %s.".formatted(file, fault), fault);
            }
        }
    }

    private void tell(String progress) {
        surroundings.err().println(progress);
    }
}
