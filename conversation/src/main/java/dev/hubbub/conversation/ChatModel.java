package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Something that answers. Safe for use by many threads, for very many replies at once.
public interface ChatModel {

    /// Begins a reply and returns without waiting for any of it. Calls to `sink` come from any
    /// thread, one at a time, and must not block long; the last is exactly one of [Sink#completed]
    /// and [Sink#failed], unless the call was cancelled, after which none need come.
    ///
    /// An exception from this method is a failed reply too.
    Call reply(Prompt prompt, Sink sink);

    /// A reply being made.
    interface Call {

        /// Ends the reply, and the request beneath it, soon. May be called at any time, more than
        /// once, from any thread.
        void cancel();
    }

    /// Where a reply goes.
    interface Sink {

        /// More text, not empty. A surrogate pair may be split between two pieces.
        void text(String piece);

        /// All text has been given.
        ///
        /// @param usage null where the provider does not tell
        void completed(StopReason reason, @Nullable Usage usage);

        void failed(ModelFault fault);
    }

    /// What a model is given.
    ///
    /// @param model as the user typed it, parameters included
    /// @param system the system prompt, or null
    /// @param messages oldest first, bounded; the last is what to answer
    /// @param soFar what this reply already says, after a crash: the model goes on from there and
    ///   does not repeat it; empty otherwise
    record Prompt(ModelId model, @Nullable String system, List<Line> messages, String soFar) {

        public Prompt {
            messages = List.copyOf(messages);
        }

        /// One message of the history.
        public record Line(Role role, String text) {}
    }
}
