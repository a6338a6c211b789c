package dev.hubbub.server;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.UserId;
import dev.hubbub.engine.Position;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

import org.jspecify.annotations.Nullable;

/// One client of `GET /api/chats/{id}/events`.
final class EventStream implements Hub.Live {

    private final Hub hub;
    private final Visitor visitor;
    private final UserId user;
    private final ConversationId chat;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final EventOutlet outlet;
    private final Watching watching;
    private @Nullable Expiry expiry;
    private int slot = -1;
    private boolean gone;

    EventStream(Hub hub, Visitor visitor, ConversationId chat, HttpServerRequest request) {
        this.hub = hub;
        this.visitor = visitor;
        user = visitor.user();
        this.chat = chat;
        this.request = request;
        response = request.response();
        long stallMillis = hub.shared().config().stallMax().toMillis();
        outlet = new EventOutlet(hub.vertx(), hub.lane(), stallMillis, request);
        watching = new Watching(hub.lane(), outlet, encoder(hub, chat), _ -> finish());
    }

    private static java.util.function.Function<
                    dev.hubbub.engine.Update,
                    java.util.concurrent.@Nullable CompletableFuture<Frame>>
            encoder(Hub hub, ConversationId chat) {
        var frames = hub.shared().frames().of(chat);
        return update -> update.encoded(frames);
    }

    /// Answers with an error when there is no such chat, and with the stream otherwise.
    void open() {
        hub.shared()
                .chats()
                .find(user, chat)
                .whenCompleteAsync(
                        (_, failure) -> {
                            if (failure != null) {
                                Edge.refuse(request, Fault.of(failure));
                            } else if (!response.closed()) {
                                begin();
                            }
                        },
                        hub.lane());
    }

    private void begin() {
        Fault full = hub.shared().seats().take(visitor);
        if (full != null) {
            Edge.refuse(request, full);
            return;
        }
        slot = hub.add(this, user);
        expiry = Expiry.of(hub.vertx(), visitor, this::finish);
        response.closeHandler(_ -> closed());
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Accel-Buffering", "no");
        response.write("retry: 1000\n\n");
        outlet.onDrained(watching::drained);
        watching.start(hub.shared().engine(), user, chat, after());
    }

    private @Nullable Position after() {
        String last = request.getHeader("Last-Event-ID");
        String from = last == null ? request.getParam("after") : last;
        return from == null ? null : Position.parse(from);
    }

    @Override
    public void beat() {
        outlet.beat();
    }

    @Override
    public void leave() {
        finish();
    }

    private void finish() {
        if (!gone && !response.ended()) {
            response.end();
        }
        closed();
    }

    private void closed() {
        if (!gone) {
            gone = true;
            outlet.closed();
            watching.cancel();
            Expiry.cancel(expiry);
            hub.remove(this, slot, user);
            hub.shared().seats().leave(visitor);
        }
    }
}
