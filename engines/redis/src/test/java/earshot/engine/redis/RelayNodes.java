package earshot.engine.redis;

import earshot.core.telemetry.MemoryMeter;
import earshot.core.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Nodes that are joined by one Redis, each with a link of its own; nobody else hears them. */
final class RelayNodes implements AutoCloseable {
    private static final AtomicInteger NEXT = new AtomicInteger();

    private final RedisSettings settings;
    private final Map<Long, RedisLink> links = new LinkedHashMap<>();
    private final Map<Long, RedisRelay> relays = new LinkedHashMap<>();
    private final Map<Long, MemoryMeter> meters = new LinkedHashMap<>();

    RelayNodes(String... addresses) {
        String prefix = "relay" + ProcessHandle.current().pid() + "-" + NEXT.incrementAndGet() + ":";
        settings = Hasty.of(addresses).withPrefix(prefix);
    }

    RedisRelay node(long incarnation) {
        return relays.computeIfAbsent(incarnation, i -> new RedisRelay(link(i), i, meter(i)));
    }

    RedisLink link(long incarnation) {
        return links.computeIfAbsent(incarnation, i -> RedisLink.connect(settings, Clock.SYSTEM, meter(i)));
    }

    MemoryMeter meter(long incarnation) {
        return meters.computeIfAbsent(incarnation, _ -> new MemoryMeter());
    }

    String prefix() {
        return settings.prefix();
    }

    void awaitReady() {
        for (RedisRelay relay : relays.values())
            relay.ready().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    /** As kill -9: its connections are gone, and it says nothing. */
    void kill(long incarnation) {
        relays.remove(incarnation);
        RedisLink link = links.remove(incarnation);
        if (link != null) link.close();
    }

    @Override
    public void close() {
        relays.values().forEach(RedisRelay::close);
        links.values().forEach(RedisLink::close);
    }
}
