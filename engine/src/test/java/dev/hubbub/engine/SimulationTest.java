package dev.hubbub.engine;

import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

/// Runs whole nodes under faults, each from one seed. What must hold, whatever happens: every
/// acknowledged message is there, once; every accepted turn ends once; no viewer ever saw text that
/// was taken back; every viewer's pieces join to the exact text; nobody who asked hears nothing.
///
/// `-Dsimulation.seeds=100000` runs more of them, `-Dsimulation.seed=...` runs one again and prints
/// what happened in it.
final class SimulationTest {

    private static final int SEEDS = Integer.getInteger("simulation.seeds", 5_000);

    @Test
    void whateverGoesWrongNothingIsLostTakenBackOrDoubled() {
        Long fixed = Long.getLong("simulation.seed");
        if (fixed != null) {
            run(fixed, true);
            return;
        }
        var seeds = new SplittableRandom();
        for (int i = 0; i < SEEDS; i++) {
            run(seeds.nextLong(), false);
        }
    }

    private static void run(long seed, boolean print) {
        var simulation = new Simulation(seed);
        try {
            simulation.run();
        } catch (RuntimeException | AssertionError failure) {
            if (print) {
                throw new AssertionError(
                        String.join("\n", simulation.log) + "\n" + failure.getMessage(), failure);
            }
            throw new AssertionError(
                    "this run failed; see it with -Dsimulation.seed=" + seed, failure);
        }
    }
}
