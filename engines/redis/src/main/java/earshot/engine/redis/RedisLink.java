package earshot.engine.redis;

import earshot.core.telemetry.Meter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What one node has of Redis: its connections to the only server, to the master that Sentinel names, or to every master of a cluster; the
 * {@link Batcher} that asks and the {@link Subscriber} that listens. Thread-safe.
 *
 * <p>The engine's thread {@code redis} owns lanes and subscriptions and never waits; Lettuce's own threads read, and run who waits for an answer.
 */
public final class RedisLink implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RedisLink.class.getName());
    private static final long FIRST_ANSWER_SECONDS = 10;
    private static final long PING_AGAIN_MILLIS = 20;

    private final RedisSettings settings;
    private final Clock clock;
    private final Meter meter;
    private final Connector connector;
    private final EngineThread turns;
    private final Waiting waiting;
    private final Shards shards;
    private final Batcher batcher;
    private final Subscriber subscriber;
    private final @Nullable ClusterWatch watch;
    private volatile boolean closed;

    private RedisLink(
            RedisSettings settings, Clock clock, Meter meter, Connector connector, RedisURI first, boolean cluster) {
        this.settings = settings;
        this.clock = clock;
        this.meter = meter;
        this.connector = connector;
        this.waiting = new Waiting(settings.maxWaiting(), settings.maxWaitingBytes(), settings.patience(), meter);
        this.turns = new EngineThread(meter);
        if (cluster) {
            shards = Shards.cluster(this::laneOfNode);
            watch = new ClusterWatch(connector, shards, turns, this::onShards);
        } else {
            shards = Shards.single(lane(Connector.name(first), first));
            watch = null;
        }
        batcher = new Batcher(shards, clock, settings.answerTimeout().toNanos());
        subscriber = new Subscriber(
                shards,
                lane -> cluster ? connector.at(lane.name()) : first,
                connector,
                batcher,
                turns,
                clock,
                meter,
                settings);
    }

    /**
     * Connects. Waits for the first answer, for ten seconds at most, and then throws {@link RedisUnavailable}; what goes wrong later is mended
     * here, and told to those who ask. Throws {@link IllegalArgumentException} when an address is none.
     */
    public static RedisLink connect(RedisSettings settings, Clock clock, Meter meter) {
        Connector connector = new Connector(settings.servers());
        try {
            RedisLink link = begin(settings, clock, meter, connector);
            link.awaitFirst();
            return link;
        } catch (RuntimeException e) {
            connector.close();
            throw e;
        }
    }

    private static RedisLink begin(RedisSettings settings, Clock clock, Meter meter, Connector connector) {
        RedisUnavailable last = new RedisUnavailable("no server is named", true);
        for (RedisURI uri : connector.servers()) {
            try {
                ServerFacts facts = ServerFacts.ask(connector, uri, FIRST_ANSWER_SECONDS);
                facts.check(Connector.name(uri));
                LOG.log(
                        System.Logger.Level.INFO,
                        "Redis {0} ({1}) at {2}",
                        facts.version(),
                        facts.mode(),
                        Connector.name(uri));
                return new RedisLink(settings, clock, meter, connector, uri, facts.isCluster());
            } catch (RedisUnavailable e) {
                last = e;
            }
        }
        throw last;
    }

    private void awaitFirst() {
        try {
            if (watch != null) watch.begin().get(FIRST_ANSWER_SECONDS, TimeUnit.SECONDS);
            else turns.run(shards.lanes().getFirst()::start);
            awaitPing(clock.nanos() + TimeUnit.SECONDS.toNanos(FIRST_ANSWER_SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            close();
            throw new RedisUnavailable("Redis does not answer: " + RedisUnavailable.root(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
            throw new RedisUnavailable("interrupted while connecting to Redis", e);
        }
    }

    /** A process that has just begun, on a busy machine, may take longer for its first answer than it is allowed later. */
    private void awaitPing(long untilNanos) throws ExecutionException, TimeoutException, InterruptedException {
        while (true) {
            try {
                batcher.command("PING", "{0}").toCompletableFuture().get(FIRST_ANSWER_SECONDS, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException e) {
                if (clock.nanos() - untilNanos >= 0) throw e;
                TimeUnit.MILLISECONDS.sleep(PING_AGAIN_MILLIS);
            }
        }
    }

    /** The engine's thread. */
    Turns turns() {
        return turns;
    }

    /** Where keys and channels of ours lie. */
    Partitions partitions() {
        return new Partitions(settings.prefix());
    }

    Batcher batcher() {
        return batcher;
    }

    Subscriber subscriber() {
        return subscriber;
    }

    RedisSettings settings() {
        return settings;
    }

    boolean isCluster() {
        return shards.isCluster();
    }

    /** Whether every server that this node needs is connected. */
    public boolean isHealthy() {
        return !shards.lanes().isEmpty() && shards.lanes().stream().allMatch(Lane::isConnected);
    }

    /** Asks every server whether it is there. Done when all have answered or are late; never fails. */
    public CompletionStage<Echo> ping() {
        CompletionStage<Echo> all = CompletableFuture.completedStage(Echo.NONE);
        for (Lane lane : shards.lanes()) all = all.thenCombine(ping(lane), Echo::and);
        return all;
    }

    /** Null: no answer. */
    private CompletionStage<@Nullable Duration> ping(Lane lane) {
        long asked = clock.nanos();
        return batcher.ping(lane)
                .handle((_, failure) -> failure == null ? Duration.ofNanos(clock.nanos() - asked) : null);
    }

    // --- lanes

    private Lane laneOfNode(String address) {
        Lane lane = lane(address, connector.at(address));
        lane.start();
        return lane;
    }

    private Lane lane(String name, RedisURI uri) {
        return new Lane(
                name,
                turns,
                clock,
                new Owner(uri),
                waiting,
                meter,
                settings.answerTimeout().toNanos(),
                intervalNanos(1));
    }

    private void onShards(Queue<Request> left) {
        for (Lane lane : shards.lanes())
            lane.interval(intervalNanos(shards.lanes().size()));
        subscriber.onShards();
        for (Request request : left)
            shards.lane(request.keys().isEmpty() ? null : request.keys().getFirst())
                    .again(request);
    }

    private long intervalNanos(int lanes) {
        return Math.max(settings.flushInterval().toNanos(), lanes * 1_000_000_000L / settings.roundTrips());
    }

    private final class Owner implements LaneOwner {
        private final RedisURI uri;

        Owner(RedisURI uri) {
            this.uri = uri;
        }

        @Override
        public void connect(Lane lane, LaneOwner.Connecting connecting) {
            connector.connect(uri).whenComplete((connection, failure) -> {
                if (connection == null) {
                    connecting.onFailure(failure);
                    lookForMasters();
                    return;
                }
                LettuceWire wire = new LettuceWire(connection);
                connecting.onConnected(wire);
                wire.onEnd(() -> {
                    connecting.onEnd();
                    lookForMasters();
                });
            });
        }

        /** A master that is gone may have been replaced; it does not say so itself. */
        private void lookForMasters() {
            ClusterWatch masters = watch;
            if (masters != null && !closed) turns.run(masters::lookAgain);
        }

        @Override
        public void again(Lane lane, Request request, String error) {
            meter.add(Metric.REDIS_AGAIN, 1);
            if (Errors.isNoMaster(error) && watch == null) lane.reconnect();
            if (watch != null && (Errors.isElsewhere(error) || Errors.isNoMaster(error))) watch.lookAgain();
            shards.lane(request.keys().isEmpty() ? null : request.keys().getFirst())
                    .again(request);
        }
    }

    /** Ends all connections. What waits fails. */
    @Override
    public void close() {
        if (closed) return;
        closed = true;
        turns.run(() -> {
            if (watch != null) watch.close();
            subscriber.close();
            for (Lane lane : shards.lanes())
                for (Request left : lane.close()) left.answer().onFailure(new RedisUnavailable("closing", true));
        });
        turns.close();
        connector.close();
    }
}
