package dev.hubbub.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/// One JSON object on its way to any number of clients, encoded once for each of the two ways there
/// are: as a text message of a WebSocket with its headers, and as a server-sent event. Safe for use
/// by many threads.
final class Frame {

    /// Payload in one fragment of a message. A longer message goes as several, so that other frames
    /// may come in between and the progress of a slow client can be seen.
    static final int FRAGMENT_BYTES = 16 << 10;

    /// A full fragment with its header.
    static final int FRAGMENT_BYTES_WITH_HEADER = FRAGMENT_BYTES + 4;

    private static final int FINAL = 0x80;
    private static final int TEXT = 1;
    private static final int PING = 9;

    /// An empty ping.
    static final ByteBuf PING_FRAME =
            Unpooled.unreleasableBuffer(
                    Unpooled.wrappedBuffer(new byte[] {(byte) (FINAL | PING), 0}));

    private final byte[] json;
    private final @Nullable String type;
    private final @Nullable String position;
    private volatile @Nullable ByteBuf message;
    private volatile @Nullable Buffer event;

    private Frame(byte[] json, @Nullable String type, @Nullable String position) {
        this.json = json;
        this.type = type;
        this.position = position;
    }

    /// Stands where there is nothing to send after all.
    static final Frame NOTHING = new Frame(new byte[0], null, null);

    static Frame of(Json.Body body) {
        return new Frame(Json.bytes(body), null, null);
    }

    static Frame event(String type, String position, Json.Body body) {
        return new Frame(Json.bytes(body), type, position);
    }

    /// Server-sent events that are written already, for one client of another protocol than ours.
    static Frame events(Buffer written) {
        var frame = new Frame(new byte[0], null, null);
        frame.event = written;
        return frame;
    }

    int jsonBytes() {
        return json.length;
    }

    String json() {
        return new String(json, StandardCharsets.UTF_8);
    }

    /// The WebSocket frames of this, shared: has its own reader index and need not be released.
    ByteBuf message() {
        ByteBuf known = message;
        if (known == null) {
            known = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(encodeMessage()));
            message = known;
        }
        return known.duplicate();
    }

    /// The server-sent event of this, shared.
    Buffer event() {
        Buffer known = event;
        if (known == null) {
            String head =
                    (position == null ? "" : "id: " + position + "\n")
                            + (type == null ? "" : "event: " + type + "\n")
                            + "data: ";
            known =
                    Buffer.buffer(head.length() + json.length + 2)
                            .appendString(head)
                            .appendBytes(json)
                            .appendString("\n\n");
            event = known;
        }
        return known;
    }

    private byte[] encodeMessage() {
        int full = Math.max(0, (json.length - 1) / FRAGMENT_BYTES);
        int last = json.length - full * FRAGMENT_BYTES;
        byte[] frames = new byte[full * FRAGMENT_BYTES_WITH_HEADER + headerBytes(last) + last];
        int at = 0;
        for (int i = 0; i <= full; i++) {
            boolean isLast = i == full;
            int length = isLast ? last : FRAGMENT_BYTES;
            frames[at++] = (byte) ((isLast ? FINAL : 0) | (i == 0 ? TEXT : 0));
            if (length < 126) {
                frames[at++] = (byte) length;
            } else {
                frames[at++] = 126;
                frames[at++] = (byte) (length >>> 8);
                frames[at++] = (byte) length;
            }
            System.arraycopy(json, i * FRAGMENT_BYTES, frames, at, length);
            at += length;
        }
        return frames;
    }

    private static int headerBytes(int length) {
        return length < 126 ? 2 : 4;
    }
}
