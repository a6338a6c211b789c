package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

/// What became of an accepted command.
///
/// @param message the node it added, or had added when it came before; the node it asked to have
///   answered or moved the head to; null for a message that waits or was withdrawn, whose node is
///   made when its turn comes, and for commands that are about no node
/// @param turn the turn it began, queued or ended, now or when it came before; null when there is
///   none
public record Receipt(@Nullable MessageId message, @Nullable TurnId turn) {

    /// Nothing to tell.
    public static final Receipt EMPTY = new Receipt(null, null);
}
