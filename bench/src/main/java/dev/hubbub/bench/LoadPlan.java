package dev.hubbub.bench;

import java.net.URI;

/// What a [StreamLoad] is to do.
///
/// @param url of the server
/// @param conversations that stream at once, each a reply of the `simulated` model
/// @param watched how many of them are watched
/// @param watchesPerSocket chats that one socket watches; 1 is a person with a page open
/// @param ratePerSecond tokens a second of each reply
/// @param tokens of each reply; a reply must outlast the ramp and the measurement
/// @param secondsMax how long is measured; it ends sooner when the first reply does
/// @param pid of the server, to read its processor time and memory; 0 to do without
public record LoadPlan(
        URI url,
        int conversations,
        int watched,
        int watchesPerSocket,
        int ratePerSecond,
        int tokens,
        int secondsMax,
        long pid) {

    public LoadPlan {
        if (conversations < 1 || watched < 0 || watched > conversations) {
            throw new IllegalArgumentException(
                    "watched conversations are some of at least one conversation");
        }
        if (watchesPerSocket < 1 || ratePerSecond < 1 || tokens < 1 || secondsMax < 1) {
            throw new IllegalArgumentException("rates, tokens and times are at least 1");
        }
    }

    /// The same against another server.
    LoadPlan against(URI otherUrl, long otherPid) {
        return new LoadPlan(
                otherUrl,
                conversations,
                watched,
                watchesPerSocket,
                ratePerSecond,
                tokens,
                secondsMax,
                otherPid);
    }

    /// The model that answers; every token is the time at which it was made.
    String model() {
        return "simulated:rate=%d,tokens=%d,stamp=true".formatted(ratePerSecond, tokens);
    }

    /// Whether the conversation is watched: they are spread evenly.
    boolean isWatched(int conversation) {
        long before = (long) conversation * watched / conversations;
        long after = (conversation + 1L) * watched / conversations;
        return after > before;
    }
}
