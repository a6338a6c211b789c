package dev.hubbub.server;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// Keeps other people's pages out. A server without accounts trusts whoever is on this machine, and
/// a browser on it runs the pages of strangers: they may send requests here, and by rebinding a
/// name of theirs to this address even read the answers. So a request must name this machine, and
/// one that changes something, or a socket, must not come from another's page.
final class Gate {

    private static final Fault HOST =
            new Fault(403, "host_refused", "Call this server by a name of this machine.");
    private static final Fault ORIGIN =
            new Fault(403, "origin_refused", "Another site's page may not use this server.");

    private final String boundHost;

    Gate(String boundHost) {
        this.boundHost = bare(boundHost);
    }

    /// Why a request may not come in, or null when it may.
    ///
    /// @param port where the server listens
    @Nullable Fault judge(HttpServerRequest request, int port) {
        HostAndPort authority = request.authority();
        if (authority == null || !isThisMachine(authority.host())) {
            return HOST;
        }
        boolean changes =
                !request.method().equals(HttpMethod.GET)
                        && !request.method().equals(HttpMethod.HEAD);
        boolean upgrades = request.getHeader("Upgrade") != null;
        String origin = request.getHeader("Origin");
        if ((changes || upgrades) && origin != null && !isOurs(origin, authority, port)) {
            return ORIGIN;
        }
        return null;
    }

    private boolean isOurs(String origin, HostAndPort authority, int port) {
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
