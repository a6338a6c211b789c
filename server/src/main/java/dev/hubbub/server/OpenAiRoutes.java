package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.hubbub.conversation.ClientMessageId;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.ModelCatalog;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.Role;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Answer;
import dev.hubbub.engine.Engine;

import io.vertx.core.http.HttpMethod;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// OpenAI's models and chat completions. A completion is a turn of a conversation: the one that the
/// client names, else the one whose history it sends, else a new one.
final class OpenAiRoutes {

    private final Engine engine;
    private final Turns turns;
    private final Recollection recollection;

    OpenAiRoutes(Engine engine, Turns turns, Recollection recollection) {
        this.engine = engine;
        this.turns = turns;
        this.recollection = recollection;
    }

    void addTo(Routes routes) {
        routes.add(HttpMethod.GET, "/v1/models", this::models);
        routes.add(HttpMethod.GET, "/v1/models/{id...}", this::model);
        routes.add(HttpMethod.POST, "/v1/chat/completions", this::complete);
    }

    private CompletionStage<Response> models(Request request) {
        List<ModelCatalog.Entry> models = engine.models().models();
        return CompletableFuture.completedStage(
                Response.ok(json -> {
                    json.writeStringField("object", "list");
                    json.writeArrayFieldStart("data");
                    for (ModelCatalog.Entry model : models) {
                        json.writeStartObject();
                        model(json, model.id(), model.provider());
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                }));
    }

    private CompletionStage<Response> model(Request request) {
        if (!ModelId.isValid(request.id())) {
            throw Fault.of(Refusal.MODEL_UNKNOWN).exception();
        }
        ModelId id = turns.model(new ModelId(request.id()));
        String provider =
                engine.models().models().stream()
                        .filter(known -> known.id().equals(id))
                        .map(ModelCatalog.Entry::provider)
                        .findFirst()
                        .orElse("hubbub");
        return CompletableFuture.completedStage(Response.ok(json -> model(json, id, provider)));
    }

    /// When a model was made nobody says here.
    private static void model(JsonGenerator json, ModelId id, String provider) throws IOException {
        json.writeStringField("id", id.value());
        json.writeStringField("object", "model");
        json.writeNumberField("created", 0);
        json.writeStringField("owned_by", provider);
    }

    private CompletionStage<Response> complete(Request request) {
        Fields body = request.body();
        OpenAiParameters.require(body);
        ModelId model = body.model("model");
        if (model == null) {
            throw Fault.badField("`model` is missing; GET /v1/models lists what there is.")
                    .exception();
        }
        Transcript transcript = TranscriptReader.read("messages", body.value("messages"), null);
        transcript.require(engine.config().limits(), "messages");
        var question =
                new Turns.Question(
                        request.user(),
                        turns.model(model),
                        transcript.system(),
                        transcript.before(),
                        transcript.question("messages"),
                        key(request.headers().get("Idempotency-Key")));
        boolean streams = body.flag("stream", false);
        boolean usage = body.object("stream_options").flag("include_usage", false);
        boolean stored = body.flag("store", false);
        return begin(named(request), transcript, question)
                .thenApply(begun -> {
                    var completion =
                            new ChatCompletion(
                                    begun.turn(),
                                    model,
                                    startedSeconds(begun.chat()),
                                    reply -> remember(question.user(), transcript, begun, reply));
                    return TurnStream.of(
                            question.user(),
                            begun.turn(),
                            streams ? completion.streamed(usage) : completion.whole(),
                            !stored);
                });
    }

    /// The conversation that a client names, in one of the places where its library lets it.
    private static @Nullable ConversationId named(Request request) {
        String header = request.headers().get("X-Conversation-Id");
        String named =
                header == null ? request.body().object("metadata").text("conversation_id") : header;
        return named == null || named.isEmpty() ? null : Fields.chatOf(named);
    }

    private CompletionStage<Turns.Begun> begin(
            @Nullable ConversationId named, Transcript transcript, Turns.Question question) {
        if (named != null) {
            return turns.in(named, question, transcript.sinceReply());
        }
        ClientMessageId key = question.key();
        if (key != null) {
            return turns.inNew(idFor(question.user(), key), null, question);
        }
        Recollection.Found found = recollection.find(question.user(), transcript);
        if (found == null) {
            return turns.inNew(Chats.newId(), null, question);
        }
        var rest = transcript.before().subList(found.lines(), transcript.before().size());
        return engine.conversation(question.user(), found.place().chat())
                .thenCompose(answer ->
                        answer instanceof Answer.Done(_, var chat)
                                ? turns.inOld(chat, found.place().reply(), question.after(rest))
                                : turns.inNew(Chats.newId(), null, question));
    }

    /// The conversation that a request begins is the same when it comes again.
    private static ConversationId idFor(UserId user, ClientMessageId key) {
        String name = "completion " + user.value() + " " + key.value();
        return new ConversationId(
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString());
    }

    static @Nullable ClientMessageId key(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return new ClientMessageId(text);
        } catch (IllegalArgumentException wrong) {
            throw Fault.badField("`Idempotency-Key`: " + wrong.getMessage() + ".").exception();
        }
    }

    static long startedSeconds(Conversation chat) {
        Reply reply = chat.reply();
        return (reply == null ? chat.lastActiveAt() : reply.startedAt()).getEpochSecond();
    }

    private void remember(UserId user, Transcript transcript, Turns.Begun begun, Message reply) {
        if (reply.text().isEmpty()) {
            return;
        }
        var lines = new ArrayList<>(transcript.lines());
        lines.add(new Transcript.Line(Role.ASSISTANT, reply.text(), List.of()));
        recollection.keep(
                user,
                new Transcript(transcript.system(), lines),
                new Recollection.Place(begun.turn().chat(), reply.id()));
    }
}
