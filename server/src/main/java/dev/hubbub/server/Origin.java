package dev.hubbub.server;

import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/// Where a request comes from.
///
/// @param address the client's; of IPv6 the network, which is what one client has
/// @param forwarded whether a trusted proxy told it
/// @param scheme what the client spoke to the proxy, or null when nobody trusted told
record Origin(String address, boolean forwarded, @Nullable String scheme) {

    private static final String NOWHERE = "unknown";
    private static final int HOPS_MAX = 16;
    private static final int NETWORK_BYTES = 8;

    /// Finds it out, through the proxies that are trusted. Safe for use by many threads.
    static final class Finder {

        private final List<IpSubnetFilterRule> trusted;

        Finder(Network network) {
            trusted = network.trustedProxies().stream().map(Network::rule).toList();
        }

        Origin of(HttpServerRequest request) {
            InetAddress peer = literal(hostOf(request.remoteAddress()));
            if (peer == null || !isTrusted(peer)) {
                return new Origin(nameOf(peer), false, null);
            }
            InetAddress client = peer;
            boolean forwarded = false;
            String[] hops =
                    String.join(",", request.headers().getAll("X-Forwarded-For")).split(",", -1);
            for (int i = hops.length - 1; i >= Math.max(0, hops.length - HOPS_MAX); i--) {
                InetAddress hop = literal(withoutPort(hops[i].strip()));
                if (hop == null) {
                    break;
                }
                client = hop;
                forwarded = true;
                if (!isTrusted(hop)) {
                    break;
                }
            }
            return new Origin(nameOf(client), forwarded, request.getHeader("X-Forwarded-Proto"));
        }

        /// The address of a connection, or null when it is a trusted proxy's, which has many
        /// clients.
        @Nullable String ofConnection(SocketAddress remote) {
            InetAddress peer = literal(hostOf(remote));
            return peer != null && isTrusted(peer) ? null : nameOf(peer);
        }

        private boolean isTrusted(InetAddress address) {
            var socket = new InetSocketAddress(address, 1);
            return trusted.stream().anyMatch(rule -> rule.matches(socket));
        }
    }

    private static @Nullable String hostOf(@Nullable SocketAddress address) {
        return address == null ? null : address.hostAddress();
    }

    private static String nameOf(@Nullable InetAddress address) {
        if (address == null) {
            return NOWHERE;
        }
        byte[] bytes = address.getAddress();
        if (bytes.length <= NETWORK_BYTES || address.isLoopbackAddress()) {
            return address.getHostAddress();
        }
        Arrays.fill(bytes, NETWORK_BYTES, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes).getHostAddress() + "/64";
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static @Nullable InetAddress literal(@Nullable String text) {
        try {
            return text == null ? null : InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }

    /// `1.2.3.4:5678` and `[::1]:5678` are what some proxies write.
    private static String withoutPort(String hop) {
        if (hop.startsWith("[") && hop.indexOf(']') > 0) {
            return hop.substring(1, hop.indexOf(']'));
        }
        int colon = hop.indexOf(':');
        return colon > 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
    }
}
