package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `hubbub doctor`: what is well, and what is not.
@Timeout(60)
final class DoctorTest {

    @TempDir private Path home;
    @TempDir private Path data;

    @Test
    void whereAllIsWellItSaysSo() {
        InProcess.Result result = doctor(new InProcess(home), "--port", "0");

        assertThat(result.exitCode()).as(result.out()).isZero();
        assertThat(result.out())
                .contains("ok    java", "ok    data", "ok    flush", "ok    models", "ok    page")
                .doesNotContain("fail")
                .endsWith("Hubbub can run here.\n");
    }

    @Test
    void lookingLeavesNothingBehind() {
        doctor(new InProcess(home), "--port", "0");

        assertThat(data).isEmptyDirectory();
    }

    @Test
    void lookingAtADirectoryThatIsNotThereDoesNotMakeIt() {
        Path missing = home.resolve("a/b");

        InProcess.Result result =
                new InProcess(home).run("doctor", "--port", "0", "--data", missing.toString());

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains(missing + " is not there yet, and can be made");
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void aDataDirectoryThatIsAFileFails() throws IOException {
        Path file = Files.createFile(home.resolve("file"));

        InProcess.Result result =
                new InProcess(home).run("doctor", "--port", "0", "--data", file.toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out())
                .contains("fail  data      %s is not a directory -> choose".formatted(file))
                .endsWith("Something fails: see above.\n");
    }

    @Test
    void aDatabaseThatIsNoneFails() throws IOException {
        Files.writeString(data.resolve("hubbub.db"), "no database\n".repeat(1000));

        InProcess.Result result = doctor(new InProcess(home), "--port", "0");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).contains("fail  store", "damaged or not a Hubbub database");
    }

    @Test
    void aPortInUseFails() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            Thread.startVirtualThread(() -> hangUpOnAll(taken));

            InProcess.Result result = doctor(new InProcess(home), "--port", port);

            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.out())
                    .contains("fail  port      %s is used by another program ->".formatted(port));
        }
    }

    @Test
    void ourOwnServerIsKnown() {
        try (Program server = Program.serve(data)) {
            String port = Integer.toString(server.url().getPort());

            InProcess.Result result = doctor(new InProcess(home), "--port", port);

            InProcess.Result elsewhere =
                    new InProcess(home).run("doctor", "--port", port, "--data", home.toString());
            assertThat(elsewhere.out()).contains(port + " is used by another Hubbub");
            assertThat(elsewhere.exitCode()).isEqualTo(1);

            assertThat(result.exitCode()).as(result.out()).isZero();
            assertThat(result.out())
                    .contains(
                            "%s is used by the server that runs on this data directory"
                                    .formatted(port),
                            "in use by the server at %s (process %d)"
                                    .formatted(server.url(), server.pid()));
        }
    }

    @Test
    void aModelThatIsNotThereFails() {
        InProcess.Result result = doctor(new InProcess(home), "--port", "0", "--model", "nobody");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).contains("fail  models", "nobody");
    }

    @Test
    void aServiceIsAskedWithTheKeyAndTheKeyIsNotShown() throws IOException {
        String key = "sk-secret-of-mine";
        var service =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        service.createContext(
                "/v1/models",
                exchange -> {
                    String sent = exchange.getRequestHeaders().getFirst("Authorization");
                    exchange.sendResponseHeaders(("Bearer " + key).equals(sent) ? 200 : 401, -1);
                    exchange.close();
                });
        service.start();
        try {
            String url = "http://127.0.0.1:" + service.getAddress().getPort() + "/v1";

            InProcess.Result right = doctor(service(url, key), "--port", "0");
            InProcess.Result wrong = doctor(service(url, "sk-secret-of-yours"), "--port", "0");

            assertThat(right.out()).contains("ok    openai    " + url + " answers (200)");
            assertThat(right.exitCode()).isZero();
            assertThat(wrong.out()).contains("fail  openai    " + url + " answers (401)");
            assertThat(wrong.exitCode()).isEqualTo(1);
            assertThat(right.out() + right.err() + wrong.out() + wrong.err())
                    .doesNotContain("sk-secret");
        } finally {
            service.stop(0);
        }
    }

    @Test
    void aServiceThatDoesNotAnswerFails() {
        InProcess.Result result =
                doctor(service("http://127.0.0.1:1/v1", "sk-secret"), "--port", "0");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out())
                .contains("fail  openai    http://127.0.0.1:1/v1 does not answer; a key is set ->")
                .doesNotContain("sk-secret");
    }

    @Test
    void programsReadJson() {
        InProcess.Result result =
                doctor(new InProcess(home), "--port", "0", "--json", "--store", "memory");

        JsonNode read = ServerApi.json(result.out());
        assertThat(read.path("ok").asBoolean()).isTrue();
        assertThat(read.path("checks"))
                .anySatisfy(check -> {
                    assertThat(check.path("subject").asText()).isEqualTo("store");
                    assertThat(check.path("verdict").asText()).isEqualTo("warn");
                    assertThat(check.path("advice").asText()).contains("--store");
                });
    }

    @Test
    void anOptionWinsOverItsVariable() {
        InProcess.Result variable =
                new InProcess(home)
                        .with("HUBBUB_DATA", data.toString())
                        .with("HUBBUB_PORT", "0")
                        .run("doctor");
        InProcess.Result option =
                doctor(new InProcess(home).with("HUBBUB_DATA", "/nowhere"), "--port", "0");

        assertThat(variable.out()).contains(data + " can be written", "a free one is taken");
        assertThat(option.out()).contains(data + " can be written");
    }

    private static void hangUpOnAll(ServerSocket socket) {
        try {
            while (true) {
                socket.accept().close();
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private InProcess.Result doctor(InProcess program, String... more) {
        var arguments = new ArrayList<>(List.of("doctor"));
        arguments.addAll(List.of(more));
        arguments.addAll(List.of("--data", data.toString()));
        return program.run(arguments.toArray(String[]::new));
    }

    private InProcess service(String url, String key) {
        return new InProcess(home).with("OPENAI_BASE_URL", url).with("OPENAI_API_KEY", key);
    }
}
