package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand.Stop;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A reply while it is being made, in pieces that joined are its text: nothing is missing and
/// nothing comes twice, whenever reading begins. Every piece is durable before it is seen.
///
/// Read it in one of two ways, once:
///
/// ```java
/// for (String piece : hubbub.streamMessage(id, "Tell me a story.")) {   // blocks
///     System.out.print(piece);
/// }
/// hubbub.streamMessage(id, "Another.").subscribe(subscriber);           // does not
/// ```
///
/// A reader that is slow gets fewer, larger pieces: what it has not asked for is not queued for it.
/// How pieces are cut means nothing. A failed reply gives its text and then fails, with what
/// [Hubbub#sendMessage] would throw; a stopped one ends like any other.
///
/// The reply does not need a reader. [#close], and cancelling the subscription, end the watching
/// and not the reply; [#stop] ends the reply. A stream that nobody reads costs nothing, and one
/// that is left halfway lets go by itself when the reply ends.
///
/// Safe for use by many threads, but for the iterator, which is for one.
public final class ReplyStream implements Flow.Publisher<String>, Iterable<String>, AutoCloseable {

    private final Engine engine;
    private final UserId asker;
    private final ConversationId id;
    private final TurnId turn;
    private final CompletionStage<Message> message;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();

    /// Text that came and was not read yet.
    private final StringBuilder unread = new StringBuilder();

    /// How much of the reply came, in UTF-16 units.
    private int received;

    /// Whether all has come, or will not.
    private boolean over;

    private @Nullable Throwable failure;
    private boolean isRead;
    private boolean isClosed;

    /// Whether an update was asked for and did not come yet.
    private boolean isAsked;

    private Viewer.@Nullable Watch watch;
    private @Nullable Reading reading;

    /// @param message fails as [Hubbub#sendMessage] does
    ReplyStream(
            Engine engine,
            UserId asker,
            ConversationId id,
            TurnId turn,
            CompletionStage<Message> message) {
        this.engine = engine;
        this.asker = asker;
        this.id = id;
        this.turn = turn;
        this.message = message;
    }

    /// Begins to wait for the end.
    ReplyStream begun() {
        message.whenComplete(this::ended);
        return this;
    }

    /// The conversation that the reply is made in.
    public ConversationId conversation() {
        return id;
    }

    /// The turn, which numbers the replies of the conversation.
    public TurnId turn() {
        return turn;
    }

    /// The finished reply, with or without a reader; fails as [Hubbub#sendMessage] does. It
    /// completes on a thread of the engine: what depends on it must not block.
    public CompletionStage<Message> message() {
        return message;
    }

    /// Waits for the finished reply.
    ///
    /// @throws HubbubException as [Hubbub#sendMessage] does
    public Message await() {
        return Calls.await(message);
    }

    /// Asks for the end of this reply, and of no other, and returns at once; the text so far is
    /// kept. [#message] tells when it has ended. A reply that waits for its turn is taken back.
    public void stop() {
        engine.ask(asker, id, new Stop(turn));
    }

    /// Ends the watching; the reply goes on. What was not read yet is not given any more.
    @Override
    public void close() {
        lock.lock();
        try {
            isRead = true;
            isClosed = true;
            unread.setLength(0);
            leave();
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The pieces as they come. [Iterator#hasNext] and [Iterator#next] block until there is one or
    /// the reply has ended, and throw what [#await] would throw once all text was given. An
    /// interrupted thread keeps its flag and gets [CallInterrupted]; it may go on afterwards.
    ///
    /// @throws IllegalStateException when the stream is being read already, or was closed
    @Override
    public Iterator<String> iterator() {
        begin(null);
        return new Pieces();
    }

    /// The pieces as they are asked for, on threads of their own: a subscriber may block.
    /// Cancelling does not end the reply.
    ///
    /// @param subscriber the only one; when the stream is being read already, or was closed, it
    ///   gets an [IllegalStateException]
    @Override
    public void subscribe(Flow.Subscriber<? super String> subscriber) {
        var mine = new Reading(subscriber);
        try {
            begin(mine);
        } catch (IllegalStateException taken) {
            subscriber.onSubscribe(new NoSubscription());
            subscriber.onError(taken);
            return;
        }
        subscriber.onSubscribe(mine);
        mine.subscribed();
    }

    private void begin(@Nullable Reading mine) {
        lock.lock();
        try {
            if (isRead) {
                throw new IllegalStateException(
                        "A reply is read once, by one reader; read the history instead.");
            }
            isRead = true;
            reading = mine;
            if (!over) {
                watch = engine.watch(asker, id, null, new Watching());
            }
        } finally {
            lock.unlock();
        }
    }

    private void ended(@Nullable Message reply, @Nullable Throwable failed) {
        lock.lock();
        try {
            Message said = failed instanceof ReplyFailed partly ? partly.partial() : reply;
            if (said != null && !isClosed) {
                take(0, said.text());
            }
            over = true;
            failure = failed;
            leave();
            told();
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        Viewer.Watch left = watch;
        watch = null;
        if (left != null) {
            left.cancel();
        }
    }

    /// More text, from where it stands in the reply. What would leave a hole is not taken: the
    /// snapshot or the end that follows has it too.
    private void take(int fromChar, String text) {
        int known = received - fromChar;
        if (known >= 0 && known < text.length()) {
            unread.append(text, known, text.length());
            received = fromChar + text.length();
        }
    }

    private String takeUnread() {
        String text = unread.toString();
        unread.setLength(0);
        return text;
    }

    private void ask() {
        Viewer.Watch now = watch;
        if (now != null && !isAsked) {
            isAsked = true;
            now.request(1);
        }
    }

    private void told() {
        news.signalAll();
        Reading mine = reading;
        if (mine != null) {
            mine.signal();
        }
    }

    /// What the engine tells.
    private final class Watching implements Viewer {

        @Override
        public void updates(List<Update> updates) {
            lock.lock();
            try {
                isAsked = false;
                if (isClosed || over) {
                    return;
                }
                for (Update update : updates) {
                    seen(update.content());
                }
                if (unread.isEmpty()) {
                    ask();
                } else {
                    told();
                }
            } finally {
                lock.unlock();
            }
        }

        private void seen(Update.Content content) {
            switch (content) {
                case Update.Delta(var of, var fromChar, var text) when of.equals(turn) ->
                        take(fromChar, text);
                case Update.Delta _, Update.Happened _ -> {}
                case Update.Snapshot(Conversation now) -> {
                    Reply reply = now.reply();
                    if (reply != null
                            && reply.turn().equals(turn)
                            && reply.draft().length() > received) {
                        take(received, reply.draft().from(received));
                    }
                }
            }
        }

        /// Nothing more comes this way; the end of the reply brings the rest.
        @Override
        public void ended(Refusal reason) {
            lock.lock();
            try {
                watch = null;
            } finally {
                lock.unlock();
            }
        }
    }

    /// The way of a thread that waits.
    private final class Pieces implements Iterator<String> {

        @Override
        public boolean hasNext() {
            lock.lock();
            try {
                while (unread.isEmpty()) {
                    if (isClosed) {
                        return false;
                    }
                    if (over) {
                        return endOfText();
                    }
                    ask();
                    news.await();
                }
                return true;
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new CallInterrupted();
            } finally {
                lock.unlock();
            }
        }

        /// There is nothing more: false, or what the reply failed with.
        private boolean endOfText() {
            switch (failure) {
                case null -> {
                    return false;
                }
                case RuntimeException known -> throw known;
                case Throwable other -> throw new IllegalStateException("the engine failed", other);
            }
        }

        @Override
        public String next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the reply has ended");
            }
            lock.lock();
            try {
                return takeUnread();
            } finally {
                lock.unlock();
            }
        }
    }

    /// The way of a subscriber: one thread at a time tells it what there is, and ends.
    private final class Reading implements Flow.Subscription {

        private final Flow.Subscriber<? super String> subscriber;
        private final AtomicInteger signals = new AtomicInteger(1);
        private long demand;
        private boolean isDone;
        private @Nullable IllegalArgumentException wrong;

        Reading(Flow.Subscriber<? super String> subscriber) {
            this.subscriber = subscriber;
        }

        /// The subscriber knows of its subscription; signals from before count now.
        void subscribed() {
            Thread.ofVirtual().name("hubbub-stream").start(this::run);
        }

        void signal() {
            if (signals.getAndIncrement() == 0) {
                Thread.ofVirtual().name("hubbub-stream").start(this::run);
            }
        }

        @Override
        public void request(long pieces) {
            lock.lock();
            try {
                if (pieces < 1) {
                    wrong = new IllegalArgumentException("ask for at least one piece");
                } else {
                    demand = demand + pieces < 0 ? Long.MAX_VALUE : demand + pieces;
                }
            } finally {
                lock.unlock();
            }
            signal();
        }

        @Override
        public void cancel() {
            lock.lock();
            try {
                isDone = true;
            } finally {
                lock.unlock();
            }
            close();
        }

        private void run() {
            int seen = signals.get();
            while (seen != 0) {
                try {
                    while (told()) {}
                } catch (RuntimeException defectOfTheSubscriber) {
                    cancel();
                    throw defectOfTheSubscriber;
                }
                seen = signals.addAndGet(-seen);
            }
        }

        /// Tells one thing; false when there is nothing to tell.
        private boolean told() {
            String piece = null;
            Throwable end = null;
            lock.lock();
            try {
                if (isDone) {
                    return false;
                }
                if (wrong != null) {
                    end = wrong;
                    isDone = true;
                    leave();
                } else if (!unread.isEmpty()) {
                    if (demand == 0) {
                        return false;
                    }
                    demand -= demand == Long.MAX_VALUE ? 0 : 1;
                    piece = takeUnread();
                } else if (over || isClosed) {
                    end = failure;
                    isDone = true;
                } else {
                    if (demand > 0) {
                        ask();
                    }
                    return false;
                }
            } finally {
                lock.unlock();
            }
            if (piece != null) {
                subscriber.onNext(piece);
            } else if (end != null) {
                subscriber.onError(end);
            } else {
                subscriber.onComplete();
            }
            return true;
        }
    }

    /// For a subscriber that came too late.
    private static final class NoSubscription implements Flow.Subscription {

        @Override
        public void request(long pieces) {}

        @Override
        public void cancel() {}
    }
}
