package dev.hubbub.cli;

import dev.hubbub.transfer.ExportFormat;
import dev.hubbub.transfer.FileNames;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/// `hubbub export`: chats as files.
@Command(
        name = "export",
        description = {
            "Write chats to files.",
            "",
            "JSON has everything, and hubbub import takes it back as it was. Markdown has the way"
                    + " to the latest message, for reading; CSV a row for each message. A reply"
                    + " that is being made is left out."
        },
        sortOptions = false,
        exitCodeList = {
            "0:all was written",
            "1:something could not be read or written; the last line says what",
            "2:it was asked in a wrong way"
        },
        footer = {
            "",
            "Examples:",
            "  hubbub export -o chats.json",
            "  hubbub export --format markdown -o notes/",
            "  hubbub export --chat 0c9bd1c1-4f5e-4e3b-a8f4-5a2f1f0ac9ce --format csv",
            "",
            "Environment:",
            "  HUBBUB_DATA, HUBBUB_CONFIG, HUBBUB_STORE, HUBBUB_TOKEN",
            "                     stand for the options of these names.",
            "",
            "Without -o it goes to standard output. docs/moving.md has the rest."
        })
final class ExportCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final HubbubCommand hubbub;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = {"json, markdown or csv. Default: json."})
    private String format = ExportFormat.JSON.word();

    @Option(names = "--chat", paramLabel = "ID", description = "This chat only.")
    private @Nullable String chat;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE|DIR",
            description = "Where to; in a directory each chat gets a file of its own.")
    private @Nullable String output;

    @Mixin private final ServerOptions server = new ServerOptions();

    ExportCommand(Surroundings surroundings, HubbubCommand hubbub) {
        this.surroundings = surroundings;
        this.hubbub = hubbub;
    }

    @Override
    public Integer call() {
        Logging.choose(hubbub.debug() ? Logging.Detail.DEBUG : Logging.Detail.QUIET);
        ExportFormat as = ExportFormat.of(format);
        if (as == null) {
            throw Failure.usage(
                    "There is no format '%s'; --format is json, markdown or csv."
                            .formatted(format));
        }
        String named = output;
        Path to = named == null ? null : Path.of(named);
        boolean directory =
                named != null && to != null && (Files.isDirectory(to) || named.endsWith("/"));
        if (chat == null && !directory && as != ExportFormat.JSON) {
            throw Failure.usage(
                    "%s has one chat in a file; name a directory with -o, such as -o chats/, or a chat with --chat."
                            .formatted(as == ExportFormat.CSV ? "CSV" : "Markdown"));
        }
        try (Transfers transfers = server.open(surroundings)) {
            if (to != null && directory) {
                eachToItsFile(transfers, as, to);
            } else if (to != null) {
                NewFile.write(to, out -> one(transfers, as, out));
            } else {
                one(transfers, as, surroundings.out());
            }
        } catch (IOException broken) {
            throw Failure.of(
                    "The export broke off (%s); export again.".formatted(broken.getMessage()),
                    broken);
        }
        return ExitCode.OK.number();
    }

    private void one(Transfers transfers, ExportFormat as, java.io.OutputStream out)
            throws IOException {
        if (chat != null) {
            transfers.export(chat, as, out);
            return;
        }
        try (var counting = new Counting(surroundings, "Chats written")) {
            transfers.exportAll(out, counting);
        }
    }

    private void eachToItsFile(Transfers transfers, ExportFormat as, Path to) throws IOException {
        Files.createDirectories(to);
        List<Transfers.Named> all =
                transfers.chats().stream()
                        .filter(one -> chat == null || one.id().equals(chat))
                        .toList();
        if (chat != null && all.isEmpty()) {
            throw Failure.of(
                    "There is no chat %s; look for it in an export of all.".formatted(chat));
        }
        try (var counting = new Counting(surroundings, "Chats written")) {
            int written = 0;
            for (Transfers.Named one : all) {
                // Names may be alike; ids are not.
                String name = FileNames.of(one.name(), "chat", one.id() + "." + as.extension());
                NewFile.write(to.resolve(name), out -> transfers.export(one.id(), as, out));
                counting.accept(++written);
            }
        }
        surroundings.err().println("%s in %s".formatted(Amounts.of(all.size(), "chat"), to));
    }
}
