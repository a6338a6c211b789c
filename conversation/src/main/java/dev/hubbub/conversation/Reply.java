package dev.hubbub.conversation;

import java.time.Instant;
import java.util.List;

/// The reply being made.
///
/// @param parent the message it answers
/// @param attempts the model calls so far, oldest first; the last is the one that runs
/// @param startedAt when the first call was asked for
public record Reply(
        TurnId turn, MessageId parent, List<Attempt> attempts, Instant startedAt, Draft draft) {

    public Reply {
        attempts = List.copyOf(attempts);
    }

    /// The number of the running call, from 1.
    public int attempt() {
        return attempts.size();
    }

    public ModelId model() {
        return attempts.getLast().model();
    }

    public ReplyStatus status() {
        return draft.length() == 0 ? ReplyStatus.CREATED : ReplyStatus.STREAMING;
    }
}
