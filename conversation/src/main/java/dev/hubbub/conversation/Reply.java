package dev.hubbub.conversation;

import java.time.Instant;
import java.util.List;

/// The reply being made.
///
/// @param parent the message it answers
/// @param attempts the model calls so far, oldest first, at least one; the last is the one that
///   runs
/// @param startedAt when the first call was asked for
/// @param draft its text so far, from all attempts
public record Reply(
        TurnId turn, MessageId parent, List<Attempt> attempts, Instant startedAt, Draft draft) {

    public Reply {
        attempts = List.copyOf(attempts);
    }

    /// The number of the running call, from 1.
    public int attempt() {
        return attempts.size();
    }

    /// The model that the running call asks.
    public ModelId model() {
        return attempts.getLast().model();
    }

    /// [ReplyStatus#CREATED] while there is no text, then [ReplyStatus#STREAMING].
    public ReplyStatus status() {
        return draft.length() == 0 ? ReplyStatus.CREATED : ReplyStatus.STREAMING;
    }

    Reply plus(String piece) {
        return new Reply(turn, parent, attempts, startedAt, draft.plus(piece));
    }
}
