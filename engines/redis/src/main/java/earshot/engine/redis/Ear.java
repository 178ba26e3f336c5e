package earshot.engine.redis;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber connection to one server. It is opened anew when it ends, when a subscription is not confirmed in time, and when the probe that it publishes
 * to itself is not heard. Confined to the engine's thread, but for what Lettuce tells.
 */
final class Ear {
    private static final System.Logger LOG = System.getLogger(Ear.class.getName());
    private static final long CONFIRM_NANOS = 3_000_000_000L;
    private static final int MAX_AT_ONCE = 1_000;

    private final String name;
    private final Supplier<CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>>> connect;
    private final Subscriber subscriber;
    private final boolean sharded;
    private final Turns turns;
    private final Clock clock;
    private final Meter meter;
    private final Backoff backoff = new Backoff();
    private final Set<Channel> wanted = new LinkedHashSet<>();
    private final Set<Channel> all = new LinkedHashSet<>();
    private final long nonce = ThreadLocalRandom.current().nextLong();
    private @Nullable StatefulRedisPubSubConnection<byte[], byte[]> connection;
    private volatile @Nullable String probeChannel;
    private volatile boolean probeReady;
    private long probeSent;
    /** What is connected is being closed by us. */
    private boolean closing;

    private volatile long probeHeard;
    private boolean closed;

    Ear(
            String name,
            Supplier<CompletionStage<StatefulRedisPubSubConnection<byte[], byte[]>>> connect,
            Subscriber subscriber,
            boolean sharded,
            Turns turns,
            Clock clock,
            Meter meter) {
        this.name = name;
        this.connect = connect;
        this.subscriber = subscriber;
        this.sharded = sharded;
        this.turns = turns;
        this.clock = clock;
        this.meter = meter;
    }

    String name() {
        return name;
    }

    // --- the connection

    void start() {
        if (closed) return;
        connect.get()
                .whenComplete((made, failure) -> turns.run(() -> {
                    if (made == null) turns.later(backoff.nextNanos(), this::start);
                    else if (closed) made.closeAsync();
                    else onConnected(made);
                }));
    }

    private void onConnected(StatefulRedisPubSubConnection<byte[], byte[]> made) {
        connection = made;
        closing = false;
        made.addListener(new Heard());
        AtomicBoolean told = new AtomicBoolean();
        Runnable onEnd = () -> {
            if (told.compareAndSet(false, true)) turns.run(() -> onEnded(made));
        };
        made.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> ignored) {
                onEnd.run();
            }
        });
        if (!made.isOpen()) onEnd.run();
        backoff.reset();
        wanted.addAll(all);
        subscribe();
    }

    private void onEnded(StatefulRedisPubSubConnection<byte[], byte[]> ended) {
        if (!ended.equals(connection)) return;
        // Lettuce keeps what was not closed.
        shut();
        connection = null;
        probeChannel = null;
        for (Channel channel : all) channel.confirmed = false;
        if (closed) return;
        meter.add(Metric.REDIS_LOST, 1);
        LOG.log(System.Logger.Level.WARNING, "the feed from Redis at {0} ended: reconnecting", name);
        turns.later(backoff.nextNanos(), this::start);
    }

    private void reconnect(String why) {
        LOG.log(System.Logger.Level.WARNING, "the feed from Redis at {0} is opened anew: {1}", name, why);
        shut();
    }

    private void shut() {
        if (connection == null || closing) return;
        closing = true;
        connection.closeAsync();
    }

    void close() {
        closed = true;
        shut();
    }

    // --- channels

    void want(Channel channel) {
        wanted.add(channel);
        all.add(channel);
    }

    void leave(Channel channel) {
        all.remove(channel);
        wanted.remove(channel);
        if (connection == null) return;
        byte[] raw = channel.name.getBytes(StandardCharsets.UTF_8);
        if (channel.isPattern) connection.async().punsubscribe(raw);
        else if (sharded) connection.async().sunsubscribe(raw);
        else connection.async().unsubscribe(raw);
    }

    /** Subscribes to everything that is wanted, in as few commands as there may be. */
    void subscribe() {
        StatefulRedisPubSubConnection<byte[], byte[]> to = connection;
        if (to == null || wanted.isEmpty()) return;
        Map<Integer, List<Channel>> groups = new HashMap<>();
        for (Channel channel : wanted)
            groups.computeIfAbsent(group(channel), _ -> new ArrayList<>()).add(channel);
        List<Channel> asked = new ArrayList<>(wanted);
        wanted.clear();
        for (List<Channel> group : groups.values())
            for (int from = 0; from < group.size(); from += MAX_AT_ONCE)
                subscribe(to, group.subList(from, Math.min(group.size(), from + MAX_AT_ONCE)));
        turns.later(CONFIRM_NANOS, () -> {
            if (to.equals(connection)
                    && asked.stream().anyMatch(c -> c.ear == this && !c.confirmed && !wanted.contains(c)))
                reconnect("a subscription was not confirmed");
        });
    }

    /** One command may name channels of one slot only. */
    private int group(Channel channel) {
        if (channel.isPattern) return -1;
        return sharded ? Shards.slot(channel.name) : 0;
    }

    private void subscribe(StatefulRedisPubSubConnection<byte[], byte[]> to, List<Channel> group) {
        byte[][] names = new byte[group.size()][];
        for (int i = 0; i < names.length; i++) names[i] = group.get(i).name.getBytes(StandardCharsets.UTF_8);
        List<Channel> asked = List.copyOf(group);
        meter.add(Metric.REDIS_COMMANDS, 1);
        CompletionStage<Void> done = group.getFirst().isPattern
                ? to.async().psubscribe(names)
                : sharded ? to.async().ssubscribe(names) : to.async().subscribe(names);
        done.whenComplete((_, failure) -> {
            if (failure == null) return;
            // The slot is elsewhere, or the connection has gone: asked again, where it is then.
            turns.run(() -> asked.forEach(subscriber::unsettle));
        });
    }

    // --- hearing oneself

    /** Publishes to this ear; if the last one was not heard, there is something wrong with it. */
    void probe(Batcher batcher) {
        StatefulRedisPubSubConnection<byte[], byte[]> to = connection;
        if (to == null) return;
        String channel = probeChannel;
        if (channel == null) {
            subscribeProbe(to, probeName(batcher));
        } else if (!probeReady || probeSent != probeHeard) {
            reconnect("it does not hear");
        } else {
            long serial = probeHeard + 1;
            ByteBuffer payload = ByteBuffer.allocate(16).putLong(serial).putLong(clock.nanos());
            batcher.publish(channel, payload.array()).thenRun(() -> turns.run(() -> probeSent = serial));
        }
    }

    private void subscribeProbe(StatefulRedisPubSubConnection<byte[], byte[]> to, @Nullable String channel) {
        if (channel == null) return;
        probeReady = false;
        probeSent = probeHeard;
        probeChannel = channel;
        byte[] raw = channel.getBytes(StandardCharsets.UTF_8);
        if (sharded) to.async().ssubscribe(raw);
        else to.async().subscribe(raw);
    }

    private @Nullable String probeName(Batcher batcher) {
        for (int partition = 0; partition < Partitions.COUNT; partition++) {
            String tag = "{" + partition + "}:probe:" + Long.toHexString(nonce);
            if (batcher.laneName(tag).equals(name)) return tag;
        }
        return null;
    }

    private void onProbe(byte[] payload) {
        if (payload.length != 16) return;
        ByteBuffer read = ByteBuffer.wrap(payload);
        probeHeard = read.getLong();
        meter.observe(Metric.REDIS_FEED_LAG, clock.nanos() - read.getLong());
    }

    /** What Lettuce tells, on the connection's thread. */
    private final class Heard extends RedisPubSubAdapter<byte[], byte[]> {
        @Override
        public void message(byte[] channel, byte[] payload) {
            String to = new String(channel, StandardCharsets.UTF_8);
            if (to.equals(probeChannel)) onProbe(payload);
            else subscriber.onMessage(to, payload);
        }

        @Override
        public void smessage(byte[] channel, byte[] payload) {
            message(channel, payload);
        }

        @Override
        public void message(byte[] pattern, byte[] channel, byte[] payload) {
            subscriber.onMessage(
                    new String(pattern, StandardCharsets.UTF_8), new String(channel, StandardCharsets.UTF_8), payload);
        }

        @Override
        public void subscribed(byte[] channel, long count) {
            confirmed(channel, false);
        }

        @Override
        public void ssubscribed(byte[] channel, long count) {
            confirmed(channel, false);
        }

        @Override
        public void psubscribed(byte[] pattern, long count) {
            confirmed(pattern, true);
        }

        /** A cluster unsubscribes whoever listens to a slot that it moves. */
        @Override
        public void sunsubscribed(byte[] channel, long count) {
            String gone = new String(channel, StandardCharsets.UTF_8);
            if (gone.equals(probeChannel)) probeChannel = null;
            turns.run(() -> subscriber.onUnsubscribed(Ear.this, gone));
        }

        private void confirmed(byte[] channel, boolean isPattern) {
            String to = new String(channel, StandardCharsets.UTF_8);
            if (to.equals(probeChannel)) probeReady = true;
            else turns.run(() -> subscriber.onConfirmed(Ear.this, to, isPattern));
        }
    }
}
