package dev.hubbub.conversation;

/// What a conversation holds its users and models to. Lengths are in UTF-16 units.
///
/// @param messageCharsMax longest message a person may send
/// @param replyCharsMax longest reply kept; a longer one ends with [StopReason#LENGTH]
/// @param systemPromptCharsMax longest system prompt
/// @param nameCharsMax longest name or icon that a person may give a conversation
/// @param queueMax turns that may wait behind the running one; 0 for none
/// @param attemptsMax model calls of one reply that may end in a crash before it fails, at least 1
/// @param imagesMax images that one message may have
public record Limits(
        int messageCharsMax,
        int replyCharsMax,
        int systemPromptCharsMax,
        int nameCharsMax,
        int queueMax,
        int attemptsMax,
        int imagesMax) {

    /// What a program has that was not told otherwise.
    public static final Limits DEFAULT = new Limits(32_768, 1 << 20, 32_768, 200, 16, 3, 8);

    /// How many of the latest client message ids a conversation remembers.
    public static final int CLIENT_MESSAGE_IDS_MAX = 64;

    public Limits {
        if (messageCharsMax < 1
                || replyCharsMax < 1
                || systemPromptCharsMax < 0
                || nameCharsMax < 1
                || queueMax < 0
                || attemptsMax < 1
                || imagesMax < 0) {
            throw new IllegalArgumentException("limits leave room for one of each");
        }
    }
}
