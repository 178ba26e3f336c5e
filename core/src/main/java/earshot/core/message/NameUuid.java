package earshot.core.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.UUID;

/**
 * Name-based UUIDs of version 5 (RFC 9562 section 5.5), for dialects whose ids are UUIDs when an id from elsewhere is not one (DECISIONS 14).
 * The same name always gives the same UUID, on every node.
 */
public final class NameUuid {
    /** The namespace of everything that Earshot names: {@code 6f0b3a52-7c1d-5e8f-9a46-2d0c8be71f35}. */
    public static final UUID NAMESPACE = UUID.fromString("6f0b3a52-7c1d-5e8f-9a46-2d0c8be71f35");

    private NameUuid() {}

    /** Of a dialect (or {@code meeting}) and an id of its: the name is the two with a colon between them, in UTF-8. */
    public static UUID of(String dialect, String id) {
        return v5(NAMESPACE, dialect + ":" + id);
    }

    public static UUID v5(UUID namespace, String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        byte[] input = ByteBuffer.allocate(16 + text.length)
                .putLong(namespace.getMostSignificantBits())
                .putLong(namespace.getLeastSignificantBits())
                .put(text)
                .array();
        byte[] hash = Arrays.copyOf(sha1().digest(input), 16);
        hash[6] = (byte) ((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte) ((hash[8] & 0x3f) | 0x80);
        ByteBuffer bits = ByteBuffer.wrap(hash);
        return new UUID(bits.getLong(), bits.getLong());
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
