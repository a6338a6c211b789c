package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/// `hubbub serve` as people run it, in a process of its own.
@Timeout(60)
final class ServeTest {

    @TempDir private Path data;

    @Test
    void whatItPrintsIsWhereItIsAndItEndsWhenAsked() throws Exception {
        try (Program server = Program.serve(data, "--model", "simulated")) {
            URI url = server.url();

            try (HttpClient client = HttpClient.newHttpClient()) {
                var page =
                        client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
                assertThat(page.statusCode()).isEqualTo(200);
                assertThat(page.body()).contains("<html");
            }
            assertThat(data.resolve("address")).content().startsWith(url.toString());

            server.terminate();
            Program.Result result = server.result();
            assertThat(result.exitCode()).isZero();
            assertThat(result.out())
                    .isEqualTo(
                            """
                            Hubbub %s is ready: %s
                              data   %s
                              store  sqlite
                              model  simulated
                            Press Ctrl-C to stop.
                            """
                                    .formatted(Version.number(), url, data));
            assertThat(data.resolve("address")).doesNotExist();
        }
    }

    @Test
    void aSecondProcessOnTheSameDataIsRefused() {
        try (Program first = Program.serve(data)) {
            Program.Result second = Program.run("serve", "--port", "0", "--data", data.toString());

            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.out()).isEmpty();
            assertThat(second.err().lines().toList().getLast())
                    .contains(data.toString(), "used by another", Long.toString(first.pid()));
            assertThat(second.err()).doesNotContain("\tat ");
            assertThat(data.resolve("address")).content().startsWith(first.url().toString());
        }
    }

    @Test
    void aDatabaseThatIsNoneIsRefusedAndLeftAsItIs() throws IOException {
        Path database = data.resolve("hubbub.db");
        Files.writeString(database, "This is the novel that I am writing.\n".repeat(1000));
        byte[] before = Files.readAllBytes(database);

        Program.Result result = Program.run("serve", "--port", "0", "--data", data.toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err().lines().toList().getLast())
                .contains(database.toString(), "damaged or not a Hubbub database");
        assertThat(result.err()).doesNotContain("\tat ");
        assertThat(database).hasBinaryContent(before);
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());

            Program.Result result = Program.run("serve", "--port", port, "--data", data.toString());

            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.err().lines().toList().getLast()).contains(port, "--port");
            assertThat(result.err()).doesNotContain("\tat ");
            assertThat(data.resolve("address")).doesNotExist();
        }
    }

    @Test
    void everythingItWritesIsInTheDataDirectory() throws IOException {
        Path home = Files.createDirectory(data.resolve("home"));
        Path temporary = Files.createDirectory(data.resolve("tmp"));
        Path kept = data.resolve("kept");

        try (Program program =
                Program.start(
                        Map.of(
                                "HOME",
                                home.toString(),
                                "JDK_JAVA_OPTIONS",
                                "-Duser.home=%s -Djava.io.tmpdir=%s".formatted(home, temporary)),
                        "serve",
                        "--port",
                        "0",
                        "--data",
                        kept.toString(),
                        "--exit-when-ready")) {
            assertThat(program.result().exitCode()).isZero();
        }

        assertThat(home).isEmptyDirectory();
        assertThat(temporary).isEmptyDirectory();
        try (Stream<Path> files = Files.list(kept)) {
            assertThat(files).isNotEmpty();
        }
    }
}
