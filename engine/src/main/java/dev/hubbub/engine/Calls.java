package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.ReplyStatus;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/// What the handles of one running [Hubbub] share: the engine, and the way from its answers and
/// failures to what callers get. Safe for use by many threads.
final class Calls {

    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

    /// How far back the reply to a message with a known name may be: a conversation forgets names
    /// much sooner.
    private static final int EARLIER_MESSAGES_MAX = 1_000;

    final Engine engine;
    final Parts parts;
    final HubbubConfig config;
    final TimeOrderedIds ids = new TimeOrderedIds();

    /// For what reads the store more than once, or waits.
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("hubbub-call-", 0).factory());

    private volatile boolean closed;

    Calls(Engine engine, Parts parts, HubbubConfig config) {
        this.engine = engine;
        this.parts = parts;
        this.config = config;
    }

    synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            engine.close();
        } finally {
            threads.shutdown();
            parts.close();
        }
    }

    /// Waits for what a caller asked.
    static <T extends @Nullable Object> T await(CompletionStage<T> asked) {
        try {
            return asked.toCompletableFuture().get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CallInterrupted();
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof RuntimeException known) {
                // The caller wants to know where it called, not where the engine answered.
                known.fillInStackTrace();
                throw known;
            }
            throw new IllegalStateException("the engine failed", cause);
        }
    }

    /// Tells of progress, and of nothing else: what the listener throws harms nobody.
    static IntConsumer guarded(IntConsumer progress) {
        return done -> {
            try {
                progress.accept(done);
            } catch (RuntimeException defect) {
                LOG.warn("A listener of progress threw", defect);
            }
        };
    }

    /// Asks the engine and makes of its answer what the caller gets; whatever fails, fails as the
    /// API says.
    <A extends @Nullable Object, T extends @Nullable Object> CompletableFuture<T> ask(
            Supplier<CompletionStage<A>> question, Function<A, T> answer) {
        var result = new CompletableFuture<T>();
        if (closed) {
            result.completeExceptionally(new HubbubClosed());
            return result;
        }
        try {
            question.get()
                    .whenComplete((answered, failure) -> {
                        if (failure != null) {
                            result.completeExceptionally(failure(failure));
                        } else {
                            complete(result, () -> answer.apply(answered));
                        }
                    });
        } catch (RuntimeException failure) {
            result.completeExceptionally(failure(failure));
        }
        return result;
    }

    /// Does something that may block, on a thread of its own.
    <T extends @Nullable Object> CompletableFuture<T> blocking(Supplier<T> work) {
        var result = new CompletableFuture<T>();
        if (closed) {
            result.completeExceptionally(new HubbubClosed());
            return result;
        }
        try {
            threads.execute(() -> complete(result, work));
        } catch (RuntimeException failure) {
            result.completeExceptionally(failure(failure));
        }
        return result;
    }

    private <T extends @Nullable Object> void complete(
            CompletableFuture<T> result, Supplier<T> value) {
        try {
            result.complete(value.get());
        } catch (Throwable failure) {
            result.completeExceptionally(failure(failure));
        }
    }

    /// One stage after another, without the wrapping of failures.
    <A extends @Nullable Object, T extends @Nullable Object> CompletableFuture<T> then(
            CompletionStage<A> first, Function<A, ? extends CompletionStage<T>> next) {
        var result = new CompletableFuture<T>();
        first.whenComplete((value, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure(failure));
                return;
            }
            try {
                next.apply(value)
                        .whenComplete((last, failed) -> {
                            if (failed != null) {
                                result.completeExceptionally(failure(failed));
                            } else {
                                result.complete(last);
                            }
                        });
            } catch (RuntimeException failed) {
                result.completeExceptionally(failure(failed));
            }
        });
        return result;
    }

    /// What a caller gets for a failure.
    Throwable failure(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (closed && !(cause instanceof HubbubException known && isOfTheCall(known))) {
            return new HubbubClosed();
        }
        if (cause instanceof HubbubException) {
            return cause;
        }
        return cause instanceof StoreException
                ? new HubbubException(
                        String.valueOf(cause.getMessage()), Refusal.STORE_UNAVAILABLE, cause)
                : cause;
    }

    /// Whether it says something about what was asked, and not that nobody is there to answer.
    private static boolean isOfTheCall(HubbubException known) {
        return known.refusal() != Refusal.OVERLOADED
                && known.refusal() != Refusal.STORE_UNAVAILABLE;
    }

    HubbubException refused(ConversationId id, Refusal refusal) {
        return switch (refusal) {
            case CONVERSATION_UNKNOWN -> new ConversationUnknown(id);
            case CONVERSATION_EXISTS -> new ConversationExists(id);
            case BUSY, QUEUE_FULL -> new ConversationBusy(id, refusal);
            case OVERLOADED, STORE_UNAVAILABLE ->
                    closed
                            ? new HubbubClosed()
                            : new HubbubException(refusal.sentence(), refusal, null);
            case MESSAGE_BLANK,
                    MESSAGE_TOO_LONG,
                    TOO_MANY_IMAGES,
                    IMAGE_UNKNOWN,
                    MESSAGE_UNKNOWN,
                    NOTHING_TO_ANSWER,
                    NAME_INVALID,
                    MARKS_INVALID,
                    SYSTEM_PROMPT_TOO_LONG,
                    MODEL_UNKNOWN,
                    QUARANTINED,
                    CRASHED ->
                    new HubbubException(refusal.sentence(), refusal, null);
        };
    }

    /// The answer to something that is done at once.
    Answer.Done done(ConversationId id, Answer answer) {
        return switch (answer) {
            case Answer.Done done -> done;
            case Answer.Refused(var refusal) -> throw refused(id, refusal);
            case Answer.Ended _, Answer.Withdrawn _ ->
                    throw new IllegalStateException("nothing was waited for");
        };
    }

    Conversation conversation(ConversationId id, Answer answer) {
        return done(id, answer).conversation();
    }

    /// Whether [#reply] has to read the store for it.
    static boolean isRepetition(Answer answer) {
        return answer instanceof Answer.Done;
    }

    /// The reply that a message got. Blocks when the message had been answered before.
    Message reply(UserId asker, ConversationId id, Answer answer) {
        return switch (answer) {
            case Answer.Ended ended when ended.status() == ReplyStatus.FAILED ->
                    throw new ReplyFailed(id, ended.reply());
            case Answer.Ended(_, var reply) -> reply;
            case Answer.Withdrawn _ -> throw new ReplyWithdrawn(id);
            case Answer.Refused(var refusal) -> throw refused(id, refusal);
            case Answer.Done done -> earlierReply(asker, id, done);
        };
    }

    /// Conversations of one user share the node of a message that was said to them in the same
    /// millisecond, so that its children are not only this conversation's: those on the way to the
    /// head are.
    private Message earlierReply(UserId asker, ConversationId id, Answer.Done done) {
        MessageId question = done.receipt().message();
        if (question == null) {
            throw new ReplyWithdrawn(id);
        }
        MessageId head = done.conversation().head();
        List<Message> path =
                head == null ? List.of() : parts.store().path(asker, head, EARLIER_MESSAGES_MAX);
        Message reply =
                path.stream()
                        .filter(message -> isReplyTo(question, message))
                        .findFirst()
                        .or(() ->
                                parts.store().children(asker, id, question).stream()
                                        .filter(child -> isReplyTo(question, child))
                                        .reduce((_, later) -> later))
                        .orElseThrow(() -> new ReplyWithdrawn(id));
        if (ReplyStatus.of(reply.stopReason()) == ReplyStatus.FAILED) {
            throw new ReplyFailed(id, reply);
        }
        return reply;
    }

    private static boolean isReplyTo(MessageId question, Message message) {
        return message.role() == Role.ASSISTANT && question.equals(message.parent());
    }
}
