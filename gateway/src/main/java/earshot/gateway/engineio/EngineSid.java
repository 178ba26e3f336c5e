package earshot.gateway.engineio;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The id of a session, which is its client's secret: who has it speaks as this client. It says where the session lives, so that a request that comes
 * elsewhere finds it: 14 characters of place, 20 of chance (120 bits), all of them safe in a URL.
 *
 * @param node the incarnation of the node
 * @param loop the number of the session's loop there
 */
public record EngineSid(long node, int loop, String text) {
    private static final int PLACE_BYTES = 10;
    private static final int CHANCE_BYTES = 15;
    private static final int CHARS = 34;

    /** @param random must be hard to foresee */
    public static EngineSid fresh(long node, int loop, RandomGenerator random) {
        byte[] place = ByteBuffer.allocate(PLACE_BYTES)
                .putLong(node)
                .putShort((short) loop)
                .array();
        byte[] chance = new byte[CHANCE_BYTES];
        random.nextBytes(chance);
        Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
        return new EngineSid(node, loop, url.encodeToString(place) + url.encodeToString(chance));
    }

    /** Null when it is none of ours. */
    public static @Nullable EngineSid parse(String text) {
        if (text.length() != CHARS) return null;
        try {
            ByteBuffer place = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text.substring(0, 14)));
            return new EngineSid(place.getLong(), place.getShort() & 0xFFFF, text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "session of loop " + loop;
    }
}
