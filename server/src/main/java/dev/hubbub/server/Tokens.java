package dev.hubbub.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;

import dev.hubbub.conversation.UserId;

import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;

/// Makes tokens, and finds out whom one names. A token is a JWT that is signed with HMAC SHA-256,
/// whatever its own header says. Safe for use by many threads.
public final class Tokens {

    static final Fault MISSING =
            new Fault(
                    401,
                    "token_missing",
                    "Send a token as Authorization: Bearer <token>; POST /token gives one.");
    static final Fault INVALID =
            new Fault(401, "token_invalid", "This is no token of this server; get one anew.");
    static final Fault EXPIRED =
            new Fault(401, "token_expired", "The token has expired; get a new one.");

    /// Ours have some three hundred; longer ones are not looked at.
    private static final int CHARS_MAX = 4096;

    private final TokenConfig config;
    private final InstantSource clock;
    private final MACSigner signer;
    private final JWSHeader header;
    private final DefaultJWTProcessor<SecurityContext> judge;

    public Tokens(TokenConfig config) {
        this(config, InstantSource.system());
    }

    Tokens(TokenConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
        try {
            OctetSequenceKey key = named(config.key());
            signer = new MACSigner(key);
            header =
                    new JWSHeader.Builder(JWSAlgorithm.HS256)
                            .type(JOSEObjectType.JWT)
                            .keyID(key.getKeyID())
                            .build();
            var keys = new ArrayList<JWK>(List.of(key));
            for (Secret old : config.previous()) {
                keys.add(named(old));
            }
            judge = judge(new JWKSet(keys));
        } catch (JOSEException impossible) {
            throw new IllegalStateException("a key of this length signs", impossible);
        }
    }

    /// A new token.
    ///
    /// @param expiresIn from now
    public record Issued(String token, UserId user, Duration expiresIn) {}

    /// A token good for as long as the configuration says.
    public Issued issue(UserId user) {
        return issue(user, config.expiry());
    }

    /// A token good for so long.
    ///
    /// @param goodFor at least a second and at most [TokenConfig#EXPIRY_MAX]
    public Issued issue(UserId user, Duration goodFor) {
        if (goodFor.toSeconds() < 1 || goodFor.compareTo(TokenConfig.EXPIRY_MAX) > 0) {
            throw new IllegalArgumentException("a token is good for a second to a year");
        }
        Instant now = clock.instant();
        var claims =
                new JWTClaimsSet.Builder()
                        .issuer(config.issuer())
                        .audience(config.audience())
                        .subject(user.value())
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(goodFor)))
                        .build();
        var token = new SignedJWT(header, claims);
        try {
            token.sign(signer);
        } catch (JOSEException impossible) {
            throw new IllegalStateException("a key of this length signs", impossible);
        }
        return new Issued(token.serialize(), user, goodFor);
    }

    /// @param until when it is not good any more, whoever's clock one reads
    record Checked(UserId user, Instant until) {}

    /// Whom a token names.
    ///
    /// @throws FaultException for one that is not, or no longer, good
    Checked check(String token) {
        if (token.length() > CHARS_MAX) {
            throw INVALID.exception();
        }
        try {
            JWTClaimsSet claims = judge.process(token, null);
            Instant latest = clock.instant().plus(config.skewMax());
            if (claims.getIssueTime().toInstant().isAfter(latest)) {
                throw INVALID.exception();
            }
            return new Checked(
                    new UserId(claims.getSubject()),
                    claims.getExpirationTime().toInstant().plus(config.skewMax()));
        } catch (ExpiredJWTException expired) {
            throw EXPIRED.exception();
        } catch (ParseException
                | BadJOSEException
                | JOSEException
                | IllegalArgumentException notOurs) {
            // Whatever is wrong with it, its maker need not be told how near they came.
            throw INVALID.exception();
        }
    }

    private static OctetSequenceKey named(Secret key) throws JOSEException {
        return new OctetSequenceKey.Builder(key.bytes())
                .algorithm(JWSAlgorithm.HS256)
                .keyIDFromThumbprint()
                .build();
    }

    private DefaultJWTProcessor<SecurityContext> judge(JWKSet keys) {
        var claims =
                new DefaultJWTClaimsVerifier<SecurityContext>(
                        config.audience(),
                        new JWTClaimsSet.Builder().issuer(config.issuer()).build(),
                        Set.of("sub", "iat", "exp")) {

                    @Override
                    protected Date currentTime() {
                        return Date.from(clock.instant());
                    }
                };
        claims.setMaxClockSkew(Math.toIntExact(config.skewMax().toSeconds()));
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSKeySelector(
                new JWSVerificationKeySelector<>(JWSAlgorithm.HS256, new ImmutableJWKSet<>(keys)));
        processor.setJWTClaimsSetVerifier(claims);
        return processor;
    }
}
