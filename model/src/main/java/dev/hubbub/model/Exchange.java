package dev.hubbub.model;

import dev.hubbub.conversation.ModelFault;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.StopReason;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventContext;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParsingHandle;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/// One request to a service and the stream that answers it. Everything happens on one Vert.x
/// context but [#open] and [#cancelSoon], which may be called from anywhere.
///
/// It tells a listener of LangChain4j's about the events, and its owner about the faults, which
/// LangChain4j does not tell apart, some of which it does not even notice. The listener is told to
/// complete the reply only when the stream said that it has all its text.
final class Exchange implements ServerSentEventParsingHandle {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    private static final int ERROR_BYTES_MAX = 64 * 1024;

    private final Service service;
    private final Protocol protocol;
    private final Transport transport;
    private final Context loop;
    private final Faults faults;
    private final ModelId model;
    private final Consumer<ModelFault> onFault;

    private final Framing framing;
    private final ServerSentEventContext context = new ServerSentEventContext(this);
    private @Nullable ServerSentEventListener listener;
    private @Nullable HttpClientRequest request;
    private StopReason reason = StopReason.END;
    private long timer = -1;
    private long lastSignNanos;
    private boolean answered;
    private boolean isStream;
    private boolean saidAnything;

    /// All text is there.
    private boolean saidLast;

    /// All is there.
    private boolean saidEnd;

    /// Nobody wants to hear any more.
    private boolean over;

    Exchange(
            Service service,
            Transport transport,
            Faults faults,
            ModelId model,
            Consumer<ModelFault> onFault) {
        this.service = service;
        this.transport = transport;
        this.faults = faults;
        this.model = model;
        this.onFault = onFault;
        protocol = service.vendor().protocol();
        framing = protocol.framing(this::event);
        loop = transport.next();
    }

    /// Sends the request, soon.
    void open(HttpRequest toSend, ServerSentEventListener toTell) {
        RequestOptions options =
                new RequestOptions()
                        .setMethod(HttpMethod.valueOf(toSend.method().name()))
                        .setAbsoluteURI(toSend.url());
        toSend.headers()
                .forEach((name, values) ->
                        values.stream()
                                .filter(value -> !service.isWithoutKey(name, value))
                                .forEach(value -> options.addHeader(name, value)));
        options.putHeader("Accept", protocol.mediaType());
        Buffer body = Buffer.buffer(toSend.body());
        loop.runOnContext(_ -> open(options, body, toTell));
    }

    /// Ends the request, soon, whatever has become of it.
    void cancelSoon() {
        loop.runOnContext(_ -> cancel());
    }

    /// Ends the request, as soon as it has a connection.
    ///
    /// The connection is closed when what it has brought was read: were it closed amid the last
    /// bytes of an answer, Vert.x would still hand it to the next reply, which would end at once.
    @Override
    public void cancel() {
        over = true;
        transport.vertx().cancelTimer(timer);
        loop.runOnContext(_ -> {
            if (request != null) {
                request.reset();
            }
        });
    }

    @Override
    public boolean isCancelled() {
        return over;
    }

    /// Why the reply has no more text, once it has been completed.
    StopReason reason() {
        return reason;
    }

    private void open(RequestOptions options, Buffer body, ServerSentEventListener toTell) {
        if (over) {
            return;
        }
        listener = toTell;
        lastSignNanos = System.nanoTime();
        watch(stallMillisMax());
        transport
                .client()
                .request(options)
                .onSuccess(opened -> send(opened, body))
                .onFailure(cause -> fail(faults.noConnection(cause)));
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
        isStream = type == null || type.contains(protocol.mediaType());
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
                feed(null);
            }
            end();
        });
    }

    private void receive(Buffer bytes) {
        lastSignNanos = System.nanoTime();
        if (over) {
            return;
        }
        feed(bytes);
    }

    /// @param bytes null at the end
    private void feed(@Nullable Buffer bytes) {
        try {
            if (bytes == null) {
                framing.end();
            } else {
                framing.feed(bytes);
            }
        } catch (Framing.TooLongException e) {
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
                        response.headers(),
                        body.toString(StandardCharsets.UTF_8),
                        model));
    }

    private void event(@Nullable String name, String data) {
        if (over || saidEnd) {
            return;
        }
        saidAnything = true;
        if ("error".equals(name) || isError(data)) {
            fail(faults.inStream(data));
            return;
        }
        Sign sign = protocol.sign(name, data);
        switch (sign) {
            case Sign.More() -> {}
            case Sign.Last(StopReason why) -> {
                reason = why;
                saidLast = true;
            }
            case Sign.End(StopReason why) -> {
                reason = why == null ? reason : why;
                saidEnd = true;
            }
        }
        String readable = protocol.readable(name, data);
        if (readable != null) {
            var event = new PassingEvent(name, readable);
            tell(toTell -> toTell.onEvent(event, context));
            event.data = "";
        }
        if (saidEnd) {
            tell(protocol::complete);
        }
    }

    /// Several services send an error as an event like any other. Text is not mistaken for one: its
    /// quotation marks are escaped.
    private static boolean isError(String data) {
        if (!data.contains("\"error\"")) {
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
        transport.vertx().cancelTimer(timer);
        // Its connection may soon be another's.
        request = null;
        if (over || saidEnd) {
            return;
        }
        if (saidLast) {
            saidEnd = true;
            tell(protocol::complete);
        } else {
            fail(saidAnything || isStream ? faults.cutOff() : faults.garbled());
        }
    }

    /// LangChain4j throws at what it cannot read.
    private void tell(Consumer<ServerSentEventListener> what) {
        if (over || listener == null) {
            return;
        }
        try {
            what.accept(listener);
        } catch (RuntimeException e) {
            LOG.debug("An event could not be read: {}", e.getClass().getName());
            fail(faults.garbled());
        }
    }

    private void fail(ModelFault fault) {
        if (!over) {
            cancel();
            onFault.accept(fault);
        }
    }

    private long stallMillisMax() {
        return service.stallLimit().toMillis();
    }

    private void watch(long millis) {
        timer = transport.vertx().setTimer(Math.max(1, millis), _ -> look());
    }

    private void look() {
        long idleMillis = (System.nanoTime() - lastSignNanos) / 1_000_000;
        if (idleMillis < stallMillisMax()) {
            watch(stallMillisMax() - idleMillis);
        } else if (saidEnd) {
            cancel();
        } else if (saidLast) {
            end();
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
