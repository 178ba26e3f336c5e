package earshot.core.product;

import earshot.core.time.Clock;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names what is heard on channels, so that one event has one name on all nodes: {@code compat:} and SHA-256 of channel and payload (DECISIONS 22).
 * The same again within a minute is the same event; later it happened again, and gets a number, since a log may remember names for longer than that.
 * Thread-safe. Remembers the last {@value #MAX}; of what was forgotten the numbers begin anew.
 *
 * <p>By the same names this server knows its own words when they come back ({@link ProductVoice}).
 */
public final class EventKeys {
    private static final String PREFIX = "compat:";
    private static final long WINDOW_NANOS = Duration.ofSeconds(60).toNanos();
    /** No log remembers a key for longer: a number may be used again. */
    private static final long FORGET_NANOS = Duration.ofMinutes(6).toNanos();

    private static final int MAX = 10_000;

    private record Heard(long countedNanos, int times) {}

    private final Clock clock;
    private final Map<String, Heard> heard = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Heard> eldest) {
            return size() > MAX;
        }
    };

    /** Words of ours that have not come back yet: how often each was said, and until when it is waited for. */
    private final Map<String, Expected> expected = new LinkedHashMap<>();
    /** What was heard and is not known to be ours: on a busy node words may come back before it knows that they were said. */
    private final Map<String, Expected> early = new LinkedHashMap<>();

    private volatile boolean speaking;

    private record Expected(int times, long untilNanos) {}

    public EventKeys(Clock clock) {
        this.clock = clock;
    }

    /** Whether an idempotency key is of this kind. */
    static boolean isOne(@Nullable String key) {
        return key != null && key.startsWith(PREFIX);
    }

    /** From now on words of ours are looked for. */
    void speak() {
        speaking = true;
    }

    /** This server says so itself, and will hear it on the channel, or has heard it already. */
    void expect(String channel, byte[] payload) {
        String name = PREFIX + digest(channel, payload);
        synchronized (expected) {
            if (!take(early, name)) put(expected, name);
        }
    }

    /** Whether this server says something itself, so that words of its own come back. */
    boolean isSpeaking() {
        return speaking;
    }

    /** As {@link #isOurs}, but who asks will ask again: what is not expected yet is not taken for somebody else's. */
    boolean wasExpected(String channel, byte[] payload) {
        if (!speaking) return false;
        String name = PREFIX + digest(channel, payload);
        synchronized (expected) {
            return take(expected, name);
        }
    }

    /** Whether what was heard are words of ours; once for each time that they were said. */
    boolean isOurs(String channel, byte[] payload) {
        if (!speaking) return false;
        String name = PREFIX + digest(channel, payload);
        synchronized (expected) {
            if (take(expected, name)) return true;
            put(early, name);
            return false;
        }
    }

    private boolean take(Map<String, Expected> from, String name) {
        Expected before = from.remove(name);
        if (before == null || before.untilNanos - clock.nanos() < 0) return false;
        if (before.times > 1) from.put(name, new Expected(before.times - 1, before.untilNanos));
        return true;
    }

    private void put(Map<String, Expected> to, String name) {
        Expected before = to.remove(name);
        to.put(name, new Expected(before == null ? 1 : before.times + 1, clock.nanos() + WINDOW_NANOS));
        if (to.size() > MAX) to.remove(to.keySet().iterator().next());
    }

    String key(String channel, byte[] payload) {
        String name = PREFIX + digest(channel, payload);
        int times = times(name);
        return times == 0 ? name : name + ":" + times;
    }

    private synchronized int times(String name) {
        long now = clock.nanos();
        Heard before = heard.get(name);
        if (before == null || now - before.countedNanos >= FORGET_NANOS) before = put(name, now, 0);
        else if (now - before.countedNanos >= WINDOW_NANOS) before = put(name, now, before.times + 1);
        return before.times;
    }

    private Heard put(String name, long now, int times) {
        var counted = new Heard(now, times);
        heard.put(name, counted);
        return counted;
    }

    private static String digest(String channel, byte[] payload) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(channel.getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0);
            return HexFormat.of().formatHex(sha.digest(payload));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
