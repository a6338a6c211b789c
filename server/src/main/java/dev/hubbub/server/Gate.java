package dev.hubbub.server;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// Keeps other people's pages out. A server without tokens trusts whoever is on this machine, and a
/// browser on it runs the pages of strangers: they may send requests here, and by rebinding a name
/// of theirs to this address even read the answers. So a request must name this machine, and one
/// that changes something, or a socket, must not come from another's page.
///
/// Who runs the server may let more in: see [Network].
final class Gate {

    private static final Fault HOST =
            new Fault(
                    403,
                    "host_refused",
                    "Call this server by a name of its machine; others are allowed by"
                            + " hubbub.server.allowed-hosts.");
    private static final Fault ORIGIN =
            new Fault(
                    403,
                    "origin_refused",
                    "Another site's page may not use this server, unless"
                            + " hubbub.server.allowed-origins has it.");

    /// What pages of other sites may send and read.
    private static final String HEADERS_SENT =
            "Authorization, Content-Type, Idempotency-Key, Last-Event-ID";

    private static final String HEADERS_READ = "Allow, Location, Retry-After, WWW-Authenticate";
    private static final String METHODS = "GET, HEAD, POST, PUT, DELETE, OPTIONS";
    private static final String PREFLIGHT_SECONDS = "600";

    private final String boundHost;
    private final Network network;
    private final boolean anyHost;

    Gate(String boundHost) {
        this(boundHost, Network.DIRECT, Access.ANYONE);
    }

    Gate(String boundHost, Network network, Access access) {
        this.boundHost = bare(boundHost);
        this.network = network;
        anyHost = access instanceof Access.ByToken && network.allowedHosts().isEmpty();
    }

    /// Why a request may not come in, or null when it may.
    ///
    /// @param port where the server listens
    /// @param scheme what the client speaks, where a trusted proxy tells
    @Nullable Fault judge(HttpServerRequest request, int port, @Nullable String scheme) {
        HostAndPort authority = request.authority();
        if (authority == null || !isAllowedHost(authority.host())) {
            return HOST;
        }
        boolean changes =
                !request.method().equals(HttpMethod.GET)
                        && !request.method().equals(HttpMethod.HEAD);
        boolean upgrades = request.getHeader("Upgrade") != null;
        String origin = request.getHeader("Origin");
        if ((changes || upgrades)
                && origin != null
                && !isAllowedOrigin(origin)
                && !isOurs(origin, authority, port, scheme)) {
            return ORIGIN;
        }
        return null;
    }

    /// Whether the client calls the server by a name that only its own machine has.
    boolean namesThisMachine(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        return authority != null && isThisMachine(authority.host());
    }

    /// Tells the browser of a page of another site what it may do.
    ///
    /// @return whether this was all that was asked
    boolean share(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        if (network.allowedOrigins().isEmpty() || origin == null || !isAllowedOrigin(origin)) {
            return false;
        }
        HttpServerResponse response = request.response();
        response.putHeader("Access-Control-Allow-Origin", origin)
                .putHeader("Access-Control-Expose-Headers", HEADERS_READ)
                .putHeader("Vary", "Origin");
        boolean asks =
                request.method().equals(HttpMethod.OPTIONS)
                        && request.getHeader("Access-Control-Request-Method") != null;
        if (asks) {
            response.putHeader("Access-Control-Allow-Methods", METHODS)
                    .putHeader("Access-Control-Allow-Headers", HEADERS_SENT)
                    .putHeader("Access-Control-Max-Age", PREFLIGHT_SECONDS);
        }
        return asks;
    }

    private boolean isAllowedHost(String host) {
        return anyHost || isThisMachine(host) || network.allowedHosts().contains(bare(host));
    }

    private boolean isAllowedOrigin(String origin) {
        return network.allowedOrigins().contains(origin.toLowerCase(Locale.ROOT));
    }

    private boolean isOurs(
            String origin, HostAndPort authority, int port, @Nullable String spoken) {
        URI uri;
        try {
            uri = new URI(origin);
        } catch (URISyntaxException malformed) {
            return false;
        }
        String scheme = uri.getScheme();
        String host = uri.getHost();
        if (host == null || !("http".equals(scheme) || "https".equals(scheme))) {
            return false;
        }
        if (spoken != null && !spoken.equalsIgnoreCase(scheme)) {
            return false;
        }
        int standard = scheme.equals("http") ? 80 : 443;
        int from = uri.getPort() < 0 ? standard : uri.getPort();
        int to = authority.port() < 0 ? standard : authority.port();
        return (bare(host).equals(bare(authority.host())) && from == to)
                || (isThisMachine(host) && from == port);
    }

    private boolean isThisMachine(String host) {
        String name = bare(host);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || name.equals("::1")
                || name.matches("127(\\.[0-9]{1,3}){3}")
                || name.equals(boundHost);
    }

    private static String bare(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.startsWith("[") && lower.endsWith("]")
                ? lower.substring(1, lower.length() - 1)
                : lower;
    }
}
