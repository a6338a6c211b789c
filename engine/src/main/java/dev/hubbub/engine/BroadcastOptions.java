package dev.hubbub.engine;

import java.util.function.IntConsumer;

/// How a message is sent to many conversations. Immutable.
///
/// @param send how it is sent to each. With a client message id, a broadcast that was cut short may
///   be repeated: conversations that have it already answer with the reply they gave
/// @param progress hears how many have been answered so far, now and then and at the end, from any
///   thread; it must return at once
public record BroadcastOptions(SendOptions send, IntConsumer progress) {

    /// Each message waits its turn; nobody hears of progress.
    public static final BroadcastOptions DEFAULT =
            new BroadcastOptions(SendOptions.DEFAULT, _ -> {});

    public BroadcastOptions withSend(SendOptions value) {
        return new BroadcastOptions(value, progress);
    }

    public BroadcastOptions withProgress(IntConsumer value) {
        return new BroadcastOptions(send, value);
    }
}
