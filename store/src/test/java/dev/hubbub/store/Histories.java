package dev.hubbub.store;

import dev.hubbub.conversation.ClientMessageId;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationCommand.AddPiece;
import dev.hubbub.conversation.ConversationCommand.Change;
import dev.hubbub.conversation.ConversationCommand.Clear;
import dev.hubbub.conversation.ConversationCommand.Continue;
import dev.hubbub.conversation.ConversationCommand.Delete;
import dev.hubbub.conversation.ConversationCommand.Fail;
import dev.hubbub.conversation.ConversationCommand.Finish;
import dev.hubbub.conversation.ConversationCommand.Generate;
import dev.hubbub.conversation.ConversationCommand.MoveHead;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Recover;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationCommand.Stop;
import dev.hubbub.conversation.ConversationCommand.WhenBusy;
import dev.hubbub.conversation.ConversationEvent;
import dev.hubbub.conversation.ConversationEvent.MessagePosted;
import dev.hubbub.conversation.ConversationEvent.ReplyEnded;
import dev.hubbub.conversation.ConversationEvent.Started;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Batch;
import dev.hubbub.conversation.Decision;
import dev.hubbub.conversation.Limits;
import dev.hubbub.conversation.Marks;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.Usage;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Lives that a few conversations of two owners could have led: commands chosen at random, decided
/// by the conversations themselves. Everything is chosen from small pools, so that ids, times,
/// texts and whole messages often coincide.
final class Histories {

    static final List<UserId> OWNERS = List.of(new UserId("ada"), new UserId("bob-b"));
    static final List<ConversationId> IDS =
            List.of("c0", "c1", "c2", "c3", "c4", "c5").stream().map(ConversationId::new).toList();
    static final int PARTITIONS = 2;

    private static final Limits LIMITS = new Limits(200, 60, 100, 50, 3, 3, 2);
    private static final List<ModelId> MODELS =
            List.of(new ModelId("eliza"), new ModelId("simulated:rate=20"));
    private static final List<String> TEXTS =
            List.of(
                    "a",
                    "Hello.",
                    "é́",
                    "👍🏽",
                    "日本語 𝄞",
                    "line\nbreak\ttab",
                    "'; DROP TABLE message; --",
                    "x".repeat(59));

    /// A batch, and the conversation it was decided on.
    record Step(@Nullable Conversation before, Batch batch) {}

    private final RandomGenerator random;
    private final Map<ConversationId, Conversation> conversations = new HashMap<>();
    private final Map<UserId, List<Message>> messages = new HashMap<>();
    private Instant now = Instant.ofEpochMilli(1_800_000_000_000L);

    Histories(RandomGenerator random) {
        this.random = random;
    }

    static int partition(ConversationId id) {
        return IDS.indexOf(id) % PARTITIONS;
    }

    /// Goes on from conversations that are there already.
    void resume(Conversation conversation, List<Message> path) {
        conversations.put(conversation.id(), conversation);
        messages.computeIfAbsent(conversation.owner(), _ -> new ArrayList<>()).addAll(path);
        if (conversation.lastActiveAt().isAfter(now)) {
            now = conversation.lastActiveAt();
        }
    }

    /// Between none and a few batches, in order; several may be of one conversation.
    List<Step> steps(Map<Integer, Long> epochs) {
        var steps = new ArrayList<Step>();
        for (int left = random.nextInt(6); left > 0; left--) {
            Step step = step(epochs);
            if (step != null) {
                steps.add(step);
            }
        }
        return steps;
    }

    /// One batch of one to four decisions of one conversation, or null when nothing came of them.
    private @Nullable Step step(Map<Integer, Long> epochs) {
        ConversationId id = one(IDS);
        Conversation before = conversations.get(id);
        Conversation after = before;
        var events = new ArrayList<ConversationEvent>();
        for (int left = 1 + random.nextInt(4); left > 0; left--) {
            now = now.plusMillis(random.nextInt(2));
            for (ConversationEvent event : events(decide(after))) {
                events.add(event);
                after =
                        event instanceof Started started
                                ? Conversation.started(id, started)
                                : require(after).apply(event);
            }
        }
        if (events.isEmpty()) {
            return null;
        }
        Conversation last = require(after);
        conversations.put(id, last);
        for (ConversationEvent event : events) {
            if (event instanceof MessagePosted posted) {
                messages(last.owner()).add(posted.message());
            } else if (event instanceof ReplyEnded ended) {
                messages(last.owner()).add(ended.message());
            }
        }
        int partition = partition(id);
        long number = before == null ? 0 : before.number();
        long epoch = epochs.getOrDefault(partition, 0L);
        return new Step(before, new Batch(partition, epoch, id, number, events, last));
    }

    private Decision decide(@Nullable Conversation conversation) {
        return conversation == null
                ? Conversation.start(null, start(), LIMITS, now)
                : conversation.decide(command(conversation), LIMITS, now);
    }

    private static List<ConversationEvent> events(Decision decision) {
        return decision instanceof Decision.Accepted accepted ? accepted.events() : List.of();
    }

    private Start start() {
        UserId owner = one(OWNERS);
        List<Message> nodes = messages(owner);
        Message head = nodes.isEmpty() || random.nextBoolean() ? null : one(nodes);
        return new Start(
                owner,
                random.nextBoolean() ? "" : "name " + one(TEXTS).strip().charAt(0),
                one(MODELS),
                random.nextBoolean() ? null : one(TEXTS),
                head == null ? null : head.id(),
                head == null ? null : head.role());
    }

    private ConversationCommand command(Conversation conversation) {
        Reply reply = conversation.reply();
        List<Message> nodes = messages(conversation.owner());
        if (reply != null && random.nextInt(3) > 0) {
            return switch (random.nextInt(10)) {
                case 0 ->
                        new Finish(
                                reply.turn(),
                                reply.attempt(),
                                StopReason.END,
                                random.nextBoolean()
                                        ? null
                                        : new Usage(random.nextInt(9), random.nextInt(9)));
                case 1 -> new Fail(reply.turn(), reply.attempt(), "It broke " + one(TEXTS));
                case 2 -> new Recover();
                default -> new AddPiece(reply.turn(), reply.attempt(), one(TEXTS));
            };
        }
        return switch (random.nextInt(22)) {
            case 0 -> random.nextInt(3) == 0 ? new Delete() : new Stop(null);
            case 1 -> new Change(null, random.nextBoolean() ? "" : "🐢", null, null);
            case 2 ->
                    new Change(
                            "renamed",
                            null,
                            one(MODELS),
                            random.nextBoolean() ? "" : "Be.",
                            new Marks.Change(
                                    random.nextBoolean(),
                                    random.nextBoolean(),
                                    null,
                                    random.nextBoolean() ? "" : "Arbeit",
                                    List.of("é")));
            case 3 -> new Stop(conversation.turns() == 0 ? null : new TurnId(conversation.turns()));
            case 4, 5 -> new Generate(nodes.isEmpty() ? null : one(nodes).id(), one(MODELS));
            case 20 -> new Clear();
            case 21 ->
                    nodes.isEmpty()
                            ? new Clear()
                            : new Continue(one(nodes), random.nextBoolean() ? null : one(MODELS));
            case 6, 7 -> {
                Message to = nodes.isEmpty() ? null : one(nodes);
                yield to == null ? new Stop(null) : new MoveHead(to.id(), to.role());
            }
            default ->
                    new Post(
                            random.nextBoolean()
                                    ? null
                                    : new ClientMessageId("key " + random.nextInt(5)),
                            one(TEXTS),
                            nodes.isEmpty() || random.nextBoolean()
                                    ? random.nextInt(8) == 0 ? MessageId.NONE : null
                                    : one(nodes).id(),
                            random.nextInt(4) > 0,
                            one(List.of(WhenBusy.values())),
                            random.nextBoolean() ? null : one(MODELS));
        };
    }

    private List<Message> messages(UserId owner) {
        return messages.computeIfAbsent(owner, _ -> new ArrayList<>());
    }

    private <T> T one(List<T> pool) {
        return pool.get(random.nextInt(pool.size()));
    }

    private static Conversation require(@Nullable Conversation conversation) {
        if (conversation == null) {
            throw new IllegalStateException("a history begins with its start");
        }
        return conversation;
    }
}
