package dev.hubbub.model;

import com.typesafe.config.Config;

import java.time.Duration;
import java.util.List;

/// How the calls of one provider share it. Each key, with its unit and default, is in
/// `docs/reference/models.md`.
///
/// @param name the provider's
/// @param concurrentMax calls that it answers at once
/// @param waitingMax calls that wait for their turn, or to be tried again
/// @param waitingPerUserMax of these, how many of one user wait for their turn
/// @param beforeTextMax how long a call may go without any text, waiting and trying included
/// @param triesMax how often one call asks the provider
/// @param retryFirst the pause after the first try; each next one is twice as long
/// @param retryLongest the longest pause; a provider that asks for a longer one gets it
/// @param retryJitter how far a pause may be from its length, as a part of it
/// @param breaker when to leave the provider alone
public record PoolConfig(
        String name,
        int concurrentMax,
        int waitingMax,
        int waitingPerUserMax,
        Duration beforeTextMax,
        int triesMax,
        Duration retryFirst,
        Duration retryLongest,
        double retryJitter,
        Breaker breaker) {

    /// Its resource holds every default.
    static final String RESOURCE = "pools.conf";

    private static final List<String> KEYS =
            List.of(
                    "concurrent-max",
                    "waiting-max",
                    "waiting-per-user-max",
                    "before-text-max",
                    "tries-max",
                    "retry-first",
                    "retry-longest",
                    "retry-jitter",
                    "breaker");

    private static final List<String> BREAKER_KEYS =
            List.of("calls", "calls-min", "failed-percent", "open", "probes");

    private static final int CALLS_MAX = 1_000_000;

    public PoolConfig {
        if (concurrentMax < 1
                || waitingMax < 0
                || waitingPerUserMax < 0
                || triesMax < 1
                || retryFirst.isNegative()
                || retryLongest.compareTo(retryFirst) < 0
                || retryJitter < 0
                || retryJitter >= 1) {
            throw new IllegalArgumentException("a pool leaves room for one call");
        }
    }

    /// When a provider is left alone for a while.
    ///
    /// @param calls how many of the latest calls are looked at
    /// @param callsMin below which none is left alone
    /// @param failedPercent of them must have failed
    /// @param open how long it is left alone
    /// @param probes calls that then find out whether it is well
    public record Breaker(int calls, int callsMin, int failedPercent, Duration open, int probes) {}

    /// One pool.
    ///
    /// @param config what stands under the pool's name, its defaults included
    /// @throws IllegalArgumentException with a sentence for the user when something is wrong
    public static PoolConfig from(String name, Config config) {
        return from(name, new Section("hubbub.models.pools." + name, config));
    }

    static PoolConfig from(String name, Section section) {
        section.only(KEYS);
        Section breaker = section.section("breaker").only(BREAKER_KEYS);
        Duration day = Duration.ofDays(1);
        Duration first = section.time("retry-first", Duration.ofMillis(1), day);
        int calls = breaker.whole("calls", 1, 10_000);
        return new PoolConfig(
                name,
                section.whole("concurrent-max", 1, CALLS_MAX),
                section.whole("waiting-max", 0, CALLS_MAX),
                section.whole("waiting-per-user-max", 0, CALLS_MAX),
                section.time("before-text-max", Duration.ofMillis(1), day),
                section.whole("tries-max", 1, 100),
                first,
                section.time("retry-longest", first, day),
                section.number("retry-jitter", 0, 0.99),
                new Breaker(
                        calls,
                        breaker.whole("calls-min", 1, calls),
                        breaker.whole("failed-percent", 1, 100),
                        breaker.time("open", Duration.ofMillis(1), day),
                        breaker.whole("probes", 1, 1_000)));
    }
}
