package dev.hubbub.server;

import dev.hubbub.conversation.UserId;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;

/// `POST /token?userid=`: makes tokens for those who may have them made.
final class TokenDesk {

    private static final Fault OFF =
            new Fault(
                    404,
                    "tokens_off",
                    "This server has no tokens: use it without one, or start it with --auth"
                            + " tokens.");
    private static final Fault KEY_MISSING =
            new Fault(
                    401,
                    "issuer_key_missing",
                    "Send the issuer's key as Authorization: Bearer <key>.");
    private static final Fault KEY_WRONG =
            new Fault(401, "issuer_key_wrong", "This is not the issuer's key.");
    private static final String USER_ID_INVALID =
            "`userid` has 3 to 64 characters of A-Z a-z 0-9 _ -.";

    private final Access access;
    private final Gate gate;
    private final boolean direct;

    /// @param direct whether only programs on this machine can connect, and none of them speaks for
    ///   others
    TokenDesk(Access access, Gate gate, boolean direct) {
        this.access = access;
        this.gate = gate;
        this.direct = direct;
    }

    /// @throws FaultException for those who may not
    Response answer(HttpServerRequest request) {
        if (!(access instanceof Access.ByToken(var tokens, var issuerKey, var openOnLoopback))) {
            throw OFF.exception();
        }
        String key = Caller.bearer(request);
        if (key != null) {
            if (!issuerKey.is(key)) {
                throw KEY_WRONG.exception();
            }
        } else if (!openOnLoopback || !isOfThisMachine(request)) {
            throw KEY_MISSING.exception();
        }
        UserId user = userOf(request.getParam("userid"));
        if (user == null) {
            return invalid();
        }
        Tokens.Issued issued = tokens.issue(user);
        return Response.ok(json -> {
            json.writeStringField("token", issued.token());
            json.writeStringField("userid", issued.user().value());
            json.writeNumberField("expires_in", issued.expiresIn().toSeconds());
        });
    }

    /// Whether a program on this machine asks for itself: not a page of strangers in its browser,
    /// and not a proxy for somebody elsewhere.
    private boolean isOfThisMachine(HttpServerRequest request) {
        SocketAddress peer = request.remoteAddress();
        String address = peer == null ? null : peer.hostAddress();
        return direct
                && address != null
                && InetAddress.ofLiteral(address).isLoopbackAddress()
                && gate.namesThisMachine(request)
                && request.getHeader("Origin") == null
                && request.getHeader("Forwarded") == null
                && request.getHeader("Via") == null
                && request.headers().names().stream()
                        .noneMatch(name -> name.regionMatches(true, 0, "X-Forwarded-", 0, 12));
    }

    private static @Nullable UserId userOf(@Nullable String text) {
        try {
            return text == null ? null : new UserId(text);
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }

    private static Response invalid() {
        byte[] body =
                Json.bytes(json -> {
                    json.writeStringField("detail", USER_ID_INVALID);
                    json.writeStringField("title", "Validation Error");
                    json.writeNumberField("status", 422);
                    json.writeStringField("code", "userid_invalid");
                });
        return new Response(422, Response.PROBLEM, Buffer.buffer(body));
    }

    /// What this answers.
    static final HttpMethod METHOD = HttpMethod.POST;

    static final String PATH = "/token";
}
