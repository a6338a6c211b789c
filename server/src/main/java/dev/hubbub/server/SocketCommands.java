package dev.hubbub.server;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.ClientMessageId;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.MessageId;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Answer;
import dev.hubbub.engine.Position;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/// The commands of `/ws`. Each gives the frame that answers it; what it changes of its socket it
/// changes on the socket's event loop.
final class SocketCommands {

    private static final Fault INVALID = new Fault(400, "invalid_command", "Invalid command");
    private static final Fault NO_CHAT =
            new Fault(409, "no_current_chat", "No chat is open here; create one, or name one.");

    private static final Map<String, Handler> HANDLERS =
            Map.ofEntries(
                    entry("list_chats", SocketCommands::listChats),
                    entry("create_chat", SocketCommands::createChat),
                    entry("switch_chat", SocketCommands::switchChat),
                    entry("rename_chat", (on, command) -> on.changeChat(command, "chat_renamed")),
                    entry("update_chat", (on, command) -> on.changeChat(command, "chat_updated")),
                    entry("mark_seen", SocketCommands::markSeen),
                    entry("delete_chat", SocketCommands::deleteChat),
                    entry("send_message", SocketCommands::sendMessage),
                    entry("generate_llm_response", SocketCommands::generate),
                    entry("stop_generation", SocketCommands::stop),
                    entry("move_head", SocketCommands::moveHead),
                    entry("clear_chat", SocketCommands::clearChat),
                    entry("list_models", SocketCommands::listModels),
                    entry("get_message", SocketCommands::message),
                    entry("get_head", SocketCommands::head),
                    entry("get_messages", SocketCommands::messages),
                    entry("watch", SocketCommands::watch),
                    entry("unwatch", SocketCommands::unwatch),
                    entry("authenticate", SocketCommands::authenticate),
                    entry(
                            "message",
                            (on, command) ->
                                    on.messages.say(command.fields(), command.requestId())),
                    entry(
                            "join",
                            (on, command) ->
                                    on.live.join(
                                            command.fields().object("data"), command.requestId())),
                    entry(
                            "leave",
                            (on, command) ->
                                    on.live.leave(
                                            command.fields().object("data"), command.requestId())));

    private interface Handler {

        CompletionStage<Frame> run(SocketCommands on, Command command);
    }

    private static Map.Entry<String, Handler> entry(String type, Handler handler) {
        return Map.entry(type, handler);
    }

    private final Socket socket;
    private final Shared shared;
    private final Chats chats;
    private final Lane lane;
    private final UserId user;
    private final LiveStates live;
    private final SocketMessages messages;

    SocketCommands(Socket socket, Shared shared, Lane lane, LiveStates live) {
        this.socket = socket;
        this.shared = shared;
        this.lane = lane;
        chats = shared.chats();
        user = socket.user();
        this.live = live;
        messages = new SocketMessages(socket, shared, lane);
    }

    /// One command, and what its sender calls it.
    private record Command(String type, Fields fields, @Nullable JsonNode requestId) {

        Frame reply(String replyType, Json.Body body) {
            return Frame.of(json -> {
                json.writeStringField("type", replyType);
                body.write(json);
                Fields.writeRequestId(json, requestId);
            });
        }
    }

    /// Whether the answer waits for a model.
    boolean isLong(Fields fields) {
        String type = typeOf(fields);
        return type.equals("generate_llm_response") || type.equals("message");
    }

    CompletionStage<Frame> run(Fields fields, @Nullable JsonNode requestId) {
        var command = new Command(typeOf(fields), fields, requestId);
        Handler handler = HANDLERS.get(command.type());
        if (handler == null) {
            throw INVALID.exception();
        }
        return handler.run(this, command);
    }

    /// The types of all commands there are.
    static Set<String> types() {
        return HANDLERS.keySet();
    }

    private static String typeOf(Fields fields) {
        try {
            String type = fields.text("type");
            return type == null ? "" : type;
        } catch (FaultException notText) {
            return "";
        }
    }

    private CompletionStage<Frame> listChats(Command command) {
        return chats.list(user, command.fields().text("cursor"), Chats.PAGE_MAX)
                .thenApplyAsync(
                        page -> Socket.chatsUpdate(page, socket.current(), command.requestId()),
                        lane);
    }

    private CompletionStage<Frame> createChat(Command command) {
        return chats.create(user, command.fields())
                .thenApplyAsync(
                        chat -> {
                            socket.open(chat.id(), false);
                            return command.reply("chat_created", json -> Wire.chat(json, chat));
                        },
                        lane);
    }

    private CompletionStage<Frame> switchChat(Command command) {
        return chats.find(user, named(command))
                .thenApplyAsync(
                        chat -> {
                            socket.open(chat.id(), chat.reply() != null);
                            return updated(
                                    command,
                                    chat,
                                    json -> Wire.optional(json, "current_chat_id", chat.id()));
                        },
                        lane);
    }

    private CompletionStage<Frame> changeChat(Command command, String reply) {
        if (reply.equals("chat_renamed")) {
            command.fields().required("name");
        }
        return chats.change(user, named(command), command.fields())
                .thenApply(chat -> command.reply(reply, json -> Wire.chat(json, chat)));
    }

    private CompletionStage<Frame> markSeen(Command command) {
        return chats.seen(user, named(command))
                .thenApply(chat -> command.reply("chat_seen", json -> Wire.chat(json, chat)));
    }

    private CompletionStage<Frame> deleteChat(Command command) {
        ConversationId chat = named(command);
        return chats.delete(user, chat)
                .thenApplyAsync(
                        _ -> {
                            socket.lost(chat);
                            return command.reply(
                                    "chat_deleted",
                                    json -> json.writeStringField("chat_id", chat.value()));
                        },
                        lane);
    }

    private CompletionStage<Frame> sendMessage(Command command) {
        ConversationId chat = namedOrCurrent(command);
        ClientMessageId key = command.fields().key("client_message_id");
        boolean replies = command.fields().flag("generate", false);
        return answering(
                chat,
                chats.post(user, command.fields(), key, "model_id", false)
                        .thenCompose(post -> chats.done(user, chat, post)),
                Answer.Done::conversation,
                done -> {
                    if (replies && socket.isCurrent(chat)) {
                        socket.shadow(chat);
                    }
                    return updated(
                            command,
                            done.conversation(),
                            json -> {
                                Wire.optional(json, "message_id", done.receipt().message());
                                Wire.optional(json, "reply_id", done.receipt().turn());
                            });
                });
    }

    private CompletionStage<Frame> generate(Command command) {
        ConversationId chat = namedOrCurrent(command);
        CompletionStage<ConversationCommand> generate = chats.generate(user, command.fields());
        socket.asks(chat);
        socket.shadow(chat);
        var written = new CompletableFuture<Frame>();
        generate.thenCompose(asked -> chats.replied(user, chat, asked))
                .whenCompleteAsync(
                        (answer, failure) -> {
                            if (answer instanceof Answer.Ended(var turn, var reply)) {
                                socket.afterDeltas(
                                        chat,
                                        turn,
                                        () -> {
                                            socket.answered(chat, Heads.Seen.of(reply));
                                            written.complete(ended(command, chat, turn, reply));
                                        });
                                return;
                            }
                            socket.answered(chat, null);
                            if (failure != null) {
                                written.completeExceptionally(failure);
                            } else {
                                written.complete(
                                        command.reply(
                                                "messages_updated",
                                                json ->
                                                        json.writeStringField(
                                                                "chat_id", chat.value())));
                            }
                        },
                        lane);
        return written;
    }

    private static Frame ended(Command command, ConversationId chat, TurnId turn, Message reply) {
        return command.reply(
                "messages_updated",
                json -> {
                    json.writeStringField("chat_id", chat.value());
                    Wire.optional(json, "head", reply.id());
                    Wire.optional(json, "message_id", reply.id());
                    Wire.optional(json, "reply_id", turn);
                    stopReason(json, reply);
                    Wire.message(json, reply);
                });
    }

    private CompletionStage<Frame> stop(Command command) {
        ConversationId chat = namedOrCurrent(command);
        return answering(
                chat,
                chats.stop(user, chat, command.fields().reply("reply_id"))
                        .thenCompose(this::withMessage),
                StoppedReply::chat,
                stopped ->
                        updated(
                                command,
                                stopped.chat(),
                                json -> {
                                    Wire.optional(json, "reply_id", stopped.turn());
                                    if (stopped.message() != null) {
                                        stopReason(json, stopped.message());
                                        Wire.message(json, stopped.message());
                                    }
                                }));
    }

    /// @param message the reply that was stopped, null when none ran
    private record StoppedReply(
            Conversation chat, @Nullable TurnId turn, @Nullable Message message) {}

    private CompletionStage<StoppedReply> withMessage(Chats.Stopped stopped) {
        Conversation chat = stopped.done().conversation();
        TurnId turn = stopped.done().receipt().turn();
        MessageId head = chat.head();
        if (!stopped.stopped() || head == null || chat.reply() != null) {
            return CompletableFuture.completedStage(new StoppedReply(chat, turn, null));
        }
        return chats.message(user, head).thenApply(found -> new StoppedReply(chat, turn, found));
    }

    private CompletionStage<Frame> moveHead(Command command) {
        ConversationId chat = namedOrCurrent(command);
        MessageId to = Fields.messageOf(command.fields().required("message_id"));
        return answering(
                chat,
                chats.moveHead(user, chat, to, command.fields().flag("leaf", false)),
                Function.identity(),
                moved -> updated(command, moved, _ -> {}));
    }

    private CompletionStage<Frame> clearChat(Command command) {
        ConversationId chat = namedOrCurrent(command);
        return answering(
                chat,
                chats.clear(user, chat),
                Function.identity(),
                cleared -> command.reply("chat_cleared", json -> Wire.chat(json, cleared)));
    }

    private CompletionStage<Frame> listModels(Command command) {
        return CompletableFuture.completedStage(
                command.reply("models_list", json -> Wire.models(json, shared.engine().models())));
    }

    private CompletionStage<Frame> message(Command command) {
        MessageId id = Fields.messageOf(command.fields().required("message_id"));
        return chats.message(user, id)
                .thenApply(found -> command.reply("message", json -> Wire.message(json, found)));
    }

    private CompletionStage<Frame> head(Command command) {
        ConversationId current = socket.current();
        if (current == null) {
            return CompletableFuture.completedStage(Socket.head(null, null, command.requestId()));
        }
        return chats.find(user, current)
                .thenApply(chat -> Socket.head(chat.head(), chat.id(), command.requestId()));
    }

    private CompletionStage<Frame> messages(Command command) {
        Integer asked = command.fields().number("limit");
        int limit = asked == null ? History.MESSAGES_MAX : asked;
        if (limit < 1 || limit > History.MESSAGES_MAX) {
            throw Fault.badField("`limit` is a number from 1 to " + History.MESSAGES_MAX + ".")
                    .exception();
        }
        var place =
                new History.Place(
                        command.fields().message("before"),
                        command.fields().message("after"),
                        command.fields().message("around"));
        return chats.read(user, namedOrCurrent(command), place, limit)
                .thenApply(read ->
                        command.reply(
                                "messages",
                                json -> {
                                    if (read.chat() != null) {
                                        Wire.optional(json, "chat_id", read.chat().id());
                                    }
                                    ChatRoutes.writeRead(json, read);
                                }));
    }

    private CompletionStage<Frame> watch(Command command) {
        ConversationId chat = named(command);
        String after = command.fields().text("after");
        Position from = after == null ? null : Position.parse(after);
        return chats.find(user, chat)
                .thenApplyAsync(
                        _ -> {
                            socket.watch(chat, from);
                            return command.reply(
                                    "watching",
                                    json -> json.writeStringField("chat_id", chat.value()));
                        },
                        lane);
    }

    private CompletionStage<Frame> unwatch(Command command) {
        ConversationId chat = named(command);
        socket.unwatch(chat);
        return CompletableFuture.completedStage(
                command.reply("unwatched", json -> json.writeStringField("chat_id", chat.value())));
    }

    /// A new token in time, so that the socket does not end with the one that opened it.
    private CompletionStage<Frame> authenticate(Command command) {
        String token = command.fields().required("token");
        Visitor again = shared.caller().again(socket.visitor(), token);
        socket.expireWith(again);
        return CompletableFuture.completedStage(
                command.reply(
                        "authenticated",
                        json -> {
                            json.writeStringField("userid", user.value());
                            if (again.until() != null) {
                                Duration left = Duration.between(Instant.now(), again.until());
                                json.writeNumberField("expires_in", left.toSeconds());
                            }
                        }));
    }

    /// Does something that may move a chat's head; see [Socket#asks].
    private <T> CompletionStage<Frame> answering(
            ConversationId chat,
            CompletionStage<T> asked,
            Function<T, Conversation> after,
            Function<T, Frame> reply) {
        socket.asks(chat);
        return asked.handleAsync(
                (value, failure) -> {
                    if (failure != null) {
                        socket.answered(chat, null);
                        throw Fault.of(failure).exception();
                    }
                    socket.answered(chat, Heads.Seen.of(after.apply(value)));
                    return reply.apply(value);
                },
                lane);
    }

    private static Frame updated(Command command, Conversation chat, Json.Body more) {
        return command.reply(
                "messages_updated",
                json -> {
                    json.writeStringField("chat_id", chat.id().value());
                    Wire.optional(json, "head", chat.head());
                    more.write(json);
                });
    }

    private static void stopReason(com.fasterxml.jackson.core.JsonGenerator json, Message reply)
            throws java.io.IOException {
        if (reply.stopReason() != null) {
            json.writeStringField("stop_reason", reply.stopReason().wire());
        }
    }

    private static ConversationId named(Command command) {
        return Fields.chatOf(command.fields().required("chat_id"));
    }

    private ConversationId namedOrCurrent(Command command) {
        ConversationId named = command.fields().chat("chat_id");
        ConversationId chat = named == null ? socket.current() : named;
        if (chat == null) {
            throw NO_CHAT.exception();
        }
        return chat;
    }
}
