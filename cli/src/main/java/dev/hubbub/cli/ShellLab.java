package dev.hubbub.cli;

import static dev.hubbub.cli.Verb.free;

import dev.hubbub.bench.EngineBench;
import dev.hubbub.cli.Verb.Flag;
import dev.hubbub.cli.Verb.Kind;
import dev.hubbub.cli.Verb.Word;
import dev.hubbub.engine.EngineConfig;
import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.HubbubConfig;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// `experiment`: five questions about Hubbub, each answered by trying. They are tried with
/// conversations of their own, in memory, that are gone afterwards.
final class ShellLab {

    private static final int BENCH_N = 100_000;

    private ShellLab() {}

    /// What can be tried.
    enum Experiment {
        FIT("how many conversations fit: starts more and more, weighs them"),
        BROADCAST("how fast many are answered, and how late one is while others talk"),
        KILL("what crashes cost those that crash, and the others"),
        NODES("several nodes, one of which goes while all of them talk"),
        MODELS("one question to different models, side by side");

        private final String meaning;

        Experiment(String meaning) {
            this.meaning = meaning;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static List<String> words() {
        return Arrays.stream(Experiment.values()).map(Experiment::word).toList();
    }

    static List<Verb> verbs() {
        return List.of(
                new Verb(
                        "experiment",
                        List.of(new Word("NAME", Kind.EXPERIMENT), free("[question...]")),
                        List.of(
                                new Flag(
                                        "--n",
                                        "N",
                                        "how many conversations; of broadcast, kill, nodes"),
                                new Flag("--upto", "N", "start no more than these; of fit"),
                                new Flag(
                                        "--heap",
                                        "P",
                                        "fill P % of the heap at most, 50 unless told; of fit"),
                                new Flag(
                                        "--percent", "P", "how many crash, 1 unless told; of kill"),
                                new Flag("--nodes", "K", "how many nodes, 3 unless told; of nodes"),
                                new Flag(
                                        "--models",
                                        "A,B",
                                        "which, all there are unless told; of models")),
                        "try something: " + String.join(", ", words()),
                        Arrays.stream(Experiment.values())
                                .map(each -> "%-10s %s".formatted(each.word(), each.meaning))
                                .toList(),
                        ShellLab::experiment),
                new Verb(
                        "bench",
                        List.of(),
                        List.of(
                                new Flag("--n", "N", "how many conversations, 100000 unless told"),
                                new Flag("--store", "STORE", "memory, unless told, or sqlite")),
                        "measure the engine, as `hubbub bench engine` does",
                        List.of(),
                        ShellLab::bench));
    }

    private static void bench(ShellRun run, Arguments arguments) {
        arguments.end();
        int n =
                arguments.number(
                        "--n", BENCH_N, EngineBench.CONVERSATIONS_MIN, HubbubConfig.STARTS_MAX);
        String chosen = arguments.option("--store");
        StoreChoice store = chosen == null ? StoreChoice.MEMORY : StoreChoice.parse(chosen);
        ShellScreen screen = run.screen();
        screen.lines(
                EngineBench.run(
                                n,
                                switch (store) {
                                    case MEMORY -> EngineBench.Store.MEMORY;
                                    case SQLITE -> EngineBench.Store.SQLITE;
                                    case CSV ->
                                            throw Failure.usage(
                                                    "bench measures sqlite and memory; csv is"
                                                            + " for files, not for speed.");
                                },
                                Path.of(System.getProperty("java.io.tmpdir")),
                                screen::note)
                        .table()
                        .lines()
                        .toList());
    }

    private static void experiment(ShellRun run, Arguments arguments) {
        String name = arguments.word("a NAME");
        Experiment experiment =
                Arrays.stream(Experiment.values())
                        .filter(each -> each.word().equals(name))
                        .findFirst()
                        .orElseThrow(() -> unknown(name));
        if (experiment != Experiment.MODELS) {
            arguments.end();
        }
        switch (experiment) {
            case FIT -> FitExperiment.run(run, arguments);
            case BROADCAST -> BroadcastExperiment.run(run, arguments);
            case KILL -> KillExperiment.run(run, arguments);
            case NODES -> NodesExperiment.run(run, arguments);
            case MODELS -> ModelsExperiment.run(run, arguments);
        }
    }

    private static Failure unknown(String name) {
        String closest = Spelling.closest(name, words());
        return Failure.usage(
                "There is no experiment '%s'; %s"
                        .formatted(
                                name,
                                closest == null
                                        ? "there are %s.".formatted(String.join(", ", words()))
                                        : "did you mean %s?".formatted(closest)));
    }

    /// A Hubbub in memory whose conversations stay there.
    static HubbubConfig config() {
        return HubbubConfig.inMemory()
                .withEngine(EngineConfig.DEFAULT.withIdle(Duration.ofDays(1), Long.MAX_VALUE));
    }

    /// Does something with a Hubbub that is there for nothing else.
    static void with(HubbubConfig config, Consumer<Hubbub> work) {
        Hubbub hubbub = Hubbub.start(config);
        try {
            work.accept(hubbub);
        } finally {
            close(hubbub);
        }
    }

    /// Closes it, after a Ctrl-C too.
    static void close(Hubbub hubbub) {
        boolean interrupted = Thread.interrupted();
        hubbub.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Heap that is in use when all that can go has gone.
    static long heapInUse() {
        Runtime runtime = Runtime.getRuntime();
        runtime.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
