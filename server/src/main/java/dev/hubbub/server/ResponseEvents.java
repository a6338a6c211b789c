package dev.hubbub.server;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.hubbub.conversation.Message;
import dev.hubbub.server.ResponseObject.Status;

import java.io.IOException;
import java.util.Map;

/// A response as a stream of OpenAI's events.
///
/// `sequence_number` is a place in the text, not a count of events: that of a delta is where its
/// text ends, so that the numbers are the same for every client, however its pieces are cut, in
/// every process, and nothing need be kept to go on after any of them.
///
/// @param after the last number that the client has, -1 for none
record ResponseEvents(ResponseObject response, long after) implements TurnStream.Live {

    /// The numbers of what comes before the text.
    private static final int CREATED = 0;

    private static final int IN_PROGRESS = 1;
    private static final int ITEM_ADDED = 2;
    private static final int PART_ADDED = 3;

    /// How far after the end of the text the last events are.
    private static final int TEXT_DONE = 1;

    private static final int PART_DONE = 2;
    private static final int ITEM_DONE = 3;
    private static final int ENDED = 4;

    @Override
    public Map<String, String> headers() {
        return response.headers();
    }

    @Override
    public int fromChar() {
        return Math.clamp(after - PART_ADDED, 0, Integer.MAX_VALUE);
    }

    @Override
    public void begin(Events out) {
        event(out, "response.created", CREATED, json -> running(json));
        event(out, "response.in_progress", IN_PROGRESS, json -> running(json));
        event(
                out,
                "response.output_item.added",
                ITEM_ADDED,
                json -> {
                    json.writeNumberField("output_index", 0);
                    json.writeFieldName("item");
                    response.item(json, Status.IN_PROGRESS, null);
                });
        event(out, "response.content_part.added", PART_ADDED, json -> part(json, ""));
    }

    @Override
    public void text(Events out, int from, String text) {
        event(
                out,
                "response.output_text.delta",
                PART_ADDED + (long) from + text.length(),
                json -> {
                    place(json);
                    json.writeStringField("delta", text);
                    json.writeArrayFieldStart("logprobs");
                    json.writeEndArray();
                });
    }

    @Override
    public void end(Events out, Message reply) {
        Status status = Status.of(reply);
        String text = reply.text();
        long last = PART_ADDED + (long) text.length();
        event(
                out,
                "response.output_text.done",
                last + TEXT_DONE,
                json -> {
                    place(json);
                    json.writeStringField("text", text);
                    json.writeArrayFieldStart("logprobs");
                    json.writeEndArray();
                });
        event(out, "response.content_part.done", last + PART_DONE, json -> part(json, text));
        event(
                out,
                "response.output_item.done",
                last + ITEM_DONE,
                json -> {
                    json.writeNumberField("output_index", 0);
                    json.writeFieldName("item");
                    response.item(json, status, text);
                });
        event(
                out,
                status.event,
                last + ENDED,
                json -> {
                    json.writeObjectFieldStart("response");
                    response.writeEnded(json, reply);
                    json.writeEndObject();
                });
    }

    @Override
    public void broken(Events out, Fault fault) {
        OpenAiError error = OpenAiError.of(fault);
        out.event(
                "error",
                json -> {
                    json.writeStringField("type", "error");
                    json.writeStringField("code", error.code());
                    json.writeStringField("message", error.message());
                    json.writeStringField("param", error.param());
                    error.write(json);
                });
    }

    private void running(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("response");
        response.writeRunning(json, null);
        json.writeEndObject();
    }

    private void part(JsonGenerator json, String text) throws IOException {
        place(json);
        json.writeFieldName("part");
        ResponseObject.part(json, text);
    }

    private void place(JsonGenerator json) throws IOException {
        json.writeStringField("item_id", response.itemId());
        json.writeNumberField("output_index", 0);
        json.writeNumberField("content_index", 0);
    }

    private void event(Events out, String type, long number, Json.Body body) {
        if (number > after) {
            out.event(
                    type,
                    json -> {
                        json.writeStringField("type", type);
                        json.writeNumberField("sequence_number", number);
                        body.write(json);
                    });
        }
    }
}
