package dev.hubbub.conversation;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/// An image in a message, by reference: the store has its bytes under the owner and the id.
///
/// @param mediaType one of [#MEDIA_TYPES]
public record Image(ImageId id, String mediaType) {

    /// What models take, and browsers show without running anything.
    public static final Set<String> MEDIA_TYPES =
            Set.of("image/png", "image/jpeg", "image/gif", "image/webp");

    public Image {
        if (!MEDIA_TYPES.contains(mediaType)) {
            throw new IllegalArgumentException("an image is one of " + MEDIA_TYPES);
        }
    }

    /// The image that these bytes are, by how they begin; null when they are none of
    /// [#MEDIA_TYPES].
    public static @Nullable Image of(byte[] content) {
        String type = null;
        if (begins(content, 0, "\u0089PNG\r\n\u001a\n")) {
            type = "image/png";
        } else if (begins(content, 0, "\u00ff\u00d8\u00ff")) {
            type = "image/jpeg";
        } else if (begins(content, 0, "GIF87a") || begins(content, 0, "GIF89a")) {
            type = "image/gif";
        } else if (begins(content, 0, "RIFF") && begins(content, 8, "WEBP")) {
            type = "image/webp";
        }
        return type == null ? null : new Image(ImageId.of(content), type);
    }

    private static boolean begins(byte[] content, int from, String bytes) {
        if (content.length < from + bytes.length()) {
            return false;
        }
        for (int i = 0; i < bytes.length(); i++) {
            if ((content[from + i] & 0xff) != bytes.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
