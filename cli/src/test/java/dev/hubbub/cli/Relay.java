package dev.hubbub.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/// The network before a server, which can fall silent as a network does: connections stay as they
/// are, nothing goes through, and nobody is told. What was on its way arrives when it is back.
final class Relay implements AutoCloseable {

    private static final int CHUNK_BYTES = 8 * 1024;

    private final URI server;
    private final ServerSocket listener;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch back = new CountDownLatch(0);

    Relay(URI server) {
        this.server = server;
        try {
            listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        Thread.ofVirtual().start(this::accept);
    }

    URI url() {
        return URI.create("http://127.0.0.1:%d/".formatted(listener.getLocalPort()));
    }

    void fallSilent() {
        back = new CountDownLatch(1);
    }

    void comeBack() {
        back.countDown();
    }

    @Override
    public void close() {
        comeBack();
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private void accept() {
        try {
            while (!listener.isClosed()) {
                Socket near = listener.accept();
                Socket far = new Socket(server.getHost(), server.getPort());
                sockets.addAll(List.of(near, far));
                Thread.ofVirtual().start(() -> carry(near, far));
                Thread.ofVirtual().start(() -> carry(far, near));
            }
        } catch (IOException closed) {
            // No more of them.
        }
    }

    private void carry(Socket from, Socket to) {
        byte[] chunk = new byte[CHUNK_BYTES];
        try (from;
                to) {
            for (int n = from.getInputStream().read(chunk);
                    n >= 0;
                    n = from.getInputStream().read(chunk)) {
                back.await();
                to.getOutputStream().write(chunk, 0, n);
            }
        } catch (IOException | InterruptedException over) {
            // One side has closed; so does the other now.
        }
    }
}
