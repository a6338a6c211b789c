package dev.hubbub.server;

import java.time.Duration;

/// How a server listens and what it holds its clients to. Start from [#DEFAULT] and change what you
/// need.
///
/// @param host a name or address of this machine; without tokens one of its loopback
/// @param port 0 picks a free one
/// @param bodyBytesMax longest body of a request
/// @param frameBytesMax longest message on a socket
/// @param connectionsMax connections open at once
/// @param watchesMax chats that one socket may watch at once
/// @param heartbeat how often a quiet socket is pinged and a quiet event stream gets a comment
/// @param stallMax how long a client may take nothing of what waits for it before it is let go
/// @param recollectedMax replies remembered, so that a client of OpenAI's protocol that sends a
///   history goes on with the conversation it is of; about 200 bytes each
/// @param closeMax how long closing waits for requests under way
/// @param access who may use it
/// @param network what stands between it and its clients
/// @param clients what each user and each address is held to
public record ServerConfig(
        String host,
        int port,
        int bodyBytesMax,
        int frameBytesMax,
        int connectionsMax,
        int watchesMax,
        int recollectedMax,
        Duration heartbeat,
        Duration stallMax,
        Duration closeMax,
        Access access,
        Network network,
        ClientLimits clients) {

    public static final ServerConfig DEFAULT =
            new ServerConfig(
                    "127.0.0.1",
                    8080,
                    2 << 20,
                    1 << 20,
                    20_000,
                    64,
                    10_000,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(5),
                    Access.ANYONE,
                    Network.DIRECT,
                    ClientLimits.NONE);

    public ServerConfig {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("a port is a number from 0 to 65535");
        }
        if (bodyBytesMax < 1
                || frameBytesMax < 1
                || connectionsMax < 1
                || watchesMax < 1
                || recollectedMax < 0) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
        if (heartbeat.toMillis() < 8 || stallMax.toMillis() < 1) {
            throw new IllegalArgumentException("a heartbeat takes some milliseconds");
        }
    }

    public ServerConfig withHost(String value) {
        return new ServerConfig(
                value,
                port,
                bodyBytesMax,
                frameBytesMax,
                connectionsMax,
                watchesMax,
                recollectedMax,
                heartbeat,
                stallMax,
                closeMax,
                access,
                network,
                clients);
    }

    public ServerConfig withPort(int value) {
        return new ServerConfig(
                host,
                value,
                bodyBytesMax,
                frameBytesMax,
                connectionsMax,
                watchesMax,
                recollectedMax,
                heartbeat,
                stallMax,
                closeMax,
                access,
                network,
                clients);
    }

    public ServerConfig withLimits(int bodyBytes, int frameBytes, int connections, int watches) {
        return new ServerConfig(
                host,
                port,
                bodyBytes,
                frameBytes,
                connections,
                watches,
                recollectedMax,
                heartbeat,
                stallMax,
                closeMax,
                access,
                network,
                clients);
    }

    public ServerConfig withTimes(Duration heartbeatEvery, Duration stall, Duration close) {
        return new ServerConfig(
                host,
                port,
                bodyBytesMax,
                frameBytesMax,
                connectionsMax,
                watchesMax,
                recollectedMax,
                heartbeatEvery,
                stall,
                close,
                access,
                network,
                clients);
    }

    /// Who may come in, by which ways, and what each of them is held to.
    public ServerConfig withClients(Access who, Network ways, ClientLimits each) {
        return new ServerConfig(
                host,
                port,
                bodyBytesMax,
                frameBytesMax,
                connectionsMax,
                watchesMax,
                heartbeat,
                stallMax,
                closeMax,
                who,
                ways,
                each);
    }

    /// See `recollectedMax`.
    public ServerConfig withRecollectedMax(int value) {
        return new ServerConfig(
                host,
                port,
                bodyBytesMax,
                frameBytesMax,
                connectionsMax,
                watchesMax,
                value,
                heartbeat,
                stallMax,
                closeMax);
    }
}
