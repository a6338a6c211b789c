package dev.hubbub.cli;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.engine.BroadcastResult;
import dev.hubbub.engine.Hubbub;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// `experiment nodes`: several nodes in this process, each with a store of its own in memory. All
/// of their conversations are in mid-reply when one node is closed; the others go on.
final class NodesExperiment {

    private static final int NODES = 3;
    private static final int NODES_MAX = 16;
    private static final int N = 3_000;
    private static final int N_MAX = 100_000;
    private static final String TALKER = "simulated:rate=20,ttft=0ms,tokens=20";
    private static final long BEGIN_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

    private NodesExperiment() {}

    static void run(ShellRun run, Arguments arguments) {
        int count = arguments.number("--nodes", NODES, 2, NODES_MAX);
        int n = arguments.number("--n", N, count, N_MAX);
        var nodes = new ArrayList<Hubbub>();
        try {
            for (int i = 0; i < count; i++) {
                nodes.add(Hubbub.start(ShellLab.config().withDefaultModel(TALKER)));
            }
            talk(run, nodes, n);
        } catch (InterruptedException ctrlC) {
            throw Failure.of("Interrupted.", ctrlC);
        } finally {
            nodes.forEach(ShellLab::close);
        }
    }

    private static void talk(ShellRun run, List<Hubbub> nodes, int n) throws InterruptedException {
        int count = nodes.size();
        var ids = new ArrayList<List<ConversationId>>();
        for (int i = 0; i < count; i++) {
            ids.add(nodes.get(i).startConversations(n / count + (i < n % count ? 1 : 0)));
        }
        var first = new ArrayList<CompletableFuture<List<BroadcastResult>>>();
        for (int i = 0; i < count; i++) {
            first.add(nodes.get(i).broadcastAsync(ids.get(i), "Hello").toCompletableFuture());
        }
        long until = System.nanoTime() + BEGIN_NANOS_MAX;
        while (replying(nodes) < n && System.nanoTime() < until) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        long inReply = replying(nodes);
        Hubbub leaving = nodes.getLast();
        leaving.close();
        var replied = new ArrayList<Long>();
        for (CompletableFuture<List<BroadcastResult>> each : first) {
            replied.add(replied(each));
        }
        var table =
                new ShellTable("node", ">conversations", ">replied", ">failed", ">again", "now");
        for (int i = 0; i < count; i++) {
            boolean left = i == count - 1;
            int its = ids.get(i).size();
            long again =
                    left
                            ? 0
                            : replied(
                                    nodes.get(i)
                                            .broadcastAsync(ids.get(i), "And now?")
                                            .toCompletableFuture());
            table.row(
                    Integer.toString(i + 1),
                    Amounts.count(its),
                    Amounts.count(replied.get(i)),
                    Amounts.count(its - replied.get(i)),
                    left ? "" : Amounts.count(again),
                    left ? "closed in mid-reply" : "running");
        }
        table.print(run.screen());
        run.screen()
                .note(
                        "%s in mid-reply when node %d was closed. Those of a node go with it here, where"
                                        .formatted(Amounts.of(inReply, "conversation"), count)
                                + " each has its store in memory; the callers were told.");
    }

    private static long replying(List<Hubbub> nodes) {
        return nodes.stream().mapToLong(node -> node.figures().replying()).sum();
    }

    private static long replied(CompletableFuture<List<BroadcastResult>> broadcast)
            throws InterruptedException {
        try {
            return broadcast.get().stream()
                    .filter(BroadcastResult.Replied.class::isInstance)
                    .count();
        } catch (ExecutionException closed) {
            return 0;
        }
    }
}
