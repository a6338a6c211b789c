package dev.hubbub.server;

import io.vertx.core.buffer.Buffer;

/// What a request is answered with.
record Response(int status, String contentType, Buffer body) {

    static final String JSON = "application/json";
    static final String PROBLEM = "application/problem+json";

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
