package dev.hubbub.engine;

/// What an engine has done since it started, read at one moment.
///
/// @param resident conversations in memory
/// @param replying replies being made
/// @param viewers watches open on this node
/// @param commits commits made
/// @param batches conversations' batches in them
/// @param events events in them
/// @param pieces events that were pieces of replies
/// @param commitNanos time spent in the store's append
/// @param crashes conversations restarted after a defect
public record Figures(
        long resident,
        long replying,
        long viewers,
        long commits,
        long batches,
        long events,
        long pieces,
        long commitNanos,
        long crashes) {}
