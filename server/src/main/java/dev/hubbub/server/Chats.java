package dev.hubbub.server;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationCommand.Change;
import dev.hubbub.conversation.ConversationCommand.Generate;
import dev.hubbub.conversation.ConversationCommand.MoveHead;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.Start;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.ConversationStore.Cursor;
import dev.hubbub.conversation.ConversationStore.Summary;
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

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// What the protocols do with chats, each given as the fields that a client sent. A stage fails
/// with a [FaultException] when it is refused.
final class Chats {

    /// Chats in one page of a list.
    static final int PAGE_MAX = 100;

    private final Engine engine;
    private final History history;

    Chats(Engine engine, History history) {
        this.engine = engine;
        this.history = history;
    }

    /// @param next where the next page begins, null on the last
    record ChatPage(List<Summary> chats, @Nullable Cursor next) {

        @Nullable ConversationId latest() {
            return chats.isEmpty() ? null : chats.getFirst().id();
        }
    }

    /// A page of a chat's history and what is under way after it.
    record Read(@Nullable Conversation chat, History.Page page) {}

    CompletionStage<ChatPage> list(UserId user, @Nullable String cursor, int limit) {
        return engine.conversations(user, cursor == null ? null : cursorOf(cursor), limit + 1)
                .thenApply(found ->
                        found.size() <= limit
                                ? new ChatPage(found, null)
                                : new ChatPage(
                                        List.copyOf(found.subList(0, limit)),
                                        found.get(limit - 1).cursor()));
    }

    CompletionStage<Conversation> create(UserId user, Fields fields) {
        String id = fields.text("id");
        if (id != null && !ConversationId.isValid(id)) {
            throw Fault.badField("`id` has 1 to 64 characters of A-Z a-z 0-9 _ -.").exception();
        }
        String name = fields.text("name");
        ModelId model = fields.model("model");
        String prompt = fields.text("system_prompt");
        MessageId head = fields.message("starting_head");
        var chat = id == null ? newId() : new ConversationId(id);
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
                        fields.text("system_prompt"));
        return done(user, chat, change).thenApply(Answer.Done::conversation);
    }

    CompletionStage<Answer.Done> delete(UserId user, ConversationId chat) {
        return done(user, chat, new ConversationCommand.Delete());
    }

    CompletionStage<Read> read(
            UserId user, ConversationId chat, @Nullable MessageId before, int limit) {
        return find(user, chat)
                .thenCompose(found ->
                        (before == null
                                        ? history.page(user, found.head(), limit)
                                        : history.pageBefore(user, before, limit))
                                .thenApply(page -> new Read(found, page)));
    }

    CompletionStage<List<Message>> children(
            UserId user, ConversationId chat, @Nullable MessageId parent) {
        return find(user, chat).thenCompose(_ -> engine.children(user, chat, parent));
    }

    /// @param model the name of the field that says which model replies
    /// @param generate whether to reply when the client does not say
    static Post post(Fields fields, String model, boolean generate) {
        return new Post(
                fields.key("client_message_id"),
                fields.required("content"),
                fields.message("parent"),
                fields.flag("generate", generate),
                fields.whenBusy("when_busy"),
                fields.model(model));
    }

    static Generate generate(Fields fields) {
        return new Generate(fields.message("message_id"), fields.model("model_id"));
    }

    CompletionStage<Conversation> moveHead(UserId user, ConversationId chat, MessageId to) {
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
        return done(chat, engine.ask(user, chat, command));
    }

    /// The turn's end, or its withdrawal.
    CompletionStage<Answer> replied(UserId user, ConversationId chat, ConversationCommand command) {
        return engine.askForReply(user, chat, command)
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
        throw Fault.badField("`cursor` is the `next_cursor` of the page before.").exception();
    }
}
