package dev.hubbub.model;

import io.vertx.core.buffer.Buffer;

/// Reads the events of a stream as its bytes come, however these are cut.
interface Framing {

    /// The longest line, and the most data, that one event may have. Providers send a few hundred
    /// bytes.
    int EVENT_BYTES_MAX = 1 << 20;

    /// Takes the next bytes and gives the events that they end.
    ///
    /// @throws TooLongException when an event is longer than [#EVENT_BYTES_MAX]
    void feed(Buffer bytes);

    /// Gives the event that a stream ended in without saying so, as some servers' do.
    void end();

    /// An event is longer than any that a provider would send.
    final class TooLongException extends RuntimeException {

        private static final long serialVersionUID = 1;

        TooLongException() {
            super("an event is longer than " + EVENT_BYTES_MAX + " bytes");
        }
    }
}
