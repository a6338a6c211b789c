package dev.hubbub.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.hubbub.conversation.ClientMessageId;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationCommand.Change;
import dev.hubbub.conversation.ConversationCommand.Clear;
import dev.hubbub.conversation.ConversationCommand.Continue;
import dev.hubbub.conversation.ConversationCommand.Generate;
import dev.hubbub.conversation.ConversationCommand.MoveHead;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationCommand.WhenBusy;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Cursor;
import dev.hubbub.conversation.ConversationStore.Filter;
import dev.hubbub.conversation.ConversationStore.Summary;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.ImageId;
import dev.hubbub.conversation.Marks;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Answer;
import dev.hubbub.engine.Engine;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// What the protocols do with chats, each given as the fields that a client sent. A stage fails
/// with a [FaultException] when it is refused.
final class Chats {

    /// Chats in one page of a list.
    static final int PAGE_MAX = 100;

    /// Chats that one search looks at.
    static final int SEARCHED_MAX = 10_000;

    /// Pinned chats that the first page has beyond its own.
    static final int PINNED_MAX = 50;

    private static final int SEARCHED_AT_ONCE = 1000;
    private static final Filter PINNED = new Filter(false, true, null, null);
    private static final Marks.Change NO_MARKS = new Marks.Change(null, null, null, null, null);

    private final Engine engine;
    private final History history;
    private final Rates rates;
    private final Shares shares;

    Chats(Engine engine, History history, Rates rates, Shares shares) {
        this.engine = engine;
        this.history = history;
        this.rates = rates;
        this.shares = shares;
    }

    /// @param pinned chats that are not among the others and yet stand before them
    /// @param next where the next page begins, null on the last
    record ChatPage(List<Summary> chats, List<Summary> pinned, @Nullable Cursor next) {

        ChatPage(List<Summary> chats, @Nullable Cursor next) {
            this(chats, List.of(), next);
        }

        /// `chats` and, where there are any, `pinned`.
        void write(JsonGenerator json) throws IOException {
            Wire.chats(json, "chats", chats);
            if (!pinned.isEmpty()) {
                Wire.chats(json, "pinned", pinned);
            }
        }

        @Nullable ConversationId latest() {
            return chats.isEmpty() ? null : chats.getFirst().id();
        }
    }

    /// A page of a chat's history and what is under way after it.
    record Read(@Nullable Conversation chat, History.Page page) {}

    /// What is not archived; the first page has the pinned ones of later pages, too.
    CompletionStage<ChatPage> list(UserId user, @Nullable String cursor, int limit) {
        CompletionStage<ChatPage> listed = list(user, Filter.PRESENT, cursor, limit);
        return cursor != null
                ? listed
                : listed.thenCompose(page ->
                        page.next() == null
                                ? CompletableFuture.completedStage(page)
                                : withPinned(user, page));
    }

    private CompletionStage<ChatPage> withPinned(UserId user, ChatPage page) {
        return engine.conversations(user, PINNED, page.next(), PINNED_MAX)
                .thenApply(pinned -> new ChatPage(page.chats(), pinned, page.next()));
    }

    CompletionStage<ChatPage> list(UserId user, Filter filter, @Nullable String cursor, int limit) {
        Cursor after = cursor == null ? null : cursorOf(cursor);
        return engine.conversations(user, filter, after, limit + 1)
                .thenApply(found ->
                        found.size() <= limit
                                ? new ChatPage(found, null)
                                : new ChatPage(
                                        List.copyOf(found.subList(0, limit)),
                                        found.get(limit - 1).cursor()));
    }

    /// The chats that a search finds. Looks at a bounded number of them: a page may have fewer than
    /// `limit`, or none, and still say where to go on.
    CompletionStage<ChatPage> search(
            UserId user, NameSearch search, @Nullable String cursor, int limit) {
        return search(user, search, cursor == null ? null : cursorOf(cursor), limit, List.of(), 0);
    }

    private CompletionStage<ChatPage> search(
            UserId user,
            NameSearch search,
            @Nullable Cursor after,
            int limit,
            List<Summary> before,
            int looked) {
        return engine.conversations(user, Filter.ALL, after, SEARCHED_AT_ONCE)
                .thenCompose(page -> {
                    var found = new ArrayList<Summary>(before);
                    for (int i = 0; i < page.size(); i++) {
                        Summary chat = page.get(i);
                        if (search.finds(chat.name())) {
                            found.add(chat);
                        }
                        if (found.size() == limit) {
                            boolean last = i == page.size() - 1 && page.size() < SEARCHED_AT_ONCE;
                            return CompletableFuture.completedStage(
                                    new ChatPage(found, last ? null : chat.cursor()));
                        }
                    }
                    boolean all = page.size() < SEARCHED_AT_ONCE;
                    Cursor next = all ? null : page.getLast().cursor();
                    return all || looked + page.size() >= SEARCHED_MAX
                            ? CompletableFuture.completedStage(new ChatPage(found, next))
                            : search(user, search, next, limit, found, looked + page.size());
                });
    }

    /// @param key makes it safe to repeat: the chat that it made is given again
    CompletionStage<Conversation> create(
            UserId user, Fields fields, @Nullable ClientMessageId key) {
        if (key == null || fields.text("id") != null) {
            return create(user, fields);
        }
        ConversationId id = idFor(user, key);
        return create(user, fields, id)
                .handle((made, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedStage(made);
                    }
                    Fault fault = Fault.of(failure);
                    CompletionStage<Conversation> there =
                            fault.equals(Fault.of(Refusal.CONVERSATION_EXISTS, id.value()))
                                    ? find(user, id)
                                    : CompletableFuture.failedStage(fault.exception());
                    return there;
                })
                .thenCompose(there -> there);
    }

    CompletionStage<Conversation> create(UserId user, Fields fields) {
        String id = fields.text("id");
        if (id != null && !ConversationId.isValid(id)) {
            throw Fault.badField("`id` has 1 to 64 characters of A-Z a-z 0-9 _ -.").exception();
        }
        return create(user, fields, id == null ? newId() : new ConversationId(id));
    }

    private CompletionStage<Conversation> create(UserId user, Fields fields, ConversationId chat) {
        String name = fields.text("name");
        ModelId model = fields.model("model");
        String prompt = fields.text("system_prompt");
        MessageId head = fields.message("starting_head");
        String named = name == null ? "" : name;
        ModelId chosen = model == null ? engine.models().defaultModel() : model;
        // The engine finds out who said the head.
        Role role = head == null ? null : Role.USER;
        return done(user, chat, new Start(user, named, chosen, prompt, head, role))
                .thenApply(Answer.Done::conversation);
    }

    CompletionStage<Conversation> find(UserId user, ConversationId chat) {
        return done(chat, engine.conversation(user, chat)).thenApply(Answer.Done::conversation);
    }

    CompletionStage<Conversation> change(UserId user, ConversationId chat, Fields fields) {
        var change =
                new Change(
                        fields.text("name"),
                        fields.text("icon"),
                        fields.model("model"),
                        fields.text("system_prompt"),
                        marks(fields));
        return done(user, chat, change).thenApply(Answer.Done::conversation);
    }

    private static Marks.@Nullable Change marks(Fields fields) {
        var change =
                new Marks.Change(
                        fields.flag("pinned"),
                        fields.flag("archived"),
                        fields.flag("unread"),
                        fields.text("folder"),
                        fields.value("tags") == null ? null : fields.texts("tags"));
        return change.equals(NO_MARKS) ? null : change;
    }

    /// The owner has read what is there.
    CompletionStage<Conversation> seen(UserId user, ConversationId chat) {
        var seen = new Change(null, null, null, null, Marks.Change.unread(false));
        return done(user, chat, seen).thenApply(Answer.Done::conversation);
    }

    CompletionStage<Answer.Done> delete(UserId user, ConversationId chat) {
        return done(user, chat, new ConversationCommand.Delete())
                .thenCompose(done -> shares.chatDeleted(user, chat).thenApply(_ -> done));
    }

    CompletionStage<Read> read(UserId user, ConversationId chat, History.Place place, int limit) {
        return find(user, chat)
                .thenCompose(found ->
                        history.page(user, chat, found.head(), place, limit)
                                .thenApply(page -> new Read(found, page)));
    }

    CompletionStage<List<Message>> children(
            UserId user, ConversationId chat, @Nullable MessageId parent) {
        return find(user, chat).thenCompose(_ -> engine.children(user, chat, parent));
    }

    /// A conversation with this id: one that is there, or else a new one, for callers who choose
    /// their own ids. The id of one that is deleted, or somebody else's, is unknown.
    CompletionStage<?> begun(UserId user, ConversationId chat) {
        return engine.conversation(user, chat)
                .thenCompose(answer ->
                        answer instanceof Answer.Refused(var refusal)
                                        && refusal == Refusal.CONVERSATION_UNKNOWN
                                ? begin(user, chat)
                                : CompletableFuture.completedStage(answer));
    }

    CompletionStage<Answer> begin(UserId user, ConversationId chat) {
        var start = new Start(user, "", engine.models().defaultModel(), null, null, null);
        return engine.ask(user, chat, start)
                .thenApply(answer -> {
                    if (answer instanceof Answer.Refused(var refusal)) {
                        boolean taken = refusal == Refusal.CONVERSATION_EXISTS;
                        Refusal told = taken ? Refusal.CONVERSATION_UNKNOWN : refusal;
                        throw Fault.of(told, chat.value()).exception();
                    }
                    return answer;
                });
    }

    /// Throws what a chat would refuse a text with, for those who would make a chat for it first.
    ///
    /// @param images how many go with it
    void requireSayable(String text, int images) {
        int nuls = 0;
        boolean blank = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            nuls += c == 0 ? 1 : 0;
            blank &= c == 0 || Character.isWhitespace(c) || Character.isSpaceChar(c);
        }
        if (blank && images == 0) {
            throw Fault.of(Refusal.MESSAGE_BLANK).exception();
        }
        if (text.length() - nuls > engine.config().limits().messageCharsMax()) {
            throw Fault.of(Refusal.MESSAGE_TOO_LONG).exception();
        }
    }

    /// The post that a client asks for.
    ///
    /// @param model the name of the field that says which model replies
    /// @param generate whether to reply when the client does not say
    CompletionStage<Post> post(
            UserId user,
            Fields fields,
            @Nullable ClientMessageId key,
            String model,
            boolean generate) {
        List<String> images = fields.texts("images");
        String text = fields.text("content");
        String content = images.isEmpty() || text != null ? fields.required("content") : "";
        MessageId parent = fields.isNull("parent") ? MessageId.NONE : fields.message("parent");
        boolean replies = fields.flag("generate", generate);
        WhenBusy whenBusy = fields.whenBusy("when_busy");
        ModelId by = fields.model(model);
        return images(user, images)
                .thenApply(found -> new Post(key, content, found, parent, replies, whenBusy, by));
    }

    /// The images with these ids.
    CompletionStage<List<Image>> images(UserId user, List<String> ids) {
        if (ids.size() > engine.config().limits().imagesMax()) {
            throw Fault.of(Refusal.TOO_MANY_IMAGES).exception();
        }
        CompletionStage<List<Image>> all = CompletableFuture.completedStage(List.of());
        for (String id : ids) {
            if (!ImageId.isValid(id)) {
                throw Fault.of(Refusal.IMAGE_UNKNOWN).exception();
            }
            all =
                    all.thenCombine(
                            engine.image(user, new ImageId(id)),
                            (before, picture) -> {
                                if (picture == null) {
                                    throw Fault.of(Refusal.IMAGE_UNKNOWN).exception();
                                }
                                var more = new ArrayList<Image>(before);
                                more.add(picture.image());
                                return more;
                            });
        }
        return all;
    }

    /// The reply that a message has; null while it has none.
    ///
    /// @param message null when it waits
    CompletionStage<@Nullable Message> replyTo(
            UserId user, Conversation chat, @Nullable MessageId message) {
        if (message == null) {
            return CompletableFuture.completedStage(null);
        }
        return engine.children(user, chat.id(), message)
                .thenApply(replies ->
                        replies.stream()
                                .filter(reply -> reply.role() == Role.ASSISTANT)
                                .findFirst()
                                .orElse(null));
    }

    /// The reply that a client asks for: to a message, or one that goes on from another.
    CompletionStage<ConversationCommand> generate(UserId user, Fields fields) {
        ModelId model = fields.model("model_id");
        if (!fields.flag("continue", false)) {
            return CompletableFuture.completedStage(
                    new Generate(fields.message("message_id"), model));
        }
        return message(user, Fields.messageOf(fields.required("message_id")))
                .thenApply(reply -> new Continue(reply, model));
    }

    CompletionStage<Conversation> clear(UserId user, ConversationId chat) {
        return done(user, chat, new Clear()).thenApply(Answer.Done::conversation);
    }

    /// @param leaf whether to go on from there to the latest message beneath it
    CompletionStage<Conversation> moveHead(
            UserId user, ConversationId chat, MessageId to, boolean leaf) {
        return leaf
                ? engine.latestLeaf(user, chat, to)
                        .thenCompose(found -> moveHead(user, chat, found == null ? to : found))
                : moveHead(user, chat, to);
    }

    private CompletionStage<Conversation> moveHead(UserId user, ConversationId chat, MessageId to) {
        // The engine finds out who said it.
        return done(user, chat, new MoveHead(to, Role.USER)).thenApply(Answer.Done::conversation);
    }

    /// @param done what the engine answered
    /// @param stopped whether there was something to stop
    record Stopped(Answer.Done done, boolean stopped) {}

    CompletionStage<Stopped> stop(UserId user, ConversationId chat, @Nullable TurnId turn) {
        var stop = new ConversationCommand.Stop(turn);
        if (turn == null) {
            return done(user, chat, stop)
                    .thenApply(done -> new Stopped(done, done.receipt().turn() != null));
        }
        return find(user, chat)
                .thenCompose(before ->
                        done(user, chat, stop)
                                .thenApply(done -> new Stopped(done, before.isOpen(turn))));
    }

    CompletionStage<Answer.Done> done(
            UserId user, ConversationId chat, ConversationCommand command) {
        if (!isCounted(command)) {
            return done(chat, engine.ask(user, chat, command));
        }
        return stage(() -> {
            rates.message(user);
            return done(
                    chat, engine.ask(user, chat, command).thenApply(given -> counted(user, given)));
        });
    }

    /// Refuses a message that would be one too many, before anything is done for it.
    void requireRoom(UserId user) {
        rates.requireRoom(user);
    }

    private static boolean isCounted(ConversationCommand command) {
        return command instanceof Post
                || command instanceof Generate
                || command instanceof Continue;
    }

    /// What was refused is not counted as a message.
    private Answer counted(UserId user, Answer answer) {
        if (answer instanceof Answer.Refused) {
            rates.giveBack(user);
        }
        return answer;
    }

    /// The turn's end, or its withdrawal.
    CompletionStage<Answer> replied(UserId user, ConversationId chat, ConversationCommand command) {
        return stage(
                        () -> {
                            if (!isCounted(command)) {
                                return engine.askForReply(user, chat, command);
                            }
                            rates.message(user);
                            return engine.askForReply(user, chat, command)
                                    .thenApply(answer -> counted(user, answer));
                        })
                .thenApply(answer -> {
                    if (answer instanceof Answer.Refused(var refusal)) {
                        throw Fault.of(refusal, chat.value()).exception();
                    }
                    return answer;
                });
    }

    private static CompletionStage<Answer.Done> done(
            ConversationId chat, CompletionStage<Answer> answer) {
        return answer.thenApply(given -> done(chat, given));
    }

    static Answer.Done done(ConversationId chat, Answer given) {
        return switch (given) {
            case Answer.Done done -> done;
            case Answer.Refused(var refusal) -> throw Fault.of(refusal, chat.value()).exception();
            case Answer.Ended _, Answer.Withdrawn _ ->
                    throw new IllegalStateException("nobody waited for a reply");
        };
    }

    CompletionStage<Message> message(UserId user, MessageId id) {
        return engine.message(user, id)
                .thenApply(found -> {
                    if (found == null) {
                        throw Fault.of(Refusal.MESSAGE_UNKNOWN).exception();
                    }
                    return found;
                });
    }

    /// The id of the chat that a user makes under this key: always the same, and nobody else's.
    static ConversationId idFor(UserId user, ClientMessageId key) {
        try {
            byte[] name = (user.value() + "\0" + key.value()).getBytes(UTF_8);
            var hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(name));
            // A UUID of version 8: its bits are the program's own.
            long high = (hash.getLong() & ~0xF000L) | 0x8000L;
            long low = (hash.getLong() & ~(0xC000L << 48)) | (0x8000L << 48);
            return new ConversationId(high, low);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    static ConversationId newId() {
        return new ConversationId(UUID.randomUUID().toString());
    }

    /// Calls something that may throw a fault before it has a stage.
    static <T> CompletionStage<T> stage(java.util.function.Supplier<CompletionStage<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException failed) {
            return CompletableFuture.failedStage(failed);
        }
    }

    static @Nullable String textOf(@Nullable Cursor cursor) {
        if (cursor == null) {
            return null;
        }
        Instant at = cursor.lastActiveAt();
        return at.getEpochSecond() + "." + at.getNano() + "." + cursor.id();
    }

    private static Cursor cursorOf(String text) {
        String[] parts = text.split("\\.", 3);
        try {
            if (parts.length == 3) {
                Instant at =
                        Instant.ofEpochSecond(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
                return new Cursor(at, new ConversationId(parts[2]));
            }
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException notOurs) {
            // Told below.
        }
        throw Fault.badCursor().exception();
    }
}
