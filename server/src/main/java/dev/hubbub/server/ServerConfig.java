package dev.hubbub.server;

import java.time.Duration;

/// How a server listens and what it holds its clients to. Start from [#DEFAULT] and change what you
/// need.
///
/// @param host a name or address of this machine's loopback
/// @param port 0 picks a free one
/// @param bodyBytesMax longest body of a request, but for an image
/// @param frameBytesMax longest message on a socket
/// @param connectionsMax connections open at once
/// @param watchesMax chats that one socket may watch or join at once
/// @param turnsMax replies that one socket may wait for at once
/// @param images what images it takes
/// @param heartbeat how often a quiet socket is pinged and a quiet event stream gets a comment
/// @param stallMax how long a client may take nothing of what waits for it before it is let go
/// @param bodyMax how long a client may take to send a body
/// @param closeMax how long closing waits for requests under way
public record ServerConfig(
        String host,
        int port,
        int bodyBytesMax,
        int frameBytesMax,
        int connectionsMax,
        int watchesMax,
        int turnsMax,
        ImageLimits images,
        Duration heartbeat,
        Duration stallMax,
        Duration bodyMax,
        Duration closeMax) {

    public static final ServerConfig DEFAULT =
            new ServerConfig(
                    "127.0.0.1",
                    8080,
                    2 << 20,
                    1 << 20,
                    20_000,
                    64,
                    64,
                    ImageLimits.DEFAULT,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(5));

    public ServerConfig {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a port is a number from 0 to 65535");
        }
        if (bodyBytesMax < 1
                || frameBytesMax < 1
                || connectionsMax < 1
                || watchesMax < 1
                || turnsMax < 1) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
        if (heartbeat.toMillis() < 8 || stallMax.toMillis() < 1 || bodyMax.toMillis() < 1) {
            throw new IllegalArgumentException("a heartbeat takes some milliseconds");
        }
    }

    public ServerConfig withHost(String value) {
        return with(value, port, turnsMax, images, bodyMax);
    }

    public ServerConfig withPort(int value) {
        return with(host, value, turnsMax, images, bodyMax);
    }

    public ServerConfig withTurnsMax(int value) {
        return with(host, port, value, images, bodyMax);
    }

    public ServerConfig withImages(ImageLimits value) {
        return with(host, port, turnsMax, value, bodyMax);
    }

    public ServerConfig withBodyMax(Duration value) {
        return with(host, port, turnsMax, images, value);
    }

    public ServerConfig withLimits(int bodyBytes, int frameBytes, int connections, int watches) {
        return new ServerConfig(
                host,
                port,
                bodyBytes,
                frameBytes,
                connections,
                watches,
                turnsMax,
                images,
                heartbeat,
                stallMax,
                bodyMax,
                closeMax);
    }

    public ServerConfig withTimes(Duration heartbeatEvery, Duration stall, Duration close) {
        return new ServerConfig(
                host,
                port,
                bodyBytesMax,
                frameBytesMax,
                connectionsMax,
                watchesMax,
                turnsMax,
                images,
                heartbeatEvery,
                stall,
                bodyMax,
                close);
    }

    private ServerConfig with(
            String newHost, int newPort, int newTurns, ImageLimits newImages, Duration newBody) {
        return new ServerConfig(
                newHost,
                newPort,
                bodyBytesMax,
                frameBytesMax,
                connectionsMax,
                watchesMax,
                newTurns,
                newImages,
                heartbeat,
                stallMax,
                newBody,
                closeMax);
    }
}
