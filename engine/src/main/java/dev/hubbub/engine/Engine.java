package dev.hubbub.engine;

import com.typesafe.config.ConfigFactory;

import dev.hubbub.conversation.ChatModel.Prompt.Picture;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ConversationStore.Cursor;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ImageId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.MessageSearch;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.OwnerRecords;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.conversation.UsageLedger;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.ToPartition.Care;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// One node of Hubbub: runs conversations over a store and models. Safe for use by many threads; no
/// method blocks but [#start] and [#close]. What a caller asked wrongly is an [Answer.Refused]; a
/// stage fails only when the store does, or with a [HubbubException] where there is no answer that
/// could say what was refused. Stages complete on threads of the engine: what depends on them must
/// not block.
///
/// Each call names the user it is for; another's conversation is [Refusal#CONVERSATION_UNKNOWN].
public final class Engine implements AutoCloseable {

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final long START_SECONDS_MAX = 60;

    private final Node node;
    private final ActorSystem<Void> system;
    private final ActorRef<ToHub> hub;
    private final Bulk commands;

    /// What is only looked at, or crashed, does not wait behind what waits for models.
    private final Bulk looks;

    private final AtomicLong numbers = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Engine(Node node, ActorSystem<Void> system, ActorRef<ToHub> hub) {
        this.node = node;
        this.system = system;
        this.hub = hub;
        commands = new Bulk(node, node.config().bulkMax());
        looks = new Bulk(node, node.config().bulkMax());
    }

    /// Starts a node, and goes on with the replies that the last run left unfinished. The engine
    /// does not close the store or the models.
    ///
    /// @throws StoreException when the store does not answer
    public static Engine start(EngineConfig config, ConversationStore store, ModelCatalog models) {
        List<Integer> all = IntStream.range(0, config.partitions()).boxed().toList();
        Map<Integer, Long> epochs = store.activate(all);
        List<ConversationId> unfinished = store.unfinished();
        var begun = new CompletableFuture<Begun>();
        Behavior<Void> guardian =
                Behaviors.setup(context -> {
                    Node node = new Node(config, store, models, context.getSystem().deadLetters());
                    var partitions = new ArrayList<ActorRef<ToPartition>>();
                    for (int number : all) {
                        var epoch = new AtomicLong(epochs.getOrDefault(number, 0L));
                        partitions.add(
                                context.spawn(
                                        PartitionActor.create(number, epoch, node),
                                        "partition-" + number));
                    }
                    ActorRef<ToHub> hub = context.spawn(HubActor.create(node), "hub");
                    node.begin(List.copyOf(partitions), hub);
                    begun.complete(new Begun(node, hub));
                    return Behaviors.empty();
                });
        var settings = ConfigFactory.parseResources(Engine.class, "engine.conf");
        ActorSystem<Void> system =
                ActorSystem.create(
                        guardian,
                        "hubbub",
                        ConfigFactory.defaultOverrides()
                                .withFallback(settings)
                                .withFallback(ConfigFactory.defaultReference())
                                .resolve());
        Begun made = await(begun, START_SECONDS_MAX);
        var engine = new Engine(made.node(), system, made.hub());
        engine.beginTicking();
        for (ConversationId id : unfinished) {
            made.node().tellPartitionOf(id, new ToPartition.Wake(id));
        }
        return engine;
    }

    private record Begun(Node node, ActorRef<ToHub> hub) {}

    /// Asks a conversation to do something; answers when it is durable. Nodes of the DAG that the
    /// command names are checked first, and so is its model.
    public CompletionStage<Answer> ask(
            UserId asker, ConversationId id, ConversationCommand command) {
        return ask(asker, id, command, false);
    }

    /// The same, for a command that asks for a reply; answers when its turn has ended, with
    /// [Answer.Ended] or [Answer.Withdrawn]. A repeated command whose turn has ended before is
    /// answered with [Answer.Done].
    public CompletionStage<Answer> askForReply(
            UserId asker, ConversationId id, ConversationCommand command) {
        return ask(asker, id, command, true);
    }

    /// Asks many conversations to do the same, each as if by [#ask] or [#askForReply]: what becomes
    /// of one is nothing to the others. No more than a bounded number is under way at once, however
    /// many there are.
    ///
    /// @param command a [ConversationCommand.Start] without a head, a [ConversationCommand.Post]
    ///   without a parent and images, a [ConversationCommand.Stop] or a
    ///   [ConversationCommand.Delete]
    /// @param untilEnd whether to answer as [#askForReply] does
    /// @param progress hears how many have been answered so far, from any thread, now and then
    /// @return an answer for each of `ids`, in their order
    public CompletionStage<List<Answer>> askAll(
            UserId asker,
            List<ConversationId> ids,
            ConversationCommand command,
            boolean untilEnd,
            IntConsumer progress) {
        var answers = new Answer[ids.size()];
        return askAll(
                        asker,
                        ids,
                        command,
                        untilEnd,
                        (place, _, answer) -> answers[place] = answer,
                        progress)
                .thenApply(_ -> Arrays.asList(answers));
    }

    /// The same.
    ///
    /// @param heard hears each answer, from any thread, before the stage completes
    CompletionStage<@Nullable Void> askAll(
            UserId asker,
            List<ConversationId> ids,
            ConversationCommand command,
            boolean untilEnd,
            Bulk.Heard heard,
            IntConsumer progress) {
        ModelId model =
                switch (command) {
                    case ConversationCommand.Start start when start.head() == null -> start.model();
                    case ConversationCommand.Post post
                            when post.parent() == null && post.images().isEmpty() ->
                            post.model();
                    case ConversationCommand.Stop _, ConversationCommand.Delete _ -> null;
                    default ->
                            throw new IllegalArgumentException(
                                    "many conversations cannot be asked to " + command);
                };
        if (model != null && isUnknown(model)) {
            for (int i = 0; i < ids.size(); i++) {
                heard.answer(i, ids.get(i), new Answer.Refused(Refusal.MODEL_UNKNOWN));
            }
            return CompletableFuture.completedStage(null);
        }
        return commands.ask(
                ids,
                (caller, some) -> new ToPartition.AskAll(caller, asker, some, command, untilEnd),
                heard,
                progress);
    }

    /// As [#conversation], for many: an answer for each of `ids`, in their order.
    public CompletionStage<List<Answer>> conversations(UserId asker, List<ConversationId> ids) {
        return looks.ask(
                ids, (caller, some) -> new ToPartition.ShowAll(caller, asker, some), _ -> {});
    }

    /// See [ConversationStore#paths].
    public CompletionStage<List<List<Message>>> paths(List<ConversationStore.PathTo> paths) {
        return blocking(() -> node.store().paths(paths));
    }

    /// A user's conversations that are in memory on this node, in no order.
    public CompletionStage<List<ConversationId>> residents(UserId asker) {
        return eachPartition(caller -> new ToPartition.ListResidents(caller, asker))
                .thenApply(responses ->
                        responses.stream().flatMap(response -> ids(response).stream()).toList());
    }

    private static List<ConversationId> ids(Response response) {
        return switch (response) {
            case Response.Ids(var ids) -> ids;
            case Response refused -> throw notAnswered(refused);
        };
    }

    /// The failure that stands for an answer that is none.
    private static HubbubException notAnswered(Response response) {
        Refusal why =
                response instanceof Answer.Refused(var refusal) ? refusal : Refusal.OVERLOADED;
        return new HubbubException(why.sentence(), why, null);
    }

    /// How these conversations fare, in the order of `ids`; null for one that is not in memory or
    /// not the asker's.
    public CompletionStage<List<@Nullable Supervision>> supervision(
            UserId asker, List<ConversationId> ids) {
        var seen = new @Nullable Supervision[ids.size()];
        return supervise(
                        asker,
                        ids,
                        Care.LOOK,
                        (places, _, response) -> {
                            if (!(response instanceof Response.Seen(var its))) {
                                throw notAnswered(response);
                            }
                            for (int i = 0; i < places.length; i++) {
                                seen[places[i]] = its.get(i);
                            }
                        })
                .thenApply(_ -> Arrays.asList(seen));
    }

    /// Lets conversations go from memory as soon as they are quiet; they come back with their next
    /// use, nothing lost.
    ///
    /// @return how many of them were in memory
    public CompletionStage<Integer> letGo(UserId asker, List<ConversationId> ids) {
        return supervise(asker, ids, Care.LET_GO);
    }

    /// Crashes conversations that are in memory, as a defect would: what memory held of them is
    /// discarded, their callers hear [Refusal#CRASHED] or get the retried reply, and they begin
    /// again from the store. To see that nothing is lost.
    ///
    /// @return how many crashed
    public CompletionStage<Integer> crash(UserId asker, List<ConversationId> ids) {
        return supervise(asker, ids, Care.CRASH);
    }

    /// Ends the quarantine of conversations that crashed too often.
    ///
    /// @return how many were in quarantine
    public CompletionStage<Integer> release(UserId asker, List<ConversationId> ids) {
        return supervise(asker, ids, Care.RELEASE);
    }

    /// How the partitions of this node fare, by number.
    public List<PartitionSupervision> partitions() {
        return node.supervision();
    }

    private CompletionStage<Integer> supervise(UserId asker, List<ConversationId> ids, Care care) {
        var count = new AtomicInteger();
        return supervise(
                        asker,
                        ids,
                        care,
                        (_, _, response) -> {
                            if (!(response instanceof Response.Count(var its))) {
                                throw notAnswered(response);
                            }
                            count.addAndGet(its);
                        })
                .thenApply(_ -> count.get());
    }

    private CompletionStage<@Nullable Void> supervise(
            UserId asker, List<ConversationId> ids, Care care, Bulk.HeardTogether heard) {
        return looks.tell(
                ids, (caller, some) -> new ToPartition.Supervise(caller, asker, some, care), heard);
    }

    private CompletionStage<List<Response>> eachPartition(Function<Caller, ToPartition> question) {
        var responses =
                IntStream.range(0, node.config().partitions())
                        .mapToObj(number ->
                                node.desk
                                        .question(caller ->
                                                node.tellPartition(number, question.apply(caller)))
                                        .toCompletableFuture())
                        .toList();
        return CompletableFuture.allOf(responses.toArray(CompletableFuture<?>[]::new))
                .thenApply(_ -> responses.stream().map(CompletableFuture::join).toList());
    }

    private CompletionStage<Answer> ask(
            UserId asker, ConversationId id, ConversationCommand command, boolean untilEnd) {
        return switch (command) {
            case ConversationCommand.Start start -> {
                if (isUnknown(start.model())) {
                    yield refused(Refusal.MODEL_UNKNOWN);
                }
                yield start.head() == null
                        ? send(asker, id, start, untilEnd)
                        : withMessage(
                                asker,
                                start.head(),
                                head ->
                                        send(
                                                asker,
                                                id,
                                                new ConversationCommand.Start(
                                                        start.owner(),
                                                        start.name(),
                                                        start.model(),
                                                        start.systemPrompt(),
                                                        start.head(),
                                                        head.role()),
                                                untilEnd));
            }
            case ConversationCommand.Post post -> {
                if (post.model() != null && isUnknown(post.model())) {
                    yield refused(Refusal.MODEL_UNKNOWN);
                }
                yield withImages(
                        asker,
                        post.images(),
                        () ->
                                post.parent() == null || post.parent().equals(MessageId.NONE)
                                        ? send(asker, id, post, untilEnd)
                                        : withMessage(
                                                asker,
                                                post.parent(),
                                                _ -> send(asker, id, post, untilEnd)));
            }
            case ConversationCommand.Recall recall ->
                    withImages(
                            asker,
                            recall.lines().stream()
                                    .flatMap(line -> line.images().stream())
                                    .toList(),
                            () ->
                                    recall.after() == null
                                            ? send(asker, id, recall, untilEnd)
                                            : withMessage(
                                                    asker,
                                                    recall.after(),
                                                    _ -> send(asker, id, recall, untilEnd)));
            case ConversationCommand.Generate generate -> {
                if (generate.model() != null && isUnknown(generate.model())) {
                    yield refused(Refusal.MODEL_UNKNOWN);
                }
                yield generate.from() == null
                        ? send(asker, id, generate, untilEnd)
                        : withMessage(
                                asker,
                                generate.from(),
                                from ->
                                        from.role() == Role.USER
                                                ? send(asker, id, generate, untilEnd)
                                                : refused(Refusal.NOTHING_TO_ANSWER));
            }
            case ConversationCommand.Continue(var reply, var model) ->
                    model != null && isUnknown(model)
                            ? refused(Refusal.MODEL_UNKNOWN)
                            : withMessage(
                                    asker,
                                    reply.id(),
                                    found ->
                                            model == null
                                                            && found.model() != null
                                                            && isUnknown(found.model())
                                                    ? refused(Refusal.MODEL_UNKNOWN)
                                                    : send(
                                                            asker,
                                                            id,
                                                            new ConversationCommand.Continue(
                                                                    found, model),
                                                            untilEnd));
            case ConversationCommand.MoveHead(var to, _) ->
                    withMessage(
                            asker,
                            to,
                            found ->
                                    send(
                                            asker,
                                            id,
                                            new ConversationCommand.MoveHead(to, found.role()),
                                            untilEnd));
            case ConversationCommand.Change change when change.model() != null ->
                    isUnknown(change.model())
                            ? refused(Refusal.MODEL_UNKNOWN)
                            : send(asker, id, change, untilEnd);
            case ConversationCommand.Change _,
                    ConversationCommand.Import _,
                    ConversationCommand.Stop _,
                    ConversationCommand.Clear _,
                    ConversationCommand.Delete _ ->
                    send(asker, id, command, untilEnd);
            case ConversationCommand.AddPiece _,
                    ConversationCommand.Finish _,
                    ConversationCommand.Conclude _,
                    ConversationCommand.Fail _,
                    ConversationCommand.Switch _,
                    ConversationCommand.Recover _ ->
                    throw new IllegalArgumentException("only the engine gives this command");
        };
    }

    private CompletionStage<Answer> send(
            UserId asker, ConversationId id, ConversationCommand command, boolean untilEnd) {
        return node.desk.ask(caller ->
                node.tellPartitionOf(
                        id, new ToPartition.Ask(caller, asker, id, command, untilEnd)));
    }

    private CompletionStage<Answer> withMessage(
            UserId owner, MessageId id, Function<Message, CompletionStage<Answer>> then) {
        return blocking(() -> node.store().message(owner, id))
                .handle((found, failure) -> {
                    if (failure != null) {
                        return refused(Refusal.STORE_UNAVAILABLE);
                    }
                    return found == null ? refused(Refusal.MESSAGE_UNKNOWN) : then.apply(found);
                })
                .thenCompose(Function.identity());
    }

    private CompletionStage<Answer> withImages(
            UserId owner, List<Image> images, Supplier<CompletionStage<Answer>> then) {
        if (images.isEmpty()) {
            return then.get();
        }
        return blocking(() ->
                        images.stream()
                                .allMatch(image -> node.store().image(owner, image.id()) != null))
                .handle((there, failure) -> {
                    if (failure != null) {
                        return refused(Refusal.STORE_UNAVAILABLE);
                    }
                    return there ? then.get() : refused(Refusal.IMAGE_UNKNOWN);
                })
                .thenCompose(Function.identity());
    }

    /// Keeps an image for a user, durably, to be shown in messages.
    ///
    /// @param content nobody may change it from now on
    /// @return the stage fails with [dev.hubbub.conversation.StoreException] when it is not kept
    public CompletionStage<Image> keepImage(UserId owner, Image image, byte[] content) {
        return blocking(() -> {
            node.store().keepImage(owner, image, content);
            return image;
        });
    }

    /// An image of this user's, or null.
    public CompletionStage<@Nullable Picture> image(UserId owner, ImageId id) {
        return this.<@Nullable Picture>blocking(() -> node.store().image(owner, id));
    }

    /// See [ConversationStore#imageBytes].
    public CompletionStage<Long> imageBytes(UserId owner) {
        return blocking(() -> node.store().imageBytes(owner));
    }

    private boolean isUnknown(ModelId id) {
        return node.models().find(id) == null;
    }

    private static CompletionStage<Answer> refused(Refusal refusal) {
        return CompletableFuture.completedFuture(new Answer.Refused(refusal));
    }

    /// The conversation as it is now, everything in it durable: [Answer.Done] with an empty
    /// receipt.
    public CompletionStage<Answer> conversation(UserId asker, ConversationId id) {
        return node.desk.ask(
                caller -> node.tellPartitionOf(id, new ToPartition.Show(caller, asker, id)));
    }

    /// Watches a conversation. The first update is a snapshot, unless this node can go on from
    /// `after`. Nothing is sent before it is requested.
    public Viewer.Watch watch(
            UserId asker, ConversationId id, @Nullable Position after, Viewer viewer) {
        long number = numbers.incrementAndGet();
        hub.tell(new ToHub.Join(number, asker, id, after, viewer));
        return new Viewer.Watch() {
            @Override
            public void request(int updates) {
                hub.tell(new ToHub.Request(number, updates));
            }

            @Override
            public void cancel() {
                hub.tell(new ToHub.Leave(number));
            }
        };
    }

    /// Watches what happens in all of a user's conversations. `listener` is called from any thread,
    /// one call at a time, and must return at once.
    ///
    /// @return ends the watch
    public Runnable watchActivity(UserId user, Consumer<Activity> listener) {
        long number = numbers.incrementAndGet();
        node.listen(user, 1);
        hub.tell(new ToHub.Listen(number, user, listener));
        var ended = new AtomicBoolean();
        return () -> {
            if (ended.compareAndSet(false, true)) {
                hub.tell(new ToHub.Leave(number));
                node.listen(user, -1);
            }
        };
    }

    /// See [ConversationStore#path].
    public CompletionStage<List<Message>> path(UserId owner, MessageId head, int limit) {
        return blocking(() -> node.store().path(owner, head, limit));
    }

    /// See [ConversationStore#isOnPath].
    public CompletionStage<Boolean> isOnPath(
            UserId owner, MessageId message, MessageId head, int limit) {
        return blocking(() -> node.store().isOnPath(owner, message, head, limit));
    }

    /// See [ConversationStore#message]; a stage of null when there is no such node.
    public CompletionStage<@Nullable Message> message(UserId owner, MessageId id) {
        return blocking(() -> node.store().message(owner, id));
    }

    /// See [ConversationStore#following].
    public CompletionStage<List<Message>> following(
            UserId owner, MessageId head, MessageId message, int limit) {
        return blocking(() -> node.store().following(owner, head, message, limit));
    }

    /// See [ConversationStore#search].
    public CompletionStage<ConversationStore.Found> search(
            UserId owner,
            MessageSearch search,
            @Nullable ConversationId in,
            @Nullable Role role,
            @Nullable String after,
            int limit) {
        return blocking(() -> node.store().search(owner, search, in, role, after, limit));
    }

    /// See [ConversationStore#siblings].
    public CompletionStage<Map<MessageId, List<MessageId>>> siblings(
            UserId owner, ConversationId conversation, List<MessageId> nodes) {
        return blocking(() -> node.store().siblings(owner, conversation, nodes));
    }

    /// See [ConversationStore#latestLeaf]. The stage has null where the owner has no such node.
    public CompletionStage<@Nullable MessageId> latestLeaf(
            UserId owner, ConversationId conversation, MessageId from) {
        return blocking(() -> node.store().latestLeaf(owner, conversation, from));
    }

    /// See [ConversationStore#children].
    public CompletionStage<List<Message>> children(
            UserId owner, ConversationId conversation, @Nullable MessageId parent) {
        return blocking(() -> node.store().children(owner, conversation, parent));
    }

    /// See [ConversationStore#messages].
    public CompletionStage<List<Message>> messages(
            UserId owner, ConversationId conversation, @Nullable MessageId after, int limit) {
        return blocking(() -> node.store().messages(owner, conversation, after, limit));
    }

    /// See [ConversationStore#conversations].
    public CompletionStage<List<Summary>> conversations(
            UserId owner, @Nullable Cursor after, int limit) {
        return conversations(owner, ConversationStore.Filter.ALL, after, limit);
    }

    /// See [ConversationStore#conversations].
    public CompletionStage<List<Summary>> conversations(
            UserId owner, ConversationStore.Filter filter, @Nullable Cursor after, int limit) {
        return blocking(() -> node.store().conversations(owner, filter, after, limit));
    }

    /// Asks something of what owners keep beside conversations, where it may block.
    public <T extends @Nullable Object> CompletionStage<T> records(
            Function<OwnerRecords, T> question) {
        return blocking(() -> question.apply(node.store()));
    }

    /// See [ConversationStore#labels].
    public CompletionStage<ConversationStore.Labels> labels(UserId owner) {
        return blocking(() -> node.store().labels(owner));
    }

    /// See [UsageLedger#spent].
    public CompletionStage<List<UsageLedger.Spent>> spent(UserId owner, LocalDate from, int limit) {
        return blocking(() -> node.store().spent(owner, from, limit));
    }

    /// How many conversations the store keeps; fails when the store does not answer.
    public CompletionStage<Long> count() {
        return blocking(() -> node.store().count());
    }

    public ModelCatalog models() {
        return node.models();
    }

    public EngineConfig config() {
        return node.config();
    }

    public Figures figures() {
        CommitLoop commits = node.commits();
        return new Figures(
                node.residents.sum(),
                node.replies.sum(),
                node.viewers.sum(),
                commits.commits.sum(),
                commits.batches.sum(),
                commits.events.sum(),
                commits.pieces.sum(),
                commits.replies.sum(),
                commits.outputTokens.sum(),
                commits.nanos.sum(),
                node.crashes.sum());
    }

    /// Takes no more work, waits for commits under way, cancels model calls, ends watches. Replies
    /// that run are gone on with at the next start. An interrupted thread waits all the same, and
    /// is interrupted still when this is over: whoever was interrupted closes what it has. Closing
    /// again does nothing.
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            end();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void end() {
        node.desk.close();
        node.commits().drain(node.config().closeMax().toMillis());
        hub.tell(new ToHub.EndAll());
        node.tellPartitions(new ToPartition.End());
        system.terminate();
        try {
            await(
                    system.getWhenTerminated().toCompletableFuture(),
                    node.config().closeMax().toSeconds() + 1);
        } finally {
            node.commits().close(node.config().closeMax().toMillis());
            node.desk.refuseAll();
            node.blocking().shutdown();
        }
    }

    private void beginTicking() {
        system.scheduler()
                .scheduleAtFixedRate(
                        TICK,
                        TICK,
                        () -> {
                            node.tellPartitions(new ToPartition.Tick());
                            hub.tell(new ToHub.HubTick());
                        },
                        system.executionContext());
    }

    private <T extends @Nullable Object> CompletionStage<T> blocking(Supplier<T> read) {
        return CompletableFuture.supplyAsync(read, node.blocking());
    }

    private static <T> T await(CompletableFuture<T> stage, long secondsMax) {
        try {
            return stage.get(secondsMax, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the engine");
        } catch (ExecutionException failure) {
            throw new IllegalStateException("the engine failed", failure.getCause());
        } catch (TimeoutException slow) {
            throw new IllegalStateException("the engine took longer than " + secondsMax + " s");
        }
    }
}
