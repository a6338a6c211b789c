package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;

/// A turn as an answer of `POST /v1/chat/completions`.
///
/// @param createdSeconds since 1970
/// @param onEnd hears the reply before the client does
record ChatCompletion(TurnRef turn, ModelId model, long createdSeconds, Consumer<Message> onEnd) {

    private static final String CONVERSATION_ID = "X-Conversation-Id";

    private String id() {
        return turn.text("chatcmpl-");
    }

    private Map<String, String> headers() {
        return Map.of(CONVERSATION_ID, turn.chat().value());
    }

    TurnStream.Form streamed(boolean includeUsage) {
        return new Streamed(this, includeUsage);
    }

    TurnStream.Form whole() {
        return new Whole(this);
    }

    private void fields(JsonGenerator json, String object, ModelId by) throws IOException {
        json.writeStringField("id", id());
        json.writeStringField("object", object);
        json.writeNumberField("created", createdSeconds);
        json.writeStringField("model", by.value());
    }

    static String finishReason(@Nullable StopReason reason) {
        return switch (reason) {
            case null -> "stop";
            // A client that is told of an error hears of it elsewhere.
            case END, STOPPED, ERROR -> "stop";
            case LENGTH, BUDGET -> "length";
            case FILTERED -> "content_filter";
        };
    }

    /// Why a reply is no answer, or null.
    ///
    /// @param untold whether the client was given nothing of it yet
    private static @Nullable Fault fault(Message reply, boolean untold) {
        StopReason reason = reply.stopReason();
        if (reason == StopReason.ERROR) {
            String error = reply.error();
            return new Fault(
                    502, OpenAiError.MODEL_FAILED, error == null ? "The reply failed." : error);
        }
        if (reason == StopReason.BUDGET && reply.text().isEmpty() && untold) {
            return new Fault(
                    429,
                    "insufficient_quota",
                    "A budget is used up; raise it or wait for the next.");
        }
        return null;
    }

    private static void usage(JsonGenerator json, Usage usage) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("prompt_tokens", usage.inputTokens());
        json.writeNumberField("completion_tokens", usage.outputTokens());
        json.writeNumberField("total_tokens", usage.totalTokens());
        json.writeEndObject();
    }

    private record Whole(ChatCompletion completion) implements TurnStream.Whole {

        @Override
        public Response end(Message reply) {
            completion.onEnd.accept(reply);
            Fault fault = fault(reply, true);
            if (fault != null) {
                throw fault.exception();
            }
            ModelId by = reply.model() == null ? completion.model : reply.model();
            return Response.ok(
                            json -> {
                                completion.fields(json, "chat.completion", by);
                                json.writeArrayFieldStart("choices");
                                json.writeStartObject();
                                json.writeNumberField("index", 0);
                                json.writeObjectFieldStart("message");
                                json.writeStringField("role", "assistant");
                                json.writeStringField("content", reply.text());
                                json.writeNullField("refusal");
                                json.writeArrayFieldStart("annotations");
                                json.writeEndArray();
                                json.writeEndObject();
                                json.writeNullField("logprobs");
                                json.writeStringField(
                                        "finish_reason", finishReason(reply.stopReason()));
                                json.writeEndObject();
                                json.writeEndArray();
                                if (reply.usage() != null) {
                                    usage(json, reply.usage());
                                }
                            })
                    .with(completion.headers());
        }
    }

    /// Writes nothing before the model has said something, so that one that says nothing can be
    /// told as an error of HTTP.
    private static final class Streamed implements TurnStream.Live {

        private final ChatCompletion completion;
        private final boolean includeUsage;
        private boolean begun;

        Streamed(ChatCompletion completion, boolean includeUsage) {
            this.completion = completion;
            this.includeUsage = includeUsage;
        }

        @Override
        public Map<String, String> headers() {
            return completion.headers();
        }

        @Override
        public void begin(Events out) {}

        @Override
        public void text(Events out, int from, String text) {
            beginOnce(out);
            chunk(out, delta -> delta.writeStringField("content", text), null);
        }

        @Override
        public @Nullable Fault refusal(Message reply) {
            return fault(reply, true);
        }

        @Override
        public void end(Events out, Message reply) {
            completion.onEnd.accept(reply);
            Fault fault = fault(reply, false);
            if (fault != null) {
                broken(out, fault);
                return;
            }
            beginOnce(out);
            chunk(out, _ -> {}, finishReason(reply.stopReason()));
            if (includeUsage) {
                out.data(json -> {
                    completion.fields(json, "chat.completion.chunk", completion.model);
                    json.writeArrayFieldStart("choices");
                    json.writeEndArray();
                    if (reply.usage() == null) {
                        json.writeNullField("usage");
                    } else {
                        usage(json, reply.usage());
                    }
                });
            }
            out.done();
        }

        @Override
        public void broken(Events out, Fault fault) {
            out.data(OpenAiError.of(fault)::write);
        }

        private void beginOnce(Events out) {
            if (!begun) {
                begun = true;
                chunk(
                        out,
                        delta -> {
                            delta.writeStringField("role", "assistant");
                            delta.writeStringField("content", "");
                            delta.writeNullField("refusal");
                        },
                        null);
            }
        }

        private void chunk(Events out, Json.Body delta, @Nullable String finishReason) {
            out.data(json -> {
                completion.fields(json, "chat.completion.chunk", completion.model);
                json.writeArrayFieldStart("choices");
                json.writeStartObject();
                json.writeNumberField("index", 0);
                json.writeObjectFieldStart("delta");
                delta.write(json);
                json.writeEndObject();
                json.writeNullField("logprobs");
                json.writeStringField("finish_reason", finishReason);
                json.writeEndObject();
                json.writeEndArray();
                if (includeUsage) {
                    json.writeNullField("usage");
                }
            });
        }
    }
}
