package dev.hubbub.engine;

import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import org.jspecify.annotations.Nullable;

import java.util.List;

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
    /// @param earlier what was said before one attempt took over from another, mostly nothing
    /// @param text may be empty; never splits a surrogate pair
    /// @param end null while there may be more
    record Unread(List<Switched> earlier, String text, @Nullable End end) {}

    /// The end of one attempt and the beginning of the next.
    ///
    /// @param text what the one said since the last read
    /// @param model what makes the next
    /// @param used what the one used, null where nobody told
    /// @param why what ended it; null where nothing failed and this says who answers
    record Switched(String text, ModelId model, @Nullable Usage used, @Nullable String why) {}

    /// How a call ended.
    sealed interface End {

        record Finished(StopReason reason, @Nullable Usage usage) implements End {}

        record Failed(String sentence) implements End {}
    }
}
