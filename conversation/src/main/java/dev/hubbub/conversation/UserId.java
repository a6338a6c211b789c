package dev.hubbub.conversation;

/// Who owns a conversation.
///
/// @param value 3 to 64 characters of `[A-Za-z0-9_-]`
public record UserId(String value) {

    /// The one user of a program that runs without accounts.
    public static final UserId LOCAL = new UserId("local");

    public UserId {
        Names.require("user id", value, 3, 64);
    }

    @Override
    public String toString() {
        return value;
    }
}
