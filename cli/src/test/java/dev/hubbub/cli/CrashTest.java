package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.ChatModel.Prompt;
import dev.hubbub.conversation.ChatModel.Sink;
import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;
import dev.hubbub.model.Models;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// What this program is for: nothing that anybody has seen is lost, however it ends.
@Timeout(150)
final class CrashTest {

    private static final String MODEL = "simulated:rate=200,tokens=400";
    private static final String ENDLESS = "simulated:rate=20,tokens=100000";
    private static final int ROUNDS = 4;
    private static final int WITNESSES = 4;
    private static final Duration REPLY_MAX = Duration.ofSeconds(30);

    @TempDir private Path data;

    /// In each round, several people watch a reply each, and `kill -9` hits the server when one of
    /// them has seen some random number of characters. The next server finds every character that
    /// any of them saw, and ends their replies; some of them go on where they were, some begin with
    /// a snapshot. All the while the text is what it would have been with no crash at all.
    @Test
    void whatWasSeenOutlivesKillMinusNineAndTheReplyEnds() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        List<Witness> interrupted = List.of();
        try {
            for (int round = 0; round < ROUNDS; round++) {
                try (Program server = Program.serve(data, "--model", MODEL)) {
                    seeThemEnd(interrupted, server, random, 2);
                    interrupted = askSome(server, round);
                    Witness watched = interrupted.get(random.nextInt(WITNESSES));
                    int chars = 1 + random.nextInt(textOf("Round " + round).length() - 200);
                    await().atMost(REPLY_MAX)
                            .pollInterval(Duration.ofMillis(1))
                            .until(() -> watched.seen().length() >= chars);
                    server.kill();
                }
            }
            try (Program server = Program.serve(data, "--model", MODEL)) {
                seeThemEnd(interrupted, server, random, 2);
                server.terminate();
                assertThat(server.result().exitCode()).isZero();
            }
        } catch (Throwable failed) {
            throw new AssertionError("rerun with -Dseed=" + seed, failed);
        }
    }

    /// A reply that brings the server down each time it is tried must not be tried for ever.
    @Test
    void aReplyThatIsCutTooOftenEndsWithItsText() throws Exception {
        try (var witness = new Witness()) {
            boolean asked = false;
            int attempts = 0;
            while (witness.ended() == null && attempts < 10) {
                attempts++;
                try (Program server = Program.serve(data, "--model", ENDLESS)) {
                    if (!asked) {
                        witness.ask(server.url(), "Again and again");
                        asked = true;
                    }
                    int before = witness.seen().length();
                    CompletableFuture<Void> over = witness.watch(server.url(), true);
                    await().atMost(REPLY_MAX)
                            .until(() -> over.isDone() || witness.seen().length() > before);
                    server.kill();
                    over.get(REPLY_MAX.toSeconds(), TimeUnit.SECONDS);
                }
            }

            JsonNode ended = Objects.requireNonNull(witness.ended(), "the reply never ended");
            assertThat(ended.path("stop_reason").asText()).isEqualTo("error");
            assertThat(ended.path("error").asText()).isNotEmpty();
            assertThat(ended.path("content").asText()).isEqualTo(witness.seen()).isNotEmpty();
        }
    }

    private static List<Witness> askSome(Program server, int round) {
        var witnesses = new ArrayList<Witness>();
        for (int i = 0; i < WITNESSES; i++) {
            var witness = new Witness();
            witness.ask(server.url(), "Round " + round);
            var _ = witness.watch(server.url(), false);
            witnesses.add(witness);
        }
        return witnesses;
    }

    private static void seeThemEnd(
            List<Witness> witnesses, Program server, Random random, int attempts) throws Exception {
        var watches = new ArrayList<CompletableFuture<Void>>();
        for (Witness witness : witnesses) {
            watches.add(witness.watch(server.url(), random.nextBoolean()));
        }
        for (int i = 0; i < witnesses.size(); i++) {
            watches.get(i).get(REPLY_MAX.toSeconds(), TimeUnit.SECONDS);
            try (Witness witness = witnesses.get(i)) {
                JsonNode ended = Objects.requireNonNull(witness.ended(), "the reply never ended");
                assertThat(ended.path("stop_reason").asText()).isEqualTo("end");
                assertThat(ended.path("attempts").size()).isEqualTo(attempts);
                String id = ended.path("id").asText();
                assertThat(witness.asked(server.url(), id)).isEqualTo(ended);
                assertThat(witness.seen()).isEqualTo(textOf(witness.question()));
            }
        }
    }

    /// What the model says when nothing goes wrong.
    private static String textOf(String question) {
        var text = new StringBuilder();
        var done = new CompletableFuture<Void>();
        var id = new ModelId("simulated:rate=max,tokens=400,ttft=0ms");
        try (Models models = Models.fromEnvironment(Map.of())) {
            Objects.requireNonNull(models.find(id))
                    .reply(
                            new Prompt(id, null, List.of(new Prompt.Line(Role.USER, question)), ""),
                            new Sink() {
                                @Override
                                public void text(String piece) {
                                    text.append(piece);
                                }

                                @Override
                                public void completed(StopReason reason, @Nullable Usage usage) {
                                    done.complete(null);
                                }

                                @Override
                                public void failed(ModelFault fault) {
                                    done.completeExceptionally(
                                            new AssertionError(fault.sentence()));
                                }
                            });
            done.join();
        }
        return text.toString();
    }
}
