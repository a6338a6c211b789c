package dev.hubbub.model;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Runs a test many times on random input. A failure names its seed; `-Dproperty.seed=...` runs
/// that one again.
final class Property {

    private Property() {}

    /// @param runs how often, unless `-Dproperty.runs=...` says otherwise
    static void forAll(int runs, Consumer<RandomGenerator> test) {
        var seeds = new SplittableRandom();
        Long fixed = Long.getLong("property.seed");
        int times = fixed == null ? Integer.getInteger("property.runs", runs) : 1;
        for (int run = 0; run < times; run++) {
            long seed = fixed == null ? seeds.nextLong() : fixed;
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
