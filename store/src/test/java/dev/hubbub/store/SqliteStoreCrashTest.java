package dev.hubbub.store;

import dev.hubbub.conversation.ConversationStore;

import java.nio.file.Path;

final class SqliteStoreCrashTest extends CrashContract {

    @Override
    String kind() {
        return "sqlite";
    }

    @Override
    ConversationStore open(Path directory) {
        return SqliteStore.open(directory);
    }
}
