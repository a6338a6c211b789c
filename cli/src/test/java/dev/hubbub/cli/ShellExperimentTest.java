package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// The five experiments, small.
@Timeout(120)
final class ShellExperimentTest {

    @TempDir private Path home;

    @Test
    void howManyFit() {
        assertThat(run("experiment fit --upto 25000"))
                .containsPattern("10,000 +\\d+ +\\S+ (KiB|MiB) +[\\d,.]+/s")
                .contains("25,000")
                .containsPattern("About [\\d,]+ fit in 50 % of this heap of ");
    }

    @Test
    void howFastManyAreAnsweredAndHowLateOne() {
        assertThat(run("experiment broadcast --n 500"))
                .containsPattern("round 3 +500 +0 ")
                .contains("p99.9", "16 talkers", "and a broadcast");
    }

    @Test
    void whatCrashesCost() {
        assertThat(run("experiment kill --n 500 --percent 10"))
                .contains("50 conversations crashed")
                .contains("50 of 50 answer again with their history")
                .contains("0 of 450 others were disturbed")
                .containsPattern("others +450 +(\\d+) +\\1");
    }

    @Test
    void whatANodeTakesWithItAndWhatNot() {
        assertThat(run("experiment nodes --nodes 2 --n 40"))
                .containsPattern("1 +20 +20 +0 +20 +running")
                .containsPattern("2 +20 +0 +20 +closed in mid-reply");
    }

    @Test
    void modelsSideBySide() {
        String fails = "simulated:rate=max,ttft=0ms,tokens=9,fail=3";
        assertThat(run("experiment models --models eliza," + fails + " I am sad"))
                .contains("you> I am sad", "eliza> I AM SORRY TO HEAR YOU ARE SAD")
                .contains(fails + " failed: ")
                .containsPattern("tokens/s");
    }

    @Test
    void theBenchIsTheSameAsOutside() {
        assertThat(run("bench --n 100"))
                .contains("100 conversations, kept in memory", "starts, a second");
    }

    private String run(String command) {
        InProcess.Result result =
                new InProcess(home).run("shell", "--memory", "--execute", command);
        assertThat(result.exitCode()).as(result.err()).isZero();
        return result.out();
    }
}
