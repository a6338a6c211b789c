package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hubbub.engine.EngineConfig;
import dev.hubbub.server.ClientLimits;
import dev.hubbub.server.Rate;
import dev.hubbub.server.ServerConfig;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

final class SettingsTest {

    @TempDir private Path data;

    @Test
    void withNothingConfiguredTheDefaultsAreThoseOfTheParts() {
        Settings settings = load();

        assertThat(settings.server()).isEqualTo(ServerConfig.DEFAULT);
        assertThat(settings.engine()).isEqualTo(EngineConfig.DEFAULT);
        assertThat(settings.store()).isEqualTo(StoreChoice.SQLITE);
        assertThat(settings.model()).isNull();
        assertThat(settings.auth().mode()).isEqualTo(AuthSettings.Mode.NONE);
        assertThat(settings.models().isEmpty()).isTrue();
    }

    @Test
    void limitsOfUsersHoldWhileThereAreTokens() throws IOException {
        Settings.Clients clients = load().clients();
        assertThat(clients.of(AuthSettings.Mode.NONE)).isEqualTo(ClientLimits.NONE);
        assertThat(clients.of(AuthSettings.Mode.TOKENS).messagesPerUser())
                .isEqualTo(new Rate(120, Duration.ofMinutes(1)));
        write("hubbub.limits.clients.when = always");
        assertThat(load().clients().of(AuthSettings.Mode.NONE).connectionsPerUserMax())
                .isEqualTo(200);
        write("hubbub.limits.clients.when = never");
        assertThat(load().clients().of(AuthSettings.Mode.TOKENS)).isEqualTo(ClientLimits.NONE);
    }

    @Test
    void whatIsWrittenInTheDataDirectoryCounts() throws IOException {
        write(
                """
                hubbub {
                  store = memory
                  model = "simulated:rate=20"
                  server { port = 9000, allowed-hosts = [Chat.Example.com], heartbeat = 5s }
                  limits.body-bytes = 512KiB
                  limits.message-chars = 10
                  engine.stall-max = 2m
                  models.openai { key = "sk-secret", anything { goes = [1, 2] } }
                }
                """);
        Settings settings = load();

        assertThat(settings.store()).isEqualTo(StoreChoice.MEMORY);
        assertThat(settings.model()).isEqualTo("simulated:rate=20");
        assertThat(settings.server().port()).isEqualTo(9000);
        assertThat(settings.server().network().allowedHosts())
                .isEqualTo(List.of("chat.example.com"));
        assertThat(settings.server().heartbeat()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.server().bodyBytesMax()).isEqualTo(512 << 10);
        assertThat(settings.engine().limits().messageCharsMax()).isEqualTo(10);
        assertThat(settings.engine().stallMax()).isEqualTo(Duration.ofMinutes(2));
        assertThat(settings.models().getString("openai.key")).isEqualTo("sk-secret");
    }

    @Test
    void aFileMayBeNamedByAnOptionOrAVariable() throws IOException {
        Path file = Files.writeString(data.resolve("mine.conf"), "hubbub.server.prot = 1");
        var program = new InProcess(data);

        InProcess.Result option =
                program.run("doctor", "--data", data.toString(), "--config", file.toString());
        assertThat(option.out()).contains("There is no setting hubbub.server.prot", "port?");
        InProcess.Result variable =
                program.with("HUBBUB_CONFIG", file.toString())
                        .run("serve", "--data", data.toString());
        assertThat(variable.exitCode()).isEqualTo(2);
        assertThat(variable.sentence())
                .isEqualTo(
                        "There is no setting hubbub.server.prot (%s, line 1); did you mean hubbub.server.port?"
                                .formatted(file));
        InProcess.Result absent =
                new InProcess(data)
                        .run("serve", "--data", data.toString(), "--config", file + ".not");
        assertThat(absent.sentence()).startsWith("There is no configuration file");
    }

    @Test
    void aVariableOfTheEnvironmentMayStandInTheFile() throws IOException {
        write("hubbub.server.port = ${SOME_PORT}\nhubbub.model = ${?NO_SUCH_VARIABLE}");
        var surroundings =
                new InProcess(data).with("SOME_PORT", "9001").surroundings(System.out, System.err);

        Settings settings = Settings.load(surroundings, new DataDirectory(data), null);

        assertThat(settings.server().port()).isEqualTo(9001);
        assertThat(settings.model()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hubbub.server.port = 65536       | hubbub.server.port (FILE, line 2) is a whole"
                        + " number from 0 to 65535, not 65536.",
                "hubbub.server.port = eighty      | hubbub.server.port (FILE, line 2) is a whole"
                        + " number from 0 to 65535, not eighty.",
                "hubbub.server.port = {}          | hubbub.server.port (FILE, line 2) is a whole"
                        + " number from 0 to 65535, not a section.",
                "hubbub.server.port = null        | hubbub.server.port has no value; it is a whole"
                        + " number from 0 to 65535.",
                "hubbub.server = 80               | hubbub.server (FILE, line 2) is a section;"
                        + " write hubbub.server { ... }.",
                "hubbub.limits.body-bytes = 0     | hubbub.limits.body-bytes (FILE, line 2) is a"
                        + " size from 1 to 1073741824 bytes, such as 2MiB, not 0.",
                "hubbub.limits.body-bytes = 2MB-  | hubbub.limits.body-bytes (FILE, line 2) is a"
                        + " size from 1 to 1073741824 bytes, such as 2MiB, not 2MB-.",
                "hubbub.server.heartbeat = soon   | hubbub.server.heartbeat (FILE, line 2) is a"
                        + " time from 8ms to 1h, such as 30s, not soon.",
                "hubbub.server.heartbeat = 1d     | hubbub.server.heartbeat (FILE, line 2) is a"
                        + " time from 8ms to 1h, such as 30s, not 1d.",
                "hubbub.auth.token-expiry = 367d  | hubbub.auth.token-expiry (FILE, line 2) is a"
                        + " time from 1s to 366d, such as 30s, not 367d.",
                "hubbub.auth.mode = accounts      | hubbub.auth.mode (FILE, line 2) is one of none,"
                        + " tokens, not accounts.",
                "hubbub.server.allowed-origins = a| hubbub.server.allowed-origins (FILE, line 2) is"
                        + " a list of texts, such as [\"a\", \"b\"], not a.",
                "hubbub.server.allowed-origins = [\"a\"]| In the section hubbub.server of the"
                    + " configuration 'a' is no origin, such as https://chat.example.com; correct"
                    + " it.",
                "hubbub.limts.queue = 1           | There is no setting hubbub.limts (FILE, line"
                        + " 2); did you mean hubbub.limits?",
                "hubbub.quux = 1                  | There is no setting hubbub.quux (FILE, line 2);"
                        + " take it out.",
                "pekko.loglevel = DEBUG           | There is no setting pekko (FILE, line 2); take"
                        + " it out."
            })
    void whatIsWrongIsSaidWithItsPlaceAndWhatWouldBeRight(String line, String sentence)
            throws IOException {
        write("# of mine\n" + line);

        assertThatThrownBy(this::load)
                .isInstanceOf(Failure.class)
                .hasMessage(sentence.replace("FILE", data.resolve("hubbub.conf").toString()));
    }

    @Test
    void aFileThatCannotBeUnderstoodIsSaidWithItsPlace() throws IOException {
        write("hubbub {\n  server {\n}\n");

        assertThatThrownBy(this::load)
                .isInstanceOf(Failure.class)
                .hasMessageContaining(data.resolve("hubbub.conf").toString())
                .hasMessageContaining("cannot be understood");
    }

    @Test
    void anOptionWinsOverTheFile() throws IOException {
        write("hubbub.server.host = \"0.0.0.0\"\nhubbub.auth.mode = none");

        InProcess.Result file = new InProcess(data).run("serve", "--data", data.toString());
        assertThat(file.sentence()).contains("'0.0.0.0'", "--auth tokens");
        InProcess.Result option =
                new InProcess(data).run("serve", "--data", data.toString(), "--host", "0.0.0.1");
        assertThat(option.sentence()).contains("'0.0.0.1'");
        InProcess.Result mode =
                new InProcess(data).run("serve", "--data", data.toString(), "--auth", "accounts");
        assertThat(mode.sentence()).contains("none or tokens");
    }

    private void write(String text) throws IOException {
        Files.writeString(data.resolve("hubbub.conf"), text);
    }

    private Settings load() {
        return Settings.load(
                new InProcess(data).surroundings(System.out, System.err),
                new DataDirectory(data),
                null);
    }
}
