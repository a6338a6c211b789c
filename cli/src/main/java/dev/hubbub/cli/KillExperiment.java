package dev.hubbub.cli;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.engine.BroadcastResult;
import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.SendOptions;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// `experiment kill`: crashes conversations at random while some of all of them are in mid-reply,
/// and counts what became of those and of the others.
final class KillExperiment {

    private static final int N = 20_000;
    private static final int N_MAX = 1_000_000;
    private static final int TALKING_MAX = 1_000;
    private static final int TOKENS = 40;
    private static final String TALKER = "simulated:rate=25,ttft=0ms,tokens=" + TOKENS;
    private static final long BEGIN_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

    private KillExperiment() {}

    static void run(ShellRun run, Arguments arguments) {
        int n = arguments.number("--n", N, 1, N_MAX);
        int percent = arguments.number("--percent", 1, 1, 100);
        ShellLab.with(
                ShellLab.config().withDefaultModel("eliza"),
                hubbub -> kill(run, hubbub, n, percent));
    }

    private static void kill(ShellRun run, Hubbub hubbub, int n, int percent) {
        List<ConversationId> ids = hubbub.startConversations(n);
        long answered =
                hubbub.broadcast(ids, "I am sad.").stream()
                        .filter(BroadcastResult.Replied.class::isInstance)
                        .count();
        run.screen()
                .note(
                        "%s of %s have a history"
                                .formatted(Amounts.count(answered), Amounts.count(n)));

        var chance = ThreadLocalRandom.current();
        List<ConversationId> talking =
                Targets.random(ids, Math.clamp(n / 10, 1, TALKING_MAX), chance);
        var replies = new ArrayList<CompletableFuture<Message>>();
        for (ConversationId id : talking) {
            replies.add(
                    hubbub.sendMessageAsync(
                                    id, "Tell me more.", SendOptions.DEFAULT.withModel(TALKER))
                            .toCompletableFuture());
        }
        awaitReplies(hubbub, talking.size());
        long inReply = hubbub.figures().replying();

        int crash = (int) Math.max(1, Math.round(n * percent / 100.0));
        List<ConversationId> victims = Targets.random(ids, crash, chance);
        Killing killing = Killing.kill(hubbub, victims);

        Set<ConversationId> doomed = new HashSet<>(victims);
        var table = new ShellTable("", ">conversations", ">in mid-reply", ">finished whole");
        int[] talked = new int[2];
        int[] whole = new int[2];
        for (int i = 0; i < replies.size(); i++) {
            int side = doomed.contains(talking.get(i)) ? 0 : 1;
            talked[side]++;
            whole[side] += isWhole(replies.get(i)) ? 1 : 0;
        }
        table.row(
                "crashed",
                Amounts.count(killing.crashed()),
                Amounts.count(talked[0]),
                Amounts.count(whole[0]));
        table.row(
                "others",
                Amounts.count(n - killing.crashed()),
                Amounts.count(talked[1]),
                Amounts.count(whole[1]));
        run.screen().lines(killing.lines());
        run.screen().line("");
        table.print(run.screen());
        run.screen()
                .note(
                        "%s replies were being made when they crashed"
                                .formatted(Amounts.count(inReply)));
    }

    private static void awaitReplies(Hubbub hubbub, int all) {
        long until = System.nanoTime() + BEGIN_NANOS_MAX;
        try {
            while (hubbub.figures().replying() < all && System.nanoTime() < until) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (InterruptedException ctrlC) {
            throw Failure.of("Interrupted.", ctrlC);
        }
    }

    private static boolean isWhole(CompletableFuture<Message> reply) {
        try {
            return reply.get().stopReason() == StopReason.END;
        } catch (ExecutionException failed) {
            return false;
        } catch (InterruptedException ctrlC) {
            throw Failure.of("Interrupted.", ctrlC);
        }
    }
}
