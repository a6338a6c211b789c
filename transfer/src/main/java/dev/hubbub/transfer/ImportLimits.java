package dev.hubbub.transfer;

/// What an import holds a file to, besides the limits of conversations.
///
/// @param unpackedBytesMax what is read of an archive, unpacked
/// @param chatCharsMax characters of one conversation in a foreign format, its marks included
/// @param chatMessagesMax messages of one conversation
/// @param textCharsMax characters of one text, an image's base64 included
/// @param depthMax how deeply JSON may be nested
/// @param entriesMax files in an archive
/// @param imageBytesMax longest image; longer ones are left out
/// @param userImageBytesMax all images of the user together
/// @param problemsMax problems that are told one by one; more are counted
public record ImportLimits(
        long unpackedBytesMax,
        long chatCharsMax,
        int chatMessagesMax,
        int textCharsMax,
        int depthMax,
        int entriesMax,
        int imageBytesMax,
        long userImageBytesMax,
        int problemsMax) {

    public static final ImportLimits DEFAULT =
            new ImportLimits(
                    1L << 30, 64L << 20, 500_000, 16 << 20, 20_000, 100_000, 8 << 20, 1L << 30,
                    1_000);

    public ImportLimits withImages(int bytesMax, long userBytesMax) {
        return new ImportLimits(
                unpackedBytesMax,
                chatCharsMax,
                chatMessagesMax,
                Math.max(textCharsMax, bytesMax / 3 * 4 + 4),
                depthMax,
                entriesMax,
                bytesMax,
                userBytesMax,
                problemsMax);
    }

    public ImportLimits withChats(long charsMax, int messagesMax) {
        return new ImportLimits(
                unpackedBytesMax,
                charsMax,
                messagesMax,
                textCharsMax,
                depthMax,
                entriesMax,
                imageBytesMax,
                userImageBytesMax,
                problemsMax);
    }

    public ImportLimits withUnpacked(long bytesMax) {
        return new ImportLimits(
                bytesMax,
                chatCharsMax,
                chatMessagesMax,
                textCharsMax,
                depthMax,
                entriesMax,
                imageBytesMax,
                userImageBytesMax,
                problemsMax);
    }
}
