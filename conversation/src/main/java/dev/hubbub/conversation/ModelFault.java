package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/// Why a model gave no (more) reply.
///
/// @param sentence one sentence for the reader, without secrets: what is wrong and what to do
/// @param retryAfter how long the provider asked to be left alone; null where it did not say
public record ModelFault(Kind kind, String sentence, @Nullable Duration retryAfter) {

    /// Where the provider did not say when to come back.
    public ModelFault(Kind kind, String sentence) {
        this(kind, sentence, null);
    }

    /// What kind of fault, for counting and for deciding whether to try again.
    public enum Kind {
        /// No connection: refused, unknown host, TLS.
        UNREACHABLE,
        /// No answer in time, before or between pieces.
        STALLED,
        /// The answer ended before its end.
        CUT_OFF,
        /// 429.
        RATE_LIMITED,
        /// 401, 403.
        UNAUTHORIZED,
        /// Any other 4xx: asking again gives the same.
        REJECTED,
        /// 5xx.
        PROVIDER_ERROR,
        /// The answer is not what the protocol says.
        GARBLED,
        /// Too many calls wait for this provider, or it failed too often lately to be asked now.
        BUSY,
        /// A budget is used up.
        BUDGET,
        /// A defect on our side.
        INTERNAL
    }
}
