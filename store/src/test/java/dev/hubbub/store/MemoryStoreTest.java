package dev.hubbub.store;

import dev.hubbub.conversation.ConversationStore;

final class MemoryStoreTest extends ConversationStoreContract {

    @Override
    ConversationStore fresh() {
        return new MemoryStore();
    }

    @Override
    ConversationStore reopen(ConversationStore store) {
        return store;
    }

    @Override
    int histories() {
        return 200;
    }
}
