package dev.hubbub.store;

import dev.hubbub.conversation.ConversationStore;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

final class SqliteStoreContractTest extends ConversationStoreContract {

    /// Small enough that the log is written anew in the midst of things.
    private static final long SEGMENT_BYTES_MAX = 1_000;

    @TempDir private Path temp;
    private int opened;

    @Override
    ConversationStore fresh() {
        opened++;
        return open();
    }

    @Override
    ConversationStore reopen(ConversationStore store) {
        store.close();
        return open();
    }

    @Override
    int histories() {
        return 40;
    }

    private ConversationStore open() {
        return SqliteStore.open(
                temp.resolve("data" + opened), SEGMENT_BYTES_MAX, DataDirectory::openPrivate);
    }
}
