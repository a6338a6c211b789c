package dev.hubbub.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/// A connection that sends whatever bytes it is told to. A server that does not close it in time
/// has hung.
final class RawConnection implements AutoCloseable {

    private static final int HUNG_MILLIS = 20_000;

    private final Socket socket;

    RawConnection(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(HUNG_MILLIS);
            socket.setTcpNoDelay(true);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// One whose handshake for a WebSocket is done.
    static RawConnection webSocket(int port, String path) {
        var connection = new RawConnection(port);
        connection.send(
                """
                GET %s HTTP/1.1\r
                Host: 127.0.0.1\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                \r
                """
                        .formatted(path)
                        .getBytes(StandardCharsets.US_ASCII));
        String head = connection.head();
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError(head);
        }
        return connection;
    }

    /// What the server does not take any more is as good as sent.
    void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (SocketException closed) {
            // The server has had enough; what it said is read.
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Nothing more comes.
    void finish() {
        try {
            if (!socket.isClosed()) {
                socket.shutdownOutput();
            }
        } catch (IOException closed) {
            // It is.
        }
    }

    private String head() {
        var head = new StringBuilder();
        try {
            InputStream in = socket.getInputStream();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    break;
                }
                head.append((char) next);
            }
            return head.toString();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// All that the server says until it closes, each byte a character.
    String rest() {
        return read("", HUNG_MILLIS, true);
    }

    /// What the server says until it says `wanted`, closes, or says nothing for a while.
    String until(String wanted, int quietMillis) {
        return read(wanted, quietMillis, false);
    }

    private String read(String wanted, int quietMillis, boolean toTheEnd) {
        var all = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 16];
        try {
            socket.setSoTimeout(quietMillis);
            InputStream in = socket.getInputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                all.write(buffer, 0, read);
                if (!toTheEnd && all.toString(StandardCharsets.ISO_8859_1).contains(wanted)) {
                    break;
                }
            }
        } catch (SocketTimeoutException quiet) {
            if (toTheEnd) {
                throw new AssertionError("the server has hung after " + all, quiet);
            }
        } catch (IOException reset) {
            // Closed, impolitely.
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
