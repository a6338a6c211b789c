package dev.hubbub.conversation;

import java.util.HexFormat;

/// The SHA-256 of a message's canonical encoding: see [Message#canonical]. Kept as four longs, a
/// third of the memory of its hexadecimal form.
public record MessageId(long a, long b, long c, long d) {

    public static final int BYTES = 32;

    /// No message has it: a [ConversationCommand.Post#parent] of a message that follows none.
    public static final MessageId NONE = new MessageId(0, 0, 0, 0);

    /// The id with these bytes.
    ///
    /// @throws IllegalArgumentException unless `hash` has [#BYTES] bytes
    public static MessageId of(byte[] hash) {
        if (hash.length != BYTES) {
            throw new IllegalArgumentException("a message id has 32 bytes");
        }
        return new MessageId(long64(hash, 0), long64(hash, 8), long64(hash, 16), long64(hash, 24));
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
        put(bytes, 0, a);
        put(bytes, 8, b);
        put(bytes, 16, c);
        put(bytes, 24, d);
        return bytes;
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

    private static long long64(byte[] bytes, int at) {
        long value = 0;
        for (int i = at; i < at + 8; i++) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }

    private static void put(byte[] bytes, int at, long value) {
        for (int i = 0; i < 8; i++) {
            bytes[at + i] = (byte) (value >>> (56 - 8 * i));
        }
    }
}
