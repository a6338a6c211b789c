package dev.hubbub.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

final class HistoryBenchTest {

    @TempDir private Path scratch;

    @Test
    void longAndShortHistoriesAreContinued() {
        String table = HistoryBench.run(100, 300, scratch, _ -> {});

        assertThat(table)
                .contains(
                        "100 conversations of 300 messages",
                        "| 10 messages, the model looks at none | 50 |",
                        "| 300 messages, the model looks at none | 50 |",
                        "| 3,000 messages, the model looks at none | 50 |",
                        "| 10 messages, the model is given the latest 11 | 50 |",
                        "| 300 messages, the model is given the latest 200 | 50 |");
        assertThat(scratch).isEmptyDirectory();
    }
}
