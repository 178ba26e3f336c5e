package earshot.server.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import earshot.core.time.Clock;
import earshot.dialect.TokenVerifier.Verdict;
import earshot.server.config.ServerConfig;
import earshot.server.config.Sources;
import earshot.server.config.TokenSettings;
import earshot.server.token.KeySetServer.Manner;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Keys by the address of a key set: they come and go while the server runs, and whatever that address does, those known before count. */
class KeySetByAddressTest {
    private static final LiveKeyRing.Pace PACE =
            new LiveKeyRing.Pace(Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofMillis(400));

    private final PublicJsonWebKey first = key("first");
    private final PublicJsonWebKey second = key("second");
    private KeySetServer server;

    @BeforeEach
    void start() throws IOException {
        server = new KeySetServer(set(first));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static PublicJsonWebKey key(String id) {
        try {
            PublicJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
            key.setKeyId(id);
            return key;
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    private static String set(PublicJsonWebKey... keys) {
        return new JsonWebKeySet(keys).toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY);
    }

    private static String token(PublicJsonWebKey key) {
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setAlgorithmHeaderValue("ES256");
            jws.setKeyIdHeaderValue(key.getKeyId());
            jws.setKey(key.getPrivateKey());
            jws.setPayload("{\"sub\":\"u\",\"exp\":" + (System.currentTimeMillis() / 1000 + 600) + "}");
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new AssertionError(e);
        }
    }

    private TokenSettings settings() {
        Map<String, String> flags = Map.of("waddle.jwks", server.address(), "waddle.jwks-refresh", "1h");
        return ServerConfig.read(new Sources(null, null, Map.of(), flags, Map.of()), (_, _) -> "unused")
                .waddle()
                .tokens();
    }

    private static boolean isValid(JwtVerifier verifier, PublicJsonWebKey key) {
        return verifier.verify(token(key)) instanceof Verdict.Valid;
    }

    private static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new AssertionError("not within 20 s: " + what);
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void rotation_aTokenOfTheNewKeyMakesItKnown_andTheOldOneGoesWithTheSet() {
        TokenSettings settings = settings();
        try (LiveKeyRing ring = new LiveKeyRing("waddle", settings, PACE)) {
            JwtVerifier verifier = JwtVerifier.of(ring, settings, Clock.SYSTEM);
            assertThat(isValid(verifier, first)).isTrue();
            assertThat(isValid(verifier, second)).isFalse();
            server.publish(set(first, second));
            until("the new key is known", () -> isValid(verifier, second));
            assertThat(isValid(verifier, first)).isTrue();
            server.publish(set(second));
            PublicJsonWebKey made = key("made-up");
            until("the old key has gone", () -> !isValid(verifier, made) && !isValid(verifier, first));
            assertThat(isValid(verifier, second)).isTrue();
        }
    }

    @Test
    void unknownKeys_doNotMakeUsAskMoreOftenThanThePace() {
        TokenSettings settings = settings();
        try (LiveKeyRing ring = new LiveKeyRing("waddle", settings, PACE)) {
            JwtVerifier verifier = JwtVerifier.of(ring, settings, Clock.SYSTEM);
            long began = System.nanoTime();
            PublicJsonWebKey made = key("made-up");
            until("asked a few times", () -> !isValid(verifier, made) && server.asked() >= 4);
            long paces = (System.nanoTime() - began) / PACE.fetchAtMost().toNanos();
            assertThat((long) server.asked()).isLessThanOrEqualTo(paces + 2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "WELL", mode = EnumSource.Mode.EXCLUDE)
    void serverThatMisbehaves_costsNothing_andIsAskedAgain(Manner manner) {
        TokenSettings settings = settings();
        try (LiveKeyRing ring = new LiveKeyRing("waddle", settings, PACE)) {
            JwtVerifier verifier = JwtVerifier.of(ring, settings, Clock.SYSTEM);
            server.behave(manner);
            int before = server.asked();
            until("asked in vain, and again", () -> !isValid(verifier, second) && server.asked() >= before + 2);
            assertThat(isValid(verifier, first)).as("known before").isTrue();
            server.publish(set(second));
            server.behave(Manner.WELL);
            until("the new key is known", () -> isValid(verifier, second));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "WELL", mode = EnumSource.Mode.EXCLUDE)
    void serverThatMisbehaves_atTheStart_isOneSentence(Manner manner) {
        server.behave(manner);
        TokenSettings settings = settings();
        long began = System.nanoTime();
        assertThatThrownBy(() -> new LiveKeyRing("waddle", settings, PACE).close())
                .isInstanceOf(KeysUnusable.class)
                .hasMessageContaining("127.0.0.1")
                .hasMessageNotContaining("of-the-operator");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    }
}
