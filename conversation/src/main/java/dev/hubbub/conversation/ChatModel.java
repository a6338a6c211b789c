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

    /// Whether [#reply] says all of every reply before it returns, by computing alone: from the
    /// last message, without I/O, locks or waiting. An engine may then call it on the thread that
    /// runs the conversation, give it that message as the whole history, and keep message and reply
    /// in one commit. One that takes long holds up other conversations; what is not said when
    /// [#reply] returns is asked for again, as of any other model.
    default boolean isImmediate() {
        return false;
    }

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

        /// What was being asked failed, and another call goes on where its text ends: what follows
        /// is a new attempt's. This is for the record; text that was given stays given. A sink that
        /// keeps no record need do nothing.
        ///
        /// Before any text, and without a fault, it says who of several answers.
        ///
        /// @param model what answers from here on
        /// @param used what the attempt that failed used, null where nobody told
        /// @param why what ended it; null where nothing failed
        default void attempt(ModelId model, @Nullable Usage used, @Nullable ModelFault why) {}

        /// All text has been given.
        ///
        /// @param usage of the last attempt; null where the provider does not tell
        void completed(StopReason reason, @Nullable Usage usage);

        void failed(ModelFault fault);
    }

    /// What a model is given.
    ///
    /// @param user whom the reply is for: calls take turns between users, who have budgets
    /// @param model as the user typed it, parameters included
    /// @param system the system prompt, or null
    /// @param messages oldest first, bounded; the last is what to answer. They may be a [History]:
    ///   read from the store when they are first looked at, which is to be done in
    ///   [ChatModel#reply] and not on a thread that must not block
    /// @param soFar what this reply already says, after a crash: the model goes on from there and
    ///   does not repeat it; empty otherwise
    record Prompt(
            UserId user,
            ModelId model,
            @Nullable String system,
            List<Line> messages,
            String soFar) {

        public Prompt {
            messages = messages instanceof History ? messages : List.copyOf(messages);
        }

        /// For the one user of a program without accounts.
        public Prompt(ModelId model, @Nullable String system, List<Line> messages, String soFar) {
            this(UserId.LOCAL, model, system, messages, soFar);
        }

        /// One message of the history.
        ///
        /// @param text may be empty where there are pictures
        public record Line(Role role, String text, List<Picture> pictures) {

            public Line {
                pictures = List.copyOf(pictures);
            }

            /// One without pictures.
            public Line(Role role, String text) {
                this(role, text, List.of());
            }
        }

        /// An image with its bytes.
        public static final class Picture {

            private final Image image;
            private final byte[] content;

            /// @param content nobody may change it from now on
            public Picture(Image image, byte[] content) {
                this.image = image;
                this.content = content;
            }

            public Image image() {
                return image;
            }

            /// Not a copy: nobody may change it.
            public byte[] content() {
                return content;
            }

            /// The same image has the same bytes.
            @Override
            public boolean equals(@Nullable Object other) {
                return other instanceof Picture picture && image.equals(picture.image);
            }

            @Override
            public int hashCode() {
                return image.hashCode();
            }

            @Override
            public String toString() {
                return image + " of " + content.length + " bytes";
            }
        }

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
