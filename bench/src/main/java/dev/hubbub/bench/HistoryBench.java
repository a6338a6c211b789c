package dev.hubbub.bench;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationEvent.Started;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.ConversationStore.Outcome;
import dev.hubbub.conversation.Decision;
import dev.hubbub.conversation.Limits;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.EngineConfig;
import dev.hubbub.engine.Hubbub;
import dev.hubbub.engine.HubbubConfig;
import dev.hubbub.engine.SendOptions;
import dev.hubbub.store.SqliteStore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// How soon a conversation with a long history on disk answers when it is continued, beside one
/// with a short history in the same store.
///
/// The histories are written through the store, with the events that turns would have had, and the
/// store is opened anew: nothing of them is in the memory of the program. The files were just
/// written, so the system has them in memory as far as there is room.
public final class HistoryBench {

    /// The fewest of which some can be chosen.
    public static final int CONVERSATIONS_MIN = 100;

    /// The fewest messages of a long history.
    public static final int MESSAGES_MIN = 20;

    private static final int SHORT = 10;
    private static final int LONGEST_TIMES = 10;
    private static final int SAMPLES_MAX = 200;
    private static final int LONGEST_SAMPLES = 50;
    private static final int WARM_UP = 500;
    private static final int MESSAGES_IN_APPEND = 20_000;
    private static final ModelId MODEL = new ModelId("echo");
    private static final String LOOKS = "looks";
    private static final Instant BEGINNING = Instant.parse("2026-01-01T00:00:00Z");

    private final Random random = new Random(1);
    private final int n;
    private final int messages;
    private final Path data;
    private final Consumer<String> progress;
    private final StringBuilder table = new StringBuilder();
    private int texts;

    private HistoryBench(int n, int messages, Path data, Consumer<String> progress) {
        this.n = n;
        this.messages = messages;
        this.data = data;
        this.progress = progress;
    }

    /// Measures in this process.
    ///
    /// @param n conversations, at least [#CONVERSATIONS_MIN]
    /// @param messages in each of them, at least [#MESSAGES_MIN]; an odd one out is left out
    /// @param scratch a directory for the data of the while, on the disk to be measured
    /// @return a table in Markdown
    public static String run(int n, int messages, Path scratch, Consumer<String> progress) {
        if (n < CONVERSATIONS_MIN || messages < MESSAGES_MIN) {
            throw new IllegalArgumentException("too few: %d of %d".formatted(n, messages));
        }
        try (Scratch directory = Scratch.in(scratch)) {
            return new HistoryBench(n, messages, directory.path().resolve("data"), progress)
                    .measure();
        }
    }

    private String measure() {
        List<ConversationId> usual = new ArrayList<>();
        List<ConversationId> brief = new ArrayList<>();
        ConversationId longest;
        int samples = Math.min(SAMPLES_MAX, n / 2);
        long began = System.nanoTime();
        try (var store = SqliteStore.open(data)) {
            var writer = new Writer(store);
            for (int i = 0; i < n; i++) {
                usual.add(writer.write(messages));
                if (writer.isFull()) {
                    writer.flush();
                    tell(i + 1, began);
                }
            }
            for (int i = 0; i < 2 * samples; i++) {
                brief.add(writer.write(SHORT));
            }
            longest = writer.write(LONGEST_TIMES * messages);
            writer.flush();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        line(
                String.format(
                        Locale.ROOT,
                        "%,d conversations of %,d messages of %d characters on disk, %.1f GB;"
                                + " written in %.0f s.",
                        n,
                        messages,
                        EchoModel.CHARS,
                        bytes() / 1e9,
                        seconds));
        line("");
        line(
                "| continued | of | to the first token, ms: median | p95 | max | to the end: median"
                        + " | p95 | max |");
        line("|---|---|---|---|---|---|---|---|");

        Collections.shuffle(usual, random);
        var config =
                HubbubConfig.inDirectory(data)
                        .withModel(MODEL.value(), new EchoModel())
                        .withModel(LOOKS, HistoryBench::looking)
                        .withDefaultModel(MODEL.value());
        try (Hubbub hubbub = Hubbub.start(config)) {
            warmUp(hubbub);
            measure(hubbub, MODEL.value(), usual.subList(0, samples), brief.subList(0, samples));
            measureLongest(hubbub, MODEL.value(), longest);
            measure(
                    hubbub,
                    LOOKS,
                    usual.subList(samples, 2 * samples),
                    brief.subList(samples, 2 * samples));
            measureLongest(hubbub, LOOKS, longest);
        }
        return table.toString();
    }

    /// A model that wants the history.
    private static ChatModel.Call looking(ChatModel.Prompt prompt, ChatModel.Sink sink) {
        if (prompt.messages().isEmpty()) {
            throw new IllegalStateException("there is nothing to answer");
        }
        return new EchoModel().reply(prompt, sink);
    }

    /// Lets the compiler see what is to come, in other conversations.
    private void warmUp(Hubbub hubbub) {
        for (ConversationId id : hubbub.startConversations(Math.min(n, WARM_UP))) {
            var _ = once(hubbub, id, MODEL.value());
            var _ = once(hubbub, id, LOOKS);
        }
    }

    /// Long and short in turn, so that what else happens on the machine happens to both.
    private void measure(
            Hubbub hubbub, String model, List<ConversationId> usual, List<ConversationId> brief) {
        var ofUsual = new ArrayList<Times>();
        var ofBrief = new ArrayList<Times>();
        for (int i = 0; i < usual.size(); i++) {
            ofUsual.add(once(hubbub, usual.get(i), model));
            ofBrief.add(once(hubbub, brief.get(i), model));
        }
        row(SHORT, model, ofBrief);
        row(messages, model, ofUsual);
    }

    private void measureLongest(Hubbub hubbub, String model, ConversationId longest) {
        var times = new ArrayList<Times>();
        for (int i = 0; i < LONGEST_SAMPLES; i++) {
            hubbub.close(longest);
            times.add(once(hubbub, longest, model));
        }
        row(LONGEST_TIMES * messages, model, times);
    }

    /// @param first to the first token
    private record Times(double first, double end) {}

    private static Times once(Hubbub hubbub, ConversationId id, String model) {
        long began = System.nanoTime();
        double first = 0;
        int chars = 0;
        try (var reply =
                hubbub.streamMessage(id, "And then?", SendOptions.DEFAULT.withModel(model))) {
            for (String piece : reply) {
                if (chars == 0) {
                    first = (System.nanoTime() - began) / 1e6;
                }
                chars += piece.length();
            }
        }
        if (chars != EchoModel.CHARS) {
            throw new IllegalStateException("a reply has %d characters".formatted(chars));
        }
        return new Times(first, (System.nanoTime() - began) / 1e6);
    }

    private void row(int length, String model, List<Times> times) {
        double[] first = times.stream().mapToDouble(Times::first).sorted().toArray();
        double[] end = times.stream().mapToDouble(Times::end).sorted().toArray();
        line(
                String.format(
                        Locale.ROOT,
                        "| %,d messages, %s | %d | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f |",
                        length,
                        model.equals(LOOKS)
                                ? "the model is given the latest %d"
                                        .formatted(
                                                Math.min(
                                                        length + 1,
                                                        EngineConfig.DEFAULT.historyMessagesMax()))
                                : "the model looks at none",
                        times.size(),
                        part(first, 0.5),
                        part(first, 0.95),
                        part(first, 1),
                        part(end, 0.5),
                        part(end, 0.95),
                        part(end, 1)));
    }

    private static double part(double[] sorted, double part) {
        return sorted[(int) Math.max(0, Math.ceil(part * sorted.length) - 1)];
    }

    private void line(String line) {
        table.append(line).append('\n');
        progress.accept(line);
    }

    private void tell(int conversations, long began) {
        double seconds = (System.nanoTime() - began) / 1e9;
        progress.accept(
                String.format(
                        Locale.ROOT,
                        "%,d of %,d histories written, %,.0f messages a second",
                        conversations,
                        n,
                        (double) conversations * messages / seconds));
    }

    private long bytes() {
        try (Stream<Path> files = Files.walk(data)) {
            long bytes = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
            return bytes;
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    /// Makes histories and gives them to a store, many messages at once.
    private final class Writer {

        private final ConversationStore store;
        private final long epoch;
        private final List<Batch> batches = new ArrayList<>();
        private int waiting;

        Writer(ConversationStore store) {
            this.store = store;
            epoch = Objects.requireNonNull(store.activate(List.of(0)).get(0));
        }

        ConversationId write(int length) {
            var id = new ConversationId(random.nextLong(), random.nextLong());
            Instant at = BEGINNING;
            var start = new Start(UserId.LOCAL, "History", MODEL, null, null, null);
            var events =
                    new ArrayList<ConversationEvent>(
                            accepted(Conversation.start(null, start, Limits.DEFAULT, at)));
            Conversation conversation = Conversation.started(id, (Started) events.getFirst());
            for (int i = 0; i + 1 < length; i += 2) {
                at = at.plusSeconds(1);
                var said = accepted(conversation.decide(Post.text(text()), Limits.DEFAULT, at));
                if (!(said.getFirst() instanceof MessagePosted(_, var turn, var message))
                        || turn == null) {
                    throw new IllegalStateException("a turn begins with its message: " + said);
                }
                events.addAll(said);
                for (ConversationEvent event : said) {
                    conversation = conversation.apply(event);
                }
                var ended = new ReplyEnded(turn, reply(message, at.plusSeconds(1)));
                events.add(ended);
                conversation = conversation.apply(ended);
                at = at.plusSeconds(1);
            }
            batches.add(new Batch(0, epoch, id, 0, events, conversation));
            waiting += length;
            return id;
        }

        boolean isFull() {
            return waiting >= MESSAGES_IN_APPEND;
        }

        void flush() {
            for (Outcome outcome : store.append(batches)) {
                if (outcome != Outcome.KEPT) {
                    throw new IllegalStateException("the store did not keep a batch: " + outcome);
                }
            }
            batches.clear();
            waiting = 0;
        }
    }

    private Message reply(Message to, Instant at) {
        return Message.of(
                List.of(to.id()),
                Role.ASSISTANT,
                text(),
                MODEL,
                at,
                null,
                StopReason.END,
                null,
                List.of());
    }

    private static List<ConversationEvent> accepted(Decision decision) {
        return switch (decision) {
            case Decision.Accepted(var events, _) -> events;
            case Decision.Refused(var why) -> throw new IllegalStateException("refused: " + why);
        };
    }

    /// Of a length, and unlike any other.
    private String text() {
        char[] text = new char[EchoModel.CHARS];
        Arrays.fill(text, '.');
        String number = Integer.toString(texts++);
        number.getChars(0, number.length(), text, 0);
        return new String(text);
    }
}
