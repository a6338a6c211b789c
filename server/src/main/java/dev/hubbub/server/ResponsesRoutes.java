package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationCommand;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Engine;

import io.vertx.core.http.HttpMethod;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// OpenAI's responses. A response is a turn of a conversation, and its id says which: nothing else
/// is kept of it.
final class ResponsesRoutes {

    private static final int INPUT_ITEMS_MAX = 100;

    private final Engine engine;
    private final Chats chats;
    private final Turns turns;

    ResponsesRoutes(Engine engine, Chats chats, Turns turns) {
        this.engine = engine;
        this.chats = chats;
        this.turns = turns;
    }

    void addTo(Routes routes) {
        routes.add(HttpMethod.POST, "/v1/responses", this::create);
        routes.add(HttpMethod.GET, "/v1/responses/{id}", this::retrieve);
        routes.add(HttpMethod.DELETE, "/v1/responses/{id}", this::delete);
        routes.add(HttpMethod.POST, "/v1/responses/{id}/cancel", this::cancel);
        routes.add(HttpMethod.GET, "/v1/responses/{id}/input_items", this::inputItems);
    }

    private CompletionStage<Response> create(Request request) {
        Fields body = request.body();
        OpenAiParameters.require(body);
        boolean streams = body.flag("stream", false);
        boolean stored = body.flag("store", true);
        boolean background = body.flag("background", false);
        if (background && !stored) {
            throw Fault.badField(
                            "`background` is for a response that is stored; leave `store` out.")
                    .exception();
        }
        String instructions = body.text("instructions");
        ModelId model = body.model("model");
        Transcript transcript = TranscriptReader.read("input", body.value("input"), instructions);
        transcript.require(engine.config().limits(), "input");
        var question =
                new Turns.Question(
                        request.user(),
                        model == null ? null : turns.model(model),
                        transcript.system(),
                        transcript.before(),
                        transcript.question("input"),
                        OpenAiRoutes.key(request.headers().get("Idempotency-Key")));
        String previous = body.text("previous_response_id");
        return begin(previous, named(body), transcript, question)
                .thenApply(begun -> {
                    var response =
                            new ResponseObject(
                                    begun.turn(),
                                    modelOf(begun.chat()),
                                    OpenAiRoutes.startedSeconds(begun.chat()),
                                    begun.chat().systemPrompt(),
                                    previous,
                                    body.value("metadata"),
                                    background,
                                    stored);
                    if (background && !streams) {
                        return Response.ok(json -> response.writeRunning(json, null))
                                .with(response.headers());
                    }
                    return TurnStream.of(
                            question.user(),
                            begun.turn(),
                            streams ? new ResponseEvents(response, -1) : new Whole(response),
                            !stored);
                });
    }

    /// The whole response, when it has ended.
    private record Whole(ResponseObject response) implements TurnStream.Whole {

        @Override
        public Response end(Message reply) {
            return Response.ok(json -> response.writeEnded(json, reply)).with(response.headers());
        }
    }

    private static ModelId modelOf(Conversation chat) {
        Reply reply = chat.reply();
        return reply == null ? chat.model() : reply.model();
    }

    private static @Nullable ConversationId named(Fields body) {
        JsonNode named = body.value("conversation");
        if (named == null) {
            return null;
        }
        JsonNode id = named.isObject() ? named.path("id") : named;
        if (!id.isTextual()) {
            throw Fault.badField("`conversation` is the id of one, or an object with its `id`.")
                    .exception();
        }
        return Fields.chatOf(id.textValue());
    }

    private CompletionStage<Turns.Begun> begin(
            @Nullable String previous,
            @Nullable ConversationId named,
            Transcript transcript,
            Turns.Question question) {
        if (previous != null && named != null) {
            throw Fault.badField(
                            "`previous_response_id` says the conversation; leave `conversation`"
                                    + " out.")
                    .exception();
        }
        if (named != null) {
            return turns.in(named, question, transcript.before());
        }
        if (previous == null) {
            return turns.inNew(Chats.newId(), null, question);
        }
        TurnRef after = refOf(previous);
        return chats.find(question.user(), after.chat())
                .thenCompose(chat -> {
                    if (chat.isOpen(after.turn())) {
                        throw new Fault(
                                        409,
                                        "response_not_ended",
                                        "`previous_response_id` is still being made; wait for its"
                                                + " end.")
                                .exception();
                    }
                    return after.reply(engine, question.user())
                            .thenCompose(reply -> turns.inOld(chat, known(reply).id(), question));
                });
    }

    private CompletionStage<Response> retrieve(Request request) {
        TurnRef turn = refOf(request.id());
        boolean streams = "true".equals(request.parameter("stream"));
        long after = startingAfter(request.parameter("starting_after"));
        UserId user = request.user();
        return chats.find(user, turn.chat())
                .thenCompose(chat ->
                        response(user, turn, chat)
                                .thenCompose(response ->
                                        streams
                                                ? stream(user, response, chat, after)
                                                : now(user, response, chat)));
    }

    private CompletionStage<Response> stream(
            UserId user, ResponseObject response, Conversation chat, long after) {
        TurnRef turn = response.turn();
        Response stream = TurnStream.of(user, turn, new ResponseEvents(response, after), false);
        return chat.isOpen(turn.turn())
                ? CompletableFuture.completedStage(stream)
                : turn.reply(engine, user)
                        .thenApply(reply -> {
                            Message _ = known(reply);
                            return stream;
                        });
    }

    private static long startingAfter(@Nullable String text) {
        if (text == null) {
            return -1;
        }
        if (!text.matches("[0-9]{1,10}")) {
            throw Fault.badField("`starting_after` is the `sequence_number` of an event.")
                    .exception();
        }
        return Long.parseLong(text);
    }

    private CompletionStage<ResponseObject> response(UserId user, TurnRef turn, Conversation chat) {
        return engine.message(user, turn.parent())
                .thenApply(message ->
                        new ResponseObject(
                                turn,
                                modelOf(chat),
                                known(message).createdAt().getEpochSecond(),
                                chat.systemPrompt(),
                                null,
                                null,
                                false,
                                true));
    }

    /// How a response is now.
    private CompletionStage<Response> now(UserId user, ResponseObject response, Conversation chat) {
        TurnRef turn = response.turn();
        Reply reply = chat.reply();
        if (reply != null && reply.turn().equals(turn.turn())) {
            String text = reply.draft().text();
            return CompletableFuture.completedStage(
                    Response.ok(json -> response.writeRunning(json, text)));
        }
        return turn.reply(engine, user)
                .thenApply(found -> {
                    Message ended = known(found);
                    return Response.ok(json -> response.writeEnded(json, ended));
                });
    }

    private CompletionStage<Response> cancel(Request request) {
        TurnRef turn = refOf(request.id());
        return chats.done(request.user(), turn.chat(), new ConversationCommand.Stop(turn.turn()))
                .thenCompose(done ->
                        response(request.user(), turn, done.conversation())
                                .thenCompose(response ->
                                        now(request.user(), response, done.conversation())));
    }

    /// Only with its conversation, since messages do not change: where it is all there is of it.
    private CompletionStage<Response> delete(Request request) {
        TurnRef turn = refOf(request.id());
        return chats.find(request.user(), turn.chat())
                .thenCompose(chat -> {
                    if (chat.turns() > 1) {
                        throw new Fault(
                                        409,
                                        "conversation_goes_on",
                                        "Its conversation has other turns; delete that with DELETE"
                                                + " /api/chats/"
                                                + chat.id()
                                                + ".")
                                .exception();
                    }
                    return chats.delete(request.user(), chat.id());
                })
                .thenApply(_ ->
                        Response.ok(json -> {
                            json.writeStringField("id", request.id());
                            json.writeStringField("object", "response");
                            json.writeBooleanField("deleted", true);
                        }));
    }

    /// What the response answers: all that was said since the reply before.
    private CompletionStage<Response> inputItems(Request request) {
        TurnRef turn = refOf(request.id());
        int limit = request.limit(INPUT_ITEMS_MAX);
        boolean newestFirst = !"asc".equals(request.parameter("order"));
        return engine.path(request.user(), turn.parent(), INPUT_ITEMS_MAX + 1)
                .thenApply(path -> {
                    var said = new ArrayList<Message>();
                    for (Message message : path.reversed()) {
                        if (message.role() == Role.ASSISTANT) {
                            break;
                        }
                        said.add(message);
                    }
                    if (said.isEmpty()) {
                        throw unknown();
                    }
                    List<Message> ordered = newestFirst ? said : said.reversed();
                    int shown = Math.min(limit, ordered.size());
                    return items(ordered.subList(0, shown), shown < ordered.size());
                });
    }

    private static Response items(List<Message> messages, boolean hasMore) {
        return Response.ok(json -> {
            json.writeStringField("object", "list");
            json.writeArrayFieldStart("data");
            for (Message message : messages) {
                item(json, message);
            }
            json.writeEndArray();
            json.writeStringField("first_id", itemId(messages.getFirst()));
            json.writeStringField("last_id", itemId(messages.getLast()));
            json.writeBooleanField("has_more", hasMore);
        });
    }

    private static String itemId(Message message) {
        return "msg_" + message.id();
    }

    private static void item(JsonGenerator json, Message message) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", itemId(message));
        json.writeStringField("type", "message");
        json.writeStringField("role", message.role().wire());
        json.writeStringField("status", "completed");
        json.writeArrayFieldStart("content");
        json.writeStartObject();
        json.writeStringField("type", "input_text");
        json.writeStringField("text", message.text());
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
    }

    private static TurnRef refOf(String id) {
        TurnRef turn = TurnRef.parse(ResponseObject.PREFIX, id);
        if (turn == null) {
            throw unknown();
        }
        return turn;
    }

    private static Message known(@Nullable Message found) {
        if (found == null) {
            throw unknown();
        }
        return Objects.requireNonNull(found);
    }

    private static FaultException unknown() {
        return new Fault(404, "response_not_found", "There is no response with that id.")
                .exception();
    }
}
