package dev.hubbub.server;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;

import dev.hubbub.conversation.UserId;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/// Tokens for the tests of a server that wants them, good and bad.
final class Guarded {

    static final Secret KEY = Secret.of("a key of some length for the tests of tokens");
    static final String ISSUER_KEY = "the issuer's own key";
    static final UserId ALICE = new UserId("alice");
    static final UserId MALLORY = new UserId("mallory");

    static final TokenConfig CONFIG =
            TokenConfig.of(KEY).withTimes(Duration.ofHours(1), Duration.ZERO);
    static final Tokens TOKENS = new Tokens(CONFIG);
    static final Access ACCESS = new Access.ByToken(TOKENS, Secret.of(ISSUER_KEY), true);

    private Guarded() {}

    static ServerConfig config() {
        return ServerConfig.DEFAULT.withClients(ACCESS, Network.DIRECT, ClientLimits.NONE);
    }

    static String token(UserId user) {
        return TOKENS.issue(user).token();
    }

    static String expired(UserId user) {
        Instant then = Instant.now().minusSeconds(7200);
        return new Tokens(CONFIG, () -> then).issue(user).token();
    }

    static String ofAnotherKey(UserId user) {
        return new Tokens(TokenConfig.of(Secret.of("x".repeat(40)))).issue(user).token();
    }

    static String unsigned(UserId user) {
        return new PlainJWT(
                        new JWTClaimsSet.Builder()
                                .issuer("hubbub")
                                .audience("hubbub")
                                .subject(user.value())
                                .issueTime(Date.from(Instant.now()))
                                .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                                .build())
                .serialize();
    }
}
