package dev.hubbub.server;

import io.vertx.core.buffer.Buffer;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/// A [Fault] in the form that clients of OpenAI's protocol understand. They decide by the status
/// whether to ask again: 408, 409, 429 and 5xx are asked again, unless they are told not to.
///
/// @param param the field that is wrong, null where none is
record OpenAiError(int status, String type, @Nullable String param, String code, String message) {

    /// The code of a reply that failed. The engine has asked again as often as it makes sense.
    static final String MODEL_FAILED = "model_failed";

    static OpenAiError of(Fault fault) {
        return switch (fault.code()) {
            case "model_unknown" -> of(404, "model", "model_not_found", fault);
            case "message_too_long", "system_prompt_too_long" ->
                    of(400, null, "string_above_max_length", fault);
            case "busy" -> of(409, null, "conversation_locked", fault);
            default ->
                    of(
                            fault.status() == 422 || fault.status() == 415 ? 400 : fault.status(),
                            named(fault.detail()),
                            fault.code(),
                            fault);
        };
    }

    private static OpenAiError of(int status, @Nullable String param, String code, Fault fault) {
        return new OpenAiError(status, type(status), param, code, fault.detail());
    }

    private static String type(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 429 -> "rate_limit_error";
            default -> status >= 500 ? "server_error" : "invalid_request_error";
        };
    }

    /// The field that a sentence is about: such sentences begin with its name between backticks.
    private static @Nullable String named(String detail) {
        int end = detail.startsWith("`") ? detail.indexOf('`', 1) : -1;
        return end < 0 ? null : detail.substring(1, end);
    }

    Response response() {
        Response answer =
                new Response(status, Response.JSON, Buffer.buffer(Json.bytes(this::write)));
        return code.equals(MODEL_FAILED) ? answer.with(Map.of("x-should-retry", "false")) : answer;
    }

    /// As the field `error` of an object.
    void write(com.fasterxml.jackson.core.JsonGenerator json) throws java.io.IOException {
        json.writeObjectFieldStart("error");
        json.writeStringField("message", message);
        json.writeStringField("type", type);
        json.writeStringField("param", param);
        json.writeStringField("code", code);
        json.writeEndObject();
    }
}
