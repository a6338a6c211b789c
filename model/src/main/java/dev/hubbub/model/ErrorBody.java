package dev.hubbub.model;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/// What a service says of an error, in any of the forms that there are: `{"error":{...}}` of
/// OpenAI, Anthropic, OpenRouter and Gemini, in a list at times, and `{"error":"..."}` of Ollama.
///
/// @param message empty where there is none
/// @param codes all that names the kind of error, in small letters
/// @param retryDelay as Gemini says it, such as `7s`, or null
record ErrorBody(String message, String codes, @Nullable String retryDelay) {

    private static final ErrorBody NONE = new ErrorBody("", "", null);

    static ErrorBody of(String body) {
        try {
            String text = body.strip();
            Object whole = text.startsWith("[") ? first(new JsonArray(text)) : new JsonObject(text);
            if (!(whole instanceof JsonObject object)) {
                return NONE;
            }
            return switch (object.getValue("error")) {
                case JsonObject error -> of(error);
                case String message -> new ErrorBody(message, "", null);
                case null, default -> NONE;
            };
        } catch (DecodeException | ClassCastException e) {
            // A page for a browser, say: nothing to quote.
            return NONE;
        }
    }

    boolean isRateLimit() {
        return codes.contains("rate_limit")
                || codes.contains("resource_exhausted")
                || codes.contains("quota")
                || codes.contains(" 429 ");
    }

    /// Gemini answers a wrong key with 400.
    boolean isAboutTheKey() {
        return codes.contains("api_key_invalid");
    }

    private static ErrorBody of(JsonObject error) {
        var codes = new StringBuilder(" ");
        for (String field : new String[] {"code", "type", "status"}) {
            Object value = error.getValue(field);
            if (value != null) {
                codes.append(value).append(' ');
            }
        }
        String delay = null;
        if (error.getValue("details") instanceof JsonArray details) {
            for (Object each : details) {
                if (each instanceof JsonObject detail) {
                    codes.append(detail.getString("reason", "")).append(' ');
                    delay = detail.getString("retryDelay", delay);
                }
            }
        }
        return new ErrorBody(
                error.getValue("message") instanceof String text ? text : "",
                codes.toString().toLowerCase(Locale.ROOT),
                delay);
    }

    private static @Nullable Object first(JsonArray array) {
        return array.isEmpty() ? null : array.getValue(0);
    }
}
