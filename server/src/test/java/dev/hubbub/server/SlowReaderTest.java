package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

final class SlowReaderTest {

    private static final int REPLY_CHARS = 1_000_000;

    private static final ServerConfig IMPATIENT =
            ServerConfig.DEFAULT.withTimes(
                    Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofSeconds(1));

    private Running running = new Running();

    @AfterEach
    void close() {
        running.close();
    }

    @Test
    void aSlowReaderGetsFewerLargerPiecesOfTheSameText() throws IOException {
        String chat = running.chat("puppet");
        running.say(chat, "hello");
        var saying = running.puppet.next();
        try (var slow = new SlowSocket(running.server.port());
                var fast = running.socket()) {
            slow.send(watch(chat));
            fast.send(watch(chat));
            fast.next("snapshot");
            var expected = new StringBuilder();
            int fastPieces = 0;
            while (expected.length() < REPLY_CHARS) {
                String piece = "x%07d ".formatted(expected.length());
                String pieces = piece.repeat(20);
                expected.append(pieces);
                saying.say(pieces);
                JsonNode delta = fast.next("delta");
                fastPieces++;
                while (delta.get("offset").asInt() + delta.get("text").asText().length()
                        < expected.length()) {
                    delta = fast.next("delta");
                    fastPieces++;
                }
            }
            saying.end();
            fast.next("reply_ended");
            running.awaitIdle(chat);
            var seen = new StringBuilder();
            int slowPieces = 0;
            int largest = 0;
            JsonNode frame = slow.next();
            while (!frame.get("type").asText().equals("reply_ended")) {
                if (frame.get("type").asText().equals("delta")) {
                    assertThat(frame.get("offset").asInt()).isEqualTo(seen.length());
                    seen.append(frame.get("text").asText());
                    slowPieces++;
                    largest = Math.max(largest, frame.get("text").asText().length());
                }
                frame = slow.next();
            }
            assertThat(seen.toString()).isEqualTo(expected.toString());
            assertThat(frame.at("/message/content").asText()).isEqualTo(expected.toString());
            assertThat(slowPieces).isLessThan(fastPieces / 2);
            assertThat(largest).isGreaterThan(100_000);
        }
    }

    @Test
    void aSocketThatTakesNothingIsLetGo() throws IOException {
        restart(IMPATIENT);
        String chat = running.chat("puppet");
        running.say(chat, "hello");
        var saying = running.puppet.next();
        try (var slow = new SlowSocket(running.server.port())) {
            slow.send(watch(chat));
            await().until(() -> running.engine.figures().viewers() == 1);
            for (int i = 0; i < 900; i++) {
                String piece = "word ".repeat(200);
                saying.say(piece);
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> running.engine.figures().viewers() == 0);
            saying.say("unseen");
            // Whole messages, and then the end.
            JsonNode whole = slow.nextOrEnd();
            while (whole != null) {
                whole = slow.nextOrEnd();
            }
        }
        saying.end();
        running.awaitIdle(chat);
    }

    @Test
    void anEventStreamThatTakesNothingIsLetGo() throws IOException {
        restart(IMPATIENT);
        String chat = running.chat("puppet");
        running.say(chat, "hello");
        var saying = running.puppet.next();
        try (var slow = slowSocket(running.server.port())) {
            String request =
                    "GET /api/chats/%s/events HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(chat);
            slow.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            await().until(() -> running.engine.figures().viewers() == 1);
            for (int i = 0; i < 900; i++) {
                saying.say("word ".repeat(200));
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> running.engine.figures().viewers() == 0);
        }
        saying.end();
        running.awaitIdle(chat);
    }

    private void restart(ServerConfig config) {
        running.close();
        running = new Running(config);
    }

    private static String watch(String chat) {
        return "{\"type\":\"watch\",\"chat_id\":\"%s\"}".formatted(chat);
    }

    private static Socket slowSocket(int port) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(8192);
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    /// A WebSocket that reads when it is told to, with hardly any buffer.
    private static final class SlowSocket implements AutoCloseable {

        private static final int CLOSE = 8;

        private final Socket socket;
        private final DataInputStream in;

        SlowSocket(int port) throws IOException {
            socket = slowSocket(port);
            in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
            String[] lines = {
                "GET /ws?quiet=true HTTP/1.1",
                "Host: localhost:" + port,
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "\r\n"
            };
            String request = String.join("\r\n", lines);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            var head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                head.append((char) in.readByte());
            }
            assertThat(head.toString()).startsWith("HTTP/1.1 101");
        }

        void send(String json) throws IOException {
            byte[] text = json.getBytes(StandardCharsets.UTF_8);
            assertThat(text.length).isLessThan(126);
            byte[] frame = new byte[6 + text.length];
            frame[0] = (byte) 0x81;
            frame[1] = (byte) (0x80 | text.length);
            // A mask of zeros leaves the text as it is.
            System.arraycopy(text, 0, frame, 6, text.length);
            socket.getOutputStream().write(frame);
        }

        JsonNode next() throws IOException {
            JsonNode next = nextOrEnd();
            assertThat(next).as("a message").isNotNull();
            return java.util.Objects.requireNonNull(next);
        }

        /// The next message, or null when the server has closed.
        @Nullable JsonNode nextOrEnd() throws IOException {
            var message = new java.io.ByteArrayOutputStream();
            while (true) {
                int first = in.read();
                if (first < 0 || (first & 0xf) == CLOSE) {
                    return null;
                }
                int length = in.readUnsignedByte();
                if (length == 126) {
                    length = in.readUnsignedShort();
                }
                assertThat(length).isLessThan(127 * 1024);
                byte[] payload = in.readNBytes(length);
                if (payload.length < length) {
                    return null;
                }
                int opcode = first & 0xf;
                if (opcode <= 1) {
                    message.write(payload);
                    if ((first & 0x80) != 0) {
                        return Running.parse(message.toString(StandardCharsets.UTF_8));
                    }
                } else {
                    assertThat(opcode).as("a ping").isEqualTo(9);
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
