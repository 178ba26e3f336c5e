package earshot.product.kaiku.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class Argon2PasswordsTest {
    /** Of the reference implementation (phc-winner-argon2, src/test.c): 2 passes over 64 MiB. */
    private static final String REFERENCE =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    private final Argon2Passwords passwords = new Argon2Passwords();

    @AfterEach
    void close() {
        passwords.close();
    }

    private boolean matches(String password, String hash) {
        return passwords.matches(password, hash).toCompletableFuture().join();
    }

    @Test
    void hash_ofAPassword_matchesItAlone() {
        String hash = passwords.hash("correct horse 🐎").toCompletableFuture().join();
        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(matches("correct horse 🐎", hash)).isTrue();
        assertThat(matches("correct horse", hash)).isFalse();
        assertThat(passwords.hash("correct horse 🐎").toCompletableFuture().join())
                .isNotEqualTo(hash);
    }

    @Test
    void matches_aHashOfTheReferenceImplementation() {
        assertThat(matches("password", REFERENCE)).isTrue();
        assertThat(matches("Password", REFERENCE)).isFalse();
    }

    @Test
    void matches_whatIsNoHash_orWantsTooMuch_isFalse() {
        assertThat(matches("password", "")).isFalse();
        assertThat(matches("password", "password")).isFalse();
        assertThat(matches("password", REFERENCE.replace("m=65536", "m=9999999")))
                .isFalse();
        assertThat(Argon2Passwords.isHash(REFERENCE.replace("t=2", "t=0"))).isFalse();
    }
}
