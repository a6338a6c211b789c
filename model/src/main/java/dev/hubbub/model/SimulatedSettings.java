package dev.hubbub.model;

import dev.hubbub.conversation.ModelId;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntUnaryOperator;

/// How a `simulated` model is to behave, from the parameters of its id:
///
/// | parameter | meaning | default |
/// |---|---|---|
/// | `rate` | tokens a second, up to 100000; `0` or `max` is as fast as may be | 50 |
/// | `tokens` | how many a reply has, up to 1000000 | 200 |
/// | `ttft` | time to the first token, such as `50ms` or `2s` | 200ms |
/// | `jitter` | 0 to 1: how far each gap may be from its length, as a part of it | 0 |
/// | `fail` | `100`: fails once the reply has 100 tokens; `0.01` or `1%`: the chance that a reply fails, at a token left to chance | never |
/// | `stall` | the same, but it stops without an end | never |
/// | `seed` | the same seed gives the same text; without one, the prompt decides | the prompt |
/// | `stamp` | `true`: each token is the time at which it is said, in microseconds since 1970, and a blank: for measuring how long tokens are under way | `false` |
///
/// @param ratePerSecond 0 is as fast as may be
record SimulatedSettings(
        double ratePerSecond,
        int tokens,
        Duration ttft,
        double jitter,
        Mishap fail,
        Mishap stall,
        OptionalLong seed,
        boolean stamp) {

    private static final List<String> NAMES =
            List.of("rate", "tokens", "ttft", "jitter", "fail", "stall", "seed", "stamp");

    private static final int TOKENS_MAX = 1_000_000;
    private static final Duration TTFT_MAX = Duration.ofMinutes(10);

    /// Something that may go wrong.
    ///
    /// @param after at which token it surely does, negative when that is left to chance
    /// @param chance of it going wrong at all, 0 to 1
    record Mishap(int after, double chance) {

        static final Mishap NEVER = new Mishap(-1, 0);

        /// At how many tokens of the reply it goes wrong, [Integer#MAX_VALUE] for never.
        ///
        /// @param from tokens that the reply has already
        /// @param below draws a number from 0 to below what it is given
        int at(int from, int tokens, IntUnaryOperator below) {
            if (after >= 0) {
                return after <= tokens ? Math.max(after, from) : Integer.MAX_VALUE;
            }
            boolean happens = chance > 0 && below.applyAsInt(1_000_000_000) < chance * 1e9;
            return happens ? from + below.applyAsInt(tokens - from + 1) : Integer.MAX_VALUE;
        }
    }

    static SimulatedSettings of(ModelId id) {
        Parameters parameters = Parameters.of(id, NAMES);
        boolean fastest = parameters.text("rate", "").equals("max");
        return new SimulatedSettings(
                fastest ? 0 : parameters.number("rate", 50, 0, 100_000),
                (int) parameters.whole("tokens", 200, 0, TOKENS_MAX),
                parameters.duration("ttft", Duration.ofMillis(200), TTFT_MAX),
                parameters.number("jitter", 0, 0, 1),
                mishap(parameters, "fail"),
                mishap(parameters, "stall"),
                parameters.has("seed")
                        ? OptionalLong.of(
                                parameters.whole("seed", 0, Long.MIN_VALUE, Long.MAX_VALUE))
                        : OptionalLong.empty(),
                flag(parameters, "stamp"));
    }

    private static boolean flag(Parameters parameters, String name) {
        return switch (parameters.text(name, "false")) {
            case "true" -> true;
            case "false" -> false;
            default -> throw parameters.bad(name, "true or false");
        };
    }

    private static Mishap mishap(Parameters parameters, String name) {
        String text = parameters.text(name, "");
        if (text.isEmpty()) {
            return Mishap.NEVER;
        }
        try {
            double chance =
                    text.endsWith("%")
                            ? Double.parseDouble(text.substring(0, text.length() - 1)) / 100
                            : text.contains(".") ? Double.parseDouble(text) : -1;
            if (chance >= 0 && chance <= 1) {
                return new Mishap(-1, chance);
            }
            int after = Integer.parseInt(text);
            if (after >= 0) {
                return new Mishap(after, 0);
            }
        } catch (NumberFormatException e) {
            // Told below, with what is allowed.
        }
        throw parameters.bad(
                name, "a number of tokens such as 100, or a chance such as 0.01 or 1%");
    }
}
