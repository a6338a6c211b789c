package dev.hubbub.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.StoreException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// A process is killed in the midst of its work, over and over, on one directory. The test of a
/// store that survives it extends this.
abstract class CrashContract {

    private static final int ROUNDS = 12;
    private static final int APPENDS_MAX = 150;

    @TempDir private Path temp;

    /// The word for the store in [Appender].
    abstract String kind();

    abstract ConversationStore open(Path directory);

    @Test
    void whatWasAcknowledgedSurvivesAKillAndTheRestIsWholeBatches() throws Exception {
        long seed = Long.getLong("property.seed", System.nanoTime());
        var random = new SplittableRandom(seed);
        // What each conversation may be: as last acknowledged, or after any of its later batches.
        Map<ConversationId, List<String>> possible = new HashMap<>();
        Histories.IDS.forEach(id -> possible.put(id, new ArrayList<>(List.of("none"))));
        int appends = 0;
        for (int round = 0; round < ROUNDS; round++) {
            appends += appendUntilKilled(random, possible);
            check("round %d of seed %d".formatted(round, seed), possible);
        }
        assertThat(appends).isGreaterThan(ROUNDS);
    }

    @Test
    void aSecondProcessIsTurnedAway() throws Exception {
        Path directory = temp.toRealPath().resolve("data");
        try (Appender first = Appender.start(kind(), directory, 1)) {
            awaitAppend(first);
            assertThatThrownBy(() -> open(directory))
                    .isInstanceOf(StoreException.class)
                    .hasMessage(
                            "The data directory %s is used by another Hubbub process (pid %d); stop"
                                    + " it or choose another --data.",
                            directory, first.pid());
            // Looking did not let anybody in.
            assertThatThrownBy(() -> open(directory)).isInstanceOf(StoreException.class);
        }
        open(directory).close();
    }

    /// @return how many appends were acknowledged
    private int appendUntilKilled(
            RandomGenerator random, Map<ConversationId, List<String>> possible) throws IOException {
        int kept = 0;
        int until = 1 + random.nextInt(APPENDS_MAX);
        try (Appender appender = Appender.start(kind(), temp.resolve("data"), random.nextLong())) {
            String line = appender.line();
            while (line != null) {
                String[] words = line.split(" ", -1);
                if (words[0].equals("try") && words.length == 3) {
                    possibilities(possible, words[1]).add(words[2]);
                } else if (line.equals("kept")) {
                    possible.values().forEach(all -> all.subList(0, all.size() - 1).clear());
                    kept++;
                    if (kept == until) {
                        appender.kill();
                    }
                }
                assertThat(line).isNotEqualTo("refused");
                line = appender.line();
            }
        }
        assertThat(kept).isPositive();
        return kept;
    }

    private void check(String when, Map<ConversationId, List<String>> possible) {
        try (ConversationStore store = open(temp.resolve("data"))) {
            long count = 0;
            var unfinished = new ArrayList<ConversationId>();
            for (ConversationId id : Histories.IDS) {
                Conversation conversation = store.load(id);
                List<String> allowed = possibilities(possible, id.value());
                String found = Appender.fingerprint(conversation);
                assertThat(allowed).as("%s, %s: %s", when, id, conversation).contains(found);
                allowed.clear();
                allowed.add(found);
                if (conversation != null) {
                    count += conversation.deleted() ? 0 : 1;
                    if (conversation.reply() != null) {
                        unfinished.add(id);
                    }
                    checkPath(store, conversation);
                }
            }
            assertThat(store.count()).isEqualTo(count);
            assertThat(store.unfinished()).containsExactlyInAnyOrderElementsOf(unfinished);
        }
    }

    private static void checkPath(ConversationStore store, Conversation conversation) {
        if (conversation.head() == null) {
            return;
        }
        List<Message> path =
                store.path(conversation.owner(), conversation.head(), Integer.MAX_VALUE);
        assertThat(path).isNotEmpty().allMatch(Message::isIntact);
        assertThat(path.getFirst().parents()).isEmpty();
        assertThat(path.getLast().id()).isEqualTo(conversation.head());
    }

    private static List<String> possibilities(
            Map<ConversationId, List<String>> possible, String id) {
        return possible.computeIfAbsent(new ConversationId(id), _ -> new ArrayList<>());
    }

    private static void awaitAppend(Appender appender) throws IOException {
        String line = appender.line();
        while (line != null && !line.equals("kept")) {
            line = appender.line();
        }
        assertThat(line).isEqualTo("kept");
    }
}
