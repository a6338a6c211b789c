package dev.hubbub.engine;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Refusal;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;

/// Calls for many conversations: one message for each partition, and on the whole node no more than
/// a bounded number of conversations under way at once, so that a call for a million costs its
/// answers and no more. Calls are served in the order in which they came. Safe for use by many
/// threads.
final class Bulk {

    /// Conversations of one message: a call for more than this and one for few take turns.
    private static final int TOGETHER_MAX = 2_048;

    private final Node node;
    private final int underWayMax;
    private final ArrayDeque<Part> waiting = new ArrayDeque<>();
    private int underWay;

    Bulk(Node node, int underWayMax) {
        this.node = node;
        this.underWayMax = underWayMax;
    }

    /// What one partition is asked of a call, and where in the call's ids its own are.
    private static final class Part {

        final Call call;
        final int partition;
        final List<ConversationId> ids;
        final int[] places;

        Part(Call call, int partition, List<ConversationId> ids, int[] places) {
            this.call = call;
            this.partition = partition;
            this.ids = ids;
            this.places = places;
        }
    }

    /// One call for many.
    private record Call(
            BiFunction<Caller, List<ConversationId>, ToPartition> question,
            BiConsumer<int[], Response> heard,
            AtomicInteger open,
            CompletableFuture<@Nullable Void> done) {}

    /// Asks each id's partition the question; a [Response.All] is expected from each.
    ///
    /// @param progress hears how many have answered, from any thread
    /// @return the answers, in the order of `ids`
    CompletionStage<List<Answer>> ask(
            List<ConversationId> ids,
            BiFunction<Caller, List<ConversationId>, ToPartition> question,
            IntConsumer progress) {
        var answers = new Answer[ids.size()];
        var answered = new AtomicInteger();
        return tell(
                        ids,
                        question,
                        (places, response) -> {
                            List<Answer> its = answers(response, places.length);
                            for (int i = 0; i < places.length; i++) {
                                answers[places[i]] = its.get(i);
                            }
                            progress.accept(answered.addAndGet(places.length));
                        })
                .thenApply(_ -> Arrays.asList(answers));
    }

    private static List<Answer> answers(Response response, int size) {
        return switch (response) {
            case Response.All(var answers) when answers.size() == size -> answers;
            case Answer refused -> Collections.nCopies(size, refused);
            case Response _ -> Collections.nCopies(size, new Answer.Refused(Refusal.CRASHED));
        };
    }

    /// Asks each id's partition the question.
    ///
    /// @param heard hears each partition's response and which of `ids` it is about, from any
    ///   thread, before the stage completes
    CompletionStage<@Nullable Void> tell(
            List<ConversationId> ids,
            BiFunction<Caller, List<ConversationId>, ToPartition> question,
            BiConsumer<int[], Response> heard) {
        var done = new CompletableFuture<@Nullable Void>();
        if (ids.isEmpty()) {
            done.complete(null);
        } else {
            var call = new Call(question, heard, new AtomicInteger(ids.size()), done);
            List<Part> parts = parts(call, List.copyOf(ids));
            synchronized (this) {
                waiting.addAll(parts);
            }
            sendNext();
        }
        return done.minimalCompletionStage();
    }

    private List<Part> parts(Call call, List<ConversationId> ids) {
        int partitions = node.config().partitions();
        int[] partitionOf = new int[ids.size()];
        int[] from = new int[partitions + 1];
        for (int i = 0; i < partitionOf.length; i++) {
            int partition = node.partitionOf(ids.get(i));
            partitionOf[i] = partition;
            from[partition + 1]++;
        }
        for (int i = 0; i < partitions; i++) {
            from[i + 1] += from[i];
        }
        int[] places = new int[partitionOf.length];
        int[] next = from.clone();
        for (int i = 0; i < partitionOf.length; i++) {
            places[next[partitionOf[i]]++] = i;
        }
        var parts = new ArrayList<Part>();
        for (int partition = 0; partition < partitions; partition++) {
            for (int begin = from[partition]; begin < from[partition + 1]; begin += TOGETHER_MAX) {
                int end = Math.min(from[partition + 1], begin + TOGETHER_MAX);
                int[] its = Arrays.copyOfRange(places, begin, end);
                var chosen = new ConversationId[its.length];
                for (int i = 0; i < its.length; i++) {
                    chosen[i] = ids.get(its[i]);
                }
                parts.add(new Part(call, partition, Arrays.asList(chosen), its));
            }
        }
        return parts;
    }

    private void sendNext() {
        for (Part part = next(); part != null; part = next()) {
            Part sent = part;
            node.desk
                    .question(caller ->
                            node.tellPartition(
                                    sent.partition, sent.call.question.apply(caller, sent.ids)))
                    .whenComplete((response, _) -> answered(sent, response));
        }
    }

    private synchronized @Nullable Part next() {
        Part next = waiting.peek();
        if (next == null || (underWay > 0 && underWay + next.ids.size() > underWayMax)) {
            return null;
        }
        underWay += next.ids.size();
        return waiting.poll();
    }

    private void answered(Part part, Response response) {
        int size = part.ids.size();
        Call call = part.call;
        try {
            call.heard().accept(part.places, response);
        } catch (RuntimeException defect) {
            call.done().completeExceptionally(defect);
        }
        synchronized (this) {
            underWay -= size;
        }
        if (call.open().addAndGet(-size) == 0) {
            call.done().complete(null);
        }
        sendNext();
    }
}
