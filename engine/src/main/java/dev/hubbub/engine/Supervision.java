package dev.hubbub.engine;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// How a conversation in memory fares: a value, read at one moment.
///
/// @param waiting commands that wait in its mailbox
/// @param committing whether something it decided is on its way to the store
/// @param replying whether a model is at work for it
/// @param viewersFrom nodes from which it is watched
/// @param restarts crashes since it came into memory
/// @param lastFault the latest of them, or null
/// @param lastFaultAt when that was, null with it
/// @param quarantined whether it crashed too often and does nothing until it is released
public record Supervision(
        int waiting,
        boolean committing,
        boolean replying,
        int viewersFrom,
        int restarts,
        @Nullable String lastFault,
        @Nullable Instant lastFaultAt,
        boolean quarantined) {}
