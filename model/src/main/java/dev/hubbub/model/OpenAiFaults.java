package dev.hubbub.model;

import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelFault.Kind;
import dev.hubbub.conversation.ModelId;

import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

import org.jspecify.annotations.Nullable;

import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;

/// Says what went wrong with a service that speaks OpenAI's protocol, and what to do about it. The
/// key is in none of it, even where the service sends it back.
final class OpenAiFaults {

    private static final int QUOTE_CHARS_MAX = 200;
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,6}");

    /// Keys as services quote them, whole or with stars in the middle.
    private static final Pattern KEYS = Pattern.compile("\\bsk-[\\w*.-]+");

    private final OpenAiSettings settings;
    private final String host;

    OpenAiFaults(OpenAiSettings settings) {
        this.settings = settings;
        host = settings.host();
    }

    ModelFault noConnection(Throwable cause) {
        if (cause instanceof ConnectionPoolTooBusyException) {
            return new ModelFault(
                    Kind.RATE_LIMITED,
                    "Too many replies wait for a connection to " + host + "; try again later.");
        }
        String why =
                switch (cause) {
                    case UnknownHostException _ -> "there is no such host";
                    case SSLException _ -> "no secure connection can be made";
                    default -> "it does not take connections";
                };
        return new ModelFault(
                Kind.UNREACHABLE,
                "%s cannot be reached: %s; check %s and the network."
                        .formatted(host, why, OpenAiSettings.BASE_URL_VARIABLE));
    }

    /// An answer other than 2xx.
    ///
    /// @param retryAfter the header, or null
    ModelFault status(int status, @Nullable String retryAfter, String body, ModelId model) {
        String key = OpenAiSettings.KEY_VARIABLE;
        return switch (status) {
            case 401 ->
                    new ModelFault(
                            Kind.UNAUTHORIZED,
                            settings.key() == null
                                    ? host + " wants a key (401): set " + key + "."
                                    : host + " does not accept the key (401): check " + key + ".");
            case 403 ->
                    new ModelFault(
                            Kind.UNAUTHORIZED,
                            "%s refuses access (403): check that the key in %s may use %s."
                                    .formatted(host, key, model));
            case 404 ->
                    new ModelFault(
                            Kind.REJECTED,
                            "%s does not know the model %s (404): check its name and %s."
                                    .formatted(host, model, OpenAiSettings.BASE_URL_VARIABLE));
            case 429 ->
                    new ModelFault(
                            Kind.RATE_LIMITED,
                            "%s wants fewer requests (429): try again %s%s."
                                    .formatted(host, later(retryAfter), quoted(body)));
            default -> {
                if (status >= 500 || status == 408 || status == 425) {
                    yield new ModelFault(
                            Kind.PROVIDER_ERROR,
                            "%s has a fault of its own (%d): try again later%s."
                                    .formatted(host, status, quoted(body)));
                }
                if (status < 400) {
                    yield new ModelFault(
                            Kind.REJECTED,
                            "%s points elsewhere (%d): check %s."
                                    .formatted(host, status, OpenAiSettings.BASE_URL_VARIABLE));
                }
                yield new ModelFault(
                        Kind.REJECTED,
                        "%s rejects the request (%d)%s.".formatted(host, status, quoted(body)));
            }
        };
    }

    /// An error that came in the stream of an answer.
    ModelFault inStream(String data) {
        return new ModelFault(
                Kind.PROVIDER_ERROR, host + " broke off with an error" + quoted(data) + ".");
    }

    ModelFault stalled(boolean begun) {
        long seconds = settings.stallLimit().toSeconds();
        String limit = seconds > 0 ? seconds + " s" : settings.stallLimit().toMillis() + " ms";
        return new ModelFault(
                Kind.STALLED,
                begun
                        ? host + " sent nothing more for " + limit + "; try again."
                        : host + " did not answer within " + limit + "; try again.");
    }

    ModelFault cutOff() {
        return new ModelFault(
                Kind.CUT_OFF, host + " ended the reply before it was complete; try again.");
    }

    ModelFault noAnswer() {
        return new ModelFault(
                Kind.CUT_OFF, host + " closed the connection without an answer; try again.");
    }

    ModelFault garbled() {
        return new ModelFault(
                Kind.GARBLED,
                "%s sent something that is not OpenAI's protocol: check %s."
                        .formatted(host, OpenAiSettings.BASE_URL_VARIABLE));
    }

    ModelFault nothingToAnswer() {
        return new ModelFault(Kind.REJECTED, "There is no message to answer: say something first.");
    }

    ModelFault defect() {
        return new ModelFault(
                Kind.INTERNAL, "A defect in Hubbub kept it from asking " + host + "; see the log.");
    }

    private static String later(@Nullable String retryAfter) {
        return retryAfter != null && SECONDS.matcher(retryAfter).matches()
                ? "in " + retryAfter + " s"
                : "later";
    }

    /// What an error says of itself, where it is an error of OpenAI's form.
    private String quoted(String body) {
        try {
            Object error = new JsonObject(body).getValue("error");
            Object message = error instanceof JsonObject inner ? inner.getValue("message") : error;
            if (message instanceof String text && !text.isBlank()) {
                String clean = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
                String secretless = withoutKeys(clean).replaceAll("\\.+$", "");
                return secretless.length() <= QUOTE_CHARS_MAX
                        ? ": " + secretless
                        : ": " + secretless.substring(0, QUOTE_CHARS_MAX) + "…";
            }
        } catch (DecodeException | ClassCastException e) {
            // A page for a browser, say: nothing to quote.
        }
        return "";
    }

    private String withoutKeys(String text) {
        String key = settings.key();
        String plain = key == null ? text : text.replace(key, "***");
        return KEYS.matcher(plain).replaceAll(Matcher.quoteReplacement("***"));
    }
}
