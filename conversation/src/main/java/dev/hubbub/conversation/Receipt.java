package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

/// What became of an accepted command.
///
/// @param message the node it added, or had added when it came before; null for a waiting message,
///   whose node is made when its turn comes, and for commands that add none
/// @param turn the turn it began, queued or ended; null when there is none
public record Receipt(@Nullable MessageId message, @Nullable TurnId turn) {

    public static final Receipt EMPTY = new Receipt(null, null);
}
