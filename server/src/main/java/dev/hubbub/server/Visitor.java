package dev.hubbub.server;

import dev.hubbub.conversation.UserId;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// Who asks, and from where.
///
/// @param until when what they showed is not good any more, or null when it always is
/// @param address the client's, as far as trusted proxies tell
/// @param forwarded whether a trusted proxy told it
record Visitor(UserId user, @Nullable Instant until, String address, boolean forwarded) {}
