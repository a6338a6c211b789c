package dev.hubbub.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// Every example as a reader runs it, with what its comments promise.
final class ExamplesTest {

    /// A program's main method.
    private interface Main {

        void run(String[] args) throws Exception;
    }

    @Test
    void helloTalksToEliza() throws Exception {
        assertThat(outputOf(Hello::main))
                .contains("> Hello. I am worried about my program.")
                .contains("user: It has too many threads.")
                .contains("assistant: ")
                .contains("4 messages");
    }

    @Test
    void broadcastReachesAllButTheOneThatIsNotThere() throws Exception {
        assertThat(outputOf(Broadcast::main))
                .contains("nobody-started-this failed: There is no conversation")
                .contains("1,000 of 1,001 replied")
                .contains("1,000 conversations are live");
    }

    @Test
    void streamingPrintsRepliesAndStopsOne() throws Exception {
        String output = outputOf(Streaming::main);
        assertThat(output).contains("--- a subscriber").contains("(STOPPED)");
        String first = between(output, "--- a loop\n", "\n(");
        assertThat(output).contains("(%d characters)".formatted(first.length()));
        String second = between(output, "--- a subscriber\n", "\n(");
        assertThat(output).contains("(%d characters)".formatted(second.length()));
    }

    @Test
    void crashAndRecoveryLosesNothingThatWasShown() throws Exception {
        String output = outputOf(CrashAndRecovery::main);
        assertThat(output)
                .contains("the process ended with status 137")
                .contains("what it had shown is there: true")
                .contains("calls of the model it took: 2")
                .contains("4 messages, IDLE");
        String seen = between(output, "seen before the crash: ", "\n");
        String whole = between(output, "the whole reply: ", "\n");
        assertThat(seen).hasSizeGreaterThanOrEqualTo(40);
        assertThat(whole).startsWith(seen).hasSizeGreaterThan(seen.length());
    }

    @Test
    void customModelSaysWhatItHears() throws Exception {
        assertThat(outputOf(CustomModel::main))
                .contains("parrot: PRETTY POLLY!")
                .contains("tokens: Usage[inputTokens=2, outputTokens=2, costNanos=0]")
                .contains("failed: Parrots do not do cats; ask a cat.")
                .contains("kept:   DO A ")
                .contains("asked:  Do a cat, please.")
                .contains("eliza:  ");
    }

    @Test
    void swarmTalksSoManyRoundsAndNoMore() throws Exception {
        String output = outputOf(Swarm::main);
        assertThat(output).contains("100 agents, 100 of them spoke, 0 errors");
        assertThat(output.lines().filter(line -> line.startsWith("  "))).hasSize(12);
    }

    private static String between(String text, String begin, String end) {
        assertThat(text).contains(begin);
        int from = text.indexOf(begin) + begin.length();
        return text.substring(from, text.indexOf(end, from));
    }

    private static String outputOf(Main main) throws Exception {
        PrintStream before = System.out;
        var output = new ByteArrayOutputStream();
        try (var captured = new PrintStream(output, true, StandardCharsets.UTF_8)) {
            System.setOut(captured);
            main.run(new String[0]);
        } finally {
            System.setOut(before);
        }
        return output.toString(StandardCharsets.UTF_8);
    }
}
