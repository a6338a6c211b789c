package dev.hubbub.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.hubbub.cli.Check.Verdict;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/// `hubbub doctor`: says whether `serve` would work here, and what to do where not.
@Command(
        name = "doctor",
        description = {
            "Check whether Hubbub can run here, and say what to do where not.",
            "",
            "It looks at the machine, the data directory, the store, the port, the models and"
                    + " the page. It changes nothing, and keys are never printed."
        },
        sortOptions = false,
        exitCodeList = {
            "0:nothing fails; there may be warnings",
            "1:something fails",
            "2:it was asked in a wrong way"
        },
        footer = {
            "",
            "Examples:",
            "  hubbub doctor",
            "  hubbub doctor --data /srv/hubbub --port 9000",
            "  hubbub doctor --json",
            "",
            "Environment: as for hubbub serve."
        })
final class DoctorCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final HubbubCommand hubbub;

    @Option(names = "--json", description = "Print one JSON object instead of lines.")
    private boolean json;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            converter = Port.Converter.class,
            description = {"Port that the server would listen on.", "Default: 8080."})
    private @Nullable Port port;

    @Mixin private final StorageOptions storage = new StorageOptions();

    DoctorCommand(Surroundings surroundings, HubbubCommand hubbub) {
        this.surroundings = surroundings;
        this.hubbub = hubbub;
    }

    @Override
    public Integer call() {
        Logging.choose(hubbub.debug() ? Logging.Detail.DEBUG : Logging.Detail.QUIET);
        List<Check> checks = checks();
        boolean failing = checks.stream().anyMatch(check -> check.verdict() == Verdict.FAIL);
        if (json) {
            surroundings.out().println(json(checks, !failing));
        } else {
            print(checks, failing);
        }
        return (failing ? ExitCode.FAILURE : ExitCode.OK).number();
    }

    private List<Check> checks() {
        Settings settings;
        try {
            settings = storage.settings(surroundings);
        } catch (Failure wrong) {
            return List.of(Check.fail("config", wrong.sentence(), null));
        }
        return new Checkup(
                        surroundings,
                        storage.data(surroundings),
                        storage.store(settings),
                        port == null ? new Port(settings.server().port()) : port,
                        settings.models(),
                        storage.model(settings))
                .checks();
    }

    private void print(List<Check> checks, boolean failing) {
        Paint paint = Paint.of(surroundings);
        for (Check check : checks) {
            String word = "%-4s".formatted(word(check.verdict()));
            String painted =
                    switch (check.verdict()) {
                        case OK -> paint.green(word);
                        case WARN -> paint.yellow(word);
                        case FAIL -> paint.red(word);
                    };
            String advice = check.advice() == null ? "" : " -> " + check.advice();
            surroundings
                    .out()
                    .println(
                            "%s  %-9s %s%s"
                                    .formatted(painted, check.subject(), check.finding(), advice));
        }
        surroundings
                .out()
                .println(failing ? "Something fails: see above." : "Hubbub can run here.");
    }

    private static String json(List<Check> checks, boolean ok) {
        ObjectNode whole = new JsonMapper().createObjectNode();
        whole.put("ok", ok);
        var list = whole.putArray("checks");
        for (Check check : checks) {
            ObjectNode one = list.addObject();
            one.put("subject", check.subject());
            one.put("verdict", word(check.verdict()));
            one.put("finding", check.finding());
            if (check.advice() != null) {
                one.put("advice", check.advice());
            }
        }
        return whole.toPrettyString();
    }

    private static String word(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }
}
