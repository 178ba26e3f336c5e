package earshot.engine.redis;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import io.lettuce.core.RedisURI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What this node hears: one connection to the only server, or one to each master of a cluster. A channel is subscribed with its first listener and dropped some
 * time after its last ({@link RedisSettings#linger}); what is asked for within a moment is subscribed together.
 *
 * <p>Thread-safe. Listeners run on the connection's thread, in the order of publishing per channel, and must neither block nor throw. Redis keeps nothing for
 * who is away: after a lost connection, a failover or a move of the channel's slot, listeners are told {@link Listener#onGap} as soon as they hear
 * again, and read what they missed from where it is kept.
 *
 * <p>On one server channels are subscribed by SUBSCRIBE, as patterns are, so that one connection does for both; on a cluster by SSUBSCRIBE, which a message
 * reaches through its own shard instead of all nodes (redis.io, "Sharded Pub/Sub"). Where a channel belongs is compared with where it is by ourselves: a client
 * that follows a cluster's changes on its own was seen to stay deaf for half of its channels.
 */
final class Subscriber {
    /** Together with the flushes of the lanes: below 100 round trips a second. */
    private static final long INTERVAL_NANOS = 100_000_000L;

    private static final long PROBE_NANOS = 5_000_000_000L;

    /** Hears one channel, or all of a pattern. */
    interface Listener {
        /** @param payload nobody may change it */
        void onMessage(String channel, byte[] payload);

        /** Messages may have been missed; from now on they are heard. */
        void onGap();
    }

    /** A running subscription. */
    interface Subscription {
        /** Done when the server has confirmed: what is published from then on is heard. Fails with {@link RedisUnavailable}. */
        CompletionStage<Void> ready();

        /** The channel is dropped some time after its last listener. */
        void close();

        /** The channel is dropped with its last listener, so that nobody counts on it. */
        void closeNow();
    }

    private final Shards shards;
    private final Function<Lane, RedisURI> addresses;
    private final Connector connector;
    private final Batcher batcher;
    private final Turns turns;
    private final Clock clock;
    private final Meter meter;
    private final RedisSettings settings;
    private final Map<String, Channel> channels = new ConcurrentHashMap<>();
    private final Map<String, Channel> patterns = new ConcurrentHashMap<>();
    private final Map<String, Ear> ears = new HashMap<>();
    private final Set<Channel> unsettled = new LinkedHashSet<>();
    private final IdleChannels idle;
    private long lastNanos;
    private boolean settling;
    private boolean closed;

    Subscriber(
            Shards shards,
            Function<Lane, RedisURI> addresses,
            Connector connector,
            Batcher batcher,
            Turns turns,
            Clock clock,
            Meter meter,
            RedisSettings settings) {
        this.shards = shards;
        this.addresses = addresses;
        this.connector = connector;
        this.batcher = batcher;
        this.turns = turns;
        this.clock = clock;
        this.meter = meter;
        this.settings = settings;
        this.idle = new IdleChannels(turns, clock, this::drop);
        this.lastNanos = clock.nanos() - INTERVAL_NANOS;
    }

    /** Listens to a channel of ours, which has a hash tag ({@link Partitions#key}). */
    Subscription subscribe(String channel, Listener listener) {
        return listen(channels, channel, false, listener);
    }

    /** Listens to all channels that a pattern names, as Redis matches them; what foreign programs publish with PUBLISH. */
    Subscription subscribePattern(String pattern, Listener listener) {
        return listen(patterns, pattern, true, listener);
    }

    private Subscription listen(Map<String, Channel> all, String name, boolean isPattern, Listener listener) {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        turns.run(() -> {
            Channel channel = all.computeIfAbsent(name, _ -> begin(name, isPattern));
            idle.remove(channel);
            channel.add(listener, ready);
            if (!channel.confirmed) failLater(channel, ready);
        });
        return new Subscription() {
            @Override
            public CompletionStage<Void> ready() {
                return ready;
            }

            @Override
            public void close() {
                turns.run(() -> leave(all, name, listener, settings.linger().toNanos()));
            }

            @Override
            public void closeNow() {
                turns.run(() -> leave(all, name, listener, 0));
            }
        };
    }

    private Channel begin(String name, boolean isPattern) {
        Channel channel = new Channel(name, isPattern);
        meter.move(Metric.REDIS_CHANNELS, 1);
        unsettled.add(channel);
        settleSoon();
        return channel;
    }

    private void failLater(Channel channel, CompletableFuture<Void> ready) {
        turns.later(settings.answerTimeout().toNanos(), () -> {
            ready.completeExceptionally(new RedisUnavailable("not subscribed in time: " + channel.name, true));
            channel.forgetDone();
        });
    }

    private void leave(Map<String, Channel> all, String name, Listener listener, long lingerNanos) {
        Channel channel = all.get(name);
        if (channel == null || !channel.isUsed()) return;
        channel.remove(listener);
        if (channel.isUsed()) return;
        if (lingerNanos == 0) {
            drop(channel);
            return;
        }
        idle.add(channel, lingerNanos);
    }

    private void drop(Channel channel) {
        (channel.isPattern ? patterns : channels).remove(channel.name);
        unsettled.remove(channel);
        meter.move(Metric.REDIS_CHANNELS, -1);
        if (channel.ear != null) channel.ear.leave(channel);
        channel.ear = null;
    }

    // --- where channels belong

    /** The shards are others than before: what belongs elsewhere now is moved. */
    void onShards() {
        unsettled.addAll(channels.values());
        unsettled.addAll(patterns.values());
        settleSoon();
    }

    /** A channel is not subscribed where it should be. */
    void unsettle(Channel channel) {
        if ((channel.isPattern ? patterns : channels).get(channel.name) != channel) return;
        unsettled.add(channel);
        settleSoon();
    }

    private void settleSoon() {
        if (settling || closed) return;
        settling = true;
        turns.later(Math.max(0, lastNanos + INTERVAL_NANOS - clock.nanos()), () -> {
            settling = false;
            settle();
        });
    }

    private void settle() {
        if (closed || shards.lanes().isEmpty()) return;
        lastNanos = clock.nanos();
        List<Channel> all = new ArrayList<>(unsettled);
        unsettled.clear();
        Set<Ear> changed = new LinkedHashSet<>();
        for (Channel channel : all) {
            Ear home = home(channel);
            if (channel.ear != home) {
                if (channel.ear != null) channel.ear.leave(channel);
                channel.ear = home;
                channel.confirmed = false;
            }
            if (!channel.confirmed) {
                home.want(channel);
                changed.add(home);
            }
        }
        for (Ear ear : changed) ear.subscribe();
        closeUnused();
    }

    private Ear home(Channel channel) {
        Lane lane = channel.isPattern ? shards.lanes().getFirst() : shards.lane(channel.name);
        return ears.computeIfAbsent(lane.name(), _ -> ear(lane));
    }

    private Ear ear(Lane lane) {
        RedisURI uri = addresses.apply(lane);
        Ear ear =
                new Ear(lane.name(), () -> connector.connectPubSub(uri), this, shards.isCluster(), turns, clock, meter);
        ear.start();
        if (ears.isEmpty()) turns.later(PROBE_NANOS, this::probe);
        return ear;
    }

    private void closeUnused() {
        Set<String> lanes = new LinkedHashSet<>();
        for (Lane lane : shards.lanes()) lanes.add(lane.name());
        ears.values().removeIf(ear -> {
            if (lanes.contains(ear.name())) return false;
            ear.close();
            return true;
        });
    }

    /** Every ear hears from itself, or is opened anew. */
    private void probe() {
        if (closed) return;
        for (Lane lane : shards.lanes()) {
            Ear ear = ears.get(lane.name());
            if (ear != null) ear.probe(batcher);
        }
        turns.later(PROBE_NANOS, this::probe);
    }

    // --- from the connections, on their threads

    void onMessage(String name, byte[] payload) {
        Channel channel = channels.get(name);
        if (channel != null) shielded(channel, name, payload);
    }

    void onMessage(String pattern, String name, byte[] payload) {
        Channel channel = patterns.get(pattern);
        if (channel != null) shielded(channel, name, payload);
    }

    private void shielded(Channel channel, String name, byte[] payload) {
        try {
            channel.tell(name, payload);
        } catch (RuntimeException e) {
            meter.add(Metric.FAULTS, 1, "redis");
        }
    }

    // --- from the connections, on the engine's thread

    void onConfirmed(Ear ear, String name, boolean isPattern) {
        Channel channel = (isPattern ? patterns : channels).get(name);
        if (channel == null || channel.ear != ear || channel.confirmed) return;
        if (!channel.confirm()) return;
        meter.add(Metric.REDIS_GAPS, 1);
        channel.tellGap();
    }

    void onUnsubscribed(Ear ear, String name) {
        Channel channel = channels.get(name);
        if (channel == null || channel.ear != ear) return;
        channel.confirmed = false;
        unsettle(channel);
    }

    void close() {
        closed = true;
        for (Channel channel : channels.values()) channel.fail(new RedisUnavailable("closing", true));
        for (Channel channel : patterns.values()) channel.fail(new RedisUnavailable("closing", true));
        for (Ear ear : ears.values()) ear.close();
    }
}
