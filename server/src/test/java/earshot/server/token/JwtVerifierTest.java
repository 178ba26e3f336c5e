package earshot.server.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.time.Clock;
import earshot.dialect.TokenVerifier.Reason;
import earshot.dialect.TokenVerifier.Verdict;
import earshot.server.config.ServerConfig;
import earshot.server.config.Sources;
import earshot.server.config.TokenSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JwtVerifierTest {
    private static final long NOW = 1_800_000_000L;
    private static final String SECRET = "a-secret-for-tests-that-is-long-enough-for-hs512-0123456789abcdef";
    private static final String IN_TIME = "{\"sub\":\"u\",\"exp\":" + (NOW + 60) + "}";

    @TempDir
    Path directory;

    private final FixedClock clock = new FixedClock();

    /** A clock that is set. */
    private static final class FixedClock implements Clock {
        private long seconds = NOW;

        @Override
        public long nanos() {
            return seconds * 1_000_000_000;
        }

        @Override
        public long millis() {
            return seconds * 1000;
        }
    }

    private static JwtVerifier.Rules rules() {
        return new JwtVerifier.Rules(Duration.ZERO, Duration.ZERO, "", "");
    }

    private JwtVerifier verifier(VerificationKey... keys) {
        return new JwtVerifier(KeyRing.of(List.of(keys)), rules(), clock);
    }

    private static VerificationKey secret(String algorithm) {
        return VerificationKey.secret(SECRET.getBytes(StandardCharsets.UTF_8), algorithm);
    }

    private static String signed(String algorithm, Key key, String payload) {
        return signed(algorithm, key, payload, null);
    }

    private static String signed(String algorithm, Key key, String payload, String keyId) {
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
            jws.setAlgorithmHeaderValue(algorithm);
            jws.setDoKeyValidation(false);
            if (key != null) jws.setKey(key);
            if (keyId != null) jws.setKeyIdHeaderValue(keyId);
            jws.setPayload(payload);
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyPair pair(String kind) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            if (kind.equals("EC")) generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertReason(Verdict verdict, Reason reason) {
        assertThat(verdict).isEqualTo(new Verdict.Invalid(reason));
    }

    @ParameterizedTest
    @CsvSource({"HS256", "HS384", "HS512"})
    void secret_ofEachSize_verifiesItsOwnAlgorithmOnly(String algorithm) {
        VerificationKey key = secret(algorithm);
        String token = signed(algorithm, key.key(), IN_TIME);
        assertThat(verifier(key).verify(token))
                .isInstanceOfSatisfying(
                        Verdict.Valid.class,
                        v -> assertThat(v.claims().string("sub")).contains("u"));
        Stream.of("HS256", "HS384", "HS512")
                .filter(other -> !other.equals(algorithm))
                .forEach(other -> assertReason(verifier(secret(other)).verify(token), Reason.BAD_SIGNATURE));
    }

    static Stream<List<String>> publicKinds() {
        return Stream.of(List.of("RSA", "RS256"), List.of("EC", "ES256"), List.of("Ed25519", "EdDSA"));
    }

    @ParameterizedTest
    @MethodSource("publicKinds")
    void publicKey_verifiesItsAlgorithm_fromPemAndFromKeySet(List<String> kindAndAlgorithm)
            throws IOException, JoseException {
        KeyPair pair = pair(kindAndAlgorithm.get(0));
        String algorithm = kindAndAlgorithm.get(1);
        Path pem = directory.resolve("key.pem");
        Files.writeString(
                pem,
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(pair.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
        String token = signed(algorithm, pair.getPrivate(), IN_TIME, "k1");
        assertThat(verifier(KeyReader.pem(pem).getFirst()).verify(token)).isInstanceOf(Verdict.Valid.class);

        PublicJsonWebKey jwk = PublicJsonWebKey.Factory.newPublicJwk(pair.getPublic());
        jwk.setKeyId("k1");
        String set = new JsonWebKeySet(jwk).toJson();
        assertThat(verifier(KeyReader.keySet("set", set).getFirst()).verify(token))
                .isInstanceOf(Verdict.Valid.class);
        String foreign = signed(algorithm, pair(kindAndAlgorithm.get(0)).getPrivate(), IN_TIME, "k1");
        assertReason(verifier(KeyReader.pem(pem).getFirst()).verify(foreign), Reason.BAD_SIGNATURE);
    }

    @Test
    void none_isNeverGenuine() {
        String unsigned = signed("none", null, IN_TIME);
        assertReason(verifier(secret("HS256")).verify(unsigned), Reason.BAD_SIGNATURE);
        String header = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"NONE\"}".getBytes(StandardCharsets.UTF_8));
        String payload =
                Base64.getUrlEncoder().withoutPadding().encodeToString(IN_TIME.getBytes(StandardCharsets.UTF_8));
        assertReason(verifier(secret("HS256")).verify(header + "." + payload + "."), Reason.BAD_SIGNATURE);
    }

    @Test
    void publicKey_usedAsASecret_isNotGenuine() {
        KeyPair rsa = pair("RSA");
        VerificationKey key = VerificationKey.publicKey("", rsa.getPublic()).orElseThrow();
        Key confused =
                VerificationKey.secret(rsa.getPublic().getEncoded(), "HS256").key();
        assertReason(verifier(key).verify(signed("HS256", confused, IN_TIME)), Reason.BAD_SIGNATURE);
    }

    @ParameterizedTest
    @CsvSource({"typ", "type", "token_type"})
    void refreshToken_underAnyName_isRefused(String claim) {
        VerificationKey key = secret("HS256");
        String payload = "{\"sub\":\"u\",\"" + claim + "\":\"refresh\",\"exp\":" + (NOW + 60) + "}";
        assertReason(verifier(key).verify(signed("HS256", key.key(), payload)), Reason.REFRESH_TOKEN);
    }

    @ParameterizedTest
    @CsvSource({
        "{\"exp\":1799999999}, EXPIRED",
        "{\"exp\":1800000000}, EXPIRED",
        "{\"nbf\":1800000001}, NOT_YET_VALID",
        "{\"exp\":\"soon\"}, MALFORMED",
        "{\"exp\":1e300}, MALFORMED",
        "[1], MALFORMED",
        "nonsense, MALFORMED",
    })
    void claims_outOfTimeOrShape_areRefused(String payload, Reason reason) {
        VerificationKey key = secret("HS256");
        assertReason(verifier(key).verify(signed("HS256", key.key(), payload)), reason);
    }

    @ParameterizedTest
    @CsvSource({"''", "a", "a.b", "a.b.c", "....", "e30.e30.e30", "é.é.é"})
    void nonsense_isMalformedOrNotGenuine_neverAnException(String token) {
        assertThat(verifier(secret("HS256")).verify(token)).isInstanceOf(Verdict.Invalid.class);
        assertThat(verifier(secret("HS256")).verify("x".repeat(100_000))).isInstanceOf(Verdict.Invalid.class);
    }

    @Test
    void leeway_isGivenBothWays() {
        VerificationKey key = secret("HS256");
        var lenient = new JwtVerifier(
                KeyRing.of(List.of(key)), new JwtVerifier.Rules(Duration.ofSeconds(60), Duration.ZERO, "", ""), clock);
        assertThat(lenient.verify(signed("HS256", key.key(), "{\"exp\":" + (NOW - 59) + "}")))
                .isInstanceOf(Verdict.Valid.class);
        assertReason(lenient.verify(signed("HS256", key.key(), "{\"exp\":" + (NOW - 60) + "}")), Reason.EXPIRED);
    }

    @Test
    void maxTokenAge_refusesOldOnes_andThoseWithoutTimes() {
        VerificationKey key = secret("HS256");
        var strict = new JwtVerifier(
                KeyRing.of(List.of(key)), new JwtVerifier.Rules(Duration.ZERO, Duration.ofMinutes(10), "", ""), clock);
        String exp = "\"exp\":" + (NOW + 3600);
        assertReason(
                strict.verify(signed("HS256", key.key(), "{\"iat\":" + (NOW - 601) + "," + exp + "}")), Reason.TOO_OLD);
        assertReason(strict.verify(signed("HS256", key.key(), "{" + exp + "}")), Reason.TOO_OLD);
        assertReason(strict.verify(signed("HS256", key.key(), "{\"iat\":" + NOW + "}")), Reason.TOO_OLD);
        assertThat(strict.verify(signed("HS256", key.key(), "{\"iat\":" + (NOW - 600) + "," + exp + "}")))
                .isInstanceOf(Verdict.Valid.class);
    }

    @Test
    void audienceAndIssuer_areHeldToWhereGiven() {
        VerificationKey key = secret("HS256");
        var picky = new JwtVerifier(
                KeyRing.of(List.of(key)), new JwtVerifier.Rules(Duration.ZERO, Duration.ZERO, "chat", "us"), clock);
        assertThat(picky.verify(signed("HS256", key.key(), "{\"aud\":[\"x\",\"chat\"],\"iss\":\"us\"}")))
                .isInstanceOf(Verdict.Valid.class);
        assertReason(picky.verify(signed("HS256", key.key(), "{\"aud\":\"x\",\"iss\":\"us\"}")), Reason.WRONG_AUDIENCE);
        assertReason(picky.verify(signed("HS256", key.key(), "{\"aud\":\"chat\"}")), Reason.WRONG_AUDIENCE);
    }

    @Test
    void severalSecrets_allVerify_whileOneReplacesAnother() {
        VerificationKey fresh =
                VerificationKey.secret("new-secret-0123456789-0123456789-01".getBytes(StandardCharsets.UTF_8), "HS256");
        VerificationKey old = secret("HS256");
        JwtVerifier both = verifier(fresh, old);
        assertThat(both.verify(signed("HS256", old.key(), IN_TIME))).isInstanceOf(Verdict.Valid.class);
        assertThat(both.verify(signed("HS256", fresh.key(), IN_TIME))).isInstanceOf(Verdict.Valid.class);
    }

    @Test
    void keyId_thatNobodyHas_makesTheRingLookAgain() {
        List<String> missed = new java.util.ArrayList<>();
        KeyRing ring = new KeyRing() {
            @Override
            public List<VerificationKey> keys() {
                return List.of(
                        new VerificationKey("known", "HS256", secret("HS256").key()));
            }

            @Override
            public void missed(String keyId) {
                missed.add(keyId);
            }
        };
        var verifier = new JwtVerifier(ring, rules(), clock);
        assertReason(verifier.verify(signed("HS256", secret("HS256").key(), IN_TIME, "unknown")), Reason.BAD_SIGNATURE);
        assertThat(missed).containsExactly("unknown");
        assertThat(verifier.verify(signed("HS256", secret("HS256").key(), IN_TIME, "known")))
                .isInstanceOf(Verdict.Valid.class);
    }

    private TokenSettings settings(String key, String value) {
        Map<String, String> flags = Map.of(key, value);
        return ServerConfig.read(new Sources(null, null, Map.of(), flags, Map.of()), (_, _) -> SECRET)
                .waddle()
                .tokens();
    }

    @Test
    void secretFile_thatChanges_isReadAgainWithoutARestart() throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("secrets"), "first-secret-0123456789-0123456789\n");
        TokenSettings settings = settings("waddle.jwt-secret-file", file.toString());
        TokenMint mint = new TokenMint(settings, Clock.SYSTEM);
        try (LiveKeyRing ring = new LiveKeyRing("waddle", settings)) {
            JwtVerifier verifier = JwtVerifier.of(ring, settings, Clock.SYSTEM);
            String before = mint.mint(Map.of("sub", "u"), Duration.ofMinutes(1));
            assertThat(verifier.verify(before)).isInstanceOf(Verdict.Valid.class);
            Files.writeString(file, "# newest first\nsecond-secret-0123456789-0123456789\n");
            String after = mint.mint(Map.of("sub", "u"), Duration.ofMinutes(1));
            long until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (verifier.verify(after) instanceof Verdict.Invalid && System.nanoTime() < until) Thread.onSpinWait();
            assertThat(verifier.verify(after)).isInstanceOf(Verdict.Valid.class);
            assertReason(verifier.verify(before), Reason.BAD_SIGNATURE);
        }
    }

    @Test
    void keyFile_thatCannotBeUsed_isOneSentence() throws IOException {
        Path none = directory.resolve("none");
        assertThatThrownBy(() -> new LiveKeyRing("waddle", settings("waddle.jwt-public-key", none.toString())))
                .isInstanceOf(KeysUnusable.class)
                .hasMessage(none + ": cannot be read");
        Path garbage = Files.writeString(directory.resolve("garbage"), "hello");
        assertThatThrownBy(() -> new LiveKeyRing("waddle", settings("waddle.jwt-public-key", garbage.toString())))
                .isInstanceOf(KeysUnusable.class);
        assertThatThrownBy(() -> new LiveKeyRing("waddle", settings("waddle.jwks", garbage.toString())))
                .hasMessage(garbage + ": is no JSON Web Key Set");
    }
}
