package earshot.dialect.summit;

import earshot.core.history.Retention;
import earshot.dialect.EngineIo;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operator may set for summit, a record for each concern. The defaults are the seed's where it has any.
 *
 * @param engine the terms of the transport below
 * @param maxMessageBytes of one message of a client, its attachments included, and of the body of a POST, 1,024..16,777,216
 * @param namespaces further ones besides {@code /}, each a name or a pattern in which {@code *} stands for any characters
 * @param names how rooms are called in what the server says
 */
public record SummitConfig(
        EngineIo engine,
        int maxMessageBytes,
        List<String> namespaces,
        RoomNames names,
        Rooms rooms,
        Persistence persistence,
        Rates rates,
        Access access,
        Recovery recovery,
        Duration presenceGrace) {

    public SummitConfig {
        namespaces = List.copyOf(namespaces);
        within("maxMessageBytes", maxMessageBytes, 1024, 16 << 20);
        within("presenceGrace", presenceGrace.toMillis(), 0, 3_600_000);
    }

    public static final SummitConfig DEFAULT = new SummitConfig(
            EngineIo.at("/socket.io/", EngineIo.Cors.ANY)
                    .with(new EngineIo.Times(
                            Duration.ofSeconds(30),
                            Duration.ofSeconds(60),
                            Duration.ofSeconds(10),
                            Duration.ofSeconds(45))),
            1_000_000,
            List.of(),
            RoomNames.AS_JOINED,
            Rooms.DEFAULT,
            Persistence.DEFAULT,
            Rates.DEFAULT,
            Access.DEFAULT,
            Recovery.DEFAULT,
            Duration.ofSeconds(5));

    /** How rooms are called in what the server says: the seed is silent, the original does both. Either is understood. */
    public enum RoomNames {
        /** As the connection called the room when it joined. */
        AS_JOINED,
        /** {@code tenant:room}, as the original's own tests want it. */
        QUALIFIED
    }

    /**
     * @param capacity sessions per room, 1..
     * @param perConnection rooms that one connection may be in, 1..1,000
     * @param maxMetadataBytes of a join, 0..65,536; that of a status is bounded by {@link earshot.core.message.Status#MAX_NOTE_CHARS}
     */
    public record Rooms(int capacity, int perConnection, int maxMetadataBytes) {
        public static final Rooms DEFAULT = new Rooms(100_000, 100, 8192);

        public Rooms {
            within("capacity", capacity, 1, 10_000_000);
            within("perConnection", perConnection, 1, 1000);
            within("maxMetadataBytes", maxMetadataBytes, 0, 65_536);
        }
    }

    /**
     * @param enabled false: {@code persistent} is accepted and delivered, and nothing is replayed
     * @param ttl how old a message may be that is replayed
     * @param maxMessages persistent messages of one room that are replayed at most
     * @param replayLimit how many of them who joins is sent unasked, 0..1,000
     * @param durable whether messages outlive the process
     */
    public record Persistence(boolean enabled, Duration ttl, int maxMessages, int replayLimit, boolean durable) {
        public static final Persistence DEFAULT = new Persistence(true, Duration.ofHours(1), 1000, 50, true);

        /** A room's log holds its passing messages too: so many for each persistent one before they push it out. */
        private static final int PASSING_FOR_EACH = 10;

        public Persistence {
            within("ttl", ttl.toSeconds(), 1, 366L * 86_400);
            within("maxMessages", maxMessages, 1, 1_000_000);
            within("replayLimit", replayLimit, 0, 1000);
        }

        /** How much of a room's past is kept. */
        public Retention retention() {
            return new Retention((long) maxMessages * PASSING_FOR_EACH, ttl, Retention.UNLIMITED, durable);
        }

        /** The newest messages that a room keeps at hand: among them are those to be replayed. */
        public int window() {
            return replayLimit == 0 ? 50 : Math.min(1000, Math.max(200, replayLimit * 4));
        }
    }

    /**
     * Token buckets in this process, one per user of a tenant.
     *
     * @param messagesPerSecond that come back in a second, 1..; also for connections
     * @param burst how many at once, 1..; also for connections
     * @param tenantPerSecond for all users of a tenant together; 0: no limit
     * @param tenantBurst likewise
     */
    public record Rates(int messagesPerSecond, int burst, int tenantPerSecond, int tenantBurst) {
        public static final Rates DEFAULT = new Rates(100, 200, 0, 0);

        public Rates {
            within("messagesPerSecond", messagesPerSecond, 1, 10_000_000);
            within("burst", burst, 1, 10_000_000);
            within("tenantPerSecond", tenantPerSecond, 0, 10_000_000);
            within("tenantBurst", tenantBurst, 0, 10_000_000);
        }
    }

    /**
     * @param strictTenant whether a tenant in the CONNECT payload that is not the token's is refused; {@code default} never is, since the original's
     *     client sends it when its application names none
     * @param closeAtExpiry whether a connection ends when its token does
     * @param joinNeeds a permission or {@code role:…} without which nobody joins; null: none
     * @param sendNeeds likewise for sending
     * @param moderateNeeds likewise for what moderators may do through other dialects' verbs; null: nobody may
     */
    public record Access(
            boolean strictTenant,
            boolean closeAtExpiry,
            @Nullable String joinNeeds,
            @Nullable String sendNeeds,
            @Nullable String moderateNeeds) {
        public static final Access DEFAULT = new Access(false, true, null, null, null);
    }

    /**
     * @param enabled whether connections may be recovered
     * @param within how long after a loss
     */
    public record Recovery(boolean enabled, Duration within) {
        public static final Recovery DEFAULT = new Recovery(true, Duration.ofMinutes(2));

        public Recovery {
            SummitConfig.within("within", within.toSeconds(), 1, 86_400);
        }
    }

    private static void within(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + ".." + most + ")");
        }
    }

    public SummitConfig with(EngineIo other) {
        return new SummitConfig(
                other, maxMessageBytes, namespaces, names, rooms, persistence, rates, access, recovery, presenceGrace);
    }

    public SummitConfig with(Recovery other) {
        return new SummitConfig(
                engine, maxMessageBytes, namespaces, names, rooms, persistence, rates, access, other, presenceGrace);
    }

    public SummitConfig with(Rates other) {
        return new SummitConfig(
                engine, maxMessageBytes, namespaces, names, rooms, persistence, other, access, recovery, presenceGrace);
    }

    public SummitConfig with(Access other) {
        return new SummitConfig(
                engine, maxMessageBytes, namespaces, names, rooms, persistence, rates, other, recovery, presenceGrace);
    }

    public SummitConfig with(RoomNames other) {
        return new SummitConfig(
                engine, maxMessageBytes, namespaces, other, rooms, persistence, rates, access, recovery, presenceGrace);
    }

    public SummitConfig with(Persistence other) {
        return new SummitConfig(
                engine, maxMessageBytes, namespaces, names, rooms, other, rates, access, recovery, presenceGrace);
    }

    public SummitConfig withNamespaces(List<String> others) {
        return new SummitConfig(
                engine, maxMessageBytes, others, names, rooms, persistence, rates, access, recovery, presenceGrace);
    }
}
