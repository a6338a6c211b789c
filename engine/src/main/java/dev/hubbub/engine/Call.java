package dev.hubbub.engine;

import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import org.jspecify.annotations.Nullable;

/// A model call as its partition sees it. It keeps what the model says until it is read, and gives
/// notice once; the next notice comes after the next [#read]. So a partition's mailbox holds at
/// most one notice a call, and text that waits for a commit joins into one piece.
interface Call {

    /// All that came since the last read.
    Unread read();

    /// Ends the call; nothing more is said.
    void cancel();

    /// What was said between two reads.
    ///
    /// @param text may be empty; never splits a surrogate pair
    /// @param end null while there may be more
    record Unread(String text, @Nullable End end) {}

    /// How a call ended.
    sealed interface End {

        record Finished(StopReason reason, @Nullable Usage usage) implements End {}

        record Failed(String sentence) implements End {}
    }
}
