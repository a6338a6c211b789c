package dev.hubbub.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;

final class ComparisonTest {

    private static final String HUBBUB =
            """
            {"n": 1000, "store": "memory", "creations_per_s": %d, "heap_bytes_empty": 100,
             "recover_ms": 0.5, "killed": 10, "recovered": 10, "others_undisturbed": %d}
            """;
    private static final String FAST =
            """
            {"n": 1000, "form": "fast", "creations_per_s": 50, "heap_bytes_empty": 4000,
             "recover_ms": 30, "killed": 10, "recovered": 10, "others_undisturbed": 990}
            """;
    private static final String LEAN = FAST.replace("fast", "lean").replace("4000", "2000");

    @Test
    void mediansAreComparedInTheDirectionOfWhatIsBetter() {
        Comparison comparison =
                Comparison.of(
                        List.of(
                                HUBBUB.formatted(900, 990),
                                FAST,
                                LEAN,
                                HUBBUB.formatted(1_000, 990),
                                HUBBUB.formatted(9_000, 989)));

        assertThat(comparison.table())
                .contains(
                        "| conversations started, a second | 1,000 | 50.0 | 50.0 | 20 × | 20 × |",
                        "| heap of an empty one, bytes | 100 | 4,000 | 2,000 | 40 × | 20 × |",
                        "| 1 % crashed until they answer, ms | 0.5 | 30.0 | 30.0 | 60 × | 60 × |",
                        "Hubbub 0 and 1;");
        assertThat(comparison.chart()).contains("against Elixir, tuned for memory", ">60 ×<");
    }

    @Test
    void hubbubAloneHasNoRatios() {
        Comparison alone = Comparison.of(List.of(HUBBUB.formatted(900, 990)));

        assertThat(alone.hasPeers()).isFalse();
        assertThat(alone.table()).contains("| conversations started, a second | 900 |\n");
    }

    @Test
    void whatCannotBeComparedIsRefusedInASentence() {
        assertRefused("not JSON", "A result is not one JSON object.");
        assertRefused(FAST, "None of the results is Hubbub's.");
        assertRefused(FAST.replace("fast", "best"), "neither Hubbub's nor of a form");
        assertThatThrownBy(() ->
                        Comparison.of(
                                List.of(HUBBUB.formatted(1, 990), FAST.replace("1000", "2000"))))
                .hasMessageContaining("compare runs of the same --n");
    }

    private static void assertRefused(String result, String why) {
        assertThatThrownBy(() -> Comparison.of(List.of(result)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }
}
