package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/// Tokens and their keys, as people use them.
@Timeout(120)
final class TokenTest {

    @TempDir private Path data;

    @Test
    void aTokenMadeHereIsGoodAtTheServerAndAnotherDirectorysIsNot() throws Exception {
        String token = token("alice");
        String foreign =
                new InProcess(data)
                        .run("token", "--user", "alice", "--data", data.resolve("b").toString())
                        .out()
                        .strip();
        try (Program server = Program.serve(data, "--auth", "tokens");
                HttpClient client = HttpClient.newHttpClient()) {
            assertThat(get(client, server, token).statusCode()).isEqualTo(200);
            assertThat(get(client, server, foreign).statusCode()).isEqualTo(401);
            assertThat(get(client, server, "").statusCode()).isEqualTo(401);

            String key = Files.readString(data.resolve("issuer.key")).strip();
            HttpResponse<String> made =
                    client.send(
                            HttpRequest.newBuilder(server.url().resolve("/token?userid=carol"))
                                    .header("Authorization", "Bearer " + key)
                                    .POST(BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.ofString());
            assertThat(made.statusCode()).isEqualTo(200);

            server.terminate();
            Program.Result result = server.result();
            assertThat(result.out()).contains("users  by token", "issuer.key");
            assertThat(result.out() + result.err()).doesNotContain(key, token);
        }
    }

    @Test
    void keysAreForTheirOwnerAloneAndOfSomeLength() throws Exception {
        token("alice");
        Path key = data.resolve("token.key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        try (var files = Files.list(data)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("token.key", "native");
        }

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        InProcess.Result seen = run("--user", "alice");
        assertThat(seen.exitCode()).isEqualTo(1);
        assertThat(seen.sentence()).contains("chmod 600 " + key);

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(key, "k".repeat(31));
        assertThat(run("--user", "alice").sentence()).contains("fewer than 32 characters");
        Files.writeString(key, "k".repeat(32));
        assertThat(run("--user", "alice").exitCode()).isZero();
    }

    @Test
    void aChangedKeyEndsTokensUnlessTheOldOneIsNamed() throws Exception {
        String old = token("alice");
        Files.move(data.resolve("token.key"), data.resolve("token-old.key"));
        Files.writeString(
                data.resolve("hubbub.conf"),
                "hubbub.auth { mode = tokens, previous-key-files = [token-old.key] }");
        try (Program server = Program.serve(data);
                HttpClient client = HttpClient.newHttpClient()) {
            assertThat(get(client, server, old).statusCode()).isEqualTo(200);
        }
        Files.writeString(data.resolve("hubbub.conf"), "hubbub.auth.mode = tokens");
        try (Program server = Program.serve(data);
                HttpClient client = HttpClient.newHttpClient()) {
            assertThat(get(client, server, old).statusCode()).isEqualTo(401);
            assertThat(get(client, server, token("alice")).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void whoTalksInTheTerminalShowsAToken() {
        Map<String, String> issuer = Map.of("HUBBUB_ISSUER_KEY", "a key of my own choice");
        try (Program server = Program.serve(issuer, data, 0, "--auth", "tokens")) {
            String url = server.url().toString();
            var elsewhere = new InProcess(data.resolve("home"));

            InProcess.Result none =
                    elsewhere.run("chat", "--data", data + "/c", "--url", url, "Hello");
            assertThat(none.exitCode()).isEqualTo(1);
            assertThat(none.sentence()).contains("--token", "HUBBUB_TOKEN");
            InProcess.Result given =
                    elsewhere.run(
                            "chat",
                            "--data",
                            data + "/c",
                            "--url",
                            url,
                            "--token",
                            token("alice"),
                            "Hello");
            assertThat(given.exitCode()).as(given.err()).isZero();
            InProcess.Result variable =
                    elsewhere
                            .with("HUBBUB_TOKEN", token("bob"))
                            .run("chat", "--data", data + "/c", "--url", url, "Hello");
            assertThat(variable.exitCode()).as(variable.err()).isZero();
            InProcess.Result beside =
                    new InProcess(data).run("chat", "--data", data.toString(), "Hello");
            assertThat(beside.exitCode()).as(beside.err()).isZero();
        }
    }

    @Test
    void anIssuersKeyThatIsEasilyGuessedIsRefused() {
        var program = new InProcess(data).with("HUBBUB_ISSUER_KEY", "123456789012345");
        InProcess.Result refused =
                program.run("serve", "--auth", "tokens", "--data", data.toString());

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.sentence())
                .contains("at least 16 characters")
                .doesNotContain("123456789012345");
    }

    @ParameterizedTest
    @CsvSource({
        "1s, 0", "366d, 0", "1h, 0", "0s, 2", "367d, 2", "soon, 2", "-1h, 2",
    })
    void aTokenIsGoodForASecondToAYear(String time, int exitCode) {
        assertThat(run("--user", "alice", "--expires", time).exitCode()).isEqualTo(exitCode);
    }

    @Test
    void aUserHasAName() {
        assertThat(run("--user", "ab").sentence()).contains("3 to 64");
        assertThat(run().sentence()).contains("--user");
    }

    private String token(String user) {
        InProcess.Result made = run("--user", user);
        assertThat(made.exitCode()).as(made.err()).isZero();
        return made.out().strip();
    }

    private InProcess.Result run(String... more) {
        String[] arguments = new String[more.length + 3];
        arguments[0] = "token";
        arguments[1] = "--data";
        arguments[2] = data.toString();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return new InProcess(data).run(arguments);
    }

    private static HttpResponse<String> get(HttpClient client, Program server, String token)
            throws Exception {
        URI chats = server.url().resolve("/api/chats");
        return client.send(
                HttpRequest.newBuilder(chats).header("Authorization", "Bearer " + token).build(),
                BodyHandlers.ofString());
    }
}
