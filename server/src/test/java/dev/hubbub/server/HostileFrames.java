package dev.hubbub.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/// Frames of a WebSocket, right and wrong.
final class HostileFrames {

    private static final int FINAL = 0x80;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int MASKED = 0x80;

    private HostileFrames() {}

    static byte[] text(byte[] payload) {
        return frame(FINAL | TEXT, payload.length, payload, true);
    }

    /// One to six frames, most of them wrong in some way.
    ///
    /// @param valid a message that the server understands
    static byte[] some(RandomGenerator random, byte[] valid) {
        var bytes = new ByteArrayOutputStream();
        int count = random.nextInt(1, 7);
        for (int i = 0; i < count; i++) {
            bytes.writeBytes(one(random, valid));
        }
        byte[] all = bytes.toByteArray();
        return random.nextInt(6) == 0
                ? java.util.Arrays.copyOf(all, random.nextInt(all.length + 1))
                : all;
    }

    private static byte[] one(RandomGenerator random, byte[] valid) {
        byte[] noise = new byte[random.nextInt(200)];
        random.nextBytes(noise);
        return switch (random.nextInt(18)) {
            case 0 -> frame(FINAL | BINARY, noise.length, noise, true);
            case 1 -> frame(FINAL | TEXT, noise.length, noise, true);
            case 2 -> frame(FINAL | TEXT, valid.length, valid, false);
            case 3 -> fragments(random, valid);
            case 4 -> frame(TEXT, valid.length, valid, true);
            case 5 -> frame(FINAL, noise.length, noise, true);
            case 6 -> frame(FINAL | PING, noise.length, noise, true);
            case 7 -> frame(PING, 3, new byte[3], true);
            case 8 -> frame(FINAL | random.nextInt(3, 16), noise.length, noise, true);
            case 9 -> frame(FINAL | 0x70 | TEXT, valid.length, valid, true);
            case 10 -> frame(FINAL | TEXT, Integer.MAX_VALUE, noise, true);
            case 11 -> frame(FINAL | TEXT, -1, noise, true);
            case 12 -> frame(FINAL | TEXT, valid.length + 1000, valid, true);
            case 13 -> frame(FINAL | CLOSE, 1, new byte[1], true);
            case 14 -> frame(FINAL | CLOSE, 2, new byte[] {(byte) random.nextInt(), 7}, true);
            case 15 ->
                    frame(
                            FINAL | TEXT,
                            70_000,
                            "x".repeat(70_000).getBytes(StandardCharsets.UTF_8),
                            true);
            case 16 -> noise;
            default -> text(valid);
        };
    }

    private static byte[] fragments(RandomGenerator random, byte[] valid) {
        var bytes = new ByteArrayOutputStream();
        int at = 0;
        boolean first = true;
        while (at < valid.length) {
            int to = Math.min(valid.length, at + random.nextInt(1, 40));
            byte[] part = java.util.Arrays.copyOfRange(valid, at, to);
            int begin = (first ? TEXT : 0) | (to == valid.length ? FINAL : 0);
            bytes.writeBytes(frame(begin, part.length, part, true));
            if (random.nextInt(10) == 0) {
                bytes.writeBytes(frame(FINAL | PING, 0, new byte[0], true));
            }
            first = false;
            at = to;
        }
        return bytes.toByteArray();
    }

    /// @param length what the header says, as an unsigned number
    private static byte[] frame(int first, int length, byte[] payload, boolean masked) {
        var bytes = new ByteArrayOutputStream();
        bytes.write(first);
        int mask = masked ? MASKED : 0;
        if (length >= 0 && length < 126) {
            bytes.write(mask | length);
        } else if (length >= 0 && length < 1 << 16) {
            bytes.write(mask | 126);
            bytes.write(length >>> 8);
            bytes.write(length);
        } else {
            bytes.write(mask | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                bytes.write((int) ((long) length >>> shift));
            }
        }
        if (masked) {
            // A mask of zeros leaves the payload as it is.
            bytes.writeBytes(new byte[4]);
        }
        bytes.writeBytes(payload);
        return bytes.toByteArray();
    }
}
