package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/// Other hosts, other origins and proxies.
final class NetworkTest {

    private static final String PAGE = "https://chat.example.com";

    @Test
    void aPageOfAnAllowedOriginMayAskAndRead() {
        try (var running = running(new Network(List.of(), List.of(PAGE), List.of()))) {
            int port = running.server.port();
            assertThat(
                            RawHttp.send(
                                    port,
                                    "OPTIONS /api/chats HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: "
                                            + PAGE
                                            + "\r\nAccess-Control-Request-Method: POST\r\n"
                                            + "Connection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 204 ")
                    .containsIgnoringCase("access-control-allow-origin: " + PAGE)
                    .containsIgnoringCase("authorization")
                    .doesNotContainIgnoringCase("allow-credentials");
            String token = "Authorization: Bearer " + Guarded.token(Guarded.ALICE);
            assertThat(RawHttp.get(port, "/api/chats", "Origin: " + PAGE, token))
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("access-control-allow-origin: " + PAGE);
            assertThat(RawHttp.get(port, "/api/chats", "Origin: " + PAGE))
                    .startsWith("HTTP/1.1 401 ")
                    .containsIgnoringCase("access-control-allow-origin: " + PAGE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "http://chat.example.com",
                "https://chat.example.com.evil.example",
                "https://chat.example.com:8443",
                "null"
            })
    void aPageOfAnotherOriginMayNot(String origin) {
        try (var running = running(new Network(List.of(), List.of(PAGE), List.of()))) {
            int port = running.server.port();
            String token = "Authorization: Bearer " + Guarded.token(Guarded.ALICE);
            assertThat(RawHttp.post(port, "/api/chats", "Origin: " + origin, token))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("origin_refused")
                    .doesNotContainIgnoringCase("access-control");
            assertThat(RawHttp.get(port, "/api/chats", "Origin: " + origin, token))
                    .doesNotContainIgnoringCase("access-control");
        }
    }

    @Test
    void withTokensAnyHostWillDoUntilSomeAreNamed() {
        String token = "Authorization: Bearer " + Guarded.token(Guarded.ALICE);
        try (var any = running(Network.DIRECT);
                var named =
                        running(new Network(List.of("Chat.Example.Com"), List.of(), List.of()))) {
            assertThat(RawHttp.get(any.server.port(), "/api/chats", "Host: a.example", token))
                    .startsWith("HTTP/1.1 200 ");
            int port = named.server.port();
            assertThat(RawHttp.get(port, "/api/chats", "Host: chat.example.com", token))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(RawHttp.get(port, "/api/chats", "Host: 127.0.0.1", token))
                    .startsWith("HTTP/1.1 200 ");
            assertThat(RawHttp.get(port, "/api/chats", "Host: a.example", token))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("allowed-hosts");
        }
    }

    @Test
    void behindAProxyThatSpeaksTlsOurOwnPageIsTheOneOverTls() {
        var proxy = new Network(List.of(), List.of(), List.of("127.0.0.1"));
        try (var running = running(proxy)) {
            int port = running.server.port();
            String token = "Authorization: Bearer " + Guarded.token(Guarded.ALICE);
            String host = "Host: chat.example.com";
            String tls = "X-Forwarded-Proto: https";
            assertThat(RawHttp.post(port, "/api/chats", host, tls, "Origin: " + PAGE, token))
                    .startsWith("HTTP/1.1 201 ");
            assertThat(
                            RawHttp.post(
                                    port,
                                    "/api/chats",
                                    host,
                                    tls,
                                    "Origin: http://chat.example.com",
                                    token))
                    .startsWith("HTTP/1.1 403 ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0/33", "10.0.0.256/8", "example.com", "", "::1/129", "1.2.3.4/x"})
    void whatIsNoRangeIsRefused(String range) {
        assertThatThrownBy(() -> new Network(List.of(), List.of(), List.of(range)))
                .hasMessageContaining("such as 10.0.0.0/8");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"*", "chat.example.com", "https://chat.example.com/", "ftp://a.example", ""})
    void whatIsNoOriginIsRefused(String origin) {
        assertThatThrownBy(() -> new Network(List.of(), List.of(origin), List.of()))
                .hasMessageContaining("such as https://chat.example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "*.example.com", "https://chat.example.com", ""})
    void whatIsNoHostIsRefused(String host) {
        assertThatThrownBy(() -> new Network(List.of(host), List.of(), List.of()))
                .hasMessageContaining("such as chat.example.com");
    }

    private static Running running(Network network) {
        return new Running(
                ServerConfig.DEFAULT.withClients(Guarded.ACCESS, network, ClientLimits.NONE));
    }
}
