package earshot.dialect;

/** Port: whether a token is genuine and in time. Thread-safe; does not block; about as fast as one HMAC or signature check. */
public interface TokenVerifier {
    Verdict verify(String token);

    /** The answer. */
    sealed interface Verdict {
        record Valid(Claims claims) implements Verdict {}

        record Invalid(Reason reason) implements Verdict {}
    }

    /** Why not. */
    enum Reason {
        MALFORMED,
        /** Signature, algorithm or key do not fit; also {@code alg: none}. */
        BAD_SIGNATURE,
        EXPIRED,
        NOT_YET_VALID,
        /** A refresh token under any of the three claim names (DECISIONS 19). */
        REFRESH_TOKEN,
        /** Older than {@code max-token-age}, or without the times that it needs. */
        TOO_OLD,
        /** For somebody else ({@code aud}), or from somebody else ({@code iss}). */
        WRONG_AUDIENCE
    }
}
