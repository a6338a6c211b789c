package dev.hubbub.model;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import java.util.ArrayList;
import java.util.List;

/// How a service says what all services say: what [Peer] needs to misbehave in any protocol, as its
/// vendor documents it.
enum Dialect {
    OPENAI("/v1", "text/event-stream", "stop") {
        @Override
        String piece(String text) {
            return event(
                    "{\"choices\":[{\"index\":0,\"delta\":{\"content\":"
                            + quoted(text)
                            + "},\"finish_reason\":null}]}");
        }

        @Override
        String last(String reason) {
            return event(
                            "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":"
                                    + quoted(reason)
                                    + "}]}")
                    + event(
                            "{\"choices\":[],\"usage\":{\"prompt_tokens\":11,"
                                    + "\"completion_tokens\":8,\"total_tokens\":19}}");
        }

        @Override
        String end() {
            return event("[DONE]");
        }

        @Override
        String garbage() {
            return event("{\"choices\":[{\"delta\":");
        }

        @Override
        String error() {
            return event("{\"error\":{\"message\":\"GPU lost.\",\"code\":502}}");
        }

        @Override
        String overload() {
            return event("{\"error\":{\"message\":\"Busy.\",\"code\":429}}");
        }
    },
    ANTHROPIC("", "text/event-stream", "end_turn") {
        @Override
        String begin() {
            return named(
                            "message_start",
                            "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\","
                                    + "\"type\":\"message\",\"role\":\"assistant\","
                                    + "\"model\":\"claude\",\"content\":[],"
                                    + "\"stop_reason\":null,\"stop_sequence\":null,"
                                    + "\"usage\":{\"input_tokens\":11,\"output_tokens\":1}}}")
                    + named(
                            "content_block_start",
                            "{\"type\":\"content_block_start\",\"index\":0,"
                                    + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}")
                    + named("ping", "{\"type\":\"ping\"}");
        }

        @Override
        String piece(String text) {
            return named(
                    "content_block_delta",
                    "{\"type\":\"content_block_delta\",\"index\":0,"
                            + "\"delta\":{\"type\":\"text_delta\",\"text\":"
                            + quoted(text)
                            + "}}");
        }

        @Override
        String last(String reason) {
            return named("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}")
                    + named(
                            "message_delta",
                            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
                                    + quoted(reason)
                                    + ",\"stop_sequence\":null},\"usage\":{\"output_tokens\":8}}");
        }

        @Override
        String end() {
            return named("message_stop", "{\"type\":\"message_stop\"}");
        }

        @Override
        String garbage() {
            return named("content_block_delta", "{\"type\":\"content_block_delta\",\"delta\":");
        }

        @Override
        String error() {
            return named(
                    "error",
                    "{\"type\":\"error\",\"error\":{\"type\":\"api_error\","
                            + "\"message\":\"GPU lost.\"}}");
        }

        @Override
        String overload() {
            return named(
                    "error",
                    "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\","
                            + "\"message\":\"Busy.\"}}");
        }
    },
    GEMINI("", "text/event-stream", "STOP") {
        @Override
        String model(HttpServerRequest request, JsonObject body) {
            String path = String.valueOf(request.path());
            return path.substring(path.lastIndexOf('/') + 1, path.indexOf(':'));
        }

        @Override
        String piece(String text) {
            return event(
                    "{\"candidates\": [{\"content\": {\"parts\": [{\"text\": "
                            + quoted(text)
                            + "}],\"role\": \"model\"},\"index\": 0}]}");
        }

        @Override
        String last(String reason) {
            return event(
                    "{\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"\"}],\"role\":"
                            + " \"model\"},\"finishReason\": "
                            + quoted(reason)
                            + ",\"index\": 0}],\"usageMetadata\": {\"promptTokenCount\": 11,"
                            + "\"candidatesTokenCount\": 5,\"thoughtsTokenCount\": 3,"
                            + "\"totalTokenCount\": 19}}");
        }

        @Override
        String end() {
            return "";
        }

        @Override
        String garbage() {
            return event("{\"candidates\": [{\"content\":");
        }

        @Override
        String error() {
            return event(
                    "{\"error\": {\"code\": 503,\"message\": \"GPU lost.\","
                            + "\"status\": \"UNAVAILABLE\"}}");
        }

        @Override
        String overload() {
            return event(
                    "{\"error\": {\"code\": 429,\"message\": \"Busy.\","
                            + "\"status\": \"RESOURCE_EXHAUSTED\"}}");
        }

        @Override
        List<String> messages(JsonObject body) {
            var messages = new ArrayList<String>();
            JsonObject system = body.getJsonObject("systemInstruction");
            if (system != null) {
                messages.add("system: " + parts(system));
            }
            for (Object each : body.getJsonArray("contents")) {
                JsonObject message = (JsonObject) each;
                String role = message.getString("role").equals("model") ? "assistant" : "user";
                messages.add(role + ": " + parts(message));
            }
            return messages;
        }

        private String parts(JsonObject message) {
            return joined(message.getJsonArray("parts"), "text");
        }
    },
    OLLAMA("", "application/x-ndjson", "stop") {
        @Override
        String piece(String text) {
            return line(
                    "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\","
                            + "\"message\":{\"role\":\"assistant\",\"content\":"
                            + quoted(text)
                            + "},\"done\":false}");
        }

        @Override
        String last(String reason) {
            return line(
                    "{\"model\":\"m\",\"created_at\":\"2026-01-01T00:00:00Z\","
                            + "\"message\":{\"role\":\"assistant\",\"content\":\"\"},"
                            + "\"done_reason\":"
                            + quoted(reason)
                            + ",\"done\":true,\"prompt_eval_count\":11,\"eval_count\":8}");
        }

        @Override
        String end() {
            return "";
        }

        @Override
        String garbage() {
            return line("{\"message\":{\"content\":");
        }

        @Override
        String error() {
            return line("{\"error\":\"GPU lost.\"}");
        }

        // Ollama has no limits of this kind; a proxy before it may.
        @Override
        String overload() {
            return line("{\"error\":{\"message\":\"Busy.\",\"code\":429}}");
        }

        @Override
        String errorBody(String message) {
            return new JsonObject().put("error", message).encode();
        }
    };

    private final String path;
    private final String mediaType;
    private final String stop;

    Dialect(String path, String mediaType, String stop) {
        this.path = path;
        this.mediaType = mediaType;
        this.stop = stop;
    }

    /// What belongs to the base URL.
    String path() {
        return path;
    }

    String mediaType() {
        return mediaType;
    }

    /// The reason of a reply that said all it wanted to.
    String stop() {
        return stop;
    }

    String model(HttpServerRequest request, JsonObject body) {
        return body.getString("model");
    }

    String begin() {
        return "";
    }

    abstract String piece(String text);

    /// The end of the text, with what was used: 11 tokens in, 8 out.
    abstract String last(String reason);

    /// What follows that.
    abstract String end();

    abstract String garbage();

    abstract String error();

    /// An error that is about the rate.
    abstract String overload();

    String errorBody(String message) {
        return new JsonObject().put("error", new JsonObject().put("message", message)).encode();
    }

    /// What was asked, as `role: text`.
    List<String> messages(JsonObject body) {
        var messages = new ArrayList<String>();
        Object system = body.getValue("system");
        if (system instanceof JsonArray parts) {
            messages.add("system: " + joined(parts, "text"));
        } else if (system != null) {
            messages.add("system: " + system);
        }
        for (Object each : body.getJsonArray("messages")) {
            JsonObject message = (JsonObject) each;
            Object content = message.getValue("content");
            messages.add(
                    message.getString("role")
                            + ": "
                            + (content instanceof JsonArray parts
                                    ? joined(parts, "text")
                                    : content));
        }
        return messages;
    }

    private static String joined(JsonArray parts, String field) {
        var text = new StringBuilder();
        for (Object each : parts) {
            text.append(((JsonObject) each).getString(field, ""));
        }
        return text.toString();
    }

    private static String quoted(String text) {
        return new JsonArray().add(text).encode().replaceAll("^\\[|]$", "");
    }

    private static String event(String data) {
        return "data: " + data + "\n\n";
    }

    private static String named(String name, String data) {
        return "event: " + name + "\ndata: " + data + "\n\n";
    }

    private static String line(String data) {
        return data + "\n";
    }
}
