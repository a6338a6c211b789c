package dev.hubbub.server;

import io.vertx.core.buffer.Buffer;

import java.util.Map;

/// What a request is answered with.
///
/// @param headers besides those that every answer has, over which they win
record Response(int status, String contentType, Buffer body, Map<String, String> headers) {

    static final String JSON = "application/json";
    static final String PROBLEM = "application/problem+json";

    Response {
        headers = Map.copyOf(headers);
    }

    Response(int status, String contentType, Buffer body) {
        this(status, contentType, body, Map.of());
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

    static Response of(Fault fault) {
        return new Response(fault.status(), PROBLEM, Buffer.buffer(Wire.problem(fault)));
    }
}
