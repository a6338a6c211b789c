package dev.hubbub.conversation;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Runs a test many times on random input. A failure names its seed; `-Dproperty.seed=...` runs
/// that one again.
final class Property {

    private static final int RUNS = Integer.getInteger("property.runs", 200);

    private Property() {}

    /// Whether only one seed is run.
    static boolean isRerun() {
        return Long.getLong("property.seed") != null;
    }

    static void forAll(Consumer<RandomGenerator> test) {
        var seeds = new SplittableRandom();
        Long fixed = Long.getLong("property.seed");
        for (var run = 0; run < (fixed == null ? RUNS : 1); run++) {
            var seed = fixed == null ? seeds.nextLong() : fixed;
            try {
                test.accept(new SplittableRandom(seed));
            } catch (RuntimeException | AssertionError failure) {
                throw new AssertionError(
                        "run %d failed; rerun with -Dproperty.seed=%d".formatted(run, seed),
                        failure);
            }
        }
    }
}
