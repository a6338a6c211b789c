package dev.hubbub.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.StoreException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// What a directory, a disk or a database can do to a store.
final class SqliteStoreFailureTest {

    @TempDir private Path temp;

    private Path data() {
        return temp.resolve("data");
    }

    private Path database() {
        return data().resolve("hubbub.db");
    }

    @Test
    void aTornTailIsLeftOutWhereverItIsTorn() throws Exception {
        Conversation whole;
        Conversation before;
        try (SqliteStore store = SqliteStore.open(data())) {
            Talk talk = new Talk(store).start(Histories.OWNERS.getFirst()).post("one").piece("é");
            before = talk.now();
            whole = talk.piece("👍 more").now();
        }
        byte[] log = Files.readAllBytes(log());
        int last = 8 + 20 + "👍 more".getBytes(StandardCharsets.UTF_8).length;
        assertThat(loadedWith(log)).isEqualTo(whole);
        for (int cut = 1; cut <= last; cut++) {
            assertThat(loadedWith(Arrays.copyOf(log, log.length - cut))).isEqualTo(before);
            byte[] spoilt = log.clone();
            spoilt[log.length - cut] ^= 0x10;
            assertThat(loadedWith(spoilt)).isEqualTo(before);
        }
        byte[] zeros = Arrays.copyOf(log, log.length + 4_096);
        assertThat(loadedWith(zeros)).isEqualTo(whole);
    }

    @Test
    void aStoreGoesOnAfterATornTail() throws Exception {
        try (SqliteStore store = SqliteStore.open(data())) {
            new Talk(store).start(Histories.OWNERS.getFirst()).post("one").piece("a");
        }
        Files.write(log(), new byte[] {0, 0, 0, 40, 1, 2}, StandardOpenOption.APPEND);
        Conversation now;
        try (SqliteStore store = SqliteStore.open(data())) {
            now = store.load(new ConversationId("talk"));
            Talk other = new Talk(store, new ConversationId("other"));
            other.start(Histories.OWNERS.getFirst()).post("one").piece("b");
        }
        try (SqliteStore store = SqliteStore.open(data())) {
            assertThat(store.load(new ConversationId("talk"))).isEqualTo(now);
            assertThat(store.load(new ConversationId("other"))).isNotNull();
        }
    }

    @Test
    void aLogThatWasNotFinishedIsNotRead() throws Exception {
        Conversation now;
        try (SqliteStore store = SqliteStore.open(data())) {
            now = new Talk(store).start(Histories.OWNERS.getFirst()).post("one").piece("a").now();
        }
        Files.write(data().resolve("drafts-900.log.new"), new byte[100]);
        Files.write(data().resolve("drafts-0.log"), new byte[100]);
        Files.write(data().resolve("drafts-of-mine.txt"), new byte[100]);
        try (SqliteStore store = SqliteStore.open(data())) {
            assertThat(store.load(now.id())).isEqualTo(now);
            assertThat(files()).containsOnlyOnce("drafts-901.log", "drafts-of-mine.txt");
            assertThat(files()).filteredOn(name -> name.startsWith("drafts-")).hasSize(2);
        }
    }

    @Test
    void theLogStaysSmall() throws Exception {
        long bytesMax = 4_000;
        Conversation now;
        try (SqliteStore store = SqliteStore.open(data(), bytesMax, DataDirectory::openPrivate)) {
            Talk talk = new Talk(store).start(Histories.OWNERS.getFirst());
            Talk patient = talk.neighbour("patient").start(Histories.OWNERS.getFirst());
            patient.post("one").piece("it takes");
            for (int turn = 0; turn < 20; turn++) {
                talk.post("again");
                for (int i = 0; i < 20; i++) {
                    talk.piece("piece " + i);
                }
                talk.finish();
                assertThat(Files.size(log())).isLessThan(bytesMax + 100);
            }
            patient.piece(" time");
            now = patient.now();
            assertThat(store.load(patient.id)).isEqualTo(now);
        }
        try (SqliteStore store = SqliteStore.open(data())) {
            assertThat(store.load(now.id())).isEqualTo(now);
        }
    }

    @Test
    void aFullDiskUnderTheLogKeepsNothingAndHarmsNothing() {
        var disk = new FailingDisk();
        try (SqliteStore store = SqliteStore.open(data(), 10_000, disk)) {
            Talk talk = new Talk(store).start(Histories.OWNERS.getFirst()).post("one").piece("a");
            for (int room = 0; room < 40; room++) {
                Conversation before = talk.now();
                List<Batch> lost = talk.held(() -> talk.piece("lost"));
                disk.bytesLeft = room;
                if (room < 32) {
                    assertThatThrownBy(() -> store.append(lost))
                            .isInstanceOf(StoreException.class)
                            .hasMessageContaining("is full; free some space");
                    // Not even a new log can be written yet.
                    assertThatThrownBy(() -> store.append(lost)).isInstanceOf(StoreException.class);
                    assertThat(store.load(talk.id)).isEqualTo(before);
                    disk.bytesLeft = Long.MAX_VALUE;
                    store.append(lost);
                } else {
                    store.append(lost);
                    disk.bytesLeft = Long.MAX_VALUE;
                }
                assertThat(store.load(talk.id)).isEqualTo(talk.now());
            }
        }
    }

    @Test
    void whatWasNotForcedDoesNotComeBack() throws Exception {
        var disk = new FailingDisk();
        Conversation now;
        try (SqliteStore store = SqliteStore.open(data(), 10_000, disk)) {
            Talk talk = new Talk(store).start(Histories.OWNERS.getFirst()).post("one").piece("a");
            Conversation before = talk.now();
            List<Batch> ghost = talk.held(() -> talk.piece("ghost"));
            disk.failsToForce = true;
            disk.failsToTruncate = true;
            assertThatThrownBy(() -> store.append(ghost)).isInstanceOf(StoreException.class);
            assertThat(store.load(talk.id)).isEqualTo(before);
            disk.failsToForce = false;
            disk.failsToTruncate = false;

            // Any write at all settles the matter first.
            store.activate(List.of(9));
            now = before;
        }
        try (SqliteStore store = SqliteStore.open(data())) {
            assertThat(store.load(now.id())).isEqualTo(now);
        }
    }

    @Test
    void aTransactionThatFailsLeavesTheStoreAsItWas() throws Exception {
        try (SqliteStore store = SqliteStore.open(data())) {
            Talk talk = new Talk(store).start(Histories.OWNERS.getFirst()).post("one").piece("a");
            Talk other = talk.neighbour("other").start(Histories.OWNERS.getFirst()).post("one");
            Conversation before = other.now();
            List<Batch> batches = new ArrayList<>(talk.held(() -> talk.piece("b")));
            batches.addAll(other.held(() -> other.together(() -> other.piece("c").finish())));
            batches.add(talk.neighbour("third").heldStart(Histories.OWNERS.getFirst()));

            execute(
                    "CREATE TRIGGER t BEFORE INSERT ON message"
                            + " BEGIN SELECT RAISE(ROLLBACK, 'no'); END");
            assertThatThrownBy(() -> store.append(batches)).isInstanceOf(StoreException.class);
            execute("DROP TRIGGER t");

            // The piece is a batch of its own, in the log.
            assertThat(store.load(talk.id)).isEqualTo(talk.now());
            assertThat(store.load(other.id)).isEqualTo(before);
            assertThat(store.load(new ConversationId("third"))).isNull();
            assertThat(store.count()).isEqualTo(2);
            assertThat(store.append(batches.subList(1, 3))).hasSize(2);
            assertThat(store.load(other.id)).isEqualTo(other.now());
            assertThat(store.count()).isEqualTo(3);
        }
    }

    @Test
    void aCallerThatIsInterruptedSpoilsNothing() {
        try (SqliteStore store = SqliteStore.open(data())) {
            Talk talk = new Talk(store).start(Histories.OWNERS.getFirst()).post("one").piece("a");
            Conversation before = talk.now();
            List<Batch> piece = talk.held(() -> talk.piece("b"));
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> store.append(piece)).isInstanceOf(StoreException.class);
            assertThat(Thread.interrupted()).isTrue();

            assertThat(store.load(talk.id)).isEqualTo(before);
            store.append(piece);
            assertThat(store.load(talk.id)).isEqualTo(talk.now());
        }
    }

    @Test
    void aFileThatIsNoDatabaseIsLeftAsItIs() throws Exception {
        Files.createDirectory(data());
        for (int size : new int[] {1, 99, 100, 4_096, 20_000}) {
            byte[] garbage =
                    "not a database "
                            .repeat(1_400)
                            .substring(0, size)
                            .getBytes(StandardCharsets.UTF_8);
            Files.write(database(), garbage);
            assertThatThrownBy(() -> SqliteStore.open(data()))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is damaged or not a Hubbub database");
            assertThat(Files.readAllBytes(database())).isEqualTo(garbage);
        }
    }

    @Test
    void anotherProgramsDatabaseIsLeftAsItIs() throws Exception {
        Files.createDirectory(data());
        execute("CREATE TABLE theirs (x)");
        byte[] theirs = Files.readAllBytes(database());

        assertThatThrownBy(() -> SqliteStore.open(data()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("not a Hubbub database");
        assertThat(Files.readAllBytes(database())).isEqualTo(theirs);
    }

    @Test
    void aNewerDatabaseIsLeftToANewerProgram() throws Exception {
        SqliteStore.open(data()).close();
        execute("PRAGMA user_version = 1000");

        assertThatThrownBy(() -> SqliteStore.open(data()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("was written by a newer Hubbub");
    }

    @Test
    void damageInTheMidstOfADatabaseIsTold() throws Exception {
        try (SqliteStore store = SqliteStore.open(data())) {
            Talk talk = new Talk(store).start(Histories.OWNERS.getFirst());
            for (int i = 0; i < 50; i++) {
                talk.post("message " + i).finish();
            }
        }
        byte[] damaged = Files.readAllBytes(database());
        Arrays.fill(damaged, 4_096, damaged.length, (byte) 'x');
        Files.write(database(), damaged);

        assertThatThrownBy(() -> SqliteStore.open(data()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged");
    }

    @Test
    void aDatabaseThatIsMissingBesideItsLogIsNotMadeAnew() throws Exception {
        Files.createDirectory(data());
        Files.write(data().resolve("hubbub.db-wal"), new byte[100]);

        assertThatThrownBy(() -> SqliteStore.open(data()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is missing");
        assertThat(Files.exists(database())).isFalse();
    }

    @Test
    void aFileIsNoDirectory() throws Exception {
        Files.createFile(data());

        assertThatThrownBy(() -> SqliteStore.open(data()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is not a directory");
        assertThatThrownBy(() -> SqliteStore.open(data().resolve("below")))
                .isInstanceOf(StoreException.class);
    }

    @Test
    void oneProcessOpensADirectoryOnce() {
        try (SqliteStore store = SqliteStore.open(data())) {
            assertThatThrownBy(() -> SqliteStore.open(data().resolve("..").resolve("data")))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("(pid " + ProcessHandle.current().pid() + ")");
            assertThat(store.count()).isZero();
        }
        SqliteStore.open(data()).close();
    }

    @Test
    void filesAreForTheirOwnerAlone() throws Exception {
        try (SqliteStore store = SqliteStore.open(data())) {
            new Talk(store).start(Histories.OWNERS.getFirst()).post("one").piece("a");

            assertThat(modes(data())).isEqualTo("rwx------");
            for (String file : files()) {
                assertThat(modes(data().resolve(file))).as(file).isEqualTo("rw-------");
            }
            assertThat(files())
                    .contains(
                            "hubbub.db", "hubbub.db-wal", "hubbub.db-shm", "drafts-1.log", "lock");
        }
    }

    @Test
    void eachFaultIsASentence() {
        assertThat(Faults.of(data(), sqlite(SQLiteErrorCode.SQLITE_FULL)))
                .hasMessageEndingWith("is full; free some space and try again.");
        assertThat(Faults.of(data(), sqlite(SQLiteErrorCode.SQLITE_READONLY_DBMOVED)))
                .hasMessageEndingWith("make it writable or choose another --data.");
        assertThat(Faults.of(data(), sqlite(SQLiteErrorCode.SQLITE_IOERR_FSYNC)))
                .hasMessageContaining("The disk failed");
        assertThat(Faults.of(data(), sqlite(SQLiteErrorCode.SQLITE_BUSY)))
                .hasMessageContaining("Another program is writing");
        assertThat(Faults.of(data(), sqlite(SQLiteErrorCode.SQLITE_CORRUPT_INDEX)))
                .hasMessageContaining("is damaged");
        assertThat(Faults.of(data(), new AccessDeniedException("x")))
                .hasMessageContaining("may not write");
    }

    private Conversation loadedWith(byte[] log) throws IOException {
        Path copy = Files.createTempDirectory(temp, "copy");
        Files.copy(database(), copy.resolve("hubbub.db"));
        Files.write(copy.resolve("drafts-1.log"), log);
        try (SqliteStore store = SqliteStore.open(copy)) {
            Conversation loaded = store.load(new ConversationId("talk"));
            assertThat(loaded).isNotNull();
            return loaded;
        }
    }

    private Path log() throws IOException {
        List<String> logs = files().stream().filter(name -> name.endsWith(".log")).toList();
        assertThat(logs).hasSize(1);
        return data().resolve(logs.getFirst());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(data())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database());
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private static String modes(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static SQLiteException sqlite(SQLiteErrorCode code) {
        return new SQLiteException("fault", code);
    }
}
