package dev.hubbub.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/// What a request is answered with.
///
/// @param headers besides those that every answer has, over which they win
/// @param streaming takes the connection over instead, where it is not null
record Response(
        int status,
        String contentType,
        Buffer body,
        Map<String, String> headers,
        @Nullable Streaming streaming) {

    /// An answer that takes a while. Called on the event loop of the connection.
    interface Streaming {

        void begin(Hub hub, HttpServerRequest request);
    }

    Response {
        headers = Map.copyOf(headers);
    }

    Response(int status, String contentType, Buffer body) {
        this(status, contentType, body, Map.of(), null);
    }

    Response(int status, String contentType, Buffer body, Map<String, String> headers) {
        this(status, contentType, body, headers, null);
    }

    static final String JSON = "application/json";
    static final String PROBLEM = "application/problem+json";

    /// Nothing to tell, and that is well.
    static Response none() {
        return new Response(204, JSON, Buffer.buffer());
    }

    static Response streaming(Streaming streaming) {
        return new Response(200, JSON, Buffer.buffer(), Map.of(), streaming);
    }

    Response with(Map<String, String> more) {
        return new Response(status, contentType, body, more, streaming);
    }

    static Response ok(Json.Body body) {
        return new Response(200, JSON, Buffer.buffer(Json.bytes(body)));
    }

    static Response created(Json.Body body) {
        return new Response(201, JSON, Buffer.buffer(Json.bytes(body)));
    }

    static Response accepted(Json.Body body) {
        return new Response(202, JSON, Buffer.buffer(Json.bytes(body)));
    }

    /// @param path the address that was asked for: clients of OpenAI's want errors in its form
    static Response of(Fault fault, @Nullable String path) {
        if (path != null && path.startsWith("/v1/")) {
            return OpenAiError.of(fault).response();
        }
        return new Response(fault.status(), PROBLEM, Buffer.buffer(Wire.problem(fault)));
    }
}
