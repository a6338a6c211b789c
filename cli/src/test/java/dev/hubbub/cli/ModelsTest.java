package dev.hubbub.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// `hubbub models`.
final class ModelsTest {

    @TempDir private Path home;

    @Test
    void withNothingConfiguredItSaysHowToBringInOthers() {
        InProcess.Result result = new InProcess(home).run("models");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .isEqualTo(
                        """
                           id         provider  context  $/M in  $/M out  images
                        *  eliza      built-in        -       -        -  no
                           simulated  built-in        -       -        -  no
                        """);
        assertThat(result.sentence())
                .startsWith("Set OPENAI_API_KEY, ANTHROPIC_API_KEY,")
                .contains("docs/reference/models.md");
    }

    @Test
    void aServiceIsListedWithItsPrices() {
        InProcess.Result result = keyed().run("models");

        assertThat(result.out().lines().toList())
                .contains(
                        "*  claude-sonnet-4-5  anthropic   200000    3.00    15.00  yes",
                        "   eliza              built-in         -       -        -  no");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).doesNotContain("sk-secret");
    }

    @Test
    void theDefaultIsMarked() {
        assertThat(keyed().run("models", "--model", "claude-opus-4-1").out())
                .contains("*  claude-opus-4-1", "   claude-sonnet-4-5");
    }

    @Test
    void programsReadJson() {
        JsonNode read = ServerApi.json(keyed().run("models", "--json").out());

        assertThat(read.path("default").asText()).isEqualTo("claude-sonnet-4-5");
        JsonNode first = read.path("models").path(0);
        assertThat(first.path("id").asText()).isEqualTo("claude-sonnet-4-5");
        assertThat(first.path("max_tokens").asInt()).isEqualTo(200_000);
        assertThat(first.path("images").asBoolean()).isTrue();
        assertThat(first.path("pricing").path("output").asDouble()).isEqualTo(15);
    }

    @Test
    void anOllamaIsAskedWhichItHas() throws IOException {
        var service =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        service.createContext(
                "/api/tags",
                exchange -> {
                    byte[] body =
                            "{\"models\":[{\"name\":\"qwen3:8b\"}]}"
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        service.start();
        try {
            InProcess.Result result =
                    new InProcess(home)
                            .with(
                                    "OLLAMA_BASE_URL",
                                    "http://127.0.0.1:" + service.getAddress().getPort())
                            .run("models");

            assertThat(result.out())
                    .contains("*  qwen3:8b   ollama          -    0.00     0.00  no");
        } finally {
            service.stop(0);
        }
    }

    @Test
    void anOllamaThatDoesNotAnswerIsNamed() {
        InProcess.Result result =
                new InProcess(home).with("OLLAMA_BASE_URL", "http://127.0.0.1:1").run("models");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("*  eliza");
        assertThat(result.sentence()).startsWith("ollama names no models: see whether it runs");
    }

    @Test
    void aWrongVariableIsExplained() {
        InProcess.Result result =
                new InProcess(home).with("GEMINI_BASE_URL", "nowhere").run("models");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.sentence())
                .isEqualTo(
                        "GEMINI_BASE_URL must be a plain address such as"
                                + " https://generativelanguage.googleapis.com.");
    }

    private InProcess keyed() {
        return new InProcess(home).with("ANTHROPIC_API_KEY", "sk-secret");
    }
}
