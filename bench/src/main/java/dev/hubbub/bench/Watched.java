package dev.hubbub.bench;

import io.vertx.core.Future;
import io.vertx.core.Promise;

/// One watched conversation: checks that its reply comes with no hole and nothing twice, and that
/// what came is what was kept. Used on one event loop until [#ended] is complete.
final class Watched {

    private static final long NONE = -1;

    private final String chat;
    private final Tally tally;
    private final Promise<Void> begun = Promise.promise();
    private final Promise<Void> ended = Promise.promise();
    private long chars;
    private int hash;
    private long stamp = NONE;

    Watched(String chat, Tally tally) {
        this.chat = chat;
        this.tally = tally;
    }

    String chat() {
        return chat;
    }

    /// The server has said how the conversation is; everything after that is seen.
    Future<Void> begun() {
        return begun.future();
    }

    /// The reply has ended, or no more of it will be seen.
    Future<Void> ended() {
        return ended.future();
    }

    /// Of all the text of the reply, as [String#hashCode] would have it.
    int hash() {
        return hash;
    }

    long chars() {
        return chars;
    }

    void take(SeenEvent event, long nowMicros) {
        switch (event.type()) {
            case "snapshot" -> {
                if (!begun.tryComplete()) {
                    tally.resets.increment();
                }
            }
            case "delta" -> delta(event.offset(), event.text(), nowMicros);
            case "reply_ended" -> {
                String kept = event.text();
                if (kept.length() != chars || kept.hashCode() != hash) {
                    tally.different.increment();
                }
                tally.ended.increment();
                ended.tryComplete();
            }
            case "error" -> {
                tally.errors.increment();
                begun.tryFail("the server refused to let %s be watched".formatted(chat));
            }
            default -> {}
        }
    }

    /// The socket is gone.
    void lost() {
        begun.tryFail("the socket that watches %s was closed".formatted(chat));
        if (ended.tryFail("the socket that watches %s was closed".formatted(chat))) {
            tally.lost.increment();
        }
    }

    private void delta(long offset, String text, long nowMicros) {
        if (offset > chars) {
            tally.holes.increment();
        } else if (offset < chars) {
            tally.repeats.increment();
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            hash = 31 * hash + c;
            if (c >= '0' && c <= '9') {
                stamp = (stamp == NONE ? 0 : stamp * 10) + (c - '0');
            } else if (stamp != NONE) {
                tally.token(nowMicros - stamp);
                stamp = NONE;
            }
        }
        chars = offset + text.length();
        tally.frames.increment();
    }
}
