package dev.hubbub.model;

import io.vertx.core.buffer.Buffer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/// Cuts bytes into lines, which end in LF, CR or both. Characters are decoded a whole line at a
/// time, so that none is split.
final class Lines {

    private static final byte LF = '\n';
    private static final byte CR = '\r';

    private final Consumer<String> lines;

    /// A line whose end has not come.
    private byte[] line = new byte[512];

    private int length;
    private boolean afterCarriageReturn;

    /// @param lines takes each line, the empty ones too
    Lines(Consumer<String> lines) {
        this.lines = lines;
    }

    void feed(Buffer bytes) {
        int from = 0;
        int until = bytes.length();
        for (int i = 0; i < until; i++) {
            byte b = bytes.getByte(i);
            if (b == LF || b == CR) {
                keep(bytes, from, i);
                from = i + 1;
                if (b == CR || !afterCarriageReturn) {
                    endLine();
                }
            }
            afterCarriageReturn = b == CR;
        }
        keep(bytes, from, until);
    }

    /// Gives the line that has no end.
    void end() {
        if (length > 0) {
            endLine();
        }
    }

    private void keep(Buffer bytes, int from, int to) {
        int added = to - from;
        if (length + added > Framing.EVENT_BYTES_MAX) {
            throw new Framing.TooLongException();
        }
        if (length + added > line.length) {
            line = Arrays.copyOf(line, Math.max(2 * line.length, length + added));
        }
        bytes.getBytes(from, to, line, length);
        length += added;
    }

    private void endLine() {
        String text = new String(line, 0, length, StandardCharsets.UTF_8);
        length = 0;
        lines.accept(text);
    }
}
