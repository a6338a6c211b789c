package dev.hubbub.server;

import java.time.Duration;
import java.util.function.Consumer;

/// How a server listens and what it holds its clients to. Start from [#DEFAULT] and change what you
/// need.
///
/// @param host a name or address of this machine; without tokens one of its loopback
/// @param port 0 picks a free one
/// @param bodyBytesMax longest body of a request, but for an image
/// @param frameBytesMax longest message on a socket
/// @param connectionsMax connections open at once
/// @param watchesMax chats that one socket may watch or join at once
/// @param turnsMax replies that one socket may wait for at once
/// @param recollectedMax replies remembered, so that a client of OpenAI's protocol that sends a
///   history goes on with the conversation it is of; about 200 bytes each
/// @param images what images it takes
/// @param transfers what it holds exports and imports to
/// @param heartbeat how often a quiet socket is pinged and a quiet event stream gets a comment
/// @param stallMax how long a client may take nothing of what waits for it before it is let go
/// @param bodyMax how long a client may take to send a body
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
        int turnsMax,
        int recollectedMax,
        ImageLimits images,
        TransferLimits transfers,
        Duration heartbeat,
        Duration stallMax,
        Duration bodyMax,
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
                    64,
                    10_000,
                    ImageLimits.DEFAULT,
                    TransferLimits.DEFAULT,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(60),
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
                || turnsMax < 1
                || recollectedMax < 0) {
            throw new IllegalArgumentException("a limit is at least 1");
        }
        if (heartbeat.toMillis() < 8 || stallMax.toMillis() < 1 || bodyMax.toMillis() < 1) {
            throw new IllegalArgumentException("a heartbeat takes some milliseconds");
        }
    }

    public ServerConfig withHost(String value) {
        return changed(to -> to.host = value);
    }

    public ServerConfig withPort(int value) {
        return changed(to -> to.port = value);
    }

    /// See `turnsMax`.
    public ServerConfig withTurnsMax(int value) {
        return changed(to -> to.turnsMax = value);
    }

    public ServerConfig withImages(ImageLimits value) {
        return changed(to -> to.images = value);
    }

    public ServerConfig withTransfers(TransferLimits value) {
        return changed(to -> to.transfers = value);
    }

    /// See `bodyMax`.
    public ServerConfig withBodyMax(Duration value) {
        return changed(to -> to.bodyMax = value);
    }

    /// See `recollectedMax`.
    public ServerConfig withRecollectedMax(int value) {
        return changed(to -> to.recollectedMax = value);
    }

    public ServerConfig withLimits(int bodyBytes, int frameBytes, int connections, int watches) {
        return changed(to -> {
            to.bodyBytesMax = bodyBytes;
            to.frameBytesMax = frameBytes;
            to.connectionsMax = connections;
            to.watchesMax = watches;
        });
    }

    public ServerConfig withTimes(Duration heartbeatEvery, Duration stall, Duration close) {
        return changed(to -> {
            to.heartbeat = heartbeatEvery;
            to.stallMax = stall;
            to.closeMax = close;
        });
    }

    /// Who may come in, by which ways, and what each of them is held to.
    public ServerConfig withClients(Access who, Network ways, ClientLimits each) {
        return changed(to -> {
            to.access = who;
            to.network = ways;
            to.clients = each;
        });
    }

    private ServerConfig changed(Consumer<Change> change) {
        var to = new Change(this);
        change.accept(to);
        return to.done();
    }

    /// The values of another one, to be changed.
    private static final class Change {

        private String host;
        private int port;
        private int bodyBytesMax;
        private int frameBytesMax;
        private int connectionsMax;
        private int watchesMax;
        private int turnsMax;
        private int recollectedMax;
        private ImageLimits images;
        private TransferLimits transfers;
        private Duration heartbeat;
        private Duration stallMax;
        private Duration bodyMax;
        private Duration closeMax;
        private Access access;
        private Network network;
        private ClientLimits clients;

        Change(ServerConfig of) {
            host = of.host;
            port = of.port;
            bodyBytesMax = of.bodyBytesMax;
            frameBytesMax = of.frameBytesMax;
            connectionsMax = of.connectionsMax;
            watchesMax = of.watchesMax;
            turnsMax = of.turnsMax;
            recollectedMax = of.recollectedMax;
            images = of.images;
            transfers = of.transfers;
            heartbeat = of.heartbeat;
            stallMax = of.stallMax;
            bodyMax = of.bodyMax;
            closeMax = of.closeMax;
            access = of.access;
            network = of.network;
            clients = of.clients;
        }

        ServerConfig done() {
            return new ServerConfig(
                    host,
                    port,
                    bodyBytesMax,
                    frameBytesMax,
                    connectionsMax,
                    watchesMax,
                    turnsMax,
                    recollectedMax,
                    images,
                    transfers,
                    heartbeat,
                    stallMax,
                    bodyMax,
                    closeMax,
                    access,
                    network,
                    clients);
        }
    }
}
