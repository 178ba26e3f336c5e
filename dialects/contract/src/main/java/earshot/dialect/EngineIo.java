package earshot.dialect;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * That a dialect is spoken over Engine.IO, and on which terms (revision 4 of https://github.com/socketio/engine.io-protocol). Immutable.
 *
 * <p>The gateway speaks all of Engine.IO: handshake, heartbeat, polling, upgrade, close. The conversation hears one {@link Frame} for each message
 * packet, TEXT or BINARY, and says such frames. How long one may be, and how long the body of a POST, is
 * {@link Dialect.LinkLimits#maxMessageBytes}; {@link Dialect.LinkLimits#pingMillis} is not used, since Engine.IO has pings of its own. The path decides
 * whether a handshake is for the dialect; {@link Dialect#claims} is not asked.
 *
 * @param path begins and ends with a slash
 * @param transports at least one
 * @param cookie the name of a cookie that carries the session's id, for balancers that stick to it; null: none
 */
public record EngineIo(
        String path,
        Set<Transport> transports,
        Times times,
        Caps caps,
        Cors cors,
        @Nullable String cookie) {
    public EngineIo {
        if (!path.startsWith("/") || !path.endsWith("/") || path.length() < 3)
            throw new IllegalArgumentException("path: " + path + " (expected: /…/)");
        if (transports.isEmpty()) throw new IllegalArgumentException("transports: none (expected: at least one)");
        if (cookie != null && !cookie.matches("[A-Za-z0-9_.-]{1,64}"))
            throw new IllegalArgumentException("cookie: " + cookie + " (expected: letters, digits, _ . -)");
        transports = Set.copyOf(transports);
    }

    /** With every transport and everybody's defaults. */
    public static EngineIo at(String path, Cors cors) {
        return new EngineIo(path, EnumSet.allOf(Transport.class), Times.DEFAULT, Caps.DEFAULT, cors, null);
    }

    public EngineIo with(Times other) {
        return new EngineIo(path, transports, other, caps, cors, cookie);
    }

    public EngineIo with(Caps other) {
        return new EngineIo(path, transports, times, other, cors, cookie);
    }

    public EngineIo over(Set<Transport> others) {
        return new EngineIo(path, others, times, caps, cors, cookie);
    }

    public EngineIo withCookie(@Nullable String name) {
        return new EngineIo(path, transports, times, caps, cors, name);
    }

    /** A session that polls may go on over a WebSocket. */
    public boolean upgrades() {
        return transports.contains(Transport.POLLING) && transports.contains(Transport.WEBSOCKET);
    }

    /** By what a session's packets travel. */
    public enum Transport {
        POLLING,
        WEBSOCKET
    }

    /**
     * @param pingInterval the server pings so long after the last pong
     * @param pingTimeout and waits so long for the next one
     * @param upgrade how long a probing WebSocket may take
     * @param connect how long a session may go on without being identified ({@link Inbox#identify}); then it is closed with IDLE
     */
    public record Times(Duration pingInterval, Duration pingTimeout, Duration upgrade, Duration connect) {
        public static final Times DEFAULT = new Times(
                Duration.ofSeconds(25), Duration.ofSeconds(20), Duration.ofSeconds(10), Duration.ofSeconds(45));

        public Times {
            check("pingInterval", pingInterval);
            check("pingTimeout", pingTimeout);
            check("upgrade", upgrade);
            check("connect", connect);
        }

        private static void check(String name, Duration value) {
            if (value.toMillis() < 1 || value.toMillis() > 86_400_000)
                throw new IllegalArgumentException(name + ": " + value.toMillis() + " ms (expected: 1..86400000)");
        }
    }

    /**
     * Beyond either a handshake hears {@link Dialect#refusal} of BUSY.
     *
     * @param sessions of this dialect on this node; 0: as many as the node takes
     * @param unidentified of these, sessions that have not said who they are. From half of it on they have a tenth of the time for it
     */
    public record Caps(int sessions, int unidentified) {
        public static final Caps DEFAULT = new Caps(0, 10_000);

        public Caps {
            if (sessions < 0) throw new IllegalArgumentException("sessions: " + sessions + " (expected: >= 0)");
            if (unidentified < 1)
                throw new IllegalArgumentException("unidentified: " + unidentified + " (expected: >= 1)");
        }
    }

    /**
     * Which pages of other sites may connect. The server's own always may, and so may who sends no origin: that is no browser.
     *
     * @param any every site; then {@code origins} does not matter
     * @param origins as browsers send them, {@code https://app.example.org}
     * @param credentials whether browsers may send cookies along
     */
    public record Cors(boolean any, Set<String> origins, boolean credentials) {
        public static final Cors ANY = new Cors(true, Set.of(), false);

        public Cors {
            origins = Set.copyOf(origins);
        }

        public static Cors of(Set<String> origins, boolean credentials) {
            return new Cors(false, origins, credentials);
        }
    }
}
