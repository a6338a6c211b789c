package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whoever asks wrongly is told in one sentence what to do.
final class WrongUseTest {

    @TempDir private Path home;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    serve --prot 80        | There is no option '--prot'; did you mean --port? See: hubbub serve --help
                    serve --colour         | There is no option '--colour'. See: hubbub serve --help
                    srve                   | There is no command 'srve'; did you mean serve? See: hubbub --help
                    help srve              | There is no command 'srve'. See: hubbub --help
                    serve --port abc       | Invalid value for option '--port': 'abc' is not a port; give a number from 1 to 65535, or 0 for a free one. See: hubbub serve --help
                    serve --port 65536     | Invalid value for option '--port': '65536' is not a port; give a number from 1 to 65535, or 0 for a free one. See: hubbub serve --help
                    serve --port -1        | Invalid value for option '--port': '-1' is not a port; give a number from 1 to 65535, or 0 for a free one. See: hubbub serve --help
                    serve --port           | Missing required parameter for option '--port' (PORT). See: hubbub serve --help
                    serve --host 0.0.0.0   | On '0.0.0.0' other machines would reach Hubbub, and without tokens everybody would be its one user; use --host 127.0.0.1, or tell users apart with --auth tokens.
                    serve --store CSV      | There is no store 'CSV'; there are sqlite (the default, one file in the data directory), csv (a file for each chat in the data directory, for thousands) and memory (nothing is kept).
                    serve --store postgres://me:secret@db | The postgres store is not there yet; there are sqlite (the default, one file in the data directory), csv (a file for each chat in the data directory, for thousands) and memory (nothing is kept).
                    serve --store oracle   | There is no store 'oracle'; there are sqlite (the default, one file in the data directory), csv (a file for each chat in the data directory, for thousands) and memory (nothing is kept).
                    serve --model nobody   | The default model nobody is not one of [eliza, simulated]; other models need a key or an address such as OPENAI_API_KEY.
                    chat --id a/b hello    | 'a/b' cannot be a conversation id, which has 1 to 64 of A-Z a-z 0-9 _ -.
                    chat --url ftp://x hello | 'ftp://x' is not the address of a server; give one like http://127.0.0.1:8080.
                    """)
    void wrongUseIsExitCodeTwoAndOneSentence(String line, String sentence) {
        InProcess.Result result = new InProcess(home).run(line.split(" "));

        assertThat(result.err()).isEqualTo(sentence + System.lineSeparator());
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void anUnknownHostIsNamed() {
        InProcess.Result result = new InProcess(home).run("serve", "--host", "no.such.invalid");

        assertThat(result.sentence()).contains("no.such.invalid", "--host 127.0.0.1");
        assertThat(result.exitCode()).isEqualTo(2);
    }

    @Test
    void aDataDirectoryThatIsAFileIsRefused() throws IOException {
        Path file = Files.createFile(home.resolve("file"));

        InProcess.Result result =
                new InProcess(home).run("serve", "--data", file.resolve("sub").toString());

        assertThat(result.sentence())
                .startsWith("Hubbub cannot write in the data directory " + file)
                .endsWith("choose another with --data.")
                .hasLineCount(1);
        assertThat(result.exitCode()).isEqualTo(1);
    }

    @Test
    void aWrongVariableIsRefusedLikeItsOption() {
        InProcess.Result result = new InProcess(home).with("HUBBUB_PORT", "http").run("serve");

        assertThat(result.sentence()).contains("'http' is not a port");
        assertThat(result.exitCode()).isEqualTo(2);
    }

    @Test
    void debugShowsWhereAFailureCameFrom() {
        InProcess.Result plain = new InProcess(home).run("serve", "--store", "files");
        InProcess.Result option = new InProcess(home).run("serve", "--store", "files", "--debug");
        InProcess.Result variable =
                new InProcess(home).with("HUBBUB_DEBUG", "1").run("serve", "--store", "files");

        assertThat(plain.err()).doesNotContain("\tat ");
        assertThat(option.err()).contains("\tat dev.hubbub.cli");
        assertThat(variable.err()).contains("\tat dev.hubbub.cli");
    }
}
