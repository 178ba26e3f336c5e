package earshot.engine.redis;

import earshot.core.lease.Incarnation;
import earshot.core.lease.Leases;
import earshot.core.presence.PresenceBoard;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/**
 * This node among those that share a Redis: its life, its leases and who is present where. Thread-safe. The link is not its own and is closed after it.
 */
public final class RedisNode implements AutoCloseable {
    private static final long FIRST_ANSWER_SECONDS = 10;
    private static final long LAST_WORD_SECONDS = 3;

    private final Batcher redis;
    private final Clock clock;
    private final NodeLife life;
    private final RedisPresenceBoard board;
    private final RedisLeases leases;

    private RedisNode(
            RedisLink link,
            NodeSettings settings,
            PresenceMirror mirror,
            Clock clock,
            RandomGenerator random,
            Meter meter) {
        this.redis = link.batcher();
        this.clock = clock;
        life = new NodeLife(settings, link.partitions(), link.batcher(), link.turns(), clock, random, meter);
        leases = new RedisLeases(link, life, meter);
        board = new RedisPresenceBoard(link, life, settings, mirror, clock, random, meter);
        life.listen(new Sweeper(link, random, meter));
    }

    /**
     * Joins the others. Waits until Redis knows of this node, for ten seconds at most, and then throws {@link RedisUnavailable}.
     *
     * @param random unguessable is not needed, different on every node is
     */
    public static RedisNode start(
            RedisLink link,
            NodeSettings settings,
            PresenceMirror mirror,
            Clock clock,
            RandomGenerator random,
            Meter meter) {
        var node = new RedisNode(link, settings, mirror, clock, random, meter);
        node.life.start();
        try {
            node.life.begun().get(FIRST_ANSWER_SECONDS, TimeUnit.SECONDS);
            return node;
        } catch (TimeoutException | ExecutionException e) {
            node.abandon();
            throw new RedisUnavailable("Redis did not take this node in", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            node.abandon();
            throw new RedisUnavailable("interrupted while joining the other nodes", e);
        }
    }

    /** Who is present in which room. Needs no {@link earshot.core.presence.MemberBook} beside it. */
    public PresenceBoard board() {
        return board;
    }

    public Leases leases() {
        return leases;
    }

    /** Keeps who types in rooms that have a key, for readers that are not ours. */
    public TypingMirror typingMirror(TypingMirror.Keys keys) {
        return new TypingMirror(redis, clock, keys, board::hasOwn);
    }

    /** What this node is now. It becomes another one when the others give it up. */
    public Incarnation self() {
        return life.self();
    }

    /** The nodes that are alive, this one included, as of the last heartbeat. */
    public List<Incarnation> living() {
        return life.living();
    }

    /**
     * Leaves the others in an orderly way: its users are expected back ({@link NodeSettings#returnWithin}), its leases are lost
     * and free at once. Blocks until Redis knows, for three seconds at most.
     */
    @Override
    public void close() {
        leases.end();
        board.awaitSent(LAST_WORD_SECONDS);
        board.close();
        try {
            life.end().toCompletableFuture().get(LAST_WORD_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            System.getLogger(RedisNode.class.getName())
                    .log(System.Logger.Level.DEBUG, "Redis did not hear that this node ends", e);
        }
    }

    /** Whether nothing of presence is on its way to or from Redis, for tests. Not on the engine's thread. */
    boolean isQuiet() {
        return board.isQuiet();
    }

    /** Rooms that take memory here. */
    int rooms() {
        return board.rooms();
    }

    /** Says nothing any more, as a node that was killed. */
    void abandon() {
        board.close();
        life.abandon();
    }
}
