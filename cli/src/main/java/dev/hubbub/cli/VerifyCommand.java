package dev.hubbub.cli;

import dev.hubbub.store.SqliteCheck;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.util.concurrent.Callable;

/// `hubbub verify`: whether the store is as it was written.
@Command(
        name = "verify",
        description = {
            "Look through the whole store for what is broken.",
            "",
            "Hashes every message and image again, and looks for every message that another one"
                    + " follows and every head. It changes nothing, and a server may run"
                    + " meanwhile."
        },
        sortOptions = false,
        exitCodeList = {
            "0:nothing is broken",
            "1:something is; each line says where and what",
            "2:it was asked in a wrong way"
        },
        footer = {
            "",
            "Examples:",
            "  hubbub verify",
            "  hubbub verify --data /srv/hubbub",
            "",
            "Environment:",
            "  HUBBUB_DATA, HUBBUB_CONFIG, HUBBUB_STORE",
            "                     stand for the options of these names."
        })
final class VerifyCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final HubbubCommand hubbub;

    @Mixin private final StorageOptions storage = new StorageOptions();

    VerifyCommand(Surroundings surroundings, HubbubCommand hubbub) {
        this.surroundings = surroundings;
        this.hubbub = hubbub;
    }

    @Override
    public Integer call() {
        Logging.choose(hubbub.debug() ? Logging.Detail.DEBUG : Logging.Detail.QUIET);
        BackupFile.requireSqlite(storage, surroundings, "verify");
        SqliteCheck.Result result;
        try (var counting = new Counting(surroundings, "Messages looked at")) {
            result = SqliteCheck.run(storage.data(surroundings).path(), counting);
        }
        for (SqliteCheck.Finding broken : result.broken()) {
            surroundings.out().println(ChatPrompt.printable(broken.where() + ": " + broken.what()));
        }
        if (result.brokenCount() > result.broken().size()) {
            surroundings
                    .out()
                    .println(
                            "and %,d more"
                                    .formatted(result.brokenCount() - result.broken().size()));
        }
        surroundings
                .out()
                .println(
                        "%s, %s, %s: %s."
                                .formatted(
                                        Amounts.of(result.conversations(), "chat"),
                                        Amounts.of(result.messages(), "message"),
                                        Amounts.of(result.images(), "image"),
                                        result.brokenCount() == 0
                                                ? "nothing is broken"
                                                : Amounts.of(result.brokenCount(), "thing")
                                                        + " broken"));
        if (result.imagesMissing() > 0) {
            surroundings
                    .out()
                    .println(
                            "%s in messages were imported without their bytes."
                                    .formatted(Amounts.of(result.imagesMissing(), "image")));
        }
        return (result.brokenCount() == 0 ? ExitCode.OK : ExitCode.FAILURE).number();
    }
}
