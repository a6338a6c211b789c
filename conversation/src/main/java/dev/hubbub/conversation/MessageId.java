package dev.hubbub.conversation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/// The SHA-256 of a message's canonical encoding: see [Message#canonical]. Kept as four longs, a
/// third of the memory of its hexadecimal form.
public record MessageId(long a, long b, long c, long d) {

    public static final int BYTES = 32;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /// No message has it: a [ConversationCommand.Post#parent] of a message that follows none.
    public static final MessageId NONE = new MessageId(0, 0, 0, 0);

    /// The id with these bytes.
    ///
    /// @throws IllegalArgumentException unless `hash` has [#BYTES] bytes
    public static MessageId of(byte[] hash) {
        if (hash.length != BYTES) {
            throw new IllegalArgumentException("a message id has 32 bytes");
        }
        return new MessageId(
                (long) LONG.get(hash, 0),
                (long) LONG.get(hash, 8),
                (long) LONG.get(hash, 16),
                (long) LONG.get(hash, 24));
    }

    /// Reads the 64 hexadecimal digits that [#toString] writes, in either case.
    ///
    /// @throws IllegalArgumentException when `hex` is anything else
    public static MessageId parse(String hex) {
        if (!isValid(hex)) {
            throw new IllegalArgumentException("a message id has 64 hexadecimal digits");
        }
        return new MessageId(
                HexFormat.fromHexDigitsToLong(hex, 0, 16),
                HexFormat.fromHexDigitsToLong(hex, 16, 32),
                HexFormat.fromHexDigitsToLong(hex, 32, 48),
                HexFormat.fromHexDigitsToLong(hex, 48, 64));
    }

    /// Whether [#parse] takes it.
    public static boolean isValid(String hex) {
        return hex.length() == 2 * BYTES && hex.chars().allMatch(HexFormat::isHexDigit);
    }

    /// The [#BYTES] bytes of the hash, in an array of the caller's own.
    public byte[] bytes() {
        byte[] bytes = new byte[BYTES];
        put(bytes, 0);
        return bytes;
    }

    /// Puts these bytes into an array.
    void put(byte[] to, int at) {
        LONG.set(to, at, a);
        LONG.set(to, at + 8, b);
        LONG.set(to, at + 16, c);
        LONG.set(to, at + 24, d);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(a);
    }

    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(a) + hex.toHexDigits(b) + hex.toHexDigits(c) + hex.toHexDigits(d);
    }
}
