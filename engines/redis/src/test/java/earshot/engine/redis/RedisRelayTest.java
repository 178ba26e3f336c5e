package earshot.engine.redis;

import static earshot.core.testkit.Drafts.freshRoom;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.RoomId;
import earshot.core.relay.RoomRelay;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.RoomRelayContract;
import earshot.engine.redis.testkit.RedisServer;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RedisRelayTest extends RoomRelayContract {
    private final RelayNodes nodes = new RelayNodes(RedisServer.shared().address());

    @AfterEach
    void close() {
        nodes.close();
    }

    @Override
    protected RoomRelay node(long incarnation) {
        return nodes.node(incarnation);
    }

    @Override
    protected void await(BooleanSupplier condition) {
        Heard.until(condition);
    }

    @Test
    void tell_whileAlone_asksNothingOfRedis() {
        var one = new Member(1, freshRoom());
        await(one::isReady);
        long before = nodes.meter(1).value(Metric.REDIS_COMMANDS);
        for (int i = 0; i < 1000; i++) one.line.tell(votes(one.room, 1, i));
        assertThat(nodes.meter(1).value(Metric.RELAY_EVENTS)).isZero();
        // The link looks after itself now and then.
        assertThat(nodes.meter(1).value(Metric.REDIS_COMMANDS) - before).isLessThan(5);
    }

    @Test
    void tell_manyWithinOneFlush_areFewCommands() {
        RoomId room = freshRoom();
        var one = new Member(1, room);
        var two = new Member(2, room);
        sharedByAll(one, two);
        long before = nodes.meter(1).value(Metric.REDIS_COMMANDS);
        for (int i = 1; i <= 2000; i++) one.line.tell(votes(room, 1, i));
        await(() -> two.heard().size() == 2000);
        assertThat(nodes.meter(1).value(Metric.REDIS_COMMANDS) - before).isLessThan(200);
    }

    @Test
    void open_whileSomebodyListensToEverything_isStillAlone() throws Exception {
        try (var link = RedisLink.connect(
                Hasty.of(RedisServer.shared().address()),
                earshot.core.time.Clock.SYSTEM,
                earshot.core.telemetry.Meter.NONE)) {
            var subscription = link.subscriber().subscribePattern("*", new Heard());
            subscription.ready().toCompletableFuture().get();
            var one = new Member(1, freshRoom());
            await(one::isReady);
            assertThat(one.line.isShared()).isFalse();
        }
    }

    @Test
    void node_thatDiesWithoutAWord_isToldNothingSoon() {
        RoomId room = freshRoom();
        var one = new Member(1, room);
        var two = new Member(2, room);
        sharedByAll(one, two);
        nodes.kill(2);
        long[] stamp = {0};
        await(() -> {
            one.line.tell(votes(room, 1, ++stamp[0]));
            return !one.line.isShared();
        });
        var again = new Member(3, room);
        sharedByAll(one, again);
    }

    @Test
    void garbage_onTheChannels_isCountedAndDropped() {
        RoomId room = freshRoom();
        var one = new Member(1, room);
        var two = new Member(2, room);
        sharedByAll(one, two);
        String channel = new Partitions(nodes.prefix()).key("relay", room);
        for (String word :
                new String[] {"", "\1", "\2aaaaaaaa", "\1aaaaaaaabbbbbbbb\1cccccccc\177", "\1aaaaaaaabbbbbbbb\7"})
            RedisServer.shared().ask("PUBLISH", channel, word);
        one.line.tell(votes(room, 1, 1));
        await(() -> two.heard().size() == 1);
        assertThat(nodes.meter(2).value(Metric.RELAY_MALFORMED)).isGreaterThanOrEqualTo(3);
    }

    @Test
    void feed_thatWasCut_asksForTheLatestValues() {
        RoomId room = freshRoom();
        var one = new Member(1, room);
        var two = new Member(2, room);
        sharedByAll(one, two);
        one.values.add(votes(room, 1, 5));
        int before = two.heard().size();
        // Only the second node's: each connection of a shared server has a number.
        RedisServer.shared().ask("CLIENT", "KILL", "TYPE", "pubsub");
        await(() -> two.heard().size() > before);
        assertThat(two.heard()).contains(votes(room, 1, 5));
    }
}
