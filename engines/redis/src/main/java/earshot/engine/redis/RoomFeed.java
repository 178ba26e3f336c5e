package earshot.engine.redis;

import earshot.core.history.RoomLog.Follower;
import earshot.core.message.KeptEvent;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.engine.redis.ByteReader.BadBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A room that this node uses: who follows it, what of its log was seen here, and its channel. Thread-safe; followers hear on the connection's thread, in the
 * order of the channel, which is that of the log.
 */
final class RoomFeed implements Subscriber.Listener {
    private static final System.Logger LOG = System.getLogger(RoomFeed.class.getName());
    private static final int ENTRIES = 1;
    /** Too large for the channel. */
    private static final int LOOK = 2;

    private final RoomId room;
    private final AtomicReference<Position> seen = new AtomicReference<>(Position.START);
    private volatile String kept = "";
    private volatile Follower[] followers = {};
    private Subscriber.@Nullable Subscription subscription;

    RoomFeed(RoomId room) {
        this.room = room;
    }

    /** Subscribes, the first time and after a failure; done when what is appended from now on will be heard. */
    synchronized CompletionStage<Void> open(Subscriber subscriber, String channel) {
        Subscriber.Subscription before = subscription;
        if (before != null && !before.ready().toCompletableFuture().isCompletedExceptionally()) return before.ready();
        Subscriber.Subscription made = subscriber.subscribe(channel, this);
        subscription = made;
        if (before != null) before.close();
        return made.ready();
    }

    synchronized void close() {
        if (subscription != null) subscription.close();
        subscription = null;
    }

    /** @param much as {@link Retentions} writes it */
    void keep(String much) {
        kept = much;
    }

    /** How much is to be kept, as the scripts read it; empty: as before. */
    String kept() {
        return kept;
    }

    /** Whether it is one that an archive keeps as well. */
    boolean isArchived() {
        return Retentions.isArchived(kept);
    }

    /** The id of the newest entry that this node knows of; empty: none. */
    String known() {
        Position position = seen.get();
        return position.offset() == 0 ? "" : Places.id(position);
    }

    void saw(Position position) {
        seen.accumulateAndGet(position, (known, other) -> other.isAfter(known) ? other : known);
    }

    synchronized void add(Follower follower) {
        Follower[] more = Arrays.copyOf(followers, followers.length + 1);
        more[followers.length] = follower;
        followers = more;
    }

    synchronized void remove(Follower follower) {
        List<Follower> rest = new ArrayList<>(List.of(followers));
        rest.remove(follower);
        followers = rest.toArray(Follower[]::new);
    }

    synchronized boolean isUsed() {
        return followers.length > 0;
    }

    @Override
    public void onMessage(String channel, byte[] payload) {
        Follower[] told = followers;
        if (told.length == 0) return;
        try {
            tell(told, new ByteReader(payload));
        } catch (BadBytes e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "room={0}: a feed message that is not understood ({1})",
                    room,
                    e.getMessage());
            onGap();
        }
    }

    /** Entries as {@code append.lua} tells them: length of the id in 2 bytes, id, length of the entry in 4 bytes, entry. */
    private void tell(Follower[] told, ByteReader in) throws BadBytes {
        int kind = in.u8();
        if (kind == LOOK) {
            onGap();
            return;
        }
        if (kind != ENTRIES) throw new BadBytes("kind: " + kind + " (expected: 1 or 2)");
        while (in.left() > 0) {
            Position position = Places.position(in.raw(in.u16()));
            KeptEvent entry = EntryCodec.decode(room, position, in.block());
            saw(position);
            for (Follower follower : told) follower.onEntry(entry);
        }
    }

    @Override
    public void onGap() {
        for (Follower follower : followers) follower.onGap();
    }
}
