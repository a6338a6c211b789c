package dev.hubbub.server;

import dev.hubbub.conversation.ConversationCommand.Stop;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.UserId;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/// Answers one request with one turn: as server-sent events while it is made, or as one object when
/// it has ended. Used on the connection's event loop only.
final class TurnStream implements Hub.Live, TurnWatch.Listener {

    private final Hub hub;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final UserId user;
    private final TurnRef turn;
    private final Form form;
    private final boolean stopsWithClient;
    private final EventOutlet outlet;
    private final TurnWatch watch;
    private int slot = -1;
    private boolean gone;

    /// How a protocol tells of a turn.
    sealed interface Form {

        /// Headers beside the usual ones.
        default Map<String, String> headers() {
            return Map.of();
        }

        /// How much of the reply the client has, in UTF-16 units.
        default int fromChar() {
            return 0;
        }
    }

    /// As events.
    non-sealed interface Live extends Form {

        /// What comes first, at once.
        void begin(Events out);

        void text(Events out, int from, String text);

        void end(Events out, Message reply);

        /// The stream cannot go on.
        void broken(Events out, Fault fault);

        /// Why a reply that gave no text is to be told as an error of HTTP, while nothing was
        /// written yet; null where it is not.
        default @Nullable Fault refusal(Message reply) {
            return null;
        }
    }

    /// As one object.
    non-sealed interface Whole extends Form {

        /// The answer.
        ///
        /// @throws FaultException where the reply is to be told as an error
        Response end(Message reply);
    }

    private TurnStream(
            Hub hub,
            HttpServerRequest request,
            UserId user,
            TurnRef turn,
            Form form,
            boolean stopsWithClient) {
        this.hub = hub;
        this.request = request;
        this.user = user;
        this.turn = turn;
        this.form = form;
        this.stopsWithClient = stopsWithClient;
        response = request.response();
        long stallMillis = hub.shared().config().stallMax().toMillis();
        outlet = new EventOutlet(hub.vertx(), hub.lane(), stallMillis, request);
        watch = new TurnWatch(hub.shared().engine(), hub.lane(), user, turn, form.fromChar(), this);
    }

    /// @param stopsWithClient whether the turn is stopped when the client goes away before its end
    static Response of(UserId user, TurnRef turn, Form form, boolean stopsWithClient) {
        return Response.streaming((hub, request) ->
                new TurnStream(hub, request, user, turn, form, stopsWithClient).begin());
    }

    private void begin() {
        slot = hub.add(this, user);
        response.closeHandler(_ -> clientLeft());
        if (response.closed()) {
            clientLeft();
            return;
        }
        form.headers().forEach(response::putHeader);
        if (form instanceof Live live) {
            response.setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .putHeader("X-Content-Type-Options", "nosniff")
                    .putHeader("X-Accel-Buffering", "no");
            var out = new Events();
            live.begin(out);
            write(out);
        }
        outlet.onDrained(watch::drained);
        watch.start();
    }

    @Override
    public void text(int from, String text) {
        if (form instanceof Live live) {
            var out = new Events();
            live.text(out, from, text);
            write(out);
        }
    }

    @Override
    public void ended(Message reply) {
        switch (form) {
            case Live live -> {
                Fault refusal = response.headWritten() ? null : live.refusal(reply);
                if (refusal != null) {
                    refuse(refusal);
                    return;
                }
                var out = new Events();
                live.end(out, reply);
                write(out);
                finish();
            }
            case Whole whole -> {
                try {
                    Response answer = whole.end(reply);
                    closed();
                    Edge.send(request, answer);
                } catch (FaultException refusal) {
                    refuse(refusal.fault());
                }
            }
        }
    }

    @Override
    public void broken(Fault fault) {
        if (form instanceof Live live && response.headWritten()) {
            var out = new Events();
            live.broken(out, fault);
            write(out);
            finish();
        } else {
            refuse(fault);
        }
    }

    @Override
    public boolean hasRoom() {
        return !outlet.isFull();
    }

    /// Events have comments for it. Before an object there is an interim answer: without either the
    /// connection would count as idle and be closed, long before some models have said it all.
    @Override
    public void beat() {
        if (form instanceof Live) {
            outlet.beat();
        } else if (!gone && !response.headWritten()) {
            var _ = response.writeEarlyHints(HttpHeaders.headers());
        }
    }

    @Override
    public void leave() {
        if (form instanceof Live && response.headWritten()) {
            finish();
        } else {
            refuse(new Fault(503, "closing", "The server is closing."));
        }
    }

    private void write(Events out) {
        if (!gone && !out.isEmpty()) {
            outlet.write(out.frame());
        }
    }

    private void refuse(Fault fault) {
        closed();
        Edge.refuse(request, fault);
    }

    private void finish() {
        if (!gone && !response.ended()) {
            response.end();
        }
        closed();
    }

    private void clientLeft() {
        if (!gone && stopsWithClient) {
            var _ = hub.shared().engine().ask(user, turn.chat(), new Stop(turn.turn()));
        }
        closed();
    }

    private void closed() {
        if (!gone) {
            gone = true;
            outlet.closed();
            watch.cancel();
            hub.remove(this, slot, user);
        }
    }
}
