package dev.hubbub.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Callable;

/// Answers with JSON that a thread of its own works for. When that takes long, blanks are sent
/// meanwhile, which JSON may begin with, so that nobody in between takes the connection for dead.
final class LongWork {

    private static final long BLANK_MILLIS = 10_000;

    private final Hub hub;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private long timer;

    private LongWork(Hub hub, HttpServerRequest request) {
        this.hub = hub;
        this.request = request;
        response = request.response();
    }

    /// @param work gives the answer; it goes on to its end when the client goes away. Its failure
    ///   is told with its status, unless the answer has begun
    static Response.Streaming of(Callable<Json.Body> work) {
        return (hub, request) -> new LongWork(hub, request).begin(work);
    }

    private void begin(Callable<Json.Body> work) {
        timer = hub.vertx().setPeriodic(BLANK_MILLIS, _ -> blank());
        Thread.ofVirtual()
                .name("hubbub-work")
                .start(() -> {
                    Json.Body answer = null;
                    Fault fault = null;
                    try {
                        answer = work.call();
                    } catch (Exception failed) {
                        fault = Fault.of(failed);
                    }
                    Json.Body found = answer;
                    Fault told = fault;
                    hub.lane().execute(() -> end(found, told));
                });
    }

    private void blank() {
        if (response.closed()) {
            return;
        }
        if (!response.headWritten()) {
            response.setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, Response.JSON)
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .putHeader("X-Content-Type-Options", "nosniff");
        }
        var _ = response.write(" ");
    }

    private void end(Json.@Nullable Body answer, @Nullable Fault fault) {
        hub.vertx().cancelTimer(timer);
        if (response.closed() || response.ended()) {
            return;
        }
        if (response.headWritten()) {
            var _ =
                    response.end(
                            answer != null
                                    ? Json.text(answer)
                                    : Json.text(json ->
                                            json.writeStringField(
                                                    "detail",
                                                    fault == null ? "" : fault.detail())));
        } else if (answer != null) {
            Edge.send(request, Response.ok(answer));
        } else if (fault != null) {
            Edge.refuse(request, fault);
        }
    }
}
