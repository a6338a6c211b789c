package dev.hubbub.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

final class SoakBenchTest {

    @TempDir private Path scratch;

    @ParameterizedTest
    @EnumSource
    void nothingIsLostInRandomWork(EngineBench.Store store) {
        var plan =
                new SoakBench.Plan(
                        100, store, Duration.ofSeconds(3), Duration.ofMillis(500), 1_000);

        SoakReport report = SoakBench.run(plan, scratch, _ -> {});

        assertThat(report.isWhole()).as(report.table()).isTrue();
        assertThat(report.totals().turns()).isGreaterThan(100);
        assertThat(report.totals().crashes()).isPositive();
        assertThat(report.totals().deletes()).isPositive();
        assertThat(report.totals().checks()).isGreaterThan(report.totals().deletes());
        assertThat(report.csv().lines()).hasSize(1 + report.samples().size());
        assertThat(report.chart()).contains("<polyline");
        assertThat(scratch).isEmptyDirectory();
    }

    @Test
    void aHeapThatGrowsHasASlope() {
        var plan = SoakBench.Plan.of(100, EngineBench.Store.SQLITE, Duration.ofMinutes(1));
        List<SoakReport.Sample> growing =
                List.of(sample(0, 1_000_000), sample(60, 1_500_000), sample(120, 2_000_000));
        var totals =
                new SoakReport.Totals(120, 0.1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, "It is gone.");

        var report = new SoakReport(plan, growing, totals);

        assertThat(report.isWhole()).isFalse();
        assertThat(report.table())
                .contains("| slope of the heap, KB a minute (least squares) | 500.0 |")
                .contains("The first fault: It is gone.");
    }

    private static SoakReport.Sample sample(double seconds, long heapBytes) {
        return new SoakReport.Sample(seconds, heapBytes, 0, 100, 100, 0, 0, 0, 0);
    }
}
