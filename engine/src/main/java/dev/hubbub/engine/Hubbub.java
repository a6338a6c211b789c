package dev.hubbub.engine;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand.Delete;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationCommand.Stop;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore;
import dev.hubbub.conversation.ConversationStore.Cursor;
import dev.hubbub.conversation.ConversationStore.PathTo;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.IntConsumer;

/// Very many conversations with language models, in this program: each with a history and an order
/// of its own, each isolated from the others, all durable before anybody sees them.
///
/// ```java
/// try (Hubbub hubbub = Hubbub.start()) {
///     ConversationId id = hubbub.startConversation();
///     System.out.println(hubbub.sendMessage(id, "I am sad.").text());
/// }
/// ```
///
/// **Threads.** Safe for use by many threads. Calls block until what they say is durable, and are
/// meant for virtual threads: have as many as there are things to wait for. A thread that is
/// interrupted while it waits keeps its flag and gets [CallInterrupted]; what it asked goes on.
///
/// Each call has a twin whose name ends in `Async`, which never blocks and whose stage fails with
/// what the call would throw. Such stages complete on threads of the engine: what depends on them
/// must not block, or be given an executor (`thenApplyAsync`).
///
/// **Errors.** What goes wrong is a [HubbubException] with a sentence that says what to do; its
/// subclasses are what a program may want to catch apart. A wrong argument is an
/// [IllegalArgumentException], null where it may not be a [NullPointerException], both at once and
/// from the twins too. A failure of one conversation is never that of another.
///
/// **Memory.** A conversation that nobody uses leaves memory and comes back at its next use: see
/// [EngineConfig]. Histories are read from the store when they are asked for.
public final class Hubbub implements AutoCloseable {

    /// The most that [#storedConversations] gives at once.
    public static final int PAGE_MAX = 1_000;

    /// Messages asked from a store in one go.
    private static final int MESSAGES_AT_ONCE = 1_000;

    /// The same, where histories of many are read together.
    private static final int MESSAGES_OF_MANY_AT_ONCE = 16_384;

    private final Calls calls;
    private final UserId owner;
    private final boolean isView;

    private Hubbub(Calls calls, UserId owner, boolean isView) {
        this.calls = calls;
        this.owner = owner;
        this.isView = isView;
    }

    /// Starts one that keeps conversations in memory, with the models that need no set-up and those
    /// that the environment names.
    ///
    /// @throws IllegalStateException when no store or no models are on the class path
    public static Hubbub start() {
        return start(HubbubConfig.inMemory());
    }

    /// Starts one, and goes on with the replies that the last run on the same store left
    /// unfinished.
    ///
    /// @throws StoreException when the store cannot be opened; its message says why
    /// @throws IllegalArgumentException when the default model is not there, or a variable of the
    ///   environment is wrong
    /// @throws IllegalStateException when no store or no models are on the class path
    public static Hubbub start(HubbubConfig config) {
        Objects.requireNonNull(config, "config");
        Parts parts = Parts.open(config);
        try {
            Engine engine = Engine.start(config.engine(), parts.store(), parts.models());
            return new Hubbub(new Calls(engine, parts, config), config.owner(), false);
        } catch (Throwable failed) {
            parts.close();
            throw failed;
        }
    }

    /// The same Hubbub for another user, who sees their own conversations only. Costs nothing;
    /// closing it does nothing.
    public Hubbub as(UserId user) {
        return new Hubbub(calls, Objects.requireNonNull(user, "user"), true);
    }

    /// Whose conversations the calls are about.
    public UserId owner() {
        return owner;
    }

    /// Takes no more calls, waits for commits under way (at most [EngineConfig#closeMax]), ends the
    /// calls of models and closes what [#start] opened. Whoever waits gets [HubbubClosed]. Replies
    /// that were being made keep the text that was durable and go on when a Hubbub is next started
    /// on the same store. Closing again does nothing.
    @Override
    public void close() {
        if (!isView) {
            calls.close();
        }
    }

    // --- Starting ----------------------------------------------------------------------------

    /// Starts a conversation with a fresh id, the default model and no system prompt.
    ///
    /// @return its id: a UUID of version 7, so that ids sort by time
    public ConversationId startConversation() {
        return Calls.await(startConversationAsync());
    }

    /// [#startConversation()] as a stage.
    public CompletionStage<ConversationId> startConversationAsync() {
        return startConversationAsync(StartOptions.DEFAULT);
    }

    /// Starts a conversation.
    ///
    /// @throws ConversationExists when the id that the options ask for is in use, or was
    /// @throws HubbubException when the name, the model or the system prompt is refused
    public ConversationId startConversation(StartOptions options) {
        return Calls.await(startConversationAsync(options));
    }

    /// [#startConversation(StartOptions)] as a stage.
    public CompletionStage<ConversationId> startConversationAsync(StartOptions options) {
        Objects.requireNonNull(options, "options");
        ConversationId id = options.id() == null ? calls.ids.nextConversation() : options.id();
        Start start = command(options);
        return calls.ask(
                () -> calls.engine.ask(start.owner(), id, start),
                answer -> {
                    calls.done(id, answer);
                    return id;
                });
    }

    /// Starts `n` conversations together. All or none: see [#startConversations(int, StartOptions,
    /// IntConsumer)].
    public List<ConversationId> startConversations(int n) {
        return startConversations(n, StartOptions.DEFAULT);
    }

    /// [#startConversations(int)] as a stage.
    public CompletionStage<List<ConversationId>> startConversationsAsync(int n) {
        return startConversationsAsync(n, StartOptions.DEFAULT);
    }

    /// Starts `n` conversations together. All or none: see [#startConversations(int, StartOptions,
    /// IntConsumer)].
    public List<ConversationId> startConversations(int n, StartOptions options) {
        return startConversations(n, options, _ -> {});
    }

    /// [#startConversations(int, StartOptions)] as a stage.
    public CompletionStage<List<ConversationId>> startConversationsAsync(
            int n, StartOptions options) {
        return startConversationsAsync(n, options, _ -> {});
    }

    /// Starts `n` conversations together, which costs far less than one after the other: never
    /// fewer than `n`. When one cannot be started, those that were are deleted again and the call
    /// fails; should the store be gone, so that they cannot be, the error says so.
    ///
    /// @param n 1 to [HubbubConfig#withStartsMax]
    /// @param options the same for all; without an id
    /// @param progress hears how many have been started so far, now and then, from any thread; it
    ///   must return at once
    /// @return `n` ids, in the order of time
    /// @throws IllegalArgumentException for any other `n`, or an id in the options
    /// @throws HubbubException when not all could be started, or plainly do not fit into the memory
    ///   that Java has left: then nothing was begun
    public List<ConversationId> startConversations(
            int n, StartOptions options, IntConsumer progress) {
        return Calls.await(startConversationsAsync(n, options, progress));
    }

    /// [#startConversations(int, StartOptions, IntConsumer)] as a stage.
    public CompletionStage<List<ConversationId>> startConversationsAsync(
            int n, StartOptions options, IntConsumer progress) {
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(progress, "progress");
        requireStarts(n);
        if (options.id() != null) {
            throw new IllegalArgumentException(
                    "Many conversations cannot share the id %s; leave it out, or start one."
                            .formatted(options.id()));
        }
        HubbubException tooMany = calls.parts.room().refuse(n);
        if (tooMany != null) {
            return CompletableFuture.failedFuture(tooMany);
        }
        List<ConversationId> ids = calls.ids.nextConversations(n);
        Start start = command(options);
        var refused = new ConcurrentSkipListMap<Integer, Refusal>();
        CompletableFuture<Boolean> asked =
                calls.<@Nullable Void, Boolean>ask(
                        () ->
                                calls.engine.askAll(
                                        start.owner(),
                                        ids,
                                        start,
                                        false,
                                        (place, _, answer) -> {
                                            if (answer instanceof Answer.Refused(var refusal)) {
                                                refused.put(place, refusal);
                                            }
                                        },
                                        Calls.guarded(progress)),
                        _ -> refused.isEmpty());
        return calls.then(
                asked,
                isWhole ->
                        isWhole
                                ? CompletableFuture.completedFuture(ids)
                                : notAllStarted(start.owner(), ids, refused));
    }

    private void requireStarts(int n) {
        int most = calls.config.startsMax();
        if (n < 1 || n > most) {
            throw new IllegalArgumentException(
                    "Start 1 to %,d conversations at once, not %,d; %s."
                            .formatted(
                                    most,
                                    n,
                                    n < 1
                                            ? "ask for at least one"
                                            : "ask several times, or raise"
                                                    + " HubbubConfig.withStartsMax"));
        }
    }

    private Start command(StartOptions options) {
        return new Start(
                options.owner() == null ? owner : options.owner(),
                options.name(),
                options.model() == null ? calls.parts.models().defaultModel() : options.model(),
                options.systemPrompt(),
                null,
                null);
    }

    /// Deletes those that could be started, or may have been, and fails.
    private CompletionStage<List<ConversationId>> notAllStarted(
            UserId of, List<ConversationId> ids, SortedMap<Integer, Refusal> refused) {
        var made = new ArrayList<ConversationId>();
        for (int i = 0; i < ids.size(); i++) {
            Refusal refusal = refused.get(i);
            if (refusal == null || isDoubtful(refusal)) {
                made.add(ids.get(i));
            }
        }
        int first = refused.firstKey();
        HubbubException why =
                calls.refused(ids.get(first), Objects.requireNonNull(refused.get(first)));
        CompletableFuture<List<Answer>> undone =
                made.isEmpty()
                        ? CompletableFuture.completedFuture(List.of())
                        : calls.ask(
                                () -> calls.engine.askAll(of, made, new Delete(), false, _ -> {}),
                                Function.identity());
        int started = ids.size() - refused.size();
        return undone.handle((deleted, failure) ->
                        notAllStarted(ids, started, made, deleted, failure, why))
                .thenCompose(CompletableFuture::failedFuture);
    }

    /// Whether what was refused with it may be kept all the same.
    private static boolean isDoubtful(Refusal refusal) {
        return refusal == Refusal.STORE_UNAVAILABLE
                || refusal == Refusal.CRASHED
                || refusal == Refusal.OVERLOADED;
    }

    private static boolean isGone(Answer answer) {
        return answer instanceof Answer.Done
                || answer.equals(new Answer.Refused(Refusal.CONVERSATION_UNKNOWN));
    }

    private static HubbubException notAllStarted(
            List<ConversationId> ids,
            int started,
            List<ConversationId> made,
            @Nullable List<Answer> deleted,
            @Nullable Throwable failure,
            HubbubException why) {
        if (why instanceof HubbubClosed) {
            return why;
        }
        long gone =
                deleted == null || failure != null
                        ? 0
                        : deleted.stream().filter(Hubbub::isGone).count();
        String undone =
                gone == made.size()
                        ? "none was kept"
                        : "but %,d may be left and could not be deleted again; the stored"
                                        .formatted(made.size() - gone)
                                + " conversations list them";
        return new HubbubException(
                "%,d of %,d conversations could be started, %s. %s"
                        .formatted(started, ids.size(), undone, why.getMessage()),
                why.refusal(),
                why);
    }

    // --- Talking -----------------------------------------------------------------------------

    /// Sends a message and waits for the reply, behind those before it: see [#sendMessage(
    /// ConversationId, String, SendOptions)].
    public Message sendMessage(ConversationId id, String text) {
        return sendMessage(id, text, SendOptions.DEFAULT);
    }

    /// [#sendMessage(ConversationId, String)] as a stage.
    public CompletionStage<Message> sendMessageAsync(ConversationId id, String text) {
        return sendMessageAsync(id, text, SendOptions.DEFAULT);
    }

    /// Sends a message and waits for the reply, however long the model takes: only a model that is
    /// silent for [EngineConfig#stallMax] ends it. A conversation makes one reply at a time, in the
    /// order of its messages. The message is kept whatever becomes of the reply.
    ///
    /// @param text 1 to [dev.hubbub.conversation.Limits#messageCharsMax] UTF-16 units, not all
    ///   blank; NULs are removed
    /// @return the assistant's reply, durable. One that somebody stopped has the text so far, and
    ///   its [Message#stopReason] says so
    /// @throws ReplyFailed when the model fails; it has the text so far
    /// @throws ConversationUnknown when there is no such conversation
    /// @throws ConversationBusy when the options say not to wait, or too many wait already
    /// @throws ReplyWithdrawn when the message was taken back before its turn
    /// @throws HubbubException when the text or the model is refused
    public Message sendMessage(ConversationId id, String text, SendOptions options) {
        return Calls.await(sendMessageAsync(id, text, options));
    }

    /// [#sendMessage(ConversationId, String, SendOptions)] as a stage.
    public CompletionStage<Message> sendMessageAsync(
            ConversationId id, String text, SendOptions options) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(text, "text");
        return replyTo(id, Objects.requireNonNull(options, "options").post(text));
    }

    private CompletableFuture<Message> replyTo(ConversationId id, Post post) {
        CompletableFuture<Answer> asked =
                calls.ask(() -> calls.engine.askForReply(owner, id, post), Function.identity());
        return calls.then(
                asked,
                answer ->
                        Calls.isRepetition(answer)
                                ? calls.blocking(() -> calls.reply(owner, id, answer))
                                : CompletableFuture.completedFuture(
                                        calls.reply(owner, id, answer)));
    }

    /// Sends a message and gives the reply as it is made: see [#streamMessage(ConversationId,
    /// String, SendOptions)].
    public ReplyStream streamMessage(ConversationId id, String text) {
        return streamMessage(id, text, SendOptions.DEFAULT);
    }

    /// [#streamMessage(ConversationId, String)] as a stage.
    public CompletionStage<ReplyStream> streamMessageAsync(ConversationId id, String text) {
        return streamMessageAsync(id, text, SendOptions.DEFAULT);
    }

    /// Sends a message and gives the reply piece by piece. Returns when the message is durable; a
    /// message that is refused is so here.
    ///
    /// @param text as for [#sendMessage(ConversationId, String, SendOptions)]
    /// @throws ConversationUnknown when there is no such conversation
    /// @throws ConversationBusy when the options say not to wait, or too many wait already
    /// @throws HubbubException when the text or the model is refused
    public ReplyStream streamMessage(ConversationId id, String text, SendOptions options) {
        return Calls.await(streamMessageAsync(id, text, options));
    }

    /// [#streamMessage(ConversationId, String, SendOptions)] as a stage.
    public CompletionStage<ReplyStream> streamMessageAsync(
            ConversationId id, String text, SendOptions options) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(options, "options");
        // Named, so that asking again for the end of its turn is not saying it again.
        Post post =
                options.clientMessageId() == null
                        ? options.withClientMessageId(calls.ids.next().toString()).post(text)
                        : options.post(text);
        return calls.ask(
                () -> calls.engine.ask(owner, id, post), answer -> stream(id, post, answer));
    }

    private ReplyStream stream(ConversationId id, Post post, Answer answer) {
        TurnId turn = calls.done(id, answer).receipt().turn();
        if (turn == null) {
            throw new IllegalStateException("a message that wants a reply begins a turn");
        }
        return new ReplyStream(calls.engine, owner, id, turn, replyTo(id, post)).begun();
    }

    /// Sends a message to many conversations: see [#broadcast(List, String, BroadcastOptions)].
    public List<BroadcastResult> broadcast(List<ConversationId> ids, String text) {
        return broadcast(ids, text, BroadcastOptions.DEFAULT);
    }

    /// [#broadcast(List, String)] as a stage.
    public CompletionStage<List<BroadcastResult>> broadcastAsync(
            List<ConversationId> ids, String text) {
        return broadcastAsync(ids, text, BroadcastOptions.DEFAULT);
    }

    /// Sends a message to many conversations and waits for all replies. No more than a bounded
    /// number is under way at once, however many there are. What goes wrong with one is that one's
    /// [BroadcastResult.Failed] and nothing to the others: the call itself fails only when it is
    /// interrupted or the Hubbub is closed before it began.
    ///
    /// @param text as for [#sendMessage(ConversationId, String, SendOptions)]
    /// @return a result for each of `ids`, in their order
    public List<BroadcastResult> broadcast(
            List<ConversationId> ids, String text, BroadcastOptions options) {
        return Calls.await(broadcastAsync(ids, text, options));
    }

    /// [#broadcast(List, String, BroadcastOptions)] as a stage.
    public CompletionStage<List<BroadcastResult>> broadcastAsync(
            List<ConversationId> ids, String text, BroadcastOptions options) {
        List<ConversationId> all = copy(ids);
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(options, "options");
        Post post = options.send().post(text);
        var results = new BroadcastResult[all.size()];
        var repeated = new ConcurrentHashMap<Integer, Answer>();
        CompletableFuture<Boolean> asked =
                calls.<@Nullable Void, Boolean>ask(
                        () ->
                                calls.engine.askAll(
                                        owner,
                                        all,
                                        post,
                                        true,
                                        (place, id, answer) -> {
                                            if (Calls.isRepetition(answer)) {
                                                repeated.put(place, answer);
                                            } else {
                                                results[place] = result(id, answer);
                                            }
                                        },
                                        Calls.guarded(options.progress())),
                        _ -> repeated.isEmpty());
        return calls.then(
                asked,
                isWhole ->
                        isWhole
                                ? CompletableFuture.completedFuture(listOf(results))
                                : calls.blocking(() -> {
                                    repeated.forEach((place, answer) ->
                                            results[place] = result(all.get(place), answer));
                                    return listOf(results);
                                }));
    }

    private static List<BroadcastResult> listOf(BroadcastResult[] results) {
        return Collections.unmodifiableList(Arrays.asList(results));
    }

    private BroadcastResult result(ConversationId id, Answer answer) {
        try {
            return new BroadcastResult.Replied(id, calls.reply(owner, id, answer));
        } catch (RuntimeException failed) {
            return new BroadcastResult.Failed(id, known(failed));
        }
    }

    private HubbubException known(RuntimeException failed) {
        return calls.failure(failed) instanceof HubbubException known
                ? known
                : new HubbubException(String.valueOf(failed), null, failed);
    }

    /// Ends the reply being made, if one is; the text so far is kept, and whoever waits for the
    /// reply gets it. Messages that wait have their turn next. Returns when that is durable.
    ///
    /// @return whether a reply was being made
    /// @throws ConversationUnknown when there is no such conversation
    public boolean stop(ConversationId id) {
        return Calls.await(stopAsync(id));
    }

    /// [#stop] as a stage.
    public CompletionStage<Boolean> stopAsync(ConversationId id) {
        Objects.requireNonNull(id, "id");
        return calls.ask(
                () -> calls.engine.ask(owner, id, new Stop(null)),
                answer -> calls.done(id, answer).receipt().turn() != null);
    }

    /// Erases a conversation for its owner, stopping what runs in it. Its id is not used again.
    ///
    /// @throws ConversationUnknown when there is no such conversation, or not any longer
    public void delete(ConversationId id) {
        Calls.await(deleteAsync(id));
    }

    /// [#delete] as a stage.
    public CompletionStage<@Nullable Void> deleteAsync(ConversationId id) {
        Objects.requireNonNull(id, "id");
        return calls.<Answer, @Nullable Void>ask(
                () -> calls.engine.ask(owner, id, new Delete()),
                answer -> {
                    calls.done(id, answer);
                    return null;
                });
    }

    // --- Memory and supervision ---------------------------------------------------------------

    /// This user's conversations that are in memory now, in no order.
    public List<ConversationId> conversations() {
        return Calls.await(conversationsAsync());
    }

    /// [#conversations] as a stage.
    public CompletionStage<List<ConversationId>> conversationsAsync() {
        return calls.ask(() -> calls.engine.residents(owner), Function.identity());
    }

    /// Lets a conversation go from memory, as soon as nothing runs in it; it comes back at its next
    /// use with nothing lost. Idle ones go by themselves: see [EngineConfig#idleMax].
    ///
    /// @return whether it was in memory
    public boolean close(ConversationId id) {
        return Calls.await(closeAsync(id));
    }

    /// [#close(ConversationId)] as a stage.
    public CompletionStage<Boolean> closeAsync(ConversationId id) {
        Objects.requireNonNull(id, "id");
        return calls.ask(() -> calls.engine.letGo(owner, List.of(id)), count -> count > 0);
    }

    /// Crashes conversations on purpose, as a defect in them would, to see that nothing is lost:
    /// what memory held of them is thrown away and they begin again from the store. A reply that
    /// was being made goes on. The others notice nothing.
    ///
    /// @return how many of them were in memory, and so crashed
    public int crash(List<ConversationId> ids) {
        return Calls.await(crashAsync(ids));
    }

    /// [#crash] as a stage.
    public CompletionStage<Integer> crashAsync(List<ConversationId> ids) {
        List<ConversationId> all = copy(ids);
        return calls.ask(() -> calls.engine.crash(owner, all), Function.identity());
    }

    /// How conversations fare: restarts, the last fault, what waits for them.
    ///
    /// @return in the order of `ids`; null for one that is not in memory, or is another user's
    public List<@Nullable Supervision> supervision(List<ConversationId> ids) {
        return Calls.await(supervisionAsync(ids));
    }

    /// [#supervision] as a stage.
    public CompletionStage<List<@Nullable Supervision>> supervisionAsync(List<ConversationId> ids) {
        List<ConversationId> all = copy(ids);
        return calls.<List<@Nullable Supervision>, List<@Nullable Supervision>>ask(
                () -> calls.engine.supervision(owner, all), seen -> seen);
    }

    /// Lets conversations that crashed too often run again: until then they refuse everything with
    /// [dev.hubbub.conversation.Refusal#QUARANTINED]. See [EngineConfig#crashesMax].
    ///
    /// @return how many of them were set aside
    public int release(List<ConversationId> ids) {
        return Calls.await(releaseAsync(ids));
    }

    /// [#release] as a stage.
    public CompletionStage<Integer> releaseAsync(List<ConversationId> ids) {
        List<ConversationId> all = copy(ids);
        return calls.ask(() -> calls.engine.release(owner, all), Function.identity());
    }

    /// How the partitions fare into which conversations, of all users, are divided: what waits for
    /// each, and whether it had to begin again. Never blocks.
    ///
    /// @return by number
    public List<PartitionSupervision> partitions() {
        return calls.engine.partitions();
    }

    // --- Reading -----------------------------------------------------------------------------

    /// All messages of a conversation, oldest first, along the path that ends at its head. Answers
    /// at once, while a reply is being made too; that reply is in it when it has ended. Read from
    /// the store in pages, so that a long history is long in the caller's memory only; for the last
    /// few, [#history(ConversationId, int)] reads no more than those.
    ///
    /// @throws ConversationUnknown when there is no such conversation
    public List<Message> history(ConversationId id) {
        return history(id, Integer.MAX_VALUE);
    }

    /// [#history(ConversationId)] as a stage.
    public CompletionStage<List<Message>> historyAsync(ConversationId id) {
        return historyAsync(id, Integer.MAX_VALUE);
    }

    /// The latest messages, oldest first.
    ///
    /// @param limit how many at most, at least 1
    /// @throws ConversationUnknown when there is no such conversation
    public List<Message> history(ConversationId id, int limit) {
        return Calls.await(historyAsync(id, limit));
    }

    /// [#history(ConversationId, int)] as a stage.
    public CompletionStage<List<Message>> historyAsync(ConversationId id, int limit) {
        requireLimit(limit, Integer.MAX_VALUE);
        return calls.then(
                conversation(id),
                conversation -> calls.blocking(() -> path(conversation.head(), limit)));
    }

    /// The histories of many, each as by [#history(ConversationId, int)], read together. All of
    /// them are in the caller's memory at once: ask for as many as fit.
    ///
    /// @param limit how many messages of each at most, at least 1
    /// @return a history, or why there is none, for each of `ids`, in their order
    public List<Lookup<List<Message>>> histories(List<ConversationId> ids, int limit) {
        return Calls.await(historiesAsync(ids, limit));
    }

    /// [#histories(List, int)] as a stage.
    public CompletionStage<List<Lookup<List<Message>>>> historiesAsync(
            List<ConversationId> ids, int limit) {
        requireLimit(limit, Integer.MAX_VALUE);
        List<ConversationId> all = copy(ids);
        return calls.then(conversations(all), found -> calls.blocking(() -> paths(found, limit)));
    }

    /// The histories of many, whole: [#histories(List, int)] without a limit.
    public List<Lookup<List<Message>>> histories(List<ConversationId> ids) {
        return histories(ids, Integer.MAX_VALUE);
    }

    /// [#histories(List)] as a stage.
    public CompletionStage<List<Lookup<List<Message>>>> historiesAsync(List<ConversationId> ids) {
        return historiesAsync(ids, Integer.MAX_VALUE);
    }

    /// A conversation in figures; at once, while a reply is being made too.
    ///
    /// @throws ConversationUnknown when there is no such conversation
    public ConversationStats stats(ConversationId id) {
        return Calls.await(statsAsync(id));
    }

    /// [#stats(ConversationId)] as a stage.
    public CompletionStage<ConversationStats> statsAsync(ConversationId id) {
        return calls.then(
                conversation(id),
                conversation ->
                        CompletableFuture.completedFuture(ConversationStats.of(conversation)));
    }

    /// Many conversations in figures.
    ///
    /// @return the figures, or why there are none, for each of `ids`, in their order
    public List<Lookup<ConversationStats>> stats(List<ConversationId> ids) {
        return Calls.await(statsAsync(ids));
    }

    /// [#stats(List)] as a stage.
    public CompletionStage<List<Lookup<ConversationStats>>> statsAsync(List<ConversationId> ids) {
        List<ConversationId> all = copy(ids);
        return calls.then(
                conversations(all),
                found ->
                        CompletableFuture.completedFuture(
                                found.stream()
                                        .map(each -> map(each, ConversationStats::of))
                                        .toList()));
    }

    /// How many conversations there are, of all users.
    ///
    /// @throws HubbubException when the store does not answer
    public ConversationCount conversationCount() {
        return Calls.await(conversationCountAsync());
    }

    /// [#conversationCount] as a stage.
    public CompletionStage<ConversationCount> conversationCountAsync() {
        return calls.ask(
                calls.engine::count,
                stored -> new ConversationCount(calls.engine.figures().resident(), stored));
    }

    /// The first page of this user's conversations that are kept, latest active first.
    ///
    /// @param limit how many at most, 1 to [#PAGE_MAX]
    public List<Summary> storedConversations(int limit) {
        return Calls.await(storedConversationsAsync(limit));
    }

    /// [#storedConversations(int)] as a stage.
    public CompletionStage<List<Summary>> storedConversationsAsync(int limit) {
        return stored(null, limit);
    }

    /// The next page.
    ///
    /// ```java
    /// var page = hubbub.storedConversations(100);
    /// while (!page.isEmpty()) {
    ///     page.forEach(summary -> System.out.println(summary.name()));
    ///     page = hubbub.storedConversations(page.getLast().cursor(), 100);
    /// }
    /// ```
    ///
    /// @param after [Summary#cursor] of the last of the page before
    /// @param limit how many at most, 1 to [#PAGE_MAX]
    /// @return empty when there are no more
    public List<Summary> storedConversations(Cursor after, int limit) {
        return Calls.await(storedConversationsAsync(after, limit));
    }

    /// [#storedConversations(Cursor, int)] as a stage.
    public CompletionStage<List<Summary>> storedConversationsAsync(Cursor after, int limit) {
        return stored(Objects.requireNonNull(after, "after"), limit);
    }

    private CompletableFuture<List<Summary>> stored(@Nullable Cursor after, int limit) {
        requireLimit(limit, PAGE_MAX);
        return calls.ask(
                () -> calls.engine.conversations(owner, after, limit), Function.identity());
    }

    /// The models that may answer. Never blocks.
    public ModelCatalog models() {
        return calls.parts.models();
    }

    /// What has happened since the start. Never blocks.
    public Figures figures() {
        return calls.engine.figures();
    }

    /// The engine beneath, for what has no call here: branches, regeneration, watching. It is
    /// closed with this.
    public Engine engine() {
        return calls.engine;
    }

    private CompletableFuture<Conversation> conversation(ConversationId id) {
        Objects.requireNonNull(id, "id");
        return calls.ask(
                () -> calls.engine.conversation(owner, id),
                answer -> calls.conversation(id, answer));
    }

    private CompletableFuture<List<Lookup<Conversation>>> conversations(List<ConversationId> ids) {
        return calls.ask(
                () -> calls.engine.conversations(owner, ids),
                answers -> {
                    var found = new ArrayList<Lookup<Conversation>>(ids.size());
                    for (int i = 0; i < ids.size(); i++) {
                        found.add(lookup(ids.get(i), answers.get(i)));
                    }
                    return found;
                });
    }

    private Lookup<Conversation> lookup(ConversationId id, Answer answer) {
        return answer instanceof Answer.Refused(var refusal)
                ? new Lookup.Failed<>(id, calls.refused(id, refusal))
                : new Lookup.Found<>(id, calls.conversation(id, answer));
    }

    private static <A, B> Lookup<B> map(Lookup<A> lookup, Function<A, B> with) {
        return switch (lookup) {
            case Lookup.Found<A>(var id, var value) -> new Lookup.Found<>(id, with.apply(value));
            case Lookup.Failed<A>(var id, var error) -> new Lookup.Failed<>(id, error);
        };
    }

    /// The messages up to the head, page by page from the newest.
    private List<Message> path(@Nullable MessageId head, int limit) {
        ConversationStore store = calls.parts.store();
        var pages = new ArrayDeque<List<Message>>();
        MessageId next = head;
        int left = limit;
        while (next != null && left > 0) {
            List<Message> page = store.path(owner, next, Math.min(left, MESSAGES_AT_ONCE));
            if (page.isEmpty()) {
                break;
            }
            pages.addFirst(page);
            left -= page.size();
            next = page.getFirst().parent();
        }
        return pages.stream().flatMap(List::stream).toList();
    }

    /// The same for many: the newest of each together, what is left of the long ones one by one.
    private List<Lookup<List<Message>>> paths(List<Lookup<Conversation>> found, int limit) {
        int ofEach = Math.min(limit, MESSAGES_AT_ONCE);
        int together = Math.max(1, MESSAGES_OF_MANY_AT_ONCE / ofEach);
        var histories = new ArrayList<Lookup<List<Message>>>(found.size());
        for (int from = 0; from < found.size(); from += together) {
            var some = found.subList(from, Math.min(found.size(), from + together));
            var questions = new ArrayList<PathTo>();
            for (Lookup<Conversation> each : some) {
                if (each instanceof Lookup.Found<Conversation>(_, var conversation)
                        && conversation.head() != null) {
                    questions.add(new PathTo(owner, conversation.head(), ofEach));
                }
            }
            var pages = new ArrayDeque<>(calls.parts.store().paths(questions));
            for (Lookup<Conversation> each : some) {
                histories.add(
                        map(
                                each,
                                conversation ->
                                        conversation.head() == null
                                                ? List.of()
                                                : whole(pages.removeFirst(), limit)));
            }
        }
        return List.copyOf(histories);
    }

    private List<Message> whole(List<Message> newest, int limit) {
        if (newest.isEmpty() || newest.size() >= limit) {
            return newest;
        }
        var all = new ArrayList<>(path(newest.getFirst().parent(), limit - newest.size()));
        all.addAll(newest);
        return List.copyOf(all);
    }

    private static void requireLimit(int limit, int most) {
        if (limit < 1 || limit > most) {
            throw new IllegalArgumentException(
                    "Ask for 1 to %,d at once, not %,d.".formatted(most, limit));
        }
    }

    private static List<ConversationId> copy(List<ConversationId> ids) {
        Objects.requireNonNull(ids, "ids");
        for (ConversationId id : ids) {
            Objects.requireNonNull(id, "an id in ids");
        }
        return List.copyOf(ids);
    }
}
