package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the program says of itself, on the screen and in the documentation.
final class HelpTest {

    private static final Path REFERENCE = Path.of("../docs/reference/cli.md");

    @TempDir private Path home;

    @Test
    void aloneItPrintsItsHelp() {
        InProcess.Result alone = new InProcess(home).run();

        assertThat(alone.out()).startsWith("Usage: hubbub").contains("serve", "chat", "doctor");
        assertThat(alone.exitCode()).isZero();
        assertThat(new InProcess(home).run("--help")).isEqualTo(alone);
        assertThat(new InProcess(home).run("help")).isEqualTo(alone);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve",
                "chat",
                "shell",
                "models",
                "doctor",
                "token",
                "export",
                "import",
                "verify",
                "backup",
                "restore",
                "load",
                "bench",
                "version",
                "completion",
                "help"
            })
    void everyCommandHasHelp(String command) {
        InProcess.Result help = new InProcess(home).run(command, "--help");

        assertThat(help.out()).startsWith("Usage: hubbub " + command);
        assertThat(help.exitCode()).isZero();
        assertThat(new InProcess(home).run("help", command)).isEqualTo(help);
    }

    @Test
    void helpFitsAnOldTerminal() {
        for (String text : texts().values()) {
            assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
        }
    }

    @Test
    void whatTrainsTheCacheIsNobodysBusiness() {
        assertThat(new InProcess(home).run("serve", "--help").out())
                .doesNotContain("exit-when-ready");
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        assertThat(new InProcess(home).run("version").out())
                .matches("(?s)Hubbub \\d+\\.\\d+\\.\\d+.*Java 25.*");
        assertThat(new InProcess(home).run("--version").out())
                .isEqualTo(new InProcess(home).run("version").out());
    }

    @Test
    void theCompletionScriptKnowsTheCommands() {
        assertThat(new InProcess(home).run("completion").out())
                .contains("complete -F", "serve", "--data");
    }

    /// Repair with `./mvnw -o -q test -pl cli -am -Dtest=HelpTest -Dupdate`.
    @Test
    void theReferenceSaysWhatTheHelpSays() throws IOException {
        var expected =
                new StringBuilder(
                        """
                        # The command

                        What `hubbub --help` and `hubbub <command> --help` print. A test holds this page to it; do not
                        edit it, but run `./mvnw -o -q test -pl cli -am -Dtest=HelpTest -Dupdate` after changing a text.
                        """);
        texts().forEach((command, text) ->
                expected.append("\n## %s\n\n```text\n%s```\n".formatted(command, text)));
        if (System.getProperty("update") != null) {
            Files.writeString(REFERENCE, expected);
        }
        assertThat(REFERENCE).hasContent(expected.toString());
    }

    /// The help of each command, in the order in which they are listed.
    private Map<String, String> texts() {
        CommandLine all =
                Main.commandLine(new InProcess(home).surroundings(System.out, System.err));
        var texts = new LinkedHashMap<String, String>();
        texts.put("hubbub", all.getUsageMessage(CommandLine.Help.Ansi.OFF));
        all.getSubcommands()
                .forEach((name, command) ->
                        texts.put(
                                "hubbub " + name,
                                command.getUsageMessage(CommandLine.Help.Ansi.OFF)));
        return texts;
    }
}
