package dev.hubbub.store;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ConversationStore.Outcome;
import dev.hubbub.conversation.Reply;
import dev.hubbub.store.Histories.Step;

import org.jspecify.annotations.Nullable;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A process that appends to a store until it is killed, and tells what it is about to append, and
/// that it has.
final class Appender implements AutoCloseable {

    static final long SEGMENT_BYTES_MAX = 2_000;

    private final Process process;
    private final BufferedReader lines;

    private Appender(Process process) {
        this.process = process;
        lines = process.inputReader(StandardCharsets.UTF_8);
    }

    /// @param store `sqlite` or `csv`
    static Appender start(String store, Path directory, long seed) throws IOException {
        return new Appender(
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Appender.class.getName(),
                                store,
                                directory.toString(),
                                Long.toString(seed))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start());
    }

    /// What it says next, or null when it is dead and has said all.
    @Nullable String line() throws IOException {
        return lines.readLine();
    }

    long pid() {
        return process.pid();
    }

    /// What it has said can still be read.
    void kill() {
        process.toHandle().destroyForcibly();
    }

    /// Waits for it to be dead.
    @Override
    public void close() throws IOException {
        kill();
        try {
            process.waitFor();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        lines.close();
    }

    /// All of a conversation in a few characters.
    static String fingerprint(@Nullable Conversation conversation) {
        if (conversation == null) {
            return "none";
        }
        Reply reply = conversation.reply();
        return "%d:%d:%08x"
                .formatted(
                        conversation.number(),
                        reply == null ? 0 : reply.draft().length(),
                        conversation.toString().hashCode());
    }

    public static void main(String[] args) {
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        Path directory = Path.of(args[1]);
        try (ConversationStore store =
                args[0].equals("csv")
                        ? CsvStore.open(directory)
                        : SqliteStore.open(
                                directory, SEGMENT_BYTES_MAX, DataDirectory::openPrivate)) {
            Map<Integer, Long> epochs = store.activate(List.of(0, 1));
            var histories = new Histories(new SplittableRandom(Long.parseLong(args[2])));
            for (ConversationId id : Histories.IDS) {
                Conversation conversation = store.load(id);
                if (conversation != null) {
                    histories.resume(
                            conversation,
                            conversation.head() == null
                                    ? List.of()
                                    : store.path(conversation.owner(), conversation.head(), 1_000));
                }
            }
            while (!out.checkError()) {
                List<Step> steps = histories.steps(epochs);
                for (Step step : steps) {
                    out.println(
                            "try " + step.batch().id() + " " + fingerprint(step.batch().after()));
                }
                out.flush();
                List<Outcome> outcomes = store.append(steps.stream().map(Step::batch).toList());
                out.println(outcomes.stream().allMatch(Outcome.KEPT::equals) ? "kept" : "refused");
                out.flush();
            }
        }
    }
}
