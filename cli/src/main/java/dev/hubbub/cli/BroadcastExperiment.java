package dev.hubbub.cli;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.engine.BroadcastOptions;
import dev.hubbub.engine.BroadcastResult;
import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.HubbubException;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// `experiment broadcast`: how many replies a second to one message for many, and how late the
/// reply to a single message is, when nothing else happens and while a broadcast goes on.
final class BroadcastExperiment {

    private static final int N = 20_000;
    private static final int N_MAX = 1_000_000;
    private static final int TALKERS = 16;
    private static final long TALK_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final String MODEL = "simulated:rate=max,ttft=0ms,tokens=10";
    private static final String TEXT = "I am sad.";

    private BroadcastExperiment() {}

    static void run(ShellRun run, Arguments arguments) {
        int n = arguments.number("--n", N, 1, N_MAX);
        ShellLab.with(
                ShellLab.config().withDefaultModel(MODEL), hubbub -> broadcast(run, hubbub, n));
    }

    private static void broadcast(ShellRun run, Hubbub hubbub, int n) {
        List<ConversationId> ids = hubbub.startConversations(n);
        var throughput = new ShellTable("broadcast", ">replies", ">failed", ">time", ">replies/s");
        for (int round = 1; round <= 3; round++) {
            long began = System.nanoTime();
            List<BroadcastResult> results;
            try (Progress progress = run.screen().progress("broadcast " + round, n)) {
                results =
                        hubbub.broadcast(
                                ids, TEXT, BroadcastOptions.DEFAULT.withProgress(progress));
            }
            long nanos = System.nanoTime() - began;
            long replied =
                    results.stream().filter(BroadcastResult.Replied.class::isInstance).count();
            throughput.row(
                    "round " + round,
                    Amounts.count(replied),
                    Amounts.count(n - replied),
                    Amounts.time(nanos),
                    Amounts.count(Math.round(replied / (nanos / 1e9))));
        }
        throughput.print(run.screen());
        run.screen().line("");
        Histogram alone = talk(hubbub, ids);
        var latency =
                new ShellTable(
                        "one message", ">replies/s", ">p50", ">p90", ">p99", ">p99.9", ">max");
        row(latency, TALKERS + " talkers", alone);
        var _ = hubbub.broadcastAsync(ids, TEXT);
        row(latency, "and a broadcast", talk(hubbub, ids));
        latency.print(run.screen());
    }

    private static void row(ShellTable table, String what, Histogram seen) {
        table.row(
                what,
                Amounts.count(Math.round(seen.getTotalCount() / (TALK_NANOS / 1e9))),
                at(seen, 50),
                at(seen, 90),
                at(seen, 99),
                at(seen, 99.9),
                Amounts.time(seen.getMaxValue() * 1_000));
    }

    private static String at(Histogram seen, double percentile) {
        return Amounts.time(seen.getValueAtPercentile(percentile) * 1_000);
    }

    /// Some talk at once, each sending its next message when the last was answered. Microseconds.
    private static Histogram talk(Hubbub hubbub, List<ConversationId> ids) {
        var seen = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(5), 3);
        long until = System.nanoTime() + TALK_NANOS;
        Callable<Integer> talker =
                () -> {
                    int said = 0;
                    while (System.nanoTime() < until) {
                        ConversationId id =
                                ids.get(ThreadLocalRandom.current().nextInt(ids.size()));
                        long began = System.nanoTime();
                        hubbub.sendMessage(id, TEXT);
                        seen.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began));
                        said++;
                    }
                    return said;
                };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var talkers = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < TALKERS; i++) {
                talkers.add(talker);
            }
            for (Future<Integer> each : threads.invokeAll(talkers)) {
                each.get();
            }
        } catch (InterruptedException ctrlC) {
            throw Failure.of("Interrupted.", ctrlC);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof HubbubException known
                    ? known
                    : new IllegalStateException(failed);
        }
        return seen;
    }
}
