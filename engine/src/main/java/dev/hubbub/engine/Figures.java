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
/// @param replies events that were ends of replies
/// @param outputTokens tokens that these replies have, as far as their models said
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
        long replies,
        long outputTokens,
        long commitNanos,
        long crashes) {}
