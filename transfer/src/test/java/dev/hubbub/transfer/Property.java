package dev.hubbub.transfer;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Runs a test many times on random input. A failure names its seed; `-Dproperty.seed=...` runs
/// that one again.
final class Property {

    private Property() {}

    static void forAll(int runs, Consumer<RandomGenerator> test) {
        var seeds = new SplittableRandom();
        Long fixed = Long.getLong("property.seed");
        for (var run = 0; run < (fixed == null ? runs : 1); run++) {
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
