package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `hubbub shell` with commands that were written down.
@Timeout(120)
final class ShellTest {

    private static final String FAST = "simulated:rate=max,ttft=0ms,tokens=5";
    private static final String DEAD = "01a1fcc9-7066-7000-8032-210fff696db0";
    private static final String UUID = "[0-9a-f]{8}-[0-9a-f-]{27}";

    @TempDir private Path home;
    @TempDir private Path data;

    // --- Conversations --------------------------------------------------------------------------

    @Test
    void aConversationIsStartedAndTalkedIn() {
        InProcess.Result result =
                shell(
                        "start --name \"My chat\" --system \"Be brief\"",
                        "send @1 I am sad",
                        "stream last \"Because; of\"",
                        "history @1",
                        "history @1 --limit 1");

        List<String> lines = result.out().lines().toList();
        assertThat(lines.get(0)).matches("@1 " + UUID);
        assertThat(lines.get(1)).isEqualTo("I AM SORRY TO HEAR YOU ARE SAD");
        assertThat(lines.subList(3, 8))
                .containsExactly(
                        "user> I am sad",
                        "eliza> I AM SORRY TO HEAR YOU ARE SAD",
                        "user> Because; of",
                        "eliza> " + lines.get(2),
                        "eliza> " + lines.get(2));
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void statsTellAllThereIsToAConversation() {
        assertThat(shell("start --name Ada --model " + FAST, "send @1 Hello", "stats @1").out())
                .containsPattern("id +" + UUID)
                .contains("name        Ada", "model       " + FAST, "messages    2")
                .contains("status      idle", "waiting     0")
                .containsPattern("tokens +\\d+ read, 5 written");
    }

    @Test
    void manyAreStartedCountedListedAndAskedAtOnce() {
        InProcess.Result result =
                shell(
                        "start 100 --model " + FAST,
                        "count",
                        "conversations --limit 2",
                        "broadcast all Hello",
                        "broadcast first 10 Hello",
                        "broadcast random 5 Hello",
                        "broadcast last Hello",
                        "broadcast @1 @2-@4,@7 Hello");

        assertThat(result.out())
                .containsPattern("100 conversations started in .*: @1 to @100")
                .contains("100 in memory, 100 kept")
                .containsPattern("@1 +" + UUID + " +idle +0 +simulated")
                .contains("100 replied, 0 failed")
                .contains("10 replied, 0 failed")
                .containsPattern("(?m)^5 replied, 0 failed")
                .contains("1 replied, 0 failed");
        assertThat(result.err()).contains("and 98 more");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void aDeadConversationSpoilsNothingOfABroadcast() {
        InProcess.Result result =
                shell("start 2 --model " + FAST, "broadcast @1 " + DEAD + " @2 Hello");

        assertThat(result.out())
                .contains("2 replied, 1 failed")
                .containsPattern(DEAD + " failed: .*no .*conversation");
        assertThat(result.exitCode()).isZero();
        assertThat(shell("broadcast " + DEAD + " Hello").exitCode()).isEqualTo(1);
    }

    @Test
    void whatWasDeletedKeepsItsNumberAndIsAskedNoMore() {
        InProcess.Result result =
                shell(
                        "start 3 --model " + FAST,
                        "delete @2",
                        "broadcast all Hello",
                        "broadcast @1-@3 Hello",
                        "history @3");

        assertThat(result.out().split("2 replied, 0 failed", -1)).hasSize(3);
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void aShellKeepsItsConversationsWhereItIsTold() {
        run("--store", "csv", "--execute", "start --model " + FAST);

        assertThat(data.resolve("hubbub.db")).doesNotExist();
        assertThat(run("--store", "csv", "--execute", "count").out()).contains("1 kept");
        assertThat(run("--execute", "count").out()).contains("0 kept");
    }

    @Test
    void aTextThatBeginsLikeATargetIsQuotedOrComesBehindDashes() {
        assertThat(
                        shell(
                                        "start 2",
                                        "broadcast -- all of you",
                                        "broadcast \"first of all\"",
                                        "history @2")
                                .out())
                .contains("user> all of you", "user> first of all");
    }

    @Test
    void aReplyThatRunsBesideIsStopped() {
        InProcess.Result result =
                shell(
                        "start --model simulated:rate=100,tokens=100000,ttft=0ms",
                        "send @1 Hello &",
                        "observe --seconds 1",
                        "send @1 --when-busy interrupt --model eliza Hello",
                        "stop @1",
                        "wait",
                        "stats @1");

        assertThat(result.out())
                .containsPattern("live=1 stored=1 replying=1 .*pieces/s=[1-9]")
                .contains("HOW DO YOU DO", "No reply was being made.", "messages    4");
        assertThat(result.err()).contains("[1] done: send @1 Hello");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void aConversationIsLetGoAndDeleted() {
        InProcess.Result result =
                shell(
                        "start --id ada --model " + FAST,
                        "send ada Hello",
                        "close ada",
                        "send ada Hello again",
                        "stats @1",
                        "delete ada",
                        "send @1 Hello?");

        assertThat(result.out())
                .contains("@1 ada", "Let go from memory", "messages    4", "Deleted ada");
        assertThat(result.err()).startsWith(script() + ":7: ").hasLineCount(1);
        assertThat(result.exitCode()).isEqualTo(1);
    }

    @Test
    void theModelsAreListed() {
        assertThat(shell("models").out()).containsPattern("(?m)^\\* +eliza +built-in +ELIZA");
    }

    @Test
    void conversationsAreThereTheNextTimeAndFoundByAnEndOfTheirIds() {
        InProcess.Result first =
                run("--execute", "start 2 --model eliza; send @2 I am sad; stats @2");
        Matcher id = Pattern.compile("id +(" + UUID + ")").matcher(first.out());
        assertThat(id.find()).isTrue();
        String end = id.group(1).substring(28);

        InProcess.Result second = run("--execute", "history " + end + "; conversations --stored");

        assertThat(second.out()).contains("user> I am sad").containsPattern("@1 +" + id.group(1));
        assertThat(
                        new InProcess(home)
                                .run("chat", "--data", data.toString(), "--id", id.group(1), "Hi")
                                .exitCode())
                .isZero();
    }

    // --- Supervision ----------------------------------------------------------------------------

    @Test
    void thoseThatCrashComeBackWithTheirHistoryAndTheOthersNoticeNothing() {
        InProcess.Result result =
                shell(
                        "start 300 --model " + FAST,
                        "broadcast Hello",
                        "kill 10%",
                        "kill 5",
                        "kill @1",
                        "supervise @1",
                        "history @1",
                        "send @1 Hello again",
                        "supervise");

        assertThat(result.out())
                .containsSubsequence(
                        "30 conversations crashed",
                        "30 of 30 answer again with their history, all within ",
                        "0 of 270 others were disturbed")
                .contains("5 of 5 answer again", "0 of 295 others were disturbed")
                .contains("1 conversation crashed", "0 of 299 others were disturbed")
                .containsPattern("restarts +[1-9]")
                .containsPattern("last fault +.*crashed on purpose")
                .contains("user> Hello", "300 conversations in memory", "36 restarts in all")
                .containsPattern(
                        "1,024 partitions; \\d+ messages? in their mailboxes; 0 began again");
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void oneThatCrashesTooOftenIsSetAsideUntilItIsReleased() {
        String sixTimes = "kill @1\n".repeat(6);
        InProcess.Result result =
                shell(
                        "start --model " + FAST,
                        sixTimes.strip(),
                        "supervise @1",
                        "send @1 Hello",
                        "release all",
                        "send @1 Hello",
                        "release @1");

        assertThat(result.out())
                .contains("1 crashed too often and are set aside", "quarantine  yes");
        assertThat(result.err()).contains(":9: The conversation crashed too often");
        assertThat(run("--memory", "--keep-going", "--script", script().toString()).out())
                .contains("1 conversation released", "None was in quarantine.");
    }

    @Test
    void observeTellsWhatModelsSaidTheyWrote() {
        assertThat(
                        shell(
                                        "start 20 --model simulated:rate=100,tokens=40,ttft=0ms",
                                        "broadcast all Hello &",
                                        "observe --seconds 2",
                                        "wait")
                                .out())
                .containsPattern("turns/s=[1-9][0-9]* tokens/s=[1-9][0-9]{2}");
    }

    // --- Models ---------------------------------------------------------------------------------

    @Test
    void theModelsOfTheConfigurationAreThereAndOneOfThemMayBeTheDefault() throws IOException {
        Files.writeString(
                data.resolve("hubbub.conf"),
                """
                hubbub.models.routes.steady.targets = ["%s", eliza]
                hubbub.model = steady
                """
                        .formatted(FAST));

        InProcess.Result result =
                run(
                        "--execute",
                        "start; send last Hello; stats last; start --model steady; models;"
                                + " experiment models --models steady Hello");

        assertThat(result.err()).isEmpty();
        assertThat(result.out()).containsPattern("model +steady").contains("tokens/s");
        assertThat(result.exitCode()).isZero();
    }

    // --- Wrong use ------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    strat 5               | There is no command 'strat'; did you mean start? `help` lists them.
                    frobnicate            | There is no command 'frobnicate'. `help` lists them.
                    start 0               | How many to start is a number from 1 to 1,000,000, not '0'.
                    start -3              | How many to start is a number from 1 to 1,000,000, not '-3'.
                    start 1000001         | How many to start is a number from 1 to 1,000,000, not '1000001'.
                    start many            | How many to start is a number from 1 to 1,000,000, not 'many'.
                    start 2 3             | '3' is too much. Usage: start [--model M] [--name N] [--id ID] [--system S] [n]
                    start --nam x         | There is no option '--nam' of start; did you mean --name?
                    start --model         | --model wants M.
                    start --model nobody  | There is no model 'nobody'; there are eliza, simulated.
                    start --id a/b        | 'a/b' cannot be a conversation id, which has 1 to 64 of A-Z a-z 0-9 _ -.
                    start 2 --id ada      | --id is for one conversation; leave out 2.
                    send                  | send wants an ID. Usage: send [--model M] [--when-busy W] ID text...
                    send last Hello       | No conversation is the last one yet; start one, or give an id.
                    send @1 Hello         | There is no conversation @1, and none at all in this session; start one.
                    send nobody Hello     | There is no conversation 'nobody'; `conversations` lists those in memory.
                    broadcast Hello       | There are no conversations to send to; start some.
                    kill 0                | How many to kill is a number from 1 to 2,147,483,647, not '0'.
                    kill 101%             | Kill more than 0% and at most 100%, not 101%.
                    kill 1%               | No conversation is in memory; start some.
                    observe --seconds 0   | --seconds is a number from 1 to 86,400, not '0'.
                    wait &                | wait would wait for itself; leave out the &.
                    experiment brodcast   | There is no experiment 'brodcast'; did you mean broadcast?
                    experiment            | experiment wants a NAME. Usage: experiment [--n N] [--upto N] [--heap P] [--percent P] [--nodes K] [--models A,B] NAME [question...]
                    """)
    void whatIsAskedWronglyIsToldInOneSentence(String line, String sentence) {
        InProcess.Result result = run("--memory", "--execute", line);

        assertThat(result.sentence()).isEqualTo(sentence);
        assertThat(result.exitCode()).isIn(1, 2);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void anIdInUseAndAnAmbiguousOneAreRefused() {
        assertThat(shell("start --id ada", "start --id ada").err())
                .startsWith(script() + ":2: ")
                .contains("ada");
        assertThat(shell("start --id team-1x", "start --id team-2x", "stats team").err())
                .contains("2 conversations begin or end with 'team'; give more of it");
    }

    // --- Scripts --------------------------------------------------------------------------------

    @Test
    void aScriptStopsAtTheFirstErrorAndTellsItsLine() {
        InProcess.Result result = shell("# a comment", "", "count", "strat", "count");

        assertThat(result.err())
                .isEqualTo(
                        script()
                                + ":4: There is no command 'strat'; did you mean start? `help`"
                                + " lists them.\n");
        assertThat(result.out()).hasLineCount(1);
        assertThat(result.exitCode()).isEqualTo(1);
    }

    @Test
    void aScriptGoesOnWhenItIsToldTo() {
        shell("strat", "count", "exit", "count");
        InProcess.Result result = run("--memory", "--keep-going", "--script", script().toString());

        assertThat(result.out()).isEqualTo("0 in memory, 0 kept\n");
        assertThat(result.exitCode()).isEqualTo(1);
    }

    @Test
    void aPipeIsAScript() {
        InProcess.Result result =
                new InProcess(home).piped("count\nstrat\n").run("shell", "--memory");

        assertThat(result.out()).isEqualTo("0 in memory, 0 kept\n");
        assertThat(result.err()).startsWith("standard input:2: ");
        assertThat(result.exitCode()).isEqualTo(1);
    }

    @Test
    void aScriptThatIsNotThereAndTwoWaysAtOnceAreWrongUse() {
        InProcess.Result absent = run("--script", home.resolve("absent").toString());
        InProcess.Result both = run("--script", "-", "--execute", "count");

        assertThat(absent.sentence()).endsWith("absent cannot be read.");
        assertThat(both.sentence()).isEqualTo("Give --execute or --script, not both.");
        assertThat(List.of(absent.exitCode(), both.exitCode())).containsOnly(2);
    }

    @Test
    void aDataDirectoryInUseIsSaidToBe() {
        try (Program _ = Program.serve(data)) {
            InProcess.Result result = run("--execute", "count");

            assertThat(result.sentence())
                    .contains(data.getFileName().toString(), "is used by another Hubbub process");
            assertThat(result.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void nothingIsPaintedWhereNoTerminalIs() {
        InProcess.Result result =
                shell("start 1000", "broadcast --model " + FAST + " Hello", "help");

        assertThat(result.out() + result.err()).doesNotContain("\u001b", "\r");
    }

    @Test
    void everyCommandHasHelp() {
        InProcess.Result all = shell("help");
        assertThat(all.out()).contains("start [n]", "observe", "experiment NAME", "exit");

        InProcess.Result each =
                shell("help send", "help broadcast", "help experiment", "help help");
        assertThat(each.out())
                .contains("send [--model M] [--when-busy W] ID text...", "Ctrl-C stops the reply")
                .contains("fit ", "nodes ");
        assertThat(each.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
        assertThat(shell("help strat").err()).contains("did you mean start?");
    }

    private InProcess.Result shell(String... lines) {
        try {
            Files.write(script(), List.of(lines));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        return run("--memory", "--script", script().toString());
    }

    private Path script() {
        return home.resolve("script.hubbub");
    }

    private InProcess.Result run(String... arguments) {
        var all = new ArrayList<>(List.of("shell", "--data", data.toString()));
        all.addAll(List.of(arguments));
        return new InProcess(home).run(all.toArray(String[]::new));
    }
}
