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

    /// What one partition is asked of a call: where its ids are in [Call#ids].
    private record Part(Call call, int partition, int from, int to) {

        int size() {
            return to - from;
        }
    }

    /// One call for many.
    private static final class Call {

        /// By partition.
        final ConversationId[] ids;

        /// Where the caller has each of them.
        final int[] places;

        final BiFunction<Caller, List<ConversationId>, ToPartition> question;
        final HeardTogether heard;
        final AtomicInteger open;
        final CompletableFuture<@Nullable Void> done;

        Call(
                ConversationId[] ids,
                int[] places,
                BiFunction<Caller, List<ConversationId>, ToPartition> question,
                HeardTogether heard,
                CompletableFuture<@Nullable Void> done) {
            this.ids = ids;
            this.places = places;
            this.question = question;
            this.heard = heard;
            open = new AtomicInteger(ids.length);
            this.done = done;
        }
    }

    /// Hears the answers to a call for many.
    interface Heard {

        /// The answer of one.
        ///
        /// @param place of `id` in the call's ids
        void answer(int place, ConversationId id, Answer answer);
    }

    /// Hears the responses to a call for many.
    interface HeardTogether {

        /// The response of a partition.
        ///
        /// @param places of `ids` in the call's
        /// @param ids what it is about
        void response(int[] places, List<ConversationId> ids, Response response);
    }

    /// Asks each id's partition the question; a [Response.All] is expected from each.
    ///
    /// @param progress hears how many have answered, from any thread
    /// @return the answers, in the order of `ids`
    CompletionStage<List<Answer>> ask(
            List<ConversationId> ids,
            BiFunction<Caller, List<ConversationId>, ToPartition> question,
            IntConsumer progress) {
        var answers = new Answer[ids.size()];
        return ask(ids, question, (place, _, answer) -> answers[place] = answer, progress)
                .thenApply(_ -> Arrays.asList(answers));
    }

    /// The same.
    ///
    /// @param heard hears each answer, from any thread, before the stage completes
    CompletionStage<@Nullable Void> ask(
            List<ConversationId> ids,
            BiFunction<Caller, List<ConversationId>, ToPartition> question,
            Heard heard,
            IntConsumer progress) {
        var answered = new AtomicInteger();
        return tell(
                ids,
                question,
                (places, some, response) -> {
                    List<Answer> its = answers(response, places.length);
                    for (int i = 0; i < places.length; i++) {
                        heard.answer(places[i], some.get(i), its.get(i));
                    }
                    progress.accept(answered.addAndGet(places.length));
                });
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
    /// @param heard hears each partition's response, from any thread, before the stage completes
    CompletionStage<@Nullable Void> tell(
            List<ConversationId> ids,
            BiFunction<Caller, List<ConversationId>, ToPartition> question,
            HeardTogether heard) {
        var done = new CompletableFuture<@Nullable Void>();
        if (ids.isEmpty()) {
            done.complete(null);
        } else {
            List<Part> parts = parts(List.copyOf(ids), question, heard, done);
            synchronized (this) {
                waiting.addAll(parts);
            }
            sendNext();
        }
        return done.minimalCompletionStage();
    }

    private List<Part> parts(
            List<ConversationId> ids,
            BiFunction<Caller, List<ConversationId>, ToPartition> question,
            HeardTogether heard,
            CompletableFuture<@Nullable Void> done) {
        int partitions = node.config().partitions();
        int[] partitionOf = new int[ids.size()];
        int[] from = new int[partitions + 1];
        Arrays.parallelSetAll(partitionOf, i -> node.partitionOf(ids.get(i)));
        for (int partition : partitionOf) {
            from[partition + 1]++;
        }
        for (int i = 0; i < partitions; i++) {
            from[i + 1] += from[i];
        }
        int[] places = new int[partitionOf.length];
        var sorted = new ConversationId[places.length];
        int[] next = from.clone();
        for (int i = 0; i < partitionOf.length; i++) {
            int at = next[partitionOf[i]]++;
            places[at] = i;
            sorted[at] = ids.get(i);
        }
        var call = new Call(sorted, places, question, heard, done);
        var parts = new ArrayList<Part>();
        for (int partition = 0; partition < partitions; partition++) {
            for (int begin = from[partition]; begin < from[partition + 1]; begin += TOGETHER_MAX) {
                int end = Math.min(from[partition + 1], begin + TOGETHER_MAX);
                parts.add(new Part(call, partition, begin, end));
            }
        }
        return parts;
    }

    private void sendNext() {
        for (Part part = next(); part != null; part = next()) {
            Part sent = part;
            Call call = sent.call;
            List<ConversationId> ids =
                    Arrays.asList(Arrays.copyOfRange(call.ids, sent.from, sent.to));
            node.desk
                    .question(caller ->
                            node.tellPartition(sent.partition, call.question.apply(caller, ids)))
                    .whenComplete((response, _) -> answered(sent, ids, response));
        }
    }

    private synchronized @Nullable Part next() {
        Part next = waiting.peek();
        if (next == null || (underWay > 0 && underWay + next.size() > underWayMax)) {
            return null;
        }
        underWay += next.size();
        return waiting.poll();
    }

    private void answered(Part part, List<ConversationId> ids, Response response) {
        int size = part.size();
        Call call = part.call;
        try {
            int[] places = Arrays.copyOfRange(call.places, part.from, part.to);
            call.heard.response(places, ids, response);
        } catch (RuntimeException defect) {
            call.done.completeExceptionally(defect);
        }
        synchronized (this) {
            underWay -= size;
        }
        if (call.open.addAndGet(-size) == 0) {
            call.done.complete(null);
        }
        sendNext();
    }
}
