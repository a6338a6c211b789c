package dev.hubbub.model;

import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelFault.Kind;
import dev.hubbub.conversation.ModelId;

import io.vertx.core.MultiMap;
import io.vertx.core.http.ConnectionPoolTooBusyException;

import org.jspecify.annotations.Nullable;

import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;

/// Says what went wrong with a service, and what to do about it. The key is in none of it, even
/// where the service sends it back.
final class Faults {

    private static final int QUOTE_CHARS_MAX = 200;

    /// Keys as services quote them, whole or with stars in the middle.
    private static final Pattern KEYS = Pattern.compile("\\b(sk-[\\w*.-]+|AIza[\\w*.-]+)");

    private final Service service;
    private final String host;
    private final String checkUrl;

    Faults(Service service) {
        this.service = service;
        host = service.host();
        checkUrl = service.vendor().urlVariable();
    }

    ModelFault noConnection(Throwable cause) {
        if (cause instanceof ConnectionPoolTooBusyException) {
            return new ModelFault(
                    Kind.BUSY,
                    "Too many replies wait for a connection to " + host + "; try again later.");
        }
        String why =
                switch (cause) {
                    case UnknownHostException _ -> "there is no such host";
                    case SSLException _ when isDistrusted(cause) ->
                            "its certificate is not one that this machine trusts";
                    case SSLException _ -> "no secure connection can be made";
                    default -> "it does not take connections";
                };
        return new ModelFault(
                Kind.UNREACHABLE,
                "%s cannot be reached: %s; check %s and the network."
                        .formatted(host, why, checkUrl));
    }

    /// An answer other than 2xx.
    ModelFault status(int status, MultiMap headers, String body, ModelId model) {
        ErrorBody error = ErrorBody.of(body);
        Duration wait = RetryAfter.of(headers, error);
        if (status == 400 && error.isAboutTheKey()) {
            return unauthorized(status);
        }
        return switch (status) {
            case 401 -> unauthorized(status);
            case 403 ->
                    new ModelFault(
                            Kind.UNAUTHORIZED,
                            "%s refuses access (403): check that the key in %s may use %s."
                                    .formatted(host, service.vendor().keyVariable(), model));
            case 404 ->
                    new ModelFault(
                            Kind.REJECTED,
                            service.vendor() == Vendor.OLLAMA
                                    ? "%s does not have the model %s (404): run ollama pull %s, or check %s."
                                            .formatted(host, model, model, checkUrl)
                                    : "%s does not know the model %s (404): check its name and %s."
                                            .formatted(host, model, checkUrl));
            case 429 -> rateLimited(" (429)", wait, error);
            default -> {
                if (status >= 500 || status == 408 || status == 425) {
                    yield new ModelFault(
                            Kind.PROVIDER_ERROR,
                            "%s has a fault of its own (%d): try again %s%s."
                                    .formatted(host, status, later(wait), quoted(error)),
                            wait);
                }
                if (status < 400) {
                    yield new ModelFault(
                            Kind.REJECTED,
                            "%s points elsewhere (%d): check %s."
                                    .formatted(host, status, checkUrl));
                }
                yield new ModelFault(
                        Kind.REJECTED,
                        "%s rejects the request (%d)%s.".formatted(host, status, quoted(error)));
            }
        };
    }

    /// An error that came in the stream of an answer.
    ModelFault inStream(String data) {
        ErrorBody error = ErrorBody.of(data);
        if (error.isRateLimit()) {
            return rateLimited("", RetryAfter.of(MultiMap.caseInsensitiveMultiMap(), error), error);
        }
        return new ModelFault(
                Kind.PROVIDER_ERROR, host + " broke off with an error" + quoted(error) + ".");
    }

    ModelFault stalled(boolean begun) {
        long seconds = service.stallLimit().toSeconds();
        String limit = seconds > 0 ? seconds + " s" : service.stallLimit().toMillis() + " ms";
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
                "%s sent something that is not %s's protocol: check %s."
                        .formatted(host, service.vendor().protocol().owner(), checkUrl));
    }

    ModelFault nothingToAnswer() {
        return new ModelFault(Kind.REJECTED, "There is no message to answer: say something first.");
    }

    ModelFault defect() {
        return new ModelFault(
                Kind.INTERNAL, "A defect in Hubbub kept it from asking " + host + "; see the log.");
    }

    private ModelFault unauthorized(int status) {
        String key = service.vendor().keyVariable();
        return new ModelFault(
                Kind.UNAUTHORIZED,
                service.key() == null
                        ? "%s wants a key (%d): set %s.".formatted(host, status, key)
                        : "%s does not accept the key (%d): check %s."
                                .formatted(host, status, key));
    }

    private ModelFault rateLimited(String status, @Nullable Duration wait, ErrorBody error) {
        return new ModelFault(
                Kind.RATE_LIMITED,
                "%s wants fewer requests%s: try again %s%s."
                        .formatted(host, status, later(wait), quoted(error)),
                wait);
    }

    private static boolean isDistrusted(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof CertificateException || each instanceof CertPathBuilderException) {
                return true;
            }
        }
        return false;
    }

    private static String later(@Nullable Duration wait) {
        return wait == null
                ? "later"
                : "in " + Math.max(1, wait.plusMillis(999).toSeconds()) + " s";
    }

    /// What an error says of itself.
    private String quoted(ErrorBody error) {
        String secretless =
                withoutKeys(error.message().replaceAll("[\\p{Cntrl}\\s]+", " ").strip())
                        .replaceAll("\\.+$", "");
        if (secretless.isEmpty()) {
            return "";
        }
        return secretless.length() <= QUOTE_CHARS_MAX
                ? ": " + secretless
                : ": " + secretless.substring(0, QUOTE_CHARS_MAX) + "…";
    }

    private String withoutKeys(String text) {
        String key = service.key();
        String plain = key == null ? text : text.replace(key, "***");
        return KEYS.matcher(plain).replaceAll(Matcher.quoteReplacement("***"));
    }
}
