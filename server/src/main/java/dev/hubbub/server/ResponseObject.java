package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;

import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.StopReason;
import dev.hubbub.conversation.Usage;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Map;

/// A turn as a response of OpenAI's `/v1/responses`. What the conversation does not keep of the
/// request, such as `metadata`, is told to who sent it and to nobody later.
///
/// @param createdSeconds since 1970
/// @param previous the response that it followed, as the client said, or null
/// @param metadata as the client sent it, or null
record ResponseObject(
        TurnRef turn,
        ModelId model,
        long createdSeconds,
        @Nullable String instructions,
        @Nullable String previous,
        @Nullable JsonNode metadata,
        boolean background,
        boolean store) {

    static final String PREFIX = "resp_";

    /// Where a response stands.
    enum Status {
        IN_PROGRESS("in_progress", "response.in_progress"),
        COMPLETED("completed", "response.completed"),
        INCOMPLETE("incomplete", "response.incomplete"),
        FAILED("failed", "response.failed"),
        /// There is no event of that name.
        CANCELLED("cancelled", "response.incomplete");

        final String wire;
        final String event;

        Status(String wire, String event) {
            this.wire = wire;
            this.event = event;
        }

        static Status of(Message reply) {
            return switch (reply.stopReason()) {
                case null -> COMPLETED;
                case END -> COMPLETED;
                case LENGTH, BUDGET, FILTERED -> INCOMPLETE;
                case STOPPED -> CANCELLED;
                case ERROR -> FAILED;
            };
        }
    }

    String id() {
        return turn.text(PREFIX);
    }

    String itemId() {
        return turn.text("msg_");
    }

    Map<String, String> headers() {
        return Map.of("X-Conversation-Id", turn.chat().value());
    }

    /// While it is made.
    ///
    /// @param text what there is of it, null to leave the output out
    void writeRunning(JsonGenerator json, @Nullable String text) throws IOException {
        write(json, Status.IN_PROGRESS, text, null);
    }

    void writeEnded(JsonGenerator json, Message reply) throws IOException {
        write(json, Status.of(reply), reply.text(), reply);
    }

    private void write(
            JsonGenerator json, Status status, @Nullable String text, @Nullable Message reply)
            throws IOException {
        ModelId by = reply == null || reply.model() == null ? model : reply.model();
        json.writeStringField("id", id());
        json.writeStringField("object", "response");
        json.writeNumberField("created_at", createdSeconds);
        json.writeStringField("status", status.wire);
        json.writeBooleanField("background", background);
        if (status == Status.COMPLETED && reply != null) {
            json.writeNumberField("completed_at", reply.createdAt().getEpochSecond());
        }
        error(json, status, reply);
        incomplete(json, status, reply);
        json.writeStringField("instructions", instructions);
        json.writeStringField("model", by.value());
        json.writeArrayFieldStart("output");
        if (text != null && !text.isEmpty()) {
            item(json, status, text);
        }
        json.writeEndArray();
        json.writeBooleanField("parallel_tool_calls", true);
        json.writeStringField("previous_response_id", previous);
        json.writeObjectFieldStart("conversation");
        json.writeStringField("id", turn.chat().value());
        json.writeEndObject();
        json.writeBooleanField("store", store);
        json.writeNullField("temperature");
        json.writeNullField("top_p");
        json.writeNullField("max_output_tokens");
        json.writeObjectFieldStart("text");
        json.writeObjectFieldStart("format");
        json.writeStringField("type", "text");
        json.writeEndObject();
        json.writeEndObject();
        json.writeStringField("tool_choice", "auto");
        json.writeArrayFieldStart("tools");
        json.writeEndArray();
        json.writeStringField("truncation", "disabled");
        json.writeFieldName("metadata");
        if (metadata == null) {
            json.writeStartObject();
            json.writeEndObject();
        } else {
            json.writeRawValue(metadata.toString());
        }
        usage(json, reply == null ? null : reply.usage());
    }

    private static void error(JsonGenerator json, Status status, @Nullable Message reply)
            throws IOException {
        if (status != Status.FAILED) {
            json.writeNullField("error");
            return;
        }
        String error = reply == null ? null : reply.error();
        json.writeObjectFieldStart("error");
        json.writeStringField("code", "server_error");
        json.writeStringField("message", error == null ? "The reply failed." : error);
        json.writeEndObject();
    }

    private static void incomplete(JsonGenerator json, Status status, @Nullable Message reply)
            throws IOException {
        if (status != Status.INCOMPLETE || reply == null) {
            json.writeNullField("incomplete_details");
            return;
        }
        json.writeObjectFieldStart("incomplete_details");
        json.writeStringField(
                "reason",
                reply.stopReason() == StopReason.FILTERED ? "content_filter" : "max_output_tokens");
        json.writeEndObject();
    }

    private static void usage(JsonGenerator json, @Nullable Usage usage) throws IOException {
        if (usage == null) {
            json.writeNullField("usage");
            return;
        }
        json.writeObjectFieldStart("usage");
        json.writeNumberField("input_tokens", usage.inputTokens());
        json.writeObjectFieldStart("input_tokens_details");
        json.writeNumberField("cached_tokens", 0);
        json.writeEndObject();
        json.writeNumberField("output_tokens", usage.outputTokens());
        json.writeObjectFieldStart("output_tokens_details");
        json.writeNumberField("reasoning_tokens", 0);
        json.writeEndObject();
        json.writeNumberField("total_tokens", usage.totalTokens());
        json.writeEndObject();
    }

    /// The one item of the output.
    ///
    /// @param text null for an item that has no part yet
    void item(JsonGenerator json, Status status, @Nullable String text) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", itemId());
        json.writeStringField("type", "message");
        json.writeStringField(
                "status",
                switch (status) {
                    case IN_PROGRESS -> "in_progress";
                    case COMPLETED -> "completed";
                    case INCOMPLETE, FAILED, CANCELLED -> "incomplete";
                });
        json.writeStringField("role", "assistant");
        json.writeArrayFieldStart("content");
        if (text != null) {
            part(json, text);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    static void part(JsonGenerator json, String text) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "output_text");
        json.writeStringField("text", text);
        json.writeArrayFieldStart("annotations");
        json.writeEndArray();
        json.writeArrayFieldStart("logprobs");
        json.writeEndArray();
        json.writeEndObject();
    }
}
