package earshot.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.product.ProductChannels;
import earshot.core.telemetry.Meter;
import earshot.core.time.Clock;
import earshot.engine.redis.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RedisChannelsTest {
    private final RedisServer server = RedisServer.shared();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private volatile boolean listening;
    private RedisLink link;
    private ProductChannels channels;

    @BeforeEach
    void connect() {
        link = RedisLink.connect(Hasty.of(server.address()), Clock.SYSTEM, Meter.NONE);
        channels = new RedisChannels(link);
    }

    @AfterEach
    void close() {
        link.close();
    }

    @Test
    void followAll_whatAnyProgramPublishes_isHeardInOrder() {
        channels.followAll("threadkit:page:*:events", this::hear);
        awaitListening("threadkit:page:probe:events");
        for (int i = 0; i < 200; i++) server.ask("PUBLISH", "threadkit:page:" + i % 3 + ":events", "" + i);
        server.ask("PUBLISH", "threadkit:user:1:events", "not ours");
        Heard.until(() -> heard.size() == 200);
        for (int i = 0; i < 200; i++) assertThat(heard.get(i)).isEqualTo("threadkit:page:" + i % 3 + ":events=" + i);
    }

    @Test
    void follow_aNameWithSignsOfPatterns_isThatNameOnly() {
        String name = "channel:[a-c]*?\\x";
        ProductChannels.Following following = channels.follow(name, this::hear);
        awaitListening(name);
        server.ask("PUBLISH", "channel:b1?\\x", "other");
        server.ask("PUBLISH", name, "this");
        Heard.until(() -> heard.size() == 1);
        assertThat(heard).containsExactly(name + "=this");
        following.stop();
    }

    private void hear(String channel, byte[] payload) {
        String text = new String(payload, StandardCharsets.UTF_8);
        if (text.equals("are you there")) listening = true;
        else heard.add(channel + "=" + text);
    }

    private void awaitListening(String channel) {
        Heard.until(() -> {
            server.ask("PUBLISH", channel, "are you there");
            return listening;
        });
    }
}
