package earshot.server.token;

import java.security.Key;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key and the one algorithm that it verifies: the token's own word counts for nothing (RFC 8725 section 3.1).
 *
 * @param id as in the token's header {@code kid}; empty: unnamed, tried for every token
 * @param algorithm the JOSE name
 */
record VerificationKey(String id, String algorithm, Key key) {
    private static final int P256_BITS = 256;

    static VerificationKey secret(byte[] secret, String algorithm) {
        return new VerificationKey("", algorithm, new SecretKeySpec(secret, "HMAC"));
    }

    /** Empty when the key is of a kind that no supported algorithm takes. */
    static Optional<VerificationKey> publicKey(String id, Key key) {
        return switch (key) {
            case RSAPublicKey _ -> Optional.of(new VerificationKey(id, "RS256", key));
            case ECPublicKey ec
            when ec.getParams().getCurve().getField().getFieldSize() == P256_BITS ->
                Optional.of(new VerificationKey(id, "ES256", key));
            case EdECPublicKey ed
            when ed.getParams().getName().equals("Ed25519") -> Optional.of(new VerificationKey(id, "EdDSA", key));
            default -> Optional.empty();
        };
    }

    /** Without the key. */
    @Override
    public String toString() {
        return algorithm + " " + id;
    }
}
