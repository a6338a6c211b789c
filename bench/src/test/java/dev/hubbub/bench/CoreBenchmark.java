package dev.hubbub.bench;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand.Conclude;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.Started;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.Decision;
import dev.hubbub.conversation.Limits;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.UserId;
import dev.hubbub.store.MemoryStore;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// What the core of a turn costs by itself: deciding, applying, naming a message by its content,
/// and keeping pieces in memory. In nanoseconds an operation.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CoreBenchmark {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int CONVERSATIONS = 1_000;
    private static final int PIECES = 100;

    /// Characters of a message.
    @Param({"100", "10000"})
    private int chars;

    private String text = "";
    private List<MessageId> parents = List.of();
    private Conversation idle = started();
    private Conversation replying = started();
    private List<ConversationEvent> turn = List.of();
    private MemoryStore store = new MemoryStore();
    private StoredReplies replies = new StoredReplies(store, 1, "token ");

    /// Makes what is measured on.
    @Setup
    public void prepare() {
        text = "u".repeat(chars);
        parents = List.of(new MessageId(1, 2, 3, 4));
        idle = started();
        turn = StoredReplies.events(idle.decide(Post.text(text), Limits.DEFAULT, NOW));
        replying = idle.apply(turn);
    }

    /// Replies that have grown for one iteration begin anew in the next.
    @Setup(Level.Iteration)
    public void begin() {
        store.close();
        store = new MemoryStore();
        replies = new StoredReplies(store, CONVERSATIONS, "token ");
    }

    /// Lets go of the store.
    @TearDown
    public void close() {
        store.close();
    }

    /// A user's message is judged: it is cleaned, named, and a reply to it begins.
    @Benchmark
    public Decision decideMessage() {
        return idle.decide(Post.text(text), Limits.DEFAULT, NOW);
    }

    /// A reply that comes at once is judged.
    @Benchmark
    public Decision decideReply() {
        Reply reply = Objects.requireNonNull(replying.reply());
        return replying.decide(
                new Conclude(reply.turn(), reply.attempt(), text, StopReason.END, null),
                Limits.DEFAULT,
                NOW);
    }

    /// The events of a message make a conversation of another.
    @Benchmark
    public Conversation applyMessage() {
        return idle.apply(turn);
    }

    /// A message gets the hash of its content.
    @Benchmark
    public Message nameMessage() {
        return Message.said(parents, Role.USER, text, NOW);
    }

    /// A hundred replies grow by a token each, and that is kept in memory.
    @Benchmark
    public List<Batch> keepPieces() {
        List<Batch> grown = replies.grow(PIECES);
        replies.append(grown);
        return grown;
    }

    private static Conversation started() {
        var start = new Start(UserId.LOCAL, "", new ModelId("echo"), null, null, null);
        List<ConversationEvent> begun =
                StoredReplies.events(Conversation.start(null, start, Limits.DEFAULT, NOW));
        return Conversation.started(new ConversationId("core"), (Started) begun.getFirst());
    }
}
