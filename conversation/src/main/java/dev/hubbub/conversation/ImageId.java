package dev.hubbub.conversation;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Names an image: the SHA-256 of its bytes.
///
/// @param value 64 lower-case hexadecimal digits
public record ImageId(String value) {

    public ImageId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("an image id has 64 lower-case hexadecimal digits");
        }
    }

    /// Whether `text` could be an id at all.
    public static boolean isValid(String text) {
        return text.length() == 64
                && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
    }

    public static ImageId of(byte[] content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return new ImageId(HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
