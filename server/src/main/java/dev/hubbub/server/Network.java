package dev.hubbub.server;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;

/// What stands between a server and its clients.
///
/// @param allowedHosts names by which clients may call the server, besides those of its own
///   machine. With tokens none means any: a page that reaches the server by a name of its own has
///   no token
/// @param allowedOrigins other sites whose pages may use the server, such as
///   `https://chat.example.com`
/// @param trustedProxies addresses, or ranges such as `10.0.0.0/8`, that may say in
///   `X-Forwarded-For` and `X-Forwarded-Proto` for whom they ask
public record Network(
        List<String> allowedHosts, List<String> allowedOrigins, List<String> trustedProxies) {

    public static final Network DIRECT = new Network(List.of(), List.of(), List.of());

    public Network {
        allowedHosts =
                allowedHosts.stream().map(host -> host.strip().toLowerCase(Locale.ROOT)).toList();
        allowedOrigins =
                allowedOrigins.stream()
                        .map(origin -> origin.strip().toLowerCase(Locale.ROOT))
                        .toList();
        trustedProxies = List.copyOf(trustedProxies);
        for (String host : allowedHosts) {
            if (host.isEmpty() || host.contains("/") || host.contains("*")) {
                throw new IllegalArgumentException(
                        "'" + host + "' is no name of a host, such as chat.example.com");
            }
        }
        allowedOrigins.forEach(Network::requireOrigin);
        trustedProxies.forEach(Network::rule);
    }

    static IpSubnetFilterRule rule(String range) {
        int slash = range.indexOf('/');
        try {
            InetAddress address =
                    InetAddress.ofLiteral(slash < 0 ? range : range.substring(0, slash));
            int bits = 8 * address.getAddress().length;
            int prefix = slash < 0 ? bits : Integer.parseInt(range.substring(slash + 1));
            if (prefix >= 0 && prefix <= bits) {
                return new IpSubnetFilterRule(address, prefix, IpFilterRuleType.ACCEPT);
            }
        } catch (IllegalArgumentException notOne) {
            // Told below.
        }
        throw new IllegalArgumentException(
                "'" + range + "' is no address or range of them, such as 10.0.0.0/8");
    }

    private static void requireOrigin(String origin) {
        try {
            var uri = new URI(origin);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            String path = uri.getRawPath();
            if (web && uri.getHost() != null && path != null && path.isEmpty()) {
                return;
            }
        } catch (URISyntaxException notOne) {
            // Told below.
        }
        throw new IllegalArgumentException(
                "'" + origin + "' is no origin, such as https://chat.example.com");
    }
}
