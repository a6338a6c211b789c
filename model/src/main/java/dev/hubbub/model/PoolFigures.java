package dev.hubbub.model;

/// How a pool fares: the first three as they are now, the others counted since the start.
///
/// @param pool its name: a provider's, of which there are few
/// @param active calls that are being answered, or asked
/// @param queued calls that wait for their turn
/// @param backingOff calls that failed and will be tried again
/// @param concurrentMax what [#active] may be at most
/// @param open whether the circuit breaker keeps calls away from the provider
/// @param calls replies asked for
/// @param refused of these, how many found no room
/// @param tries how often the provider was asked
/// @param retries of these, how many were not a call's first
/// @param completed calls that were answered to the end
/// @param failed calls that were not, those that were cancelled aside
/// @param cancelled calls that were ended by who asked
public record PoolFigures(
        String pool,
        int active,
        int queued,
        int backingOff,
        int concurrentMax,
        boolean open,
        long calls,
        long refused,
        long tries,
        long retries,
        long completed,
        long failed,
        long cancelled) {}
