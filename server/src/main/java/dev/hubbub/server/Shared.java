package dev.hubbub.server;

import dev.hubbub.engine.Engine;

import java.util.concurrent.atomic.AtomicInteger;

/// What all event loops of a server share.
///
/// @param connections open at the moment
/// @param presence who is here
/// @param responses who waits for what becomes of a message
record Shared(
        Engine engine,
        ServerConfig config,
        Caller caller,
        Gate gate,
        Chats chats,
        UpdateFrames frames,
        Routes routes,
        Page page,
        Presence presence,
        Responses responses,
        AtomicInteger connections) {}
