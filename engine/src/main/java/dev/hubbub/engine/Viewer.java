package dev.hubbub.engine;

import dev.hubbub.conversation.Refusal;

import java.util.List;

/// Somebody who watches a conversation. Calls come one at a time, from any thread, and must return
/// at once.
public interface Viewer {

    /// What is new, in order; never more updates than were requested.
    void updates(List<Update> updates);

    /// The last call: there is no such conversation, or it cannot be watched any longer.
    void ended(Refusal reason);

    /// What a viewer holds while it watches. Safe from any thread.
    interface Watch {

        /// Allows that many more updates. A viewer that does not ask is not sent anything, and
        /// loses nothing: pieces of a reply join into larger ones while it is away.
        void request(int updates);

        /// Ends the watch; no call comes after the one that may be under way.
        void cancel();
    }
}
