package dev.hubbub.cli;

import dev.hubbub.store.SqliteBackup;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;

/// `hubbub backup`: the whole store as one file.
@Command(
        name = "backup",
        description = {
            "Write the whole store to one file, while a server runs or not.",
            "",
            "It has everything that was acknowledged before it began: all users' chats, images and"
                    + " the text of running replies. Keys, tokens and hubbub.conf are not in it."
        },
        sortOptions = false,
        exitCodeList = {
            "0:the file is whole and on the disk",
            "1:it could not be made; what had its name before is still there",
            "2:it was asked in a wrong way"
        },
        footer = {
            "",
            "Examples:",
            "  hubbub backup /mnt/backups/hubbub.zip",
            "  hubbub backup --data /srv/hubbub monday.zip",
            "",
            "Environment:",
            "  HUBBUB_DATA, HUBBUB_CONFIG, HUBBUB_STORE",
            "                     stand for the options of these names.",
            "",
            "It needs room beside the file for a second copy of the store meanwhile."
        })
final class BackupCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final HubbubCommand hubbub;

    @Parameters(paramLabel = "FILE", description = "The file to make, a zip.")
    private Path file = Path.of("");

    @Mixin private final StorageOptions storage = new StorageOptions();

    BackupCommand(Surroundings surroundings, HubbubCommand hubbub) {
        this.surroundings = surroundings;
        this.hubbub = hubbub;
    }

    @Override
    public Integer call() throws IOException {
        Logging.choose(hubbub.debug() ? Logging.Detail.DEBUG : Logging.Detail.QUIET);
        BackupFile.requireSqlite(storage, surroundings, "backup");
        DataDirectory data = storage.data(surroundings);
        Path beside = file.toAbsolutePath().getParent();
        if (beside == null || !Files.isDirectory(beside)) {
            throw Failure.usage("There is no directory for %s.".formatted(file));
        }
        if (!SqliteBackup.hasStore(data.path())) {
            throw Failure.of(
                    "There is no store in %s; name another directory with --data.".formatted(data));
        }
        data.prepare();
        Path copy = Files.createTempDirectory(beside, ".hubbub-backup");
        try {
            var at = Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
            List<Path> files = SqliteBackup.copy(data.path(), copy);
            NewFile.write(file, out -> BackupFile.write(files, at, out));
        } finally {
            BackupFile.delete(copy);
        }
        surroundings.out().println("%s (%s)".formatted(file, Amounts.bytes(Files.size(file))));
        return ExitCode.OK.number();
    }
}
