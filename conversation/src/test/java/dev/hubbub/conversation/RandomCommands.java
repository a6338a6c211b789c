package dev.hubbub.conversation;

import dev.hubbub.conversation.ConversationCommand.AddPiece;
import dev.hubbub.conversation.ConversationCommand.Change;
import dev.hubbub.conversation.ConversationCommand.Clear;
import dev.hubbub.conversation.ConversationCommand.Conclude;
import dev.hubbub.conversation.ConversationCommand.Continue;
import dev.hubbub.conversation.ConversationCommand.Delete;
import dev.hubbub.conversation.ConversationCommand.Fail;
import dev.hubbub.conversation.ConversationCommand.Finish;
import dev.hubbub.conversation.ConversationCommand.Generate;
import dev.hubbub.conversation.ConversationCommand.Import;
import dev.hubbub.conversation.ConversationCommand.MoveHead;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Recall;
import dev.hubbub.conversation.ConversationCommand.Recover;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationCommand.Stop;
import dev.hubbub.conversation.ConversationCommand.Switch;
import dev.hubbub.conversation.ConversationCommand.WhenBusy;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Says anything to a conversation. Ids come from small pools, so that collisions are common; texts
/// have what breaks texts, and lengths at a limit and one past it.
final class RandomCommands {

    static final UserId OWNER = UserId.LOCAL;

    private static final String[] BITS = {
        "a",
        "b",
        "é",
        "漢",
        " ",
        "\n",
        "\t",
        "\0",
        "\u0001",
        "\u0085",
        "\u00a0",
        "😀",
        "👩‍👩‍👧",
        "\ud83d",
        "\ude00",
        "\ufffd",
        "one two",
        "\r\n"
    };
    private static final ModelId[] MODELS = {
        new ModelId("eliza"), new ModelId("simulated:rate=20"), new ModelId("x/y:free")
    };

    private final RandomGenerator random;
    private final Limits limits;
    private final List<MessageId> nodes = new ArrayList<>();

    /// How often, of eight times, somebody just says something: crowds fill queues.
    private final int eager;

    private final boolean patient;

    RandomCommands(RandomGenerator random, Limits limits) {
        this.random = random;
        this.limits = limits;
        eager = random.nextInt(7);
        patient = random.nextBoolean();
        for (int i = 0; i < 3; i++) {
            var at = Instant.ofEpochMilli(i);
            nodes.add(Message.said(List.of(), role(), "node " + i, at).id());
        }
    }

    Start start() {
        MessageId head = oneIn(3) ? node() : null;
        return new Start(
                OWNER,
                oneIn(2) ? "" : text(limits.nameCharsMax()),
                model(),
                oneIn(2) ? null : text(limits.systemPromptCharsMax()),
                head,
                head == null ? null : role());
    }

    /// Mostly something that makes sense now, so that histories go somewhere.
    ConversationCommand next(Conversation now) {
        if (random.nextInt(8) < eager) {
            return post();
        }
        return switch (random.nextInt(40)) {
            case 0 -> oneIn(4) ? new Delete() : oneIn(2) ? start() : recall();
            case 39 -> imports();
            case 1, 2 -> change();
            case 3 -> new MoveHead(node(), role());
            case 4 -> oneIn(2) ? new Clear() : continueReply();
            case 5 -> new MoveHead(now.head() == null ? node() : now.head(), role());
            case 6, 7, 8 -> new Generate(oneIn(2) ? null : node(), oneIn(2) ? null : model());
            case 9, 10 -> new Stop(null);
            case 11, 12 -> new Stop(turn(now));
            case 13, 14, 15 -> new Recover();
            case 16 -> new Fail(turn(now), attempt(now), text(10));
            case 17 ->
                    new Switch(
                            turn(now), attempt(now), model(), oneIn(2) ? null : usage(), text(10));
            case 18, 19, 20 -> finish(now);
            case 21 -> conclude(now);
            case 22, 23, 24, 25, 26, 27, 28, 29 ->
                    new AddPiece(turn(now), attempt(now), text(limits.replyCharsMax()));
            default -> post();
        };
    }

    private Import imports() {
        var messages = new ArrayList<Message>();
        for (int i = random.nextInt(3); i > 0; i--) {
            var at = Instant.ofEpochMilli(random.nextInt(5));
            messages.add(Message.said(List.of(), role(), "elsewhere " + random.nextInt(4), at));
        }
        MessageId head = messages.isEmpty() ? null : messages.getLast().id();
        return new Import(
                OWNER,
                "elsewhere",
                null,
                model(),
                null,
                Marks.NONE,
                Instant.EPOCH,
                Instant.ofEpochMilli(9),
                messages,
                head,
                head == null ? null : messages.getLast().role());
    }

    private Continue continueReply() {
        Message reply =
                Message.of(
                        oneIn(8) ? List.of() : List.of(node()),
                        oneIn(8) ? Role.USER : Role.ASSISTANT,
                        Texts.clean(text(limits.replyCharsMax())),
                        oneIn(2) ? null : model(),
                        Instant.EPOCH,
                        null,
                        null,
                        null,
                        List.of());
        return new Continue(reply, oneIn(2) ? null : model());
    }

    private Recall recall() {
        var lines = new ArrayList<Recall.Line>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            lines.add(
                    oneIn(2)
                            ? new Recall.Line(Role.USER, text(limits.messageCharsMax()), images())
                            : new Recall.Line(
                                    Role.ASSISTANT, text(limits.replyCharsMax()), List.of()));
        }
        return new Recall(oneIn(3) ? node() : null, lines);
    }

    Post post() {
        return new Post(
                oneIn(2) ? null : new ClientMessageId("k" + random.nextInt(12)),
                text(limits.messageCharsMax()),
                images(),
                oneIn(4) ? node() : oneIn(8) ? MessageId.NONE : null,
                !oneIn(4),
                patient ? WhenBusy.ENQUEUE : pick(random, WhenBusy.values()),
                oneIn(3) ? model() : null);
    }

    Finish finish(Conversation now) {
        StopReason[] reasons = {
            StopReason.END, StopReason.LENGTH, StopReason.FILTERED, StopReason.BUDGET
        };
        Usage usage = oneIn(3) ? null : usage();
        return new Finish(turn(now), attempt(now), pick(random, reasons), usage);
    }

    private Conclude conclude(Conversation now) {
        Finish end = finish(now);
        return new Conclude(
                end.turn(), end.attempt(), text(limits.replyCharsMax()), end.reason(), end.usage());
    }

    private Usage usage() {
        return new Usage(random.nextInt(9), random.nextInt(9), random.nextInt(9));
    }

    private List<Image> images() {
        var images = new ArrayList<Image>();
        for (int i = oneIn(4) ? random.nextInt(limits.imagesMax() + 2) : 0; i > 0; i--) {
            images.add(new Image(ImageId.of(new byte[random.nextInt(2)]), "image/png"));
        }
        return images;
    }

    private Change change() {
        return new Change(
                oneIn(2) ? null : text(limits.nameCharsMax()),
                oneIn(2) ? null : text(limits.nameCharsMax()),
                oneIn(2) ? null : model(),
                oneIn(2) ? null : text(limits.systemPromptCharsMax()),
                oneIn(2) ? null : marks());
    }

    private Marks.Change marks() {
        return new Marks.Change(
                oneIn(2) ? null : oneIn(2),
                oneIn(2) ? null : oneIn(2),
                oneIn(2) ? null : oneIn(2),
                oneIn(2) ? null : text(Marks.FOLDER_CHARS_MAX),
                oneIn(2)
                        ? null
                        : Stream.generate(() -> text(Marks.TAG_CHARS_MAX))
                                .limit(random.nextInt(3))
                                .toList());
    }

    /// A text about a limit: at it, one past it, with a pair across it; or, mostly, a short one.
    String text(int charsMax) {
        return switch (random.nextInt(12)) {
            case 0 -> "x".repeat(charsMax);
            case 1 -> "x".repeat(charsMax + 1);
            case 2 -> "x".repeat(Math.max(0, charsMax - 1)) + "😀";
            case 3 -> "😀".repeat(charsMax / 2 + 1);
            case 4 -> "\0".repeat(charsMax) + "y";
            default -> bits();
        };
    }

    String bits() {
        var text = new StringBuilder();
        for (int i = random.nextInt(9); i > 0; i--) {
            text.append(pick(random, BITS));
        }
        return text.toString();
    }

    /// Remembers a node, so that later commands name it.
    void saw(MessageId node) {
        nodes.add(node);
    }

    MessageId node() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    ModelId model() {
        return pick(random, MODELS);
    }

    Role role() {
        return pick(random, Role.values());
    }

    @SafeVarargs
    static <T> T pick(RandomGenerator random, T... pool) {
        return pool[random.nextInt(pool.length)];
    }

    private TurnId turn(Conversation now) {
        Reply reply = now.reply();
        return reply == null || oneIn(4)
                ? new TurnId(1 + random.nextLong(now.turns() + 2))
                : reply.turn();
    }

    private int attempt(Conversation now) {
        @Nullable Reply reply = now.reply();
        return reply == null || oneIn(6) ? 1 + random.nextInt(3) : reply.attempt();
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }
}
