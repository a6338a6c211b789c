package dev.hubbub.server;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Bytes that nobody is to see. Never printed; compared in a time that tells nothing of them.
public final class Secret {

    /// Bytes of a key that signs tokens, at least: as many as its hash has.
    public static final int KEY_BYTES_MIN = 32;

    private final byte[] bytes;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Secret of(byte[] bytes) {
        return new Secret(bytes.clone());
    }

    public static Secret of(String text) {
        return new Secret(text.getBytes(StandardCharsets.UTF_8));
    }

    public int length() {
        return bytes.length;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    boolean is(String text) {
        return MessageDigest.isEqual(hash(bytes), hash(text.getBytes(StandardCharsets.UTF_8)));
    }

    /// Of one length, so that the comparison does not tell the secret's.
    private static byte[] hash(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return "(secret)";
    }
}
