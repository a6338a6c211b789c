package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Chats out, chats in, and whole stores: with a server on the data directory and without.
@Timeout(180)
final class TransferCommandsTest {

    private static final String OLD = "user,Where are you?\nassistant,\"Here, of course.\"\n";

    @TempDir private Path home;
    private Path data;
    private Path old;

    @BeforeEach
    void writeAnOldFile() throws IOException {
        data = home.resolve("data");
        old = Files.writeString(home.resolve("old talk.csv"), OLD);
    }

    private InProcess.Result run(Path where, String... arguments) {
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--data";
        all[arguments.length + 1] = where.toString();
        return new InProcess(home).run(all);
    }

    private InProcess.Result works(Path where, String... arguments) {
        InProcess.Result result = run(where, arguments);
        assertThat(result.exitCode()).as(result.err()).isZero();
        return result;
    }

    @Test
    void whatIsImportedIsExportedAndTheSameElsewhere() throws IOException {
        assertThat(works(data, "import", "--dry-run", old.toString()).out())
                .contains("(dry run): chats 1 added");
        assertThat(works(data, "import", old.toString()).out())
                .contains("chats 1 added", "messages 2 added");
        assertThat(works(data, "import", old.toString()).out())
                .contains("chats 0 added", "1 unchanged");

        Path file = home.resolve("chats.json");
        works(data, "export", "-o", file.toString());
        works(home.resolve("b"), "import", file.toString());
        assertThat(works(home.resolve("b"), "export").out()).isEqualTo(Files.readString(file));
        assertThat(works(data, "verify").out())
                .contains("1 chat", "2 messages", "nothing is broken");
    }

    @Test
    void eachChatMayHaveAFileOfItsOwn() throws IOException {
        works(data, "import", old.toString());
        Path notes = home.resolve("notes");
        works(data, "export", "--format", "markdown", "-o", notes + "/");
        try (var files = Files.list(notes)) {
            assertThat(files)
                    .singleElement()
                    .satisfies(file -> {
                        assertThat(file.getFileName().toString())
                                .startsWith("old-talk.")
                                .endsWith(".md");
                        assertThat(file).content().contains("# old talk", "Here, of course.");
                    });
        }
        InProcess.Result wrong = run(data, "export", "--format", "csv");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.sentence()).contains("name a directory");
        assertThat(run(data, "export", "--chat", "nobody").exitCode()).isEqualTo(1);
        assertThat(run(data, "export", "--format", "pdf").exitCode()).isEqualTo(2);
    }

    @Test
    void whatCannotBeTakenInIsToldAndTheRestIsThere() throws IOException {
        Path nonsense = Files.writeString(home.resolve("nonsense.txt"), "hello");
        Path half = Files.writeString(home.resolve("half.csv"), OLD + "king,off\n");
        InProcess.Result result =
                run(data, "import", nonsense.toString(), half.toString(), old.toString());
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("no file that can be imported", "line 3");
        assertThat(result.out()).contains("chats 1 added");
        assertThat(run(data, "import", "nowhere.json").exitCode()).isEqualTo(2);
    }

    @Test
    void aServerOnTheDirectoryIsAskedAndBacksUpWhileItRuns() throws Exception {
        Path backup = home.resolve("backup.zip");
        String exported;
        try (Program server = Program.serve(data)) {
            server.url();
            assertThat(works(data, "import", old.toString()).out()).contains("chats 1 added");
            exported = works(data, "export").out();
            assertThat(exported).contains("Here, of course.");
            works(data, "export", "--format", "csv", "-o", home.resolve("each") + "/");
            assertThat(works(data, "verify").out()).contains("nothing is broken");
            works(data, "backup", backup.toString());
            InProcess.Result refused = run(data, "restore", "--force", backup.toString());
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.sentence()).contains("stop it first");
            InProcess.Result unknown = run(data, "export", "--user", "alice");
            assertThat(unknown.exitCode()).isEqualTo(2);
        }
        Path elsewhere = home.resolve("elsewhere");
        assertThat(works(elsewhere, "restore", backup.toString()).out()).contains("1 chat");
        assertThat(works(elsewhere, "export").out()).isEqualTo(exported);
    }

    @Test
    void aStoreThatIsThereIsNotReplacedUnasked() throws IOException {
        Path backup = home.resolve("backup.zip");
        works(data, "import", old.toString());
        works(data, "backup", backup.toString());
        Path second = Files.writeString(home.resolve("second.csv"), "user,More\n");
        works(data, "import", second.toString());

        InProcess.Result refused = run(data, "restore", backup.toString());
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(works(data, "verify").out()).contains("2 chats");

        assertThat(works(data, "restore", "--force", backup.toString()).out())
                .contains("1 chat,", "replaced-");
        assertThat(works(data, "verify").out()).contains("1 chat,");
        try (var files = Files.list(data)) {
            Path aside =
                    files.filter(file -> file.getFileName().toString().startsWith("replaced-"))
                            .findFirst()
                            .orElseThrow();
            assertThat(works(aside, "verify").out()).contains("2 chats");
        }
    }

    @Test
    void aDamagedBackupChangesNothing() throws Exception {
        Path backup = home.resolve("backup.zip");
        works(data, "import", old.toString());
        works(data, "backup", backup.toString());
        String before = works(data, "export").out();

        Path changed = home.resolve("changed.zip");
        Files.write(changed, rewritten(backup, "hubbub.db"));
        assertThat(run(data, "restore", "--force", changed.toString()).sentence())
                .contains("damaged");
        Path none = Files.writeString(home.resolve("none.zip"), "PK nothing");
        assertThat(run(data, "restore", "--force", none.toString()).exitCode()).isEqualTo(1);
        assertThat(run(data, "import", backup.toString()).err()).contains("hubbub restore");
        assertThat(works(data, "export").out()).isEqualTo(before);
        try (var files = Files.list(data)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("restore-") || name.startsWith("replaced-"));
        }
    }

    /// The same zip with a byte more in one file.
    private static byte[] rewritten(Path zip, String name) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var from = new ZipFile(zip.toFile());
                var to = new ZipOutputStream(bytes)) {
            for (ZipEntry entry : from.stream().toList()) {
                to.putNextEntry(new ZipEntry(entry.getName()));
                from.getInputStream(entry).transferTo(to);
                if (entry.getName().equals(name)) {
                    to.write(1);
                }
                to.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void whatIsBrokenIsToldWithItsPlace() throws Exception {
        works(data, "import", old.toString());
        try (var connection =
                        DriverManager.getConnection("jdbc:sqlite:" + data.resolve("hubbub.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE message SET text = 'forged' WHERE role = 'assistant'");
        }
        InProcess.Result broken = run(data, "verify");
        assertThat(broken.exitCode()).isEqualTo(1);
        assertThat(broken.out()).contains("in chat ", "not the hash", "1 thing broken");
        Path backup = home.resolve("broken.zip");
        works(data, "backup", backup.toString());
        InProcess.Result refused = run(home.resolve("c"), "restore", backup.toString());
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.sentence()).contains("broken", "Nothing was changed");
        assertThat(run(home.resolve("nowhere"), "verify").exitCode()).isEqualTo(1);
        assertThat(
                        run(home.resolve("nowhere"), "backup", home.resolve("x.zip").toString())
                                .exitCode())
                .isEqualTo(1);
    }
}
