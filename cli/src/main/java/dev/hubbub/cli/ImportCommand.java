package dev.hubbub.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/// `hubbub import`: files of chats, from here or elsewhere.
@Command(
        name = "import",
        description = {
            "Take chats in from files.",
            "",
            "Files are exports of Hubbub, ChatGPT, Claude, Open WebUI and LibreChat, as JSON or in"
                    + " a zip, and CSV; which it is is seen by what is in it. The same file twice"
                    + " adds nothing; a chat that went on here keeps all it has and gets what it"
                    + " lacks."
        },
        sortOptions = false,
        exitCodeList = {
            "0:all was taken in",
            "1:a file or a part of one could not be; the rest was",
            "2:it was asked in a wrong way"
        },
        footer = {
            "",
            "Examples:",
            "  hubbub import chats.json",
            "  hubbub import --dry-run chatgpt-export.zip",
            "  hubbub import --user alice conversations.json old/*.csv",
            "",
            "Environment:",
            "  HUBBUB_DATA, HUBBUB_CONFIG, HUBBUB_STORE, HUBBUB_TOKEN",
            "                     stand for the options of these names.",
            "",
            "Standard output says what was taken in, standard error what was not.",
            "docs/moving.md has the rest."
        })
final class ImportCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final HubbubCommand hubbub;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "What to take in.")
    private List<Path> files = List.of();

    @Option(names = "--dry-run", description = "Only look what would be taken in.")
    private boolean dryRun;

    @Mixin private final ServerOptions server = new ServerOptions();

    ImportCommand(Surroundings surroundings, HubbubCommand hubbub) {
        this.surroundings = surroundings;
        this.hubbub = hubbub;
    }

    @Override
    public Integer call() {
        Logging.choose(hubbub.debug() ? Logging.Detail.DEBUG : Logging.Detail.QUIET);
        for (Path file : files) {
            if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                throw Failure.usage("There is no file %s that can be read.".formatted(file));
            }
        }
        boolean whole = true;
        try (Transfers transfers = server.open(surroundings)) {
            for (Path file : files) {
                whole &= take(transfers, file);
            }
        }
        return (whole ? ExitCode.OK : ExitCode.FAILURE).number();
    }

    /// The name of a file without its extension.
    static String nameOf(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    /// @return whether all of it was taken in
    private boolean take(Transfers transfers, Path file) {
        JsonNode report;
        try (var counting = new Counting(surroundings, file.getFileName() + ", chats read")) {
            report = transfers.take(file, dryRun, counting);
        } catch (Failure failure) {
            surroundings.err().println(failure.sentence());
            return false;
        } catch (IOException unreadable) {
            surroundings
                    .err()
                    .println("%s cannot be read: %s.".formatted(file, unreadable.getMessage()));
            return false;
        }
        surroundings
                .out()
                .println(
                        "%s%s: chats %d added, %d updated, %d unchanged; messages %d added, %d unchanged; images %d added, %d unchanged"
                                .formatted(
                                        file,
                                        dryRun ? " (dry run)" : "",
                                        number(report, "chats", "added"),
                                        number(report, "chats", "updated"),
                                        number(report, "chats", "unchanged"),
                                        number(report, "messages", "added"),
                                        number(report, "messages", "unchanged"),
                                        number(report, "images", "added"),
                                        number(report, "images", "unchanged")));
        if (report.path("chats").isMissingNode()) {
            surroundings.err().println("%s: %s".formatted(file, report.path("detail").asText()));
            return false;
        }
        for (JsonNode problem : report.path("problems")) {
            surroundings
                    .err()
                    .println(
                            ChatPrompt.printable(
                                    "%s, %s: %s"
                                            .formatted(
                                                    file,
                                                    problem.path("where").asText(),
                                                    problem.path("detail").asText())));
        }
        return report.path("problems").isEmpty();
    }

    private static long number(JsonNode report, String what, String became) {
        return report.path(what).path(became).asLong();
    }
}
