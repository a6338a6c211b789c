package dev.hubbub.conversation;

/// What a provider asks for the tokens of a model.
///
/// @param inputNanos billionths of a US dollar for a token that the model reads: 3 dollars a
///   million are 3,000
/// @param outputNanos the same for a token that it writes
public record Price(long inputNanos, long outputNanos) {

    public Price {
        if (inputNanos < 0 || outputNanos < 0) {
            throw new IllegalArgumentException("a price is not negative");
        }
    }

    /// The tokens with what they cost. A claim beyond all reason costs the largest number there is.
    public Usage of(long inputTokens, long outputTokens) {
        return new Usage(
                inputTokens,
                outputTokens,
                Usage.NONE
                        .plus(new Usage(0, 0, times(inputNanos, inputTokens)))
                        .plus(new Usage(0, 0, times(outputNanos, outputTokens)))
                        .costNanos());
    }

    private static long times(long price, long tokens) {
        return Math.multiplyHigh(price, tokens) != 0 || price * tokens < 0
                ? Long.MAX_VALUE
                : price * tokens;
    }
}
