package dev.hubbub.conversation;

/// Tokens that a model read and wrote, as its provider counted them, and what that cost; never
/// negative.
///
/// @param costNanos billionths of a US dollar; 0 where it was free or no price is known
public record Usage(long inputTokens, long outputTokens, long costNanos) {

    public static final Usage NONE = new Usage(0, 0);

    public Usage {
        if (inputTokens < 0 || outputTokens < 0 || costNanos < 0) {
            throw new IllegalArgumentException("token counts and costs are not negative");
        }
    }

    /// Tokens that cost nothing, or nobody knows what.
    public Usage(long inputTokens, long outputTokens) {
        this(inputTokens, outputTokens, 0);
    }

    /// Both together. What a provider claims beyond all reason stays at the largest number there
    /// is.
    public Usage plus(Usage other) {
        return new Usage(
                sum(inputTokens, other.inputTokens),
                sum(outputTokens, other.outputTokens),
                sum(costNanos, other.costNanos));
    }

    public long totalTokens() {
        return sum(inputTokens, outputTokens);
    }

    private static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
