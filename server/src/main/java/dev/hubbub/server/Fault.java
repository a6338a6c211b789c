package dev.hubbub.server;

import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.conversation.UnknownPlaceException;

import io.netty.handler.codec.http.HttpResponseStatus;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletionException;

/// Why a client does not get what it asked for, in the words of HTTP and of the socket. The only
/// place where a [Refusal] becomes either.
///
/// @param status of HTTP
/// @param code for programs
/// @param detail one sentence for people
/// @param retryAfter when it may be asked again, where that is known
record Fault(int status, String code, String detail, @Nullable Duration retryAfter) {

    private static final Logger LOG = LoggerFactory.getLogger(Fault.class);

    private static final int DETAIL_CHARS_MAX = 300;

    static final Fault NOT_FOUND = new Fault(404, "not_found", "There is nothing at this address.");

    /// What a full server or queue asks for.
    private static final Duration FULL_RETRY_AFTER = Duration.ofSeconds(1);

    Fault {
        if (retryAfter == null && (status == 429 || status == 503)) {
            retryAfter = FULL_RETRY_AFTER;
        }
        if (detail.length() > DETAIL_CHARS_MAX) {
            detail = detail.substring(0, DETAIL_CHARS_MAX);
        }
    }

    Fault(int status, String code, String detail) {
        this(status, code, detail, null);
    }

    static Fault of(Refusal refusal) {
        int status =
                switch (refusal) {
                    case CONVERSATION_UNKNOWN, MESSAGE_UNKNOWN -> 404;
                    case CONVERSATION_EXISTS, BUSY, NOTHING_TO_ANSWER, QUARANTINED -> 409;
                    case MESSAGE_BLANK,
                            MESSAGE_TOO_LONG,
                            TOO_MANY_IMAGES,
                            IMAGE_UNKNOWN,
                            NAME_INVALID,
                            MARKS_INVALID,
                            SYSTEM_PROMPT_TOO_LONG,
                            MODEL_UNKNOWN ->
                            422;
                    case QUEUE_FULL, OVERLOADED -> 429;
                    case CRASHED -> 500;
                    case STORE_UNAVAILABLE -> 503;
                };
        return new Fault(status, refusal.name().toLowerCase(Locale.ROOT), refusal.sentence());
    }

    /// The same, naming the chat where it is the chat that is not there.
    static Fault of(Refusal refusal, String chat) {
        Fault fault = of(refusal);
        return refusal == Refusal.CONVERSATION_UNKNOWN
                ? new Fault(fault.status, fault.code, "Chat not found: " + chat)
                : fault;
    }

    /// What to tell a client of a failure. One that nobody foresaw is logged, not told.
    static Fault of(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null ->
                    of(wrapped.getCause());
            case FaultException known -> known.fault();
            case UnknownPlaceException _ -> badCursor();
            case StoreException store -> {
                LOG.warn("The store failed a request: {}", store.getMessage());
                yield of(Refusal.STORE_UNAVAILABLE);
            }
            default -> {
                LOG.error("A request failed", failure);
                yield new Fault(500, "internal", "Something broke here; it was logged, try again.");
            }
        };
    }

    static Fault badCursor() {
        return badField("`cursor` is the `next_cursor` of the page before.");
    }

    static Fault badField(String detail) {
        return new Fault(400, "field_invalid", detail);
    }

    String title() {
        return HttpResponseStatus.valueOf(status).reasonPhrase();
    }

    FaultException exception() {
        return new FaultException(this);
    }
}
