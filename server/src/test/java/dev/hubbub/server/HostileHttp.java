package dev.hubbub.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;

/// Requests, right and wrong.
final class HostileHttp {

    private static final List<String> SEGMENTS =
            List.of(
                    "..",
                    ".",
                    "",
                    "%2e%2e",
                    "%2E%2e%2F",
                    "..%5c",
                    "%00",
                    "%",
                    "%zz",
                    "%c0%ae",
                    "%ff%fe",
                    "%ed%a0%80",
                    "%0d%0aX:y",
                    "a b",
                    "\u00e9",
                    "*",
                    ";x=1",
                    "?",
                    "{id}",
                    "~",
                    "a".repeat(65),
                    "a".repeat(3000),
                    "a".repeat(5000),
                    "9".repeat(30),
                    "0".repeat(64));

    private static final List<String> QUERIES =
            List.of(
                    "limit=",
                    "limit=99999999999",
                    "limit=-1&limit=2",
                    "cursor=1.2.3",
                    "cursor=9223372036854775807.9223372036854775807.x",
                    "cursor=%00",
                    "before=" + "0".repeat(64),
                    "after=9223372036854775807.2147483647",
                    "after=-1.-1",
                    "after=x",
                    "wait=999999999999",
                    "wait=-1",
                    "wait=0",
                    "search=%ff%00" + "x".repeat(300),
                    "search=%F0%9F%8D%B2",
                    "chat_id=%2e%2e",
                    "message_id=x",
                    "&&&=&=",
                    "a[b]=%",
                    "quiet=true");

    private static final List<String> METHODS =
            List.of(
                    "GET",
                    "HEAD",
                    "POST",
                    "PUT",
                    "DELETE",
                    "OPTIONS",
                    "PATCH",
                    "TRACE",
                    "CONNECT",
                    "get",
                    "QUERY",
                    "G\u0000T",
                    "X".repeat(100));

    private static final List<String> HEADERS =
            List.of(
                    "Host: evil.example",
                    "Host: 127.0.0.1",
                    "Host:",
                    "Host: [::1",
                    "Host: 127.0.0.1:99999999",
                    "Host: localhost@evil",
                    "Origin: null",
                    "Origin: http://evil.example",
                    "Origin: \u0001",
                    "Content-Length: 5",
                    "Content-Length: -1",
                    "Content-Length: 99999999999999999999",
                    "Content-Length: 1, 2",
                    "Content-Length: x",
                    "Transfer-Encoding: chunked",
                    "Transfer-Encoding: chunked, chunked",
                    "Transfer-Encoding: gzip",
                    "Transfer-Encoding : chunked",
                    "Content-Type: application/json; charset=utf-7",
                    "Content-Type: ;;;",
                    "Content-Encoding: gzip",
                    "Expect: 100-continue",
                    "Expect: 200-maybe",
                    "Connection: keep-alive, Upgrade",
                    "Upgrade: websocket",
                    "Upgrade: h2c",
                    "HTTP2-Settings: AAMAAABkAAQAAP__",
                    "Sec-WebSocket-Version: 99",
                    "Sec-WebSocket-Key: x",
                    "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99",
                    "Sec-WebSocket-Protocol: ,,,",
                    "Range: bytes=0-99999999999",
                    "If-None-Match: *",
                    "Accept-Encoding: gzip;q=x",
                    "Last-Event-ID: 1.1",
                    "Last-Event-ID: \u0000",
                    "Idempotency-Key: \u00e9",
                    "Idempotency-Key: \"",
                    "Idempotency-Key: " + "k".repeat(200),
                    "Authorization: Bearer " + "x".repeat(4000),
                    "Cookie: " + "a=b; ".repeat(200),
                    "X-Long: " + "x".repeat(9000),
                    "X\r\n : y",
                    "X: a\rb",
                    "X: a\nInjected: b",
                    ": no name",
                    "no colon",
                    " folded",
                    "\u00e9: x",
                    "X\u0000: y");

    private HostileHttp() {}

    /// A request without a body for an address near one of these.
    static byte[] path(RandomGenerator random, List<String> paths) {
        return bytes(
                "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
                        .formatted(method(random), near(random, paths)));
    }

    static String near(RandomGenerator random, List<String> paths) {
        String path = paths.get(random.nextInt(paths.size()));
        String[] segments = path.split("/", -1);
        int changes = random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            segments[random.nextInt(segments.length)] =
                    SEGMENTS.get(random.nextInt(SEGMENTS.size()));
        }
        String changed = String.join("/", segments);
        String query =
                random.nextBoolean() ? "" : "?" + QUERIES.get(random.nextInt(QUERIES.size()));
        return random.nextInt(20) == 0 ? "http://127.0.0.1" + changed + query : changed + query;
    }

    private static String method(RandomGenerator random) {
        return random.nextInt(3) > 0 ? "GET" : METHODS.get(random.nextInt(METHODS.size()));
    }

    /// A request with headers that nobody sends.
    static byte[] headers(RandomGenerator random, List<String> paths) {
        var request = new StringBuilder();
        request.append(random.nextInt(3) == 0 ? "POST " : "GET ");
        request.append(paths.get(random.nextInt(paths.size()))).append(" HTTP/1.1\r\n");
        if (random.nextInt(4) > 0) {
            request.append("Host: 127.0.0.1\r\n");
        }
        int count = random.nextInt(30) == 0 ? 400 : random.nextInt(6);
        for (int i = 0; i < count; i++) {
            request.append(HEADERS.get(random.nextInt(HEADERS.size()))).append("\r\n");
        }
        return bytes(request.append("Connection: close\r\n\r\n").toString());
    }

    /// A request whose body is this, framed as it should be.
    static byte[] post(String method, String path, String type, byte[] body) {
        return whole(head(method, path, type, "Content-Length: " + body.length), body);
    }

    /// A request whose body is framed wrongly, or only begun.
    static byte[] framed(
            RandomGenerator random, String method, String path, String type, byte[] body) {
        int length = body.length;
        String chunk = Integer.toHexString(length) + "\r\n";
        String tail = "\r\n0\r\n\r\n";
        String chunked = "Transfer-Encoding: chunked";
        return switch (random.nextInt(11)) {
            case 0 -> whole(head(method, path, type, "Content-Length: " + (length + 1)), body);
            case 1 -> whole(head(method, path, type, "Content-Length: " + length / 2), body);
            case 2 -> whole(head(method, path, type, "Content-Length: 9999999999"), body);
            case 3 -> whole(head(method, path, type, "Content-Length: 999999999"), body);
            case 4 -> whole(head(method, path, type, "X: y"), body);
            case 5 -> whole(head(method, path, type, chunked), body);
            case 6 -> whole(head(method, path, type, chunked) + chunk, body, tail);
            case 7 -> whole(head(method, path, type, chunked) + "zz\r\n", body, tail);
            case 8 -> whole(head(method, path, type, chunked) + "fffffffff\r\n", body, tail);
            case 9 -> whole(head(method, path, type, chunked) + chunk + "x", body, tail);
            default ->
                    whole(
                            head(method, path, type, chunked + "\r\nContent-Length: " + length)
                                    + chunk,
                            body,
                            tail);
        };
    }

    private static String head(String method, String path, String type, String framing) {
        return "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: %s\r\n%s\r\n\r\n"
                .formatted(method, path, type, framing);
    }

    private static byte[] whole(String head, byte[] body, String... tail) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(bytes(head));
        bytes.writeBytes(body);
        for (String part : tail) {
            bytes.writeBytes(bytes(part));
        }
        return bytes.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
