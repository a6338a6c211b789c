package dev.hubbub.server;

import io.vertx.core.buffer.Buffer;

/// Server-sent events in the making.
final class Events {

    private final Buffer written = Buffer.buffer();

    /// An event of no type.
    Events data(Json.Body body) {
        written.appendString("data: ").appendBytes(Json.bytes(body)).appendString("\n\n");
        return this;
    }

    Events event(String type, Json.Body body) {
        written.appendString("event: ").appendString(type).appendString("\n");
        return data(body);
    }

    /// What says in OpenAI's protocol, and in the AI SDK's, that nothing follows.
    Events done() {
        written.appendString("data: [DONE]\n\n");
        return this;
    }

    boolean isEmpty() {
        return written.length() == 0;
    }

    Frame frame() {
        return Frame.events(written);
    }
}
