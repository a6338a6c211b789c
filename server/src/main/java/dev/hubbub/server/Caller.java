package dev.hubbub.server;

import dev.hubbub.conversation.UserId;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/// Finds out who sends a request. Safe for use by many threads.
sealed interface Caller {

    /// The sub-protocol of `/ws`, and how one that is a token begins.
    String SUB_PROTOCOL = "hubbub";

    String SUB_PROTOCOL_TOKEN = "bearer.";

    static Caller of(Access access) {
        return switch (access) {
            case Access.Anyone _ -> new Local();
            case Access.ByToken(var tokens, _, _) -> new ByToken(tokens);
        };
    }

    /// The visitor, as the token says that the request shows.
    ///
    /// @param stays whether this is a socket or an event stream, whose clients cannot all send
    ///   headers, so that the token may stand elsewhere
    /// @throws FaultException for nobody, and for somebody else than the request says
    Visitor of(HttpServerRequest request, Origin origin, boolean stays);

    /// The same visitor, with a token that is good for longer.
    ///
    /// @throws FaultException for a token that is not good, or another user's
    Visitor again(Visitor visitor, String token);

    /// Everybody who can reach a server without tokens is its one user.
    record Local() implements Caller {

        @Override
        public Visitor of(HttpServerRequest request, Origin origin, boolean stays) {
            return new Visitor(UserId.LOCAL, null, origin.address(), origin.forwarded());
        }

        @Override
        public Visitor again(Visitor visitor, String token) {
            return visitor;
        }
    }

    /// A token says who one is.
    record ByToken(Tokens tokens) implements Caller {

        private static final Fault ANOTHER =
                new Fault(403, "another_user", "The token is another user's than `userid` says.");

        @Override
        public Visitor of(HttpServerRequest request, Origin origin, boolean stays) {
            String token = bearer(request);
            if (token == null && stays) {
                token = request.getParam("token");
                String protocols = request.getHeader("Sec-WebSocket-Protocol");
                if (protocols != null) {
                    for (String protocol : protocols.split(",", -1)) {
                        String name = protocol.strip();
                        if (name.startsWith(SUB_PROTOCOL_TOKEN)) {
                            token = name.substring(SUB_PROTOCOL_TOKEN.length());
                        }
                    }
                }
            }
            if (token == null || token.isEmpty()) {
                throw Tokens.MISSING.exception();
            }
            Tokens.Checked checked = tokens.check(token);
            String named = request.getParam("userid");
            if (named != null && !named.equals(checked.user().value())) {
                throw ANOTHER.exception();
            }
            return new Visitor(
                    checked.user(), checked.until(), origin.address(), origin.forwarded());
        }

        @Override
        public Visitor again(Visitor visitor, String token) {
            Tokens.Checked checked = tokens.check(token);
            if (!checked.user().equals(visitor.user())) {
                throw new Fault(
                                403,
                                "another_user",
                                "The token is another user's; open a socket of its own for it.")
                        .exception();
            }
            return new Visitor(
                    visitor.user(), checked.until(), visitor.address(), visitor.forwarded());
        }
    }

    /// What stands behind `Authorization: Bearer`, or null.
    static @Nullable String bearer(HttpServerRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            return null;
        }
        boolean bearer = header.toLowerCase(Locale.ROOT).startsWith("bearer ");
        if (!bearer) {
            throw Tokens.MISSING.exception();
        }
        return header.substring("bearer ".length()).strip();
    }
}
