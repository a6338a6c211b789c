package dev.hubbub.store;

import dev.hubbub.conversation.ConversationStore;

import java.nio.file.Path;

final class CsvStoreCrashTest extends CrashContract {

    @Override
    String kind() {
        return "csv";
    }

    @Override
    ConversationStore open(Path directory) {
        return CsvStore.open(directory);
    }
}
