package dev.hubbub.store;

import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.StoreException;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// The stores of this module, for programs that know only the port: memory, and SQLite in a
/// directory.
public final class StoreProvider implements ConversationStore.Provider {

    /// For [java.util.ServiceLoader].
    public StoreProvider() {}

    @Override
    public ConversationStore inMemory() {
        return new MemoryStore();
    }

    @Override
    public ConversationStore inDirectory(String directory) {
        try {
            return SqliteStore.open(Path.of(directory));
        } catch (InvalidPathException wrong) {
            throw new StoreException(
                    "'%s' is no path; name a directory.".formatted(directory), wrong);
        }
    }
}
