package earshot.engine.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.telemetry.MemoryMeter;
import earshot.core.telemetry.Metric;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SubscriberTest {
    private final MemoryMeter meter = new MemoryMeter();
    private RedisServer server;
    private RedisLink link;

    @BeforeEach
    void connect() {
        server = RedisServer.start();
        link = RedisLink.connect(
                RedisSettings.of(server.address()).withLinger(Duration.ofMillis(50)), Clock.SYSTEM, meter);
    }

    @AfterEach
    void close() {
        link.close();
        server.close();
    }

    @Test
    void subscribe_channel_hearsInOrder() {
        var heard = new Heard();
        await(link.subscriber().subscribe("t:{1}:a", heard).ready());
        for (int i = 0; i < 300; i++) link.batcher().publish("t:{1}:a", bytes("" + i));
        heard.awaitSize(300);
        for (int i = 0; i < 300; i++) assertThat(heard.messages.get(i)).isEqualTo("t:{1}:a=" + i);
    }

    @Test
    void subscribe_many_areFewCommands() {
        var heard = new Heard();
        List<Subscriber.Subscription> all = new ArrayList<>();
        for (int i = 0; i < 500; i++) all.add(link.subscriber().subscribe("t:{1}:" + i, heard));
        for (Subscriber.Subscription one : all) await(one.ready());
        assertThat(meter.value(Metric.REDIS_CHANNELS)).isEqualTo(500);
        assertThat(server.ask("INFO", "commandstats")).containsPattern("cmdstat_subscribe:calls=[1-5],");
    }

    @Test
    void subscribePattern_foreignProgram_isHeard() {
        var heard = new Heard();
        await(link.subscriber()
                .subscribePattern("threadkit:page:*:events", heard)
                .ready());
        server.ask("PUBLISH", "threadkit:page:7:events", "hello");
        heard.awaitSize(1);
        assertThat(heard.messages).containsExactly("threadkit:page:7:events=hello");
    }

    @Test
    void close_lastListener_isDroppedAfterTheLinger() {
        var one = link.subscriber().subscribe("t:{1}:a", new Heard());
        var two = link.subscriber().subscribe("t:{1}:a", new Heard());
        await(one.ready());
        await(two.ready());
        one.close();
        one.close();
        assertThat(subscribers("t:{1}:a")).isEqualTo(1);
        two.close();
        Heard.until(() -> subscribers("t:{1}:a") == 0);
        assertThat(meter.value(Metric.REDIS_CHANNELS)).isZero();
        await(link.subscriber().subscribe("t:{1}:a", new Heard()).ready());
    }

    @Test
    void connection_thatIsCut_isOpenedAgainAndListenersAreTold() {
        var heard = new Heard();
        var pattern = new Heard();
        await(link.subscriber().subscribe("t:{1}:a", heard).ready());
        await(link.subscriber().subscribePattern("t:p:*", pattern).ready());
        server.ask("CLIENT", "KILL", "TYPE", "pubsub");
        Heard.until(() -> heard.gaps == 1 && pattern.gaps == 1);
        server.ask("PUBLISH", "t:{1}:a", "after");
        server.ask("PUBLISH", "t:p:1", "after");
        heard.awaitSize(1);
        pattern.awaitSize(1);
    }

    @Test
    void server_thatComesBack_isHeardAgain() {
        var heard = new Heard();
        await(link.subscriber().subscribe("t:{1}:a", heard).ready());
        server.kill();
        server.startAgain();
        Heard.until(() -> heard.gaps == 1);
        await(link.batcher().publish("t:{1}:a", bytes("again")));
        heard.awaitSize(1);
    }

    @Test
    void subscription_thatIsConfirmedTooLate_isToldAsAGap() {
        await(link.subscriber().subscribe("t:{1}:a", new Heard()).ready());
        server.freeze();
        var heard = new Heard();
        var ready = link.subscriber().subscribe("t:{1}:b", heard).ready().toCompletableFuture();
        Heard.until(ready::isCompletedExceptionally);
        assertThat(heard.gaps).isZero();
        server.thaw();
        Heard.until(() -> heard.gaps == 1);
    }

    private long subscribers(String channel) {
        return (Long) ((List<?>) server.askFor("PUBSUB", "NUMSUB", channel)).get(1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, SECONDS).join();
    }
}
