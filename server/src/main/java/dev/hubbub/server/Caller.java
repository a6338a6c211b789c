package dev.hubbub.server;

import dev.hubbub.conversation.UserId;

import io.vertx.core.http.HttpServerRequest;

/// Finds out who sends a request. Everybody who can reach a server without accounts is its one
/// user.
interface Caller {

    Caller LOCAL = _ -> UserId.LOCAL;

    UserId of(HttpServerRequest request);
}
