package dev.hubbub.conversation;

/// Tokens that a model read and wrote, as its provider counted them; never negative.
public record Usage(long inputTokens, long outputTokens) {

    public static final Usage NONE = new Usage(0, 0);

    public Usage {
        if (inputTokens < 0 || outputTokens < 0) {
            throw new IllegalArgumentException("token counts are not negative");
        }
    }

    /// Both together. What a provider claims beyond all reason stays at the largest number there
    /// is.
    public Usage plus(Usage other) {
        return new Usage(
                sum(inputTokens, other.inputTokens), sum(outputTokens, other.outputTokens));
    }

    public long totalTokens() {
        return sum(inputTokens, outputTokens);
    }

    private static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }
}
