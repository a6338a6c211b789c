package dev.hubbub.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;

import dev.hubbub.conversation.UserId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.UnaryOperator;

final class TokensTest {

    private static final Secret KEY = Secret.of("k".repeat(64));
    private static final Secret OTHER_KEY = Secret.of("o".repeat(64));
    private static final UserId ALICE = new UserId("alice");
    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");
    private static final TokenConfig CONFIG =
            TokenConfig.of(KEY).withTimes(Duration.ofMinutes(1), Duration.ofSeconds(5));

    private Instant now = START;
    private final Tokens tokens = new Tokens(CONFIG, () -> now);

    @Test
    void aTokenNamesItsUserUntilItExpires() {
        Tokens.Issued issued = tokens.issue(ALICE);

        assertThat(issued.expiresIn()).isEqualTo(Duration.ofMinutes(1));
        assertThat(tokens.check(issued.token()).user()).isEqualTo(ALICE);
        assertThat(tokens.check(issued.token()).until()).isEqualTo(START.plusSeconds(65));
        now = START.plusSeconds(64);
        assertThat(tokens.check(issued.token()).user()).isEqualTo(ALICE);
        now = START.plusSeconds(66);
        assertRefused(issued.token(), "token_expired");
    }

    @Test
    void clocksMayBeApartByTheLimitAndNoMore() {
        now = START.plusSeconds(5);
        String ahead = tokens.issue(ALICE).token();
        now = START;
        assertThat(tokens.check(ahead).user()).isEqualTo(ALICE);
        now = START.minusSeconds(1);
        assertRefused(ahead, "token_invalid");
    }

    @Test
    void aTokenIsGoodForAYearAndNoLonger() {
        assertThat(tokens.issue(ALICE, TokenConfig.EXPIRY_MAX).token()).isNotEmpty();
        assertThatThrownBy(() -> tokens.issue(ALICE, TokenConfig.EXPIRY_MAX.plusSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anUnsignedTokenIsNone() {
        assertRefused(new PlainJWT(claims(UnaryOperator.identity())).serialize(), "token_invalid");
        String[] parts = tokens.issue(ALICE).token().split("\\.", -1);
        String header =
                new PlainJWT(claims(UnaryOperator.identity())).serialize().split("\\.", -1)[0];
        assertRefused(header + "." + parts[1] + "." + parts[2], "token_invalid");
        assertRefused(parts[0] + "." + parts[1] + ".", "token_invalid");
    }

    @Test
    void aTokenOfAnotherKeyIsNone() throws Exception {
        assertRefused(
                signed(OTHER_KEY, JWSAlgorithm.HS256, UnaryOperator.identity()), "token_invalid");
        assertRefused(new Tokens(TokenConfig.of(OTHER_KEY)).issue(ALICE).token(), "token_invalid");
        assertThat(tokens.check(signed(KEY, JWSAlgorithm.HS256, UnaryOperator.identity())).user())
                .isEqualTo(ALICE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS384", "HS512"})
    void anotherAlgorithmIsRefusedWithTheSameKey(String algorithm) throws Exception {
        assertRefused(
                signed(KEY, new JWSAlgorithm(algorithm), UnaryOperator.identity()),
                "token_invalid");
    }

    @Test
    void everyClaimMustBeThereAndRight() throws Exception {
        List<UnaryOperator<JWTClaimsSet.Builder>> wrong =
                List.of(
                        claims -> claims.issuer("another"),
                        claims -> claims.issuer(null),
                        claims -> claims.audience("another"),
                        claims -> claims.audience((String) null),
                        claims -> claims.subject("../etc"),
                        claims -> claims.subject("ab"),
                        claims -> claims.subject(null),
                        claims -> claims.issueTime(null),
                        claims -> claims.expirationTime(null),
                        claims -> claims.notBeforeTime(Date.from(START.plusSeconds(30))));
        for (UnaryOperator<JWTClaimsSet.Builder> change : wrong) {
            assertRefused(signed(KEY, JWSAlgorithm.HS256, change), "token_invalid");
        }
    }

    @Test
    void whatThePreviousKeySignedIsGoodWhileThatIsConfigured() {
        String old = new Tokens(CONFIG, () -> now).issue(ALICE).token();
        var rotated = TokenConfig.of(OTHER_KEY);
        var both = new Tokens(rotated.withPrevious(List.of(KEY)), () -> now);

        assertThat(both.check(old).user()).isEqualTo(ALICE);
        String fresh = both.issue(ALICE).token();
        assertThat(new Tokens(rotated, () -> now).check(fresh).user()).isEqualTo(ALICE);
        assertThatThrownBy(() -> new Tokens(rotated, () -> now).check(old))
                .isInstanceOf(FaultException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "a.b.c", "....", "null", "Bearer x", "{}", "e30.e30.e30"})
    void whatIsNoTokenIsRefused(String text) {
        assertRefused(text, "token_invalid");
    }

    @Test
    void aVeryLongTokenIsNotLookedAt() {
        assertRefused(tokens.issue(ALICE).token() + "x".repeat(1 << 20), "token_invalid");
    }

    @Test
    void aChangedTokenIsNone() {
        String token = tokens.issue(ALICE).token();
        for (int i = 0; i < token.length(); i += 7) {
            char other = token.charAt(i) == 'A' ? 'B' : 'A';
            assertRefused(token.substring(0, i) + other + token.substring(i + 1), "token_invalid");
        }
    }

    @Test
    void aKeyHas32BytesAtLeast() {
        assertThat(new Tokens(TokenConfig.of(Secret.of("k".repeat(32)))).issue(ALICE)).isNotNull();
        assertThatThrownBy(() -> TokenConfig.of(Secret.of("k".repeat(31))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSecretIsNotPrinted() {
        assertThat(CONFIG.toString()).doesNotContain("kkk").contains("(secret)");
        assertThat(KEY.is("k".repeat(64))).isTrue();
        assertThat(KEY.is("k".repeat(63))).isFalse();
    }

    private void assertRefused(String token, String code) {
        assertThatThrownBy(() -> tokens.check(token))
                .isInstanceOfSatisfying(
                        FaultException.class,
                        refused -> {
                            assertThat(refused.fault().status()).isEqualTo(401);
                            assertThat(refused.fault().code()).isEqualTo(code);
                        });
    }

    private static JWTClaimsSet claims(UnaryOperator<JWTClaimsSet.Builder> change) {
        return change.apply(
                        new JWTClaimsSet.Builder()
                                .issuer("hubbub")
                                .audience("hubbub")
                                .subject("alice")
                                .issueTime(Date.from(START))
                                .expirationTime(Date.from(START.plusSeconds(60))))
                .build();
    }

    private static String signed(
            Secret key, JWSAlgorithm algorithm, UnaryOperator<JWTClaimsSet.Builder> change)
            throws Exception {
        var token = new SignedJWT(new JWSHeader(algorithm), claims(change));
        token.sign(new MACSigner(key.bytes()));
        return token.serialize();
    }
}
