package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.RoomId;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.Drafts;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisSentinels;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A master that Sentinel watches, two nodes, and the master dies. */
final class SentinelTest {
    private final List<RedisLink> links = new ArrayList<>();
    private final List<RedisHistory> nodes = new ArrayList<>();
    private RedisSentinels sentinels;

    @AfterEach
    void end() {
        for (RedisLink link : links) link.close();
        if (sentinels != null) sentinels.close();
    }

    @Test
    void log_whenTheMasterDies_goesOnWithTheOneThatSentinelNames() {
        sentinels = RedisSentinels.start();
        for (int i = 0; i < 2; i++) {
            links.add(RedisLink.connect(RedisSettings.of(sentinels.address()), Clock.SYSTEM, Meter.NONE));
            nodes.add(new RedisHistory(links.get(i), Clock.SYSTEM));
        }
        Ledger ledger = new Ledger(nodes, List.<RoomId>of(Drafts.freshRoom(), Drafts.freshRoom()));
        ledger.begin();
        for (int i = 0; i < 10; i++) ledger.round();
        assertThat(ledger.failed()).isZero();
        Heard heard = new Heard();
        Ledger.await(links.getFirst().subscriber().subscribe("t:{1}:a", heard).ready());

        ledger.roundsWhile(() -> {
            sentinels.first().kill();
            sentinels.awaitPromoted();
        });

        ledger.awaitWorking();
        ledger.check();
        Heard.until(() -> heard.gaps > 0);
        sentinels.second().ask("PUBLISH", "t:{1}:a", "after");
        heard.awaitSize(1);
        assertThat(links).allMatch(RedisLink::isHealthy);
    }
}
