package dev.hubbub.server;

import dev.hubbub.engine.Engine;

import java.util.concurrent.atomic.AtomicInteger;

/// What all event loops of a server share.
///
/// @param connections open at the moment
/// @param presence who is here
/// @param rates how often they did something
/// @param seats what they have open
/// @param responses who waits for what becomes of a message
record Shared(
        Engine engine,
        ServerConfig config,
        Caller caller,
        Origin.Finder origins,
        Gate gate,
        TokenDesk desk,
        Rates rates,
        Seats seats,
        Chats chats,
        UpdateFrames frames,
        Routes routes,
        Page page,
        Presence presence,
        Responses responses,
        AtomicInteger connections) {}
