package dev.hubbub.engine;

import dev.hubbub.conversation.Refusal;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Where a node's callers wait. A question travels as a number, so that its answer may come from
/// any node. Safe for use by many threads.
final class Desk {

    private final String node;
    private final int questionsMax;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<Long, CompletableFuture<Response>> waiting =
            new ConcurrentHashMap<>();
    private volatile boolean closed;

    Desk(String node, int questionsMax) {
        this.node = node;
        this.questionsMax = questionsMax;
    }

    /// Asks, unless too many questions are open.
    CompletionStage<Answer> ask(Consumer<Caller> question) {
        return question(question).thenApply(Answer.class::cast);
    }

    /// The same for a question whose response is not an [Answer]; such a one is a refusal.
    CompletionStage<Response> question(Consumer<Caller> question) {
        if (open.incrementAndGet() > questionsMax) {
            open.decrementAndGet();
            return CompletableFuture.completedStage(new Answer.Refused(Refusal.OVERLOADED));
        }
        long number = numbers.incrementAndGet();
        var answer = new CompletableFuture<Response>();
        waiting.put(number, answer);
        if (closed) {
            answered(number, new Answer.Refused(Refusal.OVERLOADED));
        } else {
            question.accept(new Caller(node, number));
        }
        return answer.minimalCompletionStage();
    }

    void answered(long number, Response response) {
        CompletableFuture<Response> asked = waiting.remove(number);
        if (asked != null) {
            open.decrementAndGet();
            asked.complete(response);
        }
    }

    /// Takes no more questions.
    void close() {
        closed = true;
    }

    /// Answers everybody who still waits.
    void refuseAll() {
        for (Long number : waiting.keySet()) {
            answered(number, new Answer.Refused(Refusal.OVERLOADED));
        }
    }
}
