package earshot.product.kaiku;

import earshot.core.time.TimeUuid;
import java.util.UUID;

/**
 * Ids of messages that tell in which channel a message is, to who has the channel's tag: clients edit and delete by the id alone, and there is no other
 * table of messages than the rooms' own. They are UUIDs of version 7 whose last 32 bits are the tag; the others before it stay random. Thread-safe.
 *
 * <p>Channels may share a tag (by chance one pair among 65,000 channels), so all of those with it are looked into.
 */
public final class MessageIds {
    private static final long TAG_BITS = 0xffff_ffffL;

    private final TimeUuid ids;

    public MessageIds(TimeUuid ids) {
        this.ids = ids;
    }

    public UUID next(UUID channel) {
        UUID id = ids.next();
        return new UUID(
                id.getMostSignificantBits(), (id.getLeastSignificantBits() & ~TAG_BITS) | (tagOf(channel) & TAG_BITS));
    }

    /** The tag of a message's channel; of an id that somebody else made: any number. */
    public static int tagIn(UUID message) {
        return (int) message.getLeastSignificantBits();
    }

    /** MurmurHash3's finalizer over both halves, so that channels made in the same millisecond have different ones. */
    public static int tagOf(UUID channel) {
        long mixed = channel.getMostSignificantBits() * 0x9E3779B97F4A7C15L ^ channel.getLeastSignificantBits();
        mixed = (mixed ^ mixed >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return (int) (mixed ^ mixed >>> 33);
    }
}
