package dev.hubbub.server;

import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.ClientMessageId;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand.Post;
import dev.hubbub.conversation.ConversationCommand.WhenBusy;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Image;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.ReplyStatus;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.TurnId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Answer;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// The `message` of a socket: something said, answered by a `response` when its reply has ended, on
/// all sockets of the user. Used on the socket's event loop only.
final class SocketMessages {

    private static final String WRONG = "Invalid message format";

    private static final Fault WITHDRAWN =
            new Fault(409, "withdrawn", "The message was stopped before its turn came.");

    private static final Fault NO_REPLY =
            new Fault(409, "no_reply", "That message has no reply; send it as a new one.");

    private final Socket socket;
    private final Shared shared;
    private final Lane lane;
    private final UserId user;

    SocketMessages(Socket socket, Shared shared, Lane lane) {
        this.socket = socket;
        this.shared = shared;
        this.lane = lane;
        user = socket.user();
    }

    /// One message on its way.
    ///
    /// @param correlation names it in every frame about it
    private record Said(
            ConversationId chat,
            boolean isNew,
            String text,
            List<String> images,
            ClientMessageId key,
            boolean streams,
            String correlation,
            long sinceNanos) {

        Responses.Asked asked(UserId user) {
            return new Responses.Asked(user, chat, key);
        }
    }

    /// How a message ended.
    ///
    /// @param turn null when it was not taken
    /// @param isNews whether it ended now, rather than when it was sent before
    private record Outcome(
            @Nullable TurnId turn, @Nullable Message reply, @Nullable Fault fault, boolean isNews) {

        static Outcome refused(Fault fault) {
            return new Outcome(null, null, fault, false);
        }
    }

    /// Answers with a `response` or an error, always.
    CompletionStage<Frame> say(Fields fields, @Nullable JsonNode requestId) {
        String correlation = UUID.randomUUID().toString();
        Said said;
        try {
            said = said(fields, correlation);
        } catch (FaultException wrong) {
            return CompletableFuture.completedStage(wrong(wrong.fault(), correlation, requestId));
        }
        ConversationId chat = said.chat();
        if (said.isNew()) {
            socket.open(chat, false);
        }
        socket.streams(said.streams());
        socket.asks(chat);
        shared.responses().asks(said.asked(user), socket);
        var written = new CompletableFuture<Frame>();
        Chats.stage(() -> answered(said))
                .exceptionally(failure -> Outcome.refused(Fault.of(failure)))
                .thenAcceptAsync(
                        outcome -> {
                            if (outcome.turn() == null && said.isNew()) {
                                socket.lost(chat);
                            }
                            afterDeltas(
                                    said, outcome, () -> ended(said, outcome, requestId, written));
                        },
                        lane);
        return written;
    }

    private Said said(Fields fields, String correlation) {
        String text = fields.text("content");
        List<String> images = fields.texts("images");
        String content = images.isEmpty() ? fields.required("content") : text == null ? "" : text;
        shared.chats().requireSayable(content, images.size());
        fields.text("timestamp");
        ConversationId named = fields.chat("conversation_id");
        ConversationId current = named == null ? socket.current() : named;
        ClientMessageId key = fields.key("client_message_id");
        return new Said(
                current == null ? Chats.newId() : current,
                current == null,
                content,
                images,
                key == null ? new ClientMessageId(correlation) : key,
                fields.flag("stream", false),
                correlation,
                System.nanoTime());
    }

    private CompletionStage<Outcome> answered(Said said) {
        Chats chats = shared.chats();
        return chats.images(user, said.images())
                .thenCompose(images ->
                        chats.begun(user, said.chat())
                                .thenComposeAsync(
                                        _ -> {
                                            if (said.streams()) {
                                                socket.shadow(said.chat());
                                            }
                                            return chats.replied(
                                                    user, said.chat(), post(said, images));
                                        },
                                        lane))
                .thenCompose(answer ->
                        switch (answer) {
                            case Answer.Ended(var turn, var reply) ->
                                    CompletableFuture.completedStage(
                                            new Outcome(turn, reply, null, true));
                            case Answer.Done done -> before(done);
                            case Answer.Withdrawn(var turn) ->
                                    CompletableFuture.completedStage(
                                            new Outcome(turn, null, WITHDRAWN, true));
                            case Answer.Refused(var refusal) ->
                                    CompletableFuture.completedStage(
                                            Outcome.refused(Fault.of(refusal)));
                        });
    }

    private static Post post(Said said, List<Image> images) {
        return new Post(said.key(), said.text(), images, null, true, WhenBusy.ENQUEUE, null);
    }

    /// The outcome of a message that came before and has its reply.
    private CompletionStage<Outcome> before(Answer.Done done) {
        Conversation chat = done.conversation();
        return shared.chats()
                .replyTo(user, chat, done.receipt().message())
                .thenApply(reply ->
                        new Outcome(
                                done.receipt().turn(),
                                reply,
                                reply == null ? NO_REPLY : null,
                                false));
    }

    private void afterDeltas(Said said, Outcome outcome, Runnable action) {
        if (outcome.turn() == null || outcome.reply() == null) {
            action.run();
        } else {
            socket.afterDeltas(said.chat(), outcome.turn(), action);
        }
    }

    private void ended(
            Said said,
            Outcome outcome,
            @Nullable JsonNode requestId,
            CompletableFuture<Frame> written) {
        Message reply = outcome.reply();
        socket.answered(said.chat(), reply == null ? null : Heads.Seen.of(reply));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - said.sinceNanos());
        written.complete(frame(said, outcome, millis, requestId));
        TurnId turn = outcome.turn();
        if (turn != null && outcome.isNews()) {
            shared.responses().tell(said.asked(user), turn, frame(said, outcome, millis, null));
        } else {
            shared.responses().forget(said.asked(user), socket);
        }
    }

    private Frame frame(Said said, Outcome outcome, long millis, @Nullable JsonNode requestId) {
        Message reply = outcome.reply();
        if (reply == null) {
            return refused(said, Objects.requireNonNull(outcome.fault()), requestId);
        }
        if (reply.stopReason() == StopReason.ERROR) {
            return failed(said, reply, requestId);
        }
        return Frame.of(json -> {
            json.writeStringField("type", "response");
            json.writeStringField("content", reply.text());
            json.writeStringField("userid", user.value());
            json.writeStringField("timestamp", Wire.time(reply.createdAt()));
            json.writeNumberField("processing_time_ms", millis);
            json.writeStringField("correlation_id", said.correlation());
            json.writeStringField("conversation_id", said.chat().value());
            json.writeStringField("message_id", reply.id().toString());
            Wire.optional(json, "reply_id", outcome.turn());
            json.writeStringField("client_message_id", said.key().value());
            json.writeStringField("status", ReplyStatus.of(reply.stopReason()).wire());
            Fields.writeRequestId(json, requestId);
        });
    }

    /// What the model said before it failed is in the conversation.
    private static Frame failed(Said said, Message reply, @Nullable JsonNode requestId) {
        String error = reply.error() == null ? "The reply failed." : reply.error();
        return Frame.of(json -> {
            json.writeStringField("type", "error");
            json.writeStringField("message", error);
            json.writeStringField("code", "reply_failed");
            json.writeStringField("correlation_id", said.correlation());
            json.writeStringField("conversation_id", said.chat().value());
            json.writeStringField("message_id", reply.id().toString());
            json.writeStringField("client_message_id", said.key().value());
            Fields.writeRequestId(json, requestId);
        });
    }

    private static Frame refused(Said said, Fault fault, @Nullable JsonNode requestId) {
        return Frame.of(json -> {
            json.writeStringField("type", "error");
            json.writeStringField("message", fault.detail());
            json.writeStringField("code", fault.code());
            json.writeStringField("correlation_id", said.correlation());
            json.writeStringField("conversation_id", said.chat().value());
            json.writeStringField("client_message_id", said.key().value());
            Fields.writeRequestId(json, requestId);
        });
    }

    private static Frame wrong(Fault fault, String correlation, @Nullable JsonNode requestId) {
        return Frame.of(json -> {
            json.writeStringField("type", "error");
            json.writeStringField("message", WRONG);
            json.writeStringField("code", Socket.INVALID_FORMAT);
            json.writeStringField("detail", fault.detail());
            json.writeStringField("correlation_id", correlation);
            Fields.writeRequestId(json, requestId);
        });
    }
}
