package earshot.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Everything about sockets that can be set, a record per concern, each value checked.
 *
 * @param echo whether {@code /echo} answers WebSocket upgrades, for conformance suites
 */
public record GatewayConfig(
        Network network, Http http, Handshakes handshakes, Links links, Compression compression, boolean echo) {
    public static final GatewayConfig DEFAULT =
            new GatewayConfig(Network.DEFAULT, Http.DEFAULT, Handshakes.DEFAULT, Links.DEFAULT, Compression.OFF, false);

    public GatewayConfig with(Network other) {
        return new GatewayConfig(other, http, handshakes, links, compression, echo);
    }

    public GatewayConfig with(Http other) {
        return new GatewayConfig(network, other, handshakes, links, compression, echo);
    }

    public GatewayConfig with(Handshakes other) {
        return new GatewayConfig(network, http, other, links, compression, echo);
    }

    public GatewayConfig with(Links other) {
        return new GatewayConfig(network, http, handshakes, other, compression, echo);
    }

    public GatewayConfig with(Compression other) {
        return new GatewayConfig(network, http, handshakes, links, other, echo);
    }

    public GatewayConfig withEcho(boolean on) {
        return new GatewayConfig(network, http, handshakes, links, compression, on);
    }

    /**
     * @param listeners where clients come in, at least one
     * @param backlog connections that the kernel keeps before we accept them
     * @param maxConnections sockets served at once; 0: from the limit of open files, less a reserve
     * @param reserve sockets over the cap that still hear a proper 503, and plain HTTP such as health checks
     * @param notSentLowatBytes what the kernel may hide of a slow reader (TCP_NOTSENT_LOWAT, epoll only)
     * @param userTimeout unacknowledged bytes end the connection after this (TCP_USER_TIMEOUT, epoll only)
     * @param trustedProxies who is believed about those behind it
     * @param forwardedHeader where they say it
     */
    public record Network(
            List<Listener> listeners,
            int backlog,
            int maxConnections,
            int reserve,
            int notSentLowatBytes,
            Duration userTimeout,
            TrustedProxies trustedProxies,
            ForwardedHeader forwardedHeader) {
        public static final Network DEFAULT = new Network(
                List.of(new Listener.Tcp("127.0.0.1", 9001, false, false)),
                4096,
                0,
                256,
                16 << 10,
                Duration.ofSeconds(30),
                TrustedProxies.NONE,
                ForwardedHeader.X_FORWARDED_FOR);

        public Network {
            if (listeners.isEmpty()) throw new IllegalArgumentException("listeners: none (expected: at least one)");
            Range.check("backlog", backlog, 1, 65_535);
            Range.check("maxConnections", maxConnections, 0, 10_000_000);
            Range.check("reserve", reserve, 0, 100_000);
            Range.check("notSentLowatBytes", notSentLowatBytes, 1 << 10, 16 << 20);
            Range.check("userTimeout", userTimeout, 1, 3_600_000);
            listeners = List.copyOf(listeners);
        }

        /** Plain TCP and nothing else. */
        public Network at(String host, int port) {
            return at(List.of(new Listener.Tcp(host, port, false, false)));
        }

        public Network at(List<Listener> others) {
            return new Network(
                    others,
                    backlog,
                    maxConnections,
                    reserve,
                    notSentLowatBytes,
                    userTimeout,
                    trustedProxies,
                    forwardedHeader);
        }

        public Network capped(int connections, int kept) {
            return new Network(
                    listeners,
                    backlog,
                    connections,
                    kept,
                    notSentLowatBytes,
                    userTimeout,
                    trustedProxies,
                    forwardedHeader);
        }

        public Network tuned(int kept, int lowatBytes, Duration timeout) {
            return new Network(
                    listeners, kept, maxConnections, reserve, lowatBytes, timeout, trustedProxies, forwardedHeader);
        }

        public Network trusting(TrustedProxies proxies, ForwardedHeader header) {
            return new Network(
                    listeners, backlog, maxConnections, reserve, notSentLowatBytes, userTimeout, proxies, header);
        }
    }

    /**
     * @param maxLineBytes request line; longer: 414
     * @param maxHeaderBytes all header fields together; longer: 431
     * @param maxHeaderFields more: 431
     * @param headTime from the first byte of a request (or the connection's start) to the end of its head; as much before that for a PROXY header,
     *     and for a TLS handshake
     * @param bodyTime from the head to the end of the body
     * @param idleTime how long a connection is kept for the next request
     * @param answerTime after which a route that does not answer is answered for with 503
     * @param takeTime how long a client may take nothing of its answer; then it is cut
     */
    public record Http(
            int maxLineBytes,
            int maxHeaderBytes,
            int maxHeaderFields,
            Duration headTime,
            Duration bodyTime,
            Duration idleTime,
            Duration answerTime,
            Duration takeTime) {
        public static final Http DEFAULT = new Http(
                8 << 10,
                16 << 10,
                100,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30));

        public Http {
            Range.check("maxLineBytes", maxLineBytes, 256, 1 << 20);
            Range.check("maxHeaderBytes", maxHeaderBytes, 1 << 10, 1 << 20);
            Range.check("maxHeaderFields", maxHeaderFields, 10, 10_000);
            Range.check("headTime", headTime, 1, 3_600_000);
            Range.check("bodyTime", bodyTime, 1, 3_600_000);
            Range.check("idleTime", idleTime, 1, 3_600_000);
            Range.check("answerTime", answerTime, 1, 3_600_000);
            Range.check("takeTime", takeTime, 1, 3_600_000);
        }

        public Http times(Duration head, Duration body, Duration idle, Duration answer) {
            return new Http(maxLineBytes, maxHeaderBytes, maxHeaderFields, head, body, idle, answer, takeTime);
        }

        public Http takenWithin(Duration time) {
            return new Http(
                    maxLineBytes, maxHeaderBytes, maxHeaderFields, headTime, bodyTime, idleTime, answerTime, time);
        }
    }

    /**
     * @param perLoopPerSecond upgrades that one loop begins in a second; the rest wait
     * @param lag above this a loop begins a quarter of them
     * @param maxWaiting upgrades that wait per loop; beyond it 503
     * @param maxWait how long an upgrade waits for its turn before it hears 503
     * @param admitTime how long a dialect may take over an upgrade; then it is refused as unavailable
     * @param maxEarlyBytes frames that a client may send before it has its answer; beyond it they wait in the kernel
     */
    public record Handshakes(
            int perLoopPerSecond,
            Duration lag,
            int maxWaiting,
            Duration maxWait,
            Duration admitTime,
            int maxEarlyBytes) {
        public static final Handshakes DEFAULT = new Handshakes(
                2_000, Duration.ofMillis(20), 4_096, Duration.ofSeconds(2), Duration.ofSeconds(5), 64 << 10);

        public Handshakes {
            Range.check("perLoopPerSecond", perLoopPerSecond, 1, 1_000_000);
            Range.check("lag", lag, 1, 60_000);
            Range.check("maxWaiting", maxWaiting, 0, 1_000_000);
            Range.check("maxWait", maxWait, 1, 60_000);
            Range.check("admitTime", admitTime, 1, 60_000);
            Range.check("maxEarlyBytes", maxEarlyBytes, 1, 16 << 20);
        }

        public Handshakes paced(int perSecond, int waiting, Duration wait) {
            return new Handshakes(perSecond, lag, waiting, wait, admitTime, maxEarlyBytes);
        }

        Handshakes waiting(Duration atMost) {
            Duration wait = atMost.toMillis() > 60_000 ? Duration.ofMinutes(1) : atMost;
            return paced(perLoopPerSecond, maxWaiting, wait);
        }

        public Handshakes admittedWithin(Duration time) {
            return new Handshakes(perLoopPerSecond, lag, maxWaiting, maxWait, time, maxEarlyBytes);
        }
    }

    /**
     * @param highWaterBytes bytes that a socket has not taken, above which its link is not writable
     * @param closeTime how long a closing handshake may take
     * @param sweep how often every connection's deadlines are looked at; their resolution
     */
    public record Links(int highWaterBytes, Duration closeTime, Duration sweep) {
        public static final Links DEFAULT = new Links(64 << 10, Duration.ofSeconds(5), Duration.ofSeconds(1));

        public Links {
            Range.check("highWaterBytes", highWaterBytes, 4 << 10, 64 << 20);
            Range.check("closeTime", closeTime, 1, 60_000);
            Range.check("sweep", sweep, 10, 10_000);
        }

        public Links tuned(int highWater, Duration close) {
            return new Links(highWater, close, sweep);
        }

        public Links swept(Duration every) {
            return new Links(highWaterBytes, closeTime, every);
        }
    }

    /**
     * permessage-deflate (RFC 7692). Never with context takeover: a message is packed once for all who hear it.
     *
     * @param dialects whose clients may have it; {@value #ECHO} for the echo
     * @param level of zlib, 1 (fastest) to 9 (smallest)
     * @param minBytes shorter messages go as they are
     * @param maxRatio how many bytes one packed byte from a client may become; counts above 1 MB only, and not for the echo
     */
    public record Compression(Set<String> dialects, int level, int minBytes, int maxRatio) {
        public static final String ECHO = "echo";
        public static final Compression OFF = new Compression(Set.of(), 1, 256, 100);

        public Compression {
            dialects = Set.copyOf(dialects);
            Range.check("level", level, 1, 9);
            Range.check("minBytes", minBytes, 0, 1 << 20);
            Range.check("maxRatio", maxRatio, 1, 2000);
        }

        public Compression offeredTo(Set<String> others) {
            return new Compression(others, level, minBytes, maxRatio);
        }

        boolean isOfferedTo(String dialect) {
            return dialects.contains(dialect);
        }
    }

    /** Beside the outer class, so that a part can be made before the whole is initialized. */
    private static final class Range {
        private Range() {}

        static void check(String name, int value, int min, int max) {
            if (value < min || value > max)
                throw new IllegalArgumentException(name + ": " + value + " (expected: " + min + ".." + max + ")");
        }

        static void check(String name, Duration value, long minMillis, long maxMillis) {
            long millis = value.toMillis();
            if (millis < minMillis || millis > maxMillis)
                throw new IllegalArgumentException(
                        name + ": " + millis + " ms (expected: " + minMillis + ".." + maxMillis + ")");
        }
    }
}
