package earshot.engine.redis;

import earshot.core.message.RoomId;

/** Names of what presence and leases have in Redis. A partition's keys lie in one slot. */
final class PresenceKeys {
    private final Partitions partitions;

    PresenceKeys(Partitions partitions) {
        this.partitions = partitions;
    }

    /** A hash; the room's channel has the same name. */
    String room(RoomId room) {
        return partitions.key("presence", room);
    }

    /** Exists when the incarnation was given up and swept from the partition. */
    String givenUp(int partition, long incarnation) {
        return partitions.of(partition) + "given-up:" + Long.toUnsignedString(incarnation, 36);
    }

    /** The set of rooms where the incarnation may have sessions. */
    String roomsOf(int partition, long incarnation) {
        return partitions.of(partition) + "rooms:" + Long.toUnsignedString(incarnation, 36);
    }

    /** The set of leases that the incarnation may have. */
    String leasesOf(int partition, long incarnation) {
        return partitions.of(partition) + "leases:" + Long.toUnsignedString(incarnation, 36);
    }

    String lease(int partition, String name) {
        return partitions.of(partition) + "lease:" + name;
    }

    /** The highest fencing number of the partition. */
    String fence(int partition) {
        return partitions.of(partition) + "fence";
    }
}
