package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.function.Supplier;

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
    /// @param messages oldest first, bounded; the last is what to answer. They may be a [History]:
    ///   read from the store when they are first looked at, which is to be done in
    ///   [ChatModel#reply] and not on a thread that must not block
    /// @param soFar what this reply already says, after a crash: the model goes on from there and
    ///   does not repeat it; empty otherwise
    record Prompt(ModelId model, @Nullable String system, List<Line> messages, String soFar) {

        public Prompt {
            messages = messages instanceof History ? messages : List.copyOf(messages);
        }

        /// One message of the history.
        public record Line(Role role, String text) {}

        /// Messages that are read when somebody looks: a model that needs none costs no reading.
        /// Safe for use by many threads; the first look may block and may throw [StoreException].
        public static final class History extends AbstractList<Line> implements RandomAccess {

            private @Nullable Supplier<List<Line>> reader;
            private @Nullable List<Line> lines;

            public History(Supplier<List<Line>> reader) {
                this.reader = reader;
            }

            @Override
            public Line get(int index) {
                return lines().get(index);
            }

            @Override
            public int size() {
                return lines().size();
            }

            private synchronized List<Line> lines() {
                List<Line> read = lines;
                if (read == null) {
                    read = Objects.requireNonNull(reader, "the reader of what is not read").get();
                    lines = read;
                    reader = null;
                }
                return read;
            }
        }
    }
}
