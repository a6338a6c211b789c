package dev.hubbub.conversation;

/// Why a model gave no (more) reply.
///
/// @param sentence one sentence for the reader, without secrets: what is wrong and what to do
public record ModelFault(Kind kind, String sentence) {

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
        /// A defect on our side.
        INTERNAL
    }
}
