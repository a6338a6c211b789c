package dev.hubbub.model;

import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelId;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventContext;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParsingHandle;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/// One request to a provider and the event stream that answers it. Everything happens on the Vert.x
/// context that opened it.
///
/// It tells a listener of LangChain4j's about the events, and its owner about the faults, which
/// LangChain4j does not tell apart. The end of a stream is told as such to the listener even when
/// it came too early: whether it did is seen from what the stream said, see [#saidDone].
final class Exchange implements ServerSentEventParsingHandle {

    private static final String DONE = "[DONE]";
    private static final int ERROR_BYTES_MAX = 64 * 1024;

    private final Vertx vertx;
    private final io.vertx.core.http.HttpClient client;
    private final OpenAiFaults faults;
    private final long stallMillisMax;
    private final ModelId model;
    private final Consumer<ModelFault> onFault;

    private final EventStreamParser parser = new EventStreamParser(this::event);
    private final ServerSentEventContext context = new ServerSentEventContext(this);
    private @Nullable ServerSentEventListener listener;
    private @Nullable HttpClientRequest request;
    private long timer = -1;
    private long lastSignNanos;
    private boolean answered;
    private boolean isEventStream;
    private boolean saidAnything;
    private boolean saidDone;

    /// Nobody wants to hear any more.
    private boolean over;

    Exchange(
            Vertx vertx,
            io.vertx.core.http.HttpClient client,
            OpenAiFaults faults,
            long stallMillisMax,
            ModelId model,
            Consumer<ModelFault> onFault) {
        this.vertx = vertx;
        this.client = client;
        this.faults = faults;
        this.stallMillisMax = stallMillisMax;
        this.model = model;
        this.onFault = onFault;
    }

    /// Sends the request.
    void open(HttpRequest toSend, ServerSentEventListener toTell) {
        listener = toTell;
        lastSignNanos = System.nanoTime();
        watch(stallMillisMax);
        RequestOptions options =
                new RequestOptions()
                        .setMethod(HttpMethod.valueOf(toSend.method().name()))
                        .setAbsoluteURI(toSend.url());
        toSend.headers().forEach((name, values) -> values.forEach(v -> options.addHeader(name, v)));
        options.putHeader("Accept", "text/event-stream");
        client.request(options)
                .onSuccess(opened -> send(opened, Buffer.buffer(toSend.body())))
                .onFailure(cause -> fail(faults.noConnection(cause)));
    }

    /// Ends the request, now or as soon as it has a connection.
    @Override
    public void cancel() {
        over = true;
        vertx.cancelTimer(timer);
        if (request != null) {
            request.reset();
        }
    }

    @Override
    public boolean isCancelled() {
        return over;
    }

    /// Whether the provider said that the reply is complete.
    boolean saidDone() {
        return saidDone;
    }

    private void send(HttpClientRequest opened, Buffer body) {
        request = opened;
        // What breaks is told by the futures and the response; Vert.x logs it when nobody is told
        // here.
        opened.exceptionHandler(_ -> {});
        if (over) {
            opened.reset();
            return;
        }
        opened.send(body).onSuccess(this::receive).onFailure(_ -> fail(faults.noAnswer()));
    }

    private void receive(HttpClientResponse response) {
        if (over) {
            return;
        }
        answered = true;
        lastSignNanos = System.nanoTime();
        if (response.statusCode() / 100 != 2) {
            receiveError(response);
            return;
        }
        String type = response.getHeader("Content-Type");
        isEventStream = type == null || type.contains("event-stream");
        tell(toTell ->
                toTell.onOpen(
                        SuccessfulHttpResponse.builder()
                                .statusCode(response.statusCode())
                                .headers(Map.of())
                                .build()));
        response.handler(this::receive);
        response.exceptionHandler(_ -> end());
        response.endHandler(_ -> {
            if (!over) {
                parser.end();
            }
            end();
        });
    }

    private void receive(Buffer bytes) {
        lastSignNanos = System.nanoTime();
        if (over) {
            return;
        }
        try {
            parser.feed(bytes);
        } catch (EventStreamParser.TooLongException e) {
            fail(faults.garbled());
        }
    }

    private void receiveError(HttpClientResponse response) {
        Buffer body = Buffer.buffer();
        response.handler(bytes -> {
            lastSignNanos = System.nanoTime();
            if (body.length() + bytes.length() <= ERROR_BYTES_MAX) {
                body.appendBuffer(bytes);
            } else {
                failWithStatus(response, body);
            }
        });
        response.exceptionHandler(_ -> failWithStatus(response, body));
        response.endHandler(_ -> failWithStatus(response, body));
    }

    private void failWithStatus(HttpClientResponse response, Buffer body) {
        fail(
                faults.status(
                        response.statusCode(),
                        response.getHeader("Retry-After"),
                        body.toString(StandardCharsets.UTF_8),
                        model));
    }

    private void event(@Nullable String name, String data) {
        if (over || saidDone) {
            return;
        }
        saidAnything = true;
        if (data.strip().equals(DONE)) {
            saidDone = true;
            tell(ServerSentEventListener::onClose);
        } else if ("error".equals(name) || isError(data)) {
            fail(faults.inStream(data));
        } else {
            var event = new PassingEvent(name, data);
            tell(toTell -> toTell.onEvent(event, context));
            event.data = "";
        }
    }

    /// Several services send an error as an event like any other. Text is not mistaken for one: its
    /// quotation marks are escaped.
    private static boolean isError(String data) {
        if (!data.contains("\"error\":")) {
            return false;
        }
        try {
            return new JsonObject(data).getValue("error") != null;
        } catch (DecodeException e) {
            return false;
        }
    }

    /// The stream is at its end, wanted or not.
    private void end() {
        vertx.cancelTimer(timer);
        // Its connection may soon be another's.
        request = null;
        if (over || saidDone) {
            return;
        }
        if (saidAnything) {
            tell(ServerSentEventListener::onClose);
        } else {
            fail(isEventStream ? faults.cutOff() : faults.garbled());
        }
    }

    private void tell(Consumer<ServerSentEventListener> what) {
        if (!over && listener != null) {
            what.accept(listener);
        }
    }

    private void fail(ModelFault fault) {
        if (!over) {
            cancel();
            onFault.accept(fault);
        }
    }

    private void watch(long millis) {
        timer = vertx.setTimer(Math.max(1, millis), _ -> look());
    }

    private void look() {
        long idleMillis = (System.nanoTime() - lastSignNanos) / 1_000_000;
        if (idleMillis < stallMillisMax) {
            watch(stallMillisMax - idleMillis);
        } else if (saidDone) {
            cancel();
        } else {
            fail(faults.stalled(answered));
        }
    }

    /// An event that can be read while it is being told. LangChain4j keeps all events of a reply
    /// until its end, several hundred bytes for each token, though nobody asks for them.
    private static final class PassingEvent extends ServerSentEvent {

        private String data;

        PassingEvent(@Nullable String name, String data) {
            super(name, "");
            this.data = data;
        }

        @Override
        public String data() {
            return data;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
