package dev.hubbub.store;

import dev.hubbub.conversation.ConversationStore;

import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

final class CsvStoreContractTest extends ConversationStoreContract {

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
        return CsvStore.open(temp.resolve("data" + opened));
    }
}
