package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

/// A client message id that a conversation has taken, and what it led to.
public record Taken(ClientMessageId key, @Nullable MessageId message, @Nullable TurnId turn) {}
