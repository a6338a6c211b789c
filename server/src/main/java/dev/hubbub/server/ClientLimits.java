package dev.hubbub.server;

/// What a server holds each user and each address to.
///
/// @param connectionsPerUserMax sockets and event streams that one user has open
/// @param connectionsPerAddressMax connections open from one address; behind a trusted proxy the
///   sockets and event streams of the address that it names
/// @param messagesPerUser messages for a model, over all protocols
/// @param requestsPerAddress requests, and messages on sockets
/// @param bucketsMax users, and addresses, whose rates are remembered; the longest unseen are
///   forgotten, and begin anew
public record ClientLimits(
        int connectionsPerUserMax,
        int connectionsPerAddressMax,
        Rate messagesPerUser,
        Rate requestsPerAddress,
        int bucketsMax) {

    /// For a server with one user, who would be held back by nobody but themselves.
    public static final ClientLimits NONE =
            new ClientLimits(
                    Integer.MAX_VALUE, Integer.MAX_VALUE, Rate.UNLIMITED, Rate.UNLIMITED, 1);

    public ClientLimits {
        if (connectionsPerUserMax < 1 || connectionsPerAddressMax < 1 || bucketsMax < 1) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
    }
}
