package dev.hubbub.server;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes that begin as images do.
final class Pictures {

    private static final String PNG = "\u0089PNG\r\n\u001a\n";

    private Pictures() {}

    /// A small one; another for each `seed`.
    static byte[] png(int seed) {
        return png(seed, 64);
    }

    static byte[] png(int seed, int bytes) {
        byte[] begin = PNG.getBytes(StandardCharsets.ISO_8859_1);
        byte[] png = Arrays.copyOf(begin, bytes);
        for (int i = begin.length; i < bytes && i < begin.length + Integer.BYTES; i++) {
            png[i] = (byte) (seed >>> (8 * (i - begin.length)));
        }
        return png;
    }
}
