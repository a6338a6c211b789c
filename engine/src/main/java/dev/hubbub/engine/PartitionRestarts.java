package dev.hubbub.engine;

import dev.hubbub.conversation.Refusal;

/// What became of a partition that did not run through.
///
/// @param count how often it began again
/// @param why what its callers heard the last time it ended: [Refusal#CRASHED] for a defect,
///   [Refusal#STORE_UNAVAILABLE] when another writer had taken it
public record PartitionRestarts(int count, Refusal why) {}
