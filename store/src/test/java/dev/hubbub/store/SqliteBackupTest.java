package dev.hubbub.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.store.SqliteCheck.Finding;
import dev.hubbub.store.SqliteCheck.Result;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Copies of a store in use, and what a look through one finds.
@Timeout(120)
final class SqliteBackupTest {

    @TempDir private Path directory;

    private Path data() {
        return directory.resolve("data");
    }

    private Result check(Path where) {
        return SqliteCheck.run(where, _ -> {});
    }

    /// A chat of three messages, the last of them a reply.
    private Talk talk(SqliteStore store) {
        Talk talk = new Talk(store).start(MessagesContract.ADA);
        return talk.post("one").piece("two").finish().post("three");
    }

    private void damage(String sql) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + data().resolve("hubbub.db"));
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }

    private void sound() {
        try (SqliteStore store = SqliteStore.open(data())) {
            talk(store);
        }
    }

    @Test
    void aSoundStoreHasNothingBroken() {
        sound();
        Result result = check(data());
        assertThat(result.broken()).isEmpty();
        assertThat(result.conversations()).isEqualTo(1);
        assertThat(result.messages()).isEqualTo(3);
    }

    @Test
    void aStoreInUseCanBeLookedThrough() {
        try (SqliteStore store = SqliteStore.open(data())) {
            talk(store);
            assertThat(check(data()).messages()).isEqualTo(3);
        }
    }

    @Test
    void aChangedTextIsFoundByItsHash() throws SQLException {
        sound();
        damage("UPDATE message SET text = 'forged' WHERE text = 'two'");
        assertThat(check(data()).broken())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.where()).contains("in chat talk").startsWith("message ");
                    assertThat(finding.what()).contains("not the hash");
                });
    }

    @Test
    void aMissingMessageBreaksTheChainThere() throws SQLException {
        sound();
        damage("DELETE FROM message WHERE text = 'two'");
        assertThat(check(data()).broken())
                .extracting(Finding::what)
                .anyMatch(what -> what.contains("The chain is broken"));
    }

    @Test
    void aMissingHeadIsFound() throws SQLException {
        sound();
        damage("UPDATE conversation SET head = zeroblob(32)");
        assertThat(check(data()).broken())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.where()).startsWith("chat talk of ");
                    assertThat(finding.what()).contains("head", "not there");
                });
    }

    @Test
    void aRowThatCannotBeReadIsTold() throws SQLException {
        sound();
        damage("UPDATE message SET role = 'king' WHERE text = 'two'");
        assertThat(check(data()).broken())
                .extracting(Finding::what)
                .anyMatch(what -> what.contains("cannot be read"));
    }

    @Test
    void aLinkToAnotherMessageIsFound() throws SQLException {
        sound();
        damage("UPDATE message SET parent = NULL WHERE text = 'three'");
        assertThat(check(data()).broken())
                .extracting(Finding::what)
                .anyMatch(what -> what.contains("linked to another"));
    }

    @Test
    void anImageOfOtherBytesIsFound() throws SQLException {
        try (SqliteStore store = SqliteStore.open(data())) {
            byte[] png = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 7};
            store.keepImage(
                    MessagesContract.ADA,
                    Objects.requireNonNull(dev.hubbub.conversation.Image.of(png)),
                    png);
        }
        assertThat(check(data()).broken()).isEmpty();
        damage("UPDATE image SET content = x'89504e470d0a1a0a08'");
        assertThat(check(data()).broken())
                .extracting(Finding::where)
                .allMatch(where -> where.startsWith("image "));
        assertThat(check(data()).brokenCount()).isEqualTo(1);
    }

    @Test
    void aCopyHasTheTextOfARunningReply() throws IOException {
        Path copy = Files.createDirectory(directory.resolve("copy"));
        Conversation then;
        try (SqliteStore store = SqliteStore.open(data())) {
            Talk talk = new Talk(store).start(MessagesContract.ADA).post("one");
            talk.piece("some ").piece("text");
            then = talk.now();
            SqliteBackup.copy(data(), copy);
            talk.piece(" more");
        }
        try (SqliteStore store = SqliteStore.open(copy)) {
            assertThat(store.load(then.id())).isEqualTo(then);
        }
    }

    /// What another process had been told is kept before the copy began is in it, whatever goes on
    /// meanwhile.
    @Test
    void aCopyUnderLoadHasAllThatWasAcknowledgedBefore() throws IOException {
        for (int run = 0; run < 3; run++) {
            Path busy = directory.resolve("busy" + run);
            Path copy = Files.createDirectory(directory.resolve("copied" + run));
            var numbers = new HashMap<String, Long>();
            try (Appender appender = Appender.start("sqlite", busy, 42 + run)) {
                readUntilKept(appender, numbers, 200);
                SqliteBackup.copy(busy, copy);
            }
            assertThat(check(copy).broken()).isEmpty();
            try (SqliteStore store = SqliteStore.open(copy)) {
                for (var id : Histories.IDS) {
                    Long number = numbers.get(id.value());
                    if (number != null) {
                        assertThat(Objects.requireNonNull(store.load(id)).number())
                                .isGreaterThanOrEqualTo(number);
                    }
                }
            }
        }
    }

    /// Reads what an appender says until so many appends are kept; the numbers are those kept.
    private static void readUntilKept(Appender appender, Map<String, Long> numbers, int appends)
            throws IOException {
        var tried = new HashMap<String, Long>();
        int kept = 0;
        while (kept < appends) {
            String line = Objects.requireNonNull(appender.line());
            if (line.startsWith("try ")) {
                String[] words = line.split(" ", -1);
                tried.put(words[1], Long.parseLong(words[2].split(":", -1)[0]));
            } else if (line.equals("kept")) {
                numbers.putAll(tried);
                kept++;
            }
        }
    }

    @Test
    void aStoreComesBackAndWhatWasThereIsKeptAside() throws IOException {
        Path copy = Files.createDirectory(directory.resolve("copy"));
        sound();
        SqliteBackup.copy(data(), copy);
        Path elsewhere = directory.resolve("elsewhere");
        try (SqliteStore store = SqliteStore.open(elsewhere)) {
            new Talk(store, new dev.hubbub.conversation.ConversationId("other"))
                    .start(MessagesContract.BOB);
            assertThatThrownBy(
                            () -> SqliteBackup.replace(elsewhere, copy, directory.resolve("old")))
                    .isInstanceOf(StoreException.class);
        }
        SqliteBackup.replace(elsewhere, copy, directory.resolve("old"));
        try (SqliteStore store = SqliteStore.open(elsewhere);
                SqliteStore old = SqliteStore.open(directory.resolve("old"))) {
            assertThat(store.count()).isEqualTo(1);
            assertThat(store.conversations(MessagesContract.ADA, null, 10)).hasSize(1);
            assertThat(old.conversations(MessagesContract.BOB, null, 10)).hasSize(1);
        }
    }

    @Test
    void whereThereIsNoStoreNothingIsMade() {
        Path nowhere = directory.resolve("nowhere");
        assertThatThrownBy(() -> check(nowhere)).hasMessageContaining("no store");
        assertThatThrownBy(() -> SqliteBackup.copy(nowhere, directory))
                .hasMessageContaining("no store");
        assertThat(nowhere).doesNotExist();
    }
}
