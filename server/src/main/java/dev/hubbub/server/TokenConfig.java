package dev.hubbub.server;

import java.time.Duration;
import java.util.List;

/// How tokens are made and judged.
///
/// @param key that signs them
/// @param previous keys that signed before `key` did; what they signed is good until it expires
/// @param issuer what a token names as its maker
/// @param audience what a token is for
/// @param expiry how long a token is good when nobody says otherwise
/// @param skewMax how far the clocks of those who make and judge tokens may be apart
public record TokenConfig(
        Secret key,
        List<Secret> previous,
        String issuer,
        String audience,
        Duration expiry,
        Duration skewMax) {

    /// A year: whatever should hold longer should be asked for again.
    public static final Duration EXPIRY_MAX = Duration.ofDays(366);

    public TokenConfig {
        previous = List.copyOf(previous);
        if (key.length() < Secret.KEY_BYTES_MIN
                || previous.stream().anyMatch(old -> old.length() < Secret.KEY_BYTES_MIN)) {
            throw new IllegalArgumentException(
                    "a key has at least " + Secret.KEY_BYTES_MIN + " bytes");
        }
        if (issuer.isBlank() || audience.isBlank()) {
            throw new IllegalArgumentException("an issuer and an audience have a name");
        }
        if (expiry.toSeconds() < 1 || expiry.compareTo(EXPIRY_MAX) > 0) {
            throw new IllegalArgumentException("a token is good for a second to a year");
        }
        if (skewMax.isNegative()) {
            throw new IllegalArgumentException("clocks are apart by no less than nothing");
        }
    }

    /// What a server with this key does that was not told otherwise.
    public static TokenConfig of(Secret key) {
        return new TokenConfig(
                key, List.of(), "hubbub", "hubbub", Duration.ofHours(24), Duration.ofSeconds(30));
    }

    public TokenConfig withPrevious(List<Secret> keys) {
        return new TokenConfig(key, keys, issuer, audience, expiry, skewMax);
    }

    public TokenConfig withTimes(Duration goodFor, Duration apart) {
        return new TokenConfig(key, previous, issuer, audience, goodFor, apart);
    }
}
