package earshot.dialect;

import earshot.core.message.UserId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Ids as dialects see them whose clients know nothing but UUIDs. What is a UUID stays what it is; what is none appears as UUID version 5
 * (RFC 9562 section 5.5) of where it comes from and what it is, the same on every node and for ever.
 */
public final class WireUuid {
    /** Ours alone; made once by chance, and never to be changed: names that clients keep hang on it. */
    private static final UUID NAMESPACE = UUID.fromString("8f3c1f0e-6f6b-4d0c-9b61-6a3d1c5e27a4");

    private static final String URN = "urn:uuid:";

    private WireUuid() {}

    /**
     * Reads the four spellings (hyphenated, 32 digits, braces, URN) in any case, and nothing else: {@link UUID#fromString} takes
     * {@code 1-1-1-1-1}. Version and variant are not looked at. Null when it is none.
     */
    public static @Nullable UUID parse(String text) {
        return switch (text.length()) {
            case 32 -> digits(text);
            case 36 -> hyphenated(text);
            case 38 -> text.charAt(0) == '{' && text.charAt(37) == '}' ? hyphenated(text.substring(1, 37)) : null;
            case 45 -> text.toLowerCase(Locale.ROOT).startsWith(URN) ? hyphenated(text.substring(URN.length())) : null;
            default -> null;
        };
    }

    public static UUID ofUser(UserId user) {
        return known(user.id(), user.realm() + ":" + user.id());
    }

    /** A message keeps one name through edits and deletes, where nobody says which dialect it was written in. */
    public static UUID ofMessage(String messageId) {
        return known(messageId, "message:" + messageId);
    }

    /** A room that another dialect named: what a client of UUIDs calls it. */
    public static UUID ofRoom(String roomName) {
        return known(roomName, "room:" + roomName);
    }

    private static UUID known(String id, String name) {
        UUID uuid = parse(id);
        return uuid != null ? uuid : version5(name);
    }

    private static @Nullable UUID hyphenated(String text) {
        for (int at : new int[] {8, 13, 18, 23}) {
            if (text.charAt(at) != '-') return null;
        }
        return digits(text.substring(0, 8)
                + text.substring(9, 13)
                + text.substring(14, 18)
                + text.substring(19, 23)
                + text.substring(24));
    }

    private static @Nullable UUID digits(String text) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < 32; i++) {
            int digit = hex(text.charAt(i));
            if (digit < 0) return null;
            if (i < 16) high = high << 4 | digit;
            else low = low << 4 | digit;
        }
        return new UUID(high, low);
    }

    /** ASCII only: {@link Character#digit} takes the digits of every script. */
    private static int hex(char c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        if (c >= 'A' && c <= 'F') return c - 'A' + 10;
        return -1;
    }

    private static UUID version5(String name) {
        MessageDigest sha1 = sha1();
        sha1.update(bytes(NAMESPACE));
        byte[] hash = sha1.digest(name.getBytes(StandardCharsets.UTF_8));
        long high = (read(hash, 0) & ~0xF000L) | 0x5000L;
        long low = (read(hash, 8) & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-1: missing (expected: in every Java)", e);
        }
    }

    private static byte[] bytes(UUID uuid) {
        byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (uuid.getMostSignificantBits() >>> (56 - 8 * i));
            bytes[8 + i] = (byte) (uuid.getLeastSignificantBits() >>> (56 - 8 * i));
        }
        return bytes;
    }

    private static long read(byte[] bytes, int from) {
        long value = 0;
        for (int i = 0; i < 8; i++) value = value << 8 | (bytes[from + i] & 0xFF);
        return value;
    }
}
