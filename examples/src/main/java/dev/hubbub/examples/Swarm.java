package dev.hubbub.examples;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.Role;
import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.Lookup;
import dev.hubbub.engine.StartOptions;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// Agents that talk to each other: fifty pairs of ELIZAs, each saying to the other what it was just
/// told, so many rounds and no more. Every agent is a conversation with a memory of its own.
public final class Swarm {

    private static final int PAIRS = 50;

    /// A swarm without an end to it is a bill without an end to it.
    private static final int ROUNDS_MAX = 6;

    /// Messages under way at once, whatever the size of the swarm: what a service behind a model
    /// would stand.
    private static final int AT_ONCE_MAX = 16;

    private Swarm() {}

    public static void main(String[] args) {
        try (Hubbub hubbub = Hubbub.start()) {
            List<ConversationId> agents =
                    hubbub.startConversations(2 * PAIRS, StartOptions.DEFAULT.withName("Agent"));
            var places = new Semaphore(AT_ONCE_MAX);
            var errors = new ConcurrentLinkedQueue<String>();
            // A thread for each pair: calls block, and virtual threads are cheap.
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < PAIRS; i++) {
                    var pair = new Pair(hubbub, agents.get(2 * i), agents.get(2 * i + 1), places);
                    threads.execute(() -> {
                        try {
                            pair.talk("I remember our first conversation.");
                        } catch (RuntimeException failed) {
                            // One pair that fails is that pair's business.
                            errors.add(String.valueOf(failed.getMessage()));
                        }
                    });
                }
            }
            long said = hubbub.histories(agents).stream().filter(Swarm::hasSpoken).count();
            System.out.printf(
                    "%d agents, %d of them spoke, %d errors%n", agents.size(), said, errors.size());
            System.out.println("what the first one heard and said:");
            for (Message message : hubbub.history(agents.getFirst())) {
                System.out.printf(
                        "  %s %s%n", message.role() == Role.USER ? "<" : ">", message.text());
            }
        }
    }

    private static boolean hasSpoken(Lookup<List<Message>> history) {
        return history instanceof Lookup.Found<List<Message>>(_, var messages)
                && messages.size() == 2 * ROUNDS_MAX;
    }

    private record Pair(Hubbub hubbub, ConversationId one, ConversationId other, Semaphore places) {

        void talk(String opening) {
            String text = opening;
            for (int round = 0; round < ROUNDS_MAX; round++) {
                text = tell(one, text);
                text = tell(other, text);
            }
        }

        private String tell(ConversationId agent, String text) {
            places.acquireUninterruptibly();
            try {
                return hubbub.sendMessage(agent, text).text();
            } finally {
                places.release();
            }
        }
    }
}
