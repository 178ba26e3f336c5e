package earshot.bench.load;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a run was asked to do, without a secret in it. Immutable; a wrong value is an {@link IllegalArgumentException} whose sentence
 * is for people.
 *
 * @param profile the named profile this began as, or {@code custom}
 * @param label what the run is called in tables and plots
 * @param processes load generators, each a process with one event loop; 0: as many as the connections need
 */
public record LoadPlan(
        String profile,
        String label,
        Target target,
        Crowd crowd,
        Traffic traffic,
        Timing timing,
        Disturbance disturbance,
        int processes) {

    public LoadPlan {
        if (label.isBlank()) throw wrong("label", label, "a name");
        between("processes", processes, 0, 64);
        if (traffic.pace().isIdle() && disturbance.slowMembers() > 0)
            throw new IllegalArgumentException(
                    "slow readers need something to read (expected: a rate or a window beside them)");
        int readers = crowd.connections() - crowd.rooms() * crowd.publishersPerRoom();
        if (disturbance.members() > 0 && disturbance.members() > readers)
            throw wrong(
                    "slow and dropped members together",
                    Integer.toString(disturbance.members()),
                    "at most " + Math.max(0, readers) + ", for who publishes is left alone");
        if (target.dialect().equals("raw") && traffic.pingsPerSecond() > 0)
            throw wrong(
                    "pings", Double.toString(traffic.pingsPerSecond()), "0: raw has no event that is known to be one");
        if (!target.dialect().equals("threadkit") && crowd.publishersPerRoom() > crowd.smallestRoom())
            throw wrong(
                    "publishers",
                    Integer.toString(crowd.publishersPerRoom()),
                    "at most " + crowd.smallestRoom() + ", the members of the smallest room");
    }

    /** The same, at another place. */
    public LoadPlan with(Target other) {
        return new LoadPlan(profile, label, other, crowd, traffic, timing, disturbance, processes);
    }

    /**
     * Where the load goes.
     *
     * @param url scheme, host and port, such as {@code ws://127.0.0.1:9001}; only {@code ws} for now
     * @param dialect how a client speaks: {@code waddle}, {@code threadkit}, or {@code raw} for any server of plain WebSocket
     * @param path {@code raw}: the request's path with {@code {room}} and {@code {member}} in it; {@code threadkit}: its address,
     *     {@code /ws?project_id=KEY&site_id=UUID}
     * @param greeting {@code raw} only: a text frame that every member sends first; empty: none
     * @param say {@code raw} only: the text frame of a message, with {@code {content}} and {@code {room}} in it
     * @param pid the server's process, when it is on this machine; null: not watched
     * @param more addresses of further nodes of the same server: the members of each room are spread over all of them
     */
    public record Target(
            URI url,
            String dialect,
            String path,
            String greeting,
            String say,
            @Nullable Long pid,
            List<URI> more) {
        public Target {
            more = List.copyOf(more);
            checkAddress(url);
            more.forEach(Target::checkAddress);
            if (!Speakers.NAMES.contains(dialect)) throw wrong("dialect", dialect, String.join(", ", Speakers.NAMES));
            if (dialect.equals("raw") && !path.startsWith("/")) throw wrong("path", path, "/path of the upgrade");
            if (dialect.equals("raw") && !say.contains("{content}"))
                throw wrong("say", say, "a text frame with {content} in it");
        }

        public Target(URI url, String dialect) {
            this(url, dialect, "", "", "", null, List.of());
        }

        private static void checkAddress(URI address) {
            if (!"ws".equals(address.getScheme()) || address.getHost() == null)
                throw wrong("the address", address.toString(), "ws://host:port");
        }

        public int port() {
            return port(url);
        }

        static int port(URI address) {
            return address.getPort() < 0 ? 80 : address.getPort();
        }

        /** How many nodes there are. */
        public int nodes() {
            return 1 + more.size();
        }

        /** One of the nodes, from 0. */
        URI node(int index) {
            return index == 0 ? url : more.get(index - 1);
        }

        public boolean isLoopback() {
            return url.getHost().startsWith("127.") || url.getHost().equals("localhost");
        }

        public Target watching(long process) {
            return new Target(url, dialect, path, greeting, say, process, more);
        }
    }

    /**
     * Who is there: member {@code i} is in room {@code i modulo rooms}. Where there are several nodes, both the members of a room and the first
     * members of the rooms, who publish, are on all of them in turn.
     *
     * @param connectRate connections begun in a second; 0: as fast as they are answered
     * @param publishersPerRoom how many members of each room publish, in turn
     */
    public record Crowd(int connections, int rooms, int connectRate, int publishersPerRoom) {
        public Crowd {
            between("connections", connections, 1, 1_000_000);
            between("rooms", rooms, 1, connections);
            between("connect-rate", connectRate, 0, 1_000_000);
            between("publishers", publishersPerRoom, 1, 4096);
        }

        /** The node of a member. */
        int nodeOf(int member, int nodes) {
            return (member / rooms + member % rooms) % nodes;
        }

        int smallestRoom() {
            return connections / rooms;
        }
    }

    /**
     * What is said.
     *
     * @param payloadBytes of a message's content
     * @param typingPerSecond signs of typing, over all members; the lane that may drop, so they are counted and not checked
     * @param pingsPerSecond over all members, the cheapest event of the dialect that the server must take in, and tells nobody else
     */
    public record Traffic(Pace pace, int payloadBytes, double typingPerSecond, double pingsPerSecond) {
        /** A shorter content has no room for the mark that is checked. */
        public static final int LEAST_PAYLOAD = Mark.BYTES;

        public Traffic {
            between("payload", payloadBytes, LEAST_PAYLOAD, 1 << 20);
            perSecond("typing", typingPerSecond);
            perSecond("pings", pingsPerSecond);
        }

        public Traffic(Pace pace, int payloadBytes) {
            this(pace, payloadBytes, 0, 0);
        }

        private static void perSecond(String name, double given) {
            if (!(given >= 0 && given <= 1e6)) throw wrong(name, Double.toString(given), "0 to 1000000 a second");
        }
    }

    /** How messages follow each other. Read it from JSON or make it with the factories. */
    public record Pace(Kind kind, double amount) {
        /** The ways to pace. */
        public enum Kind {
            /** Open loop: {@code amount} messages a second on a fixed schedule, latency counted from the scheduled time. */
            RATE,
            /** Closed loop: {@code amount} messages in flight over all rooms; the next is sent when one was heard by all. */
            WINDOW,
            /** Nothing is said. */
            IDLE
        }

        public Pace {
            if (kind == Kind.RATE && !(amount > 0 && amount <= 1e7))
                throw wrong("rate", Double.toString(amount), "more than 0, at most 10000000 messages a second");
            if (kind == Kind.WINDOW && !(amount >= 1 && amount <= 1e6 && amount == Math.rint(amount)))
                throw wrong("window", Double.toString(amount), "1 to 1000000 messages in flight");
        }

        public static Pace rate(double messagesPerSecond) {
            return new Pace(Kind.RATE, messagesPerSecond);
        }

        public static Pace window(int messages) {
            return new Pace(Kind.WINDOW, messages);
        }

        public static Pace idle() {
            return new Pace(Kind.IDLE, 0);
        }

        public boolean isIdle() {
            return kind == Kind.IDLE;
        }

        /** For people: {@code 100/s}, {@code 4 in flight}, {@code idle}. */
        @Override
        public String toString() {
            return switch (kind) {
                case RATE ->
                    (amount == Math.rint(amount)
                                    ? Long.toString((long) amount)
                                    : String.format(Locale.ROOT, "%.1f", amount))
                            + "/s";
                case WINDOW -> (long) amount + " in flight";
                case IDLE -> "idle";
            };
        }
    }

    /**
     * How long.
     *
     * @param warmUp load that is checked but not measured
     * @param measured what the figures are about
     * @param drain the longest wait for what is still under way at the end
     */
    public record Timing(Duration warmUp, Duration measured, Duration drain) {
        public Timing {
            atMost("warm-up", warmUp, Duration.ZERO);
            atMost("duration", measured, Duration.ofMillis(100));
            atMost("drain", drain, Duration.ZERO);
        }

        private static void atMost(String name, Duration given, Duration least) {
            if (given.compareTo(least) < 0 || given.compareTo(Duration.ofDays(7)) > 0)
                throw wrong(name, given.toString(), least + " to P7D");
        }
    }

    /**
     * What members do to the others, once, a fifth into the measured time.
     *
     * @param slowMembers stop reading
     * @param slowFor for so long
     * @param dropped lose their connection and come back, at the connect rate
     */
    public record Disturbance(int slowMembers, Duration slowFor, int dropped) {
        public static final Disturbance NONE = new Disturbance(0, Duration.ZERO, 0);

        public Disturbance {
            between("slow", slowMembers, 0, 1_000_000);
            between("dropped", dropped, 0, 1_000_000);
            if (slowFor.isNegative()) throw wrong("slow-for", slowFor.toString(), "a time");
        }

        int members() {
            return slowMembers + dropped;
        }
    }

    static void between(String name, int given, int least, int most) {
        if (given < least || given > most) throw wrong(name, Integer.toString(given), least + " to " + most);
    }

    static IllegalArgumentException wrong(String name, String given, String expected) {
        return new IllegalArgumentException(name + ": " + given + " (expected: " + expected + ")");
    }
}
