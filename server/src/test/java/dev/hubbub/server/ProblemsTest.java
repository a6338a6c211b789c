package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.List;

/// Whatever goes wrong is told as a problem: what HTTP itself is wrong about, too.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProblemsTest {

    private static final String POST =
            "POST /api/chats HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";

    private final Running running =
            new Running(ServerConfig.DEFAULT.withBodyMax(Duration.ofMillis(100)));

    @AfterAll
    void close() {
        running.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/nothing, 404, not_found",
        "/ws, 426, upgrade_required",
        "/api/chats?limit=x, 400, field_invalid",
        "/api/chats?a=%, 400, query_malformed",
        "/api/images, 405, method_not_allowed"
    })
    void aRequestThatCannotBeIsTold(String path, int status, String code) {
        assertProblem(RawHttp.get(running.server.port(), path), status, code);
    }

    @Test
    void anAddressThatIsTooLongIsTold() {
        String path = "/" + "a".repeat(10_000);
        assertProblem(RawHttp.get(running.server.port(), path), 414, "address_too_long");
    }

    @Test
    void headersThatAreTooLongAreTold() {
        String answer = RawHttp.get(running.server.port(), "/", "X: " + "x".repeat(10_000));
        assertProblem(answer, 431, "headers_too_long");
    }

    @ParameterizedTest
    @CsvSource({"'GET / HTTP/9\r\n\r\n'", "'nothing at all\r\n\r\n'"})
    void whatIsNotHttpIsTold(String request) {
        assertProblem(send(request), 400, "request_malformed");
    }

    @Test
    void aBodyThatDoesNotComeIsTold() {
        assertProblem(send(POST + "Content-Length: 10\r\n\r\n{"), 408, "body_too_slow");
    }

    @Test
    void aBodyThatIsFarTooLongIsToldBeforeItComes() {
        String answer = send(POST + "Content-Length: 9999999999\r\n\r\n");
        assertProblem(answer, 413, "body_too_long");
    }

    @ParameterizedTest
    @CsvSource({
        "POST /nothing, 404, not_found",
        "PUT /api/images, 405, method_not_allowed",
        "POST /api/import?dry_run=x, 400, field_invalid",
        "GET /api/chats?limit=x, 400, field_invalid"
    })
    void nobodyWaitsForTheBodyOfARequestThatIsAnswered(String what, int status, String code) {
        String head = what + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
        for (String connection : List.of("", "Connection: close\r\n")) {
            String declared = "Content-Length: 10\r\n\r\n{";
            assertProblem(send(head + connection + declared), status, code);
            String chunked = "Transfer-Encoding: chunked\r\n\r\na\r\n{";
            assertProblem(send(head + connection + chunked), status, code);
        }
    }

    @Test
    void aHostThatIsNotThisMachineIsTold() {
        String answer = RawHttp.get(running.server.port(), "/api/chats", "Host: evil.example");
        assertProblem(answer, 403, "host_refused");
    }

    @Test
    void aSocketThatIsOverIsNotCountedAnyLonger() {
        for (int i = 0; i < 3; i++) {
            try (SocketClient socket = running.socket()) {
                socket.next("chats_update");
            }
        }
        org.awaitility.Awaitility.await().until(() -> running.server.connections() == 0);
    }

    private String send(String request) {
        return RawHttp.send(running.server.port(), request);
    }

    private static void assertProblem(String answer, int status, String code) {
        assertThat(answer).startsWith("HTTP/1.").contains(" " + status + " ");
        assertThat(answer.toLowerCase(java.util.Locale.ROOT))
                .contains("content-type: application/problem+json");
        JsonNode problem = Running.parse(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("code").asText()).isEqualTo(code);
        assertThat(problem.get("title").asText()).isNotBlank();
        assertThat(problem.get("detail").asText()).endsWith(".");
    }
}
