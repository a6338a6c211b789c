package dev.hubbub.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// HTTP as no well-behaved client would speak it.
final class RawHttp {

    private RawHttp() {}

    /// All that the server says to a request for `path`.
    static String get(int port, String path, String... headers) {
        return send("GET", port, path, headers);
    }

    /// The same with a method that has an empty body.
    static String post(int port, String path, String... headers) {
        return send("POST", port, path, headers);
    }

    private static String send(String method, int port, String path, String... headers) {
        var request =
                new StringBuilder(method)
                        .append(" ")
                        .append(path)
                        .append(" HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n");
        boolean named = false;
        for (String header : headers) {
            request.append(header).append("\r\n");
            named |= header.startsWith("Host:");
        }
        if (!named) {
            request.append("Host: 127.0.0.1:").append(port).append("\r\n");
        }
        return send(port, request.append("\r\n").toString());
    }

    static String send(int port, String request) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
