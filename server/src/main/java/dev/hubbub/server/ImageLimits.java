package dev.hubbub.server;

/// What images a server takes.
///
/// @param bytesMax longest image
/// @param userBytesMax all images of one user together
/// @param uploadsMax images that may be on their way in at once, over all users
public record ImageLimits(int bytesMax, long userBytesMax, int uploadsMax) {

    public static final ImageLimits DEFAULT = new ImageLimits(8 << 20, 1L << 30, 16);

    public ImageLimits {
        if (bytesMax < 1 || userBytesMax < bytesMax || uploadsMax < 1) {
            throw new IllegalArgumentException("a user may keep at least one image of any length");
        }
    }
}
