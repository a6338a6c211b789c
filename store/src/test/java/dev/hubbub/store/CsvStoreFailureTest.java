package dev.hubbub.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.StoreException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/// What a disk, a crash or a person with a spreadsheet can do to the files.
final class CsvStoreFailureTest {

    @TempDir private Path temp;

    private Path data() {
        return temp.resolve("data");
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.list(data().resolve("chat_logs"))) {
            return files.filter(file -> file.toString().endsWith(".csv")).findAny().orElseThrow();
        }
    }

    @Test
    void aFileHasTheColumnsOfASpreadsheetAndTheNameOfItsChat() throws Exception {
        String id = new UUID(1, 2).toString();
        try (CsvStore store = CsvStore.open(data())) {
            new Talk(store, new ConversationId(id))
                    .start(Histories.OWNERS.getFirst())
                    .post("=1+1, \"he\" said\r\nand left");
        }
        assertThat(file()).hasFileName(id + ".csv");
        assertThat(Files.readString(file()))
                .startsWith("timestamp,user_id,role,content,")
                .contains(",user,\"=1+1, \"\"he\"\" said\r\nand left\",");
    }

    @Test
    void anIdThatIsNoUuidNamesNoFile() throws Exception {
        try (CsvStore store = CsvStore.open(data())) {
            new Talk(store, new ConversationId("con")).start(Histories.OWNERS.getFirst());
        }
        assertThat(file().getFileName().toString()).matches("id-[0-9a-f]{64}\\.csv");
    }

    @Test
    void aTornTailIsCutWhereverItIsTorn() throws Exception {
        Conversation whole;
        Conversation before;
        long length;
        try (CsvStore store = CsvStore.open(data())) {
            Talk talk = new Talk(store).start(Histories.OWNERS.getFirst()).post("one").piece("é");
            before = talk.now();
            length = Files.size(file());
            whole = talk.piece("\ud83d\udc4d \"more\"\r\n").now();
        }
        byte[] content = Files.readAllBytes(file());
        assertThat(loadedWith(content)).isEqualTo(whole);
        // Without the last line feed all of it is there.
        for (int end = content.length - 2; end >= length; end--) {
            assertThat(loadedWith(Arrays.copyOf(content, end))).isEqualTo(before);
            assertThat(file()).hasSize(length);
        }
    }

    @Test
    void aChangedRowIsLeftOutAndTheRestIsThere() throws Exception {
        Conversation now;
        try (CsvStore store = CsvStore.open(data())) {
            now =
                    new Talk(store)
                            .start(Histories.OWNERS.getFirst())
                            .post("Men are all alike.")
                            .piece("In what way?")
                            .finish()
                            .post("They bug us.")
                            .piece("Can you")
                            .finish()
                            .now();
        }
        String text = Files.readString(file());
        Files.writeString(file(), text.replace(",In what way?,", ",In WHAT way?,"));
        try (CsvStore store = CsvStore.open(data())) {
            Conversation found = store.load(now.id());
            assertThat(found).isNotNull();
            assertThat(found.head()).isEqualTo(now.head());
            assertThat(
                            store.path(now.owner(), Objects.requireNonNull(now.head()), 10).stream()
                                    .map(Message::text))
                    .containsSubsequence("They bug us.", "Can you");
        }
    }

    @Test
    void aFileOfOthersIsLeftAlone() throws Exception {
        CsvStore.open(data()).close();
        Path old = data().resolve("chat_logs").resolve("old.csv");
        Files.writeString(old, "user,hello\nassistant,hi\n");
        try (CsvStore store = CsvStore.open(data())) {
            assertThat(store.count()).isZero();
        }
        assertThat(old).hasContent("user,hello\nassistant,hi\n");
    }

    @Test
    void aFullDiskKeepsNothingAndHarmsNothing() {
        var disk = new FailingDisk();
        try (CsvStore store = CsvStore.open(data(), disk)) {
            Talk talk = new Talk(store).start(Histories.OWNERS.getFirst()).post("one").piece("a");
            Conversation before = talk.now();
            List<Batch> lost = talk.held(() -> talk.piece("lost"));
            for (int room = 0; room < 36; room += 7) {
                disk.bytesLeft = room;
                assertThatThrownBy(() -> store.append(lost))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("is full; free some space");
                assertThat(store.load(before.id())).isEqualTo(before);
            }
            disk.bytesLeft = Long.MAX_VALUE;
            store.append(lost);
            assertThat(store.load(before.id())).isEqualTo(talk.now());
        }
        try (CsvStore store = CsvStore.open(data())) {
            assertThat(store.load(new ConversationId("talk"))).isNotNull();
        }
    }

    @Test
    void nothingIsToldWhileItIsUnknownWhatTheDiskHas() {
        var disk = new FailingDisk();
        try (CsvStore store = CsvStore.open(data(), disk)) {
            Talk talk = new Talk(store).start(Histories.OWNERS.getFirst()).post("one").piece("a");
            Conversation before = talk.now();
            List<Batch> lost = talk.held(() -> talk.piece("lost"));
            disk.failsToForce = true;
            disk.failsToTruncate = true;
            assertThatThrownBy(() -> store.append(lost)).isInstanceOf(StoreException.class);
            assertThatThrownBy(() -> store.load(before.id())).isInstanceOf(StoreException.class);
            disk.failsToForce = false;
            disk.failsToTruncate = false;
            store.append(lost);
            assertThat(store.load(before.id())).isEqualTo(talk.now());
        }
    }

    private @Nullable Conversation loadedWith(byte[] content) throws IOException {
        Files.write(file(), content);
        try (CsvStore store = CsvStore.open(data())) {
            return store.load(new ConversationId("talk"));
        }
    }
}
