package dev.hubbub.bench;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// One viewer's socket, and the conversations that it watches. Used on its event loop.
final class LoadSocket {

    private final WebSocket socket;
    private final Map<String, Watched> watched = new HashMap<>();
    private @Nullable Buffer unfinished;

    LoadSocket(WebSocket socket, List<Watched> chats) {
        this.socket = socket;
        chats.forEach(chat -> watched.put(chat.chat(), chat));
    }

    /// Watches, and waits until the server has said how each conversation is.
    Future<?> begin() {
        socket.frameHandler(this::take);
        socket.closeHandler(_ -> watched.values().forEach(Watched::lost));
        socket.exceptionHandler(_ -> {});
        for (String chat : watched.keySet()) {
            var command = new JsonObject().put("type", "watch").put("chat_id", chat);
            var _ = socket.writeTextMessage(command.encode());
        }
        return Future.all(watched.values().stream().map(Watched::begun).toList());
    }

    void close() {
        var _ = socket.close();
    }

    private void take(WebSocketFrame frame) {
        if (!frame.isText() && !frame.isContinuation()) {
            return;
        }
        long nowMicros = microsNow();
        Buffer whole = frame.binaryData();
        if (unfinished != null) {
            whole = unfinished.appendBuffer(whole);
            unfinished = null;
        }
        if (!frame.isFinal()) {
            unfinished = whole.copy();
            return;
        }
        SeenEvent event = SeenEvent.of(whole.getBytes());
        Watched one = watched.get(event.chat());
        if (one != null) {
            one.take(event, nowMicros);
        } else if (event.type().equals("error")) {
            watched.values().forEach(chat -> chat.take(event, nowMicros));
        }
    }

    /// The wall clock that the server's models read too.
    private static long microsNow() {
        java.time.Instant now = java.time.Instant.now();
        return TimeUnit.SECONDS.toMicros(now.getEpochSecond())
                + TimeUnit.NANOSECONDS.toMicros(now.getNano());
    }
}
