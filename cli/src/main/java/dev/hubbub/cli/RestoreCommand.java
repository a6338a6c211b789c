package dev.hubbub.cli;

import dev.hubbub.store.SqliteBackup;
import dev.hubbub.store.SqliteCheck;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;

/// `hubbub restore`: a store out of a backup.
@Command(
        name = "restore",
        description = {
            "Bring a store back from a backup, while no server runs.",
            "",
            "The backup is unpacked beside the store and looked through as hubbub verify does"
                    + " before anything is changed. A store that was there is kept aside, in"
                    + " replaced-<time> in the data directory."
        },
        sortOptions = false,
        exitCodeList = {
            "0:the store is the one of the backup",
            "1:it could not be; what was there is still there",
            "2:it was asked in a wrong way"
        },
        footer = {
            "",
            "Examples:",
            "  hubbub restore monday.zip --data ./look",
            "  hubbub restore --force monday.zip",
            "",
            "Environment:",
            "  HUBBUB_DATA, HUBBUB_CONFIG, HUBBUB_STORE",
            "                     stand for the options of these names."
        })
final class RestoreCommand implements Callable<Integer> {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final Surroundings surroundings;
    private final HubbubCommand hubbub;

    @Parameters(paramLabel = "FILE", description = "A file that hubbub backup made.")
    private Path file = Path.of("");

    @Option(names = "--force", description = "Also where a store is already.")
    private boolean force;

    @Mixin private final StorageOptions storage = new StorageOptions();

    RestoreCommand(Surroundings surroundings, HubbubCommand hubbub) {
        this.surroundings = surroundings;
        this.hubbub = hubbub;
    }

    @Override
    public Integer call() throws IOException {
        Logging.choose(hubbub.debug() ? Logging.Detail.DEBUG : Logging.Detail.QUIET);
        BackupFile.requireSqlite(storage, surroundings, "restore");
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw Failure.usage("There is no file %s that can be read.".formatted(file));
        }
        DataDirectory data = storage.data(surroundings);
        ServerAddress running = ServerAddress.find(data);
        if (running != null) {
            throw Failure.of(
                    "A server runs on %s (process %d); stop it first."
                            .formatted(data, running.pid()));
        }
        boolean occupied = SqliteBackup.hasStore(data.path());
        if (occupied && !force) {
            throw Failure.of(
                    "There is a store in %s already; choose another --data, or have it put aside with --force."
                            .formatted(data));
        }
        data.prepare();
        Path fresh = Files.createTempDirectory(data.path(), "restore-");
        try {
            BackupFile.unpack(file, fresh);
            SqliteCheck.Result result;
            try (var counting = new Counting(surroundings, "Messages looked at")) {
                result = SqliteCheck.run(fresh, counting);
            }
            if (result.brokenCount() > 0) {
                SqliteCheck.Finding first = result.broken().getFirst();
                throw Failure.of(
                        "In the backup %s %s broken, first %s: %s Nothing was changed."
                                .formatted(
                                        file,
                                        Amounts.of(result.brokenCount(), "thing"),
                                        first.where(),
                                        first.what()));
            }
            Path old = data.path().resolve("replaced-" + TIME.format(Clock.systemUTC().instant()));
            SqliteBackup.replace(data.path(), fresh, old);
            surroundings
                    .out()
                    .println(
                            "%s, %s, %s in %s%s"
                                    .formatted(
                                            Amounts.of(result.conversations(), "chat"),
                                            Amounts.of(result.messages(), "message"),
                                            Amounts.of(result.images(), "image"),
                                            data,
                                            occupied ? "; what was there is in " + old : ""));
        } finally {
            BackupFile.delete(fresh);
        }
        return ExitCode.OK.number();
    }
}
