package earshot.it;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.engine.redis.testkit.RedisCluster;
import earshot.engine.sql.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Two nodes on a Redis Cluster with a PostgreSQL behind it, a channel on every shard; a master dies, and then a shard loses everything. */
@EnabledIfSystemProperty(named = "earshot.long", matches = "true", disabledReason = "takes a minute")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class ArchiveOnClusterTest {
    private static final int SHARDS = 3;
    private static final int KEEP = 100;

    @TempDir
    Path directory;

    private RedisCluster cluster;
    private PostgresServer postgres;
    private PostgresServer.Database database;
    private Nodes nodes;
    private final List<String> channels = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        cluster = RedisCluster.start();
        postgres = PostgresServer.start();
        database = postgres.database();
        String address = String.join(" ", cluster.addresses());
        nodes = Nodes.start(
                directory,
                List.of(address, address),
                "--set",
                "redis.wait=20s",
                "--set",
                "redis.keep-messages=" + KEEP,
                "--set",
                "postgres.url=" + database.address());
        for (int shard = 0; shard < SHARDS; shard++) channels.add(channelOn(shard));
    }

    @AfterEach
    void stop() {
        if (nodes != null) nodes.close();
        if (postgres != null) postgres.close();
        if (cluster != null) cluster.close();
    }

    @Test
    void history_ofEveryShard_isWhole_whateverHappensToTheShard() throws IOException {
        for (String channel : channels) say(channel, 1, 240);
        for (String channel : channels) awaitArchived(channel, 241);
        for (int shard = 0; shard < SHARDS; shard++) awaitTrimmed(shard);
        assertWhole(240);

        cluster.master(0).kill();
        cluster.awaitPromoted(0);
        for (String channel : channels) say(channel, 241, 260);
        for (String channel : channels) awaitArchived(channel, 261);
        assertWhole(260);

        cluster.master(1).ask("FLUSHALL");
        for (String channel : channels) say(channel, 261, 280);
        for (String channel : channels) awaitArchived(channel, 281);
        assertWhole(280);
        nodes.api(0).ok("PUT", "/v1/waddle/users/ada", "{\"name\":\"Countess\"}");
        for (int shard = 1; shard < SHARDS; shard++) cluster.master(shard).ask("FLUSHALL");
        cluster.replica(0).ask("FLUSHALL");
        assertThat(nodes.api(1).get("/v1/waddle/users/ada").path("name").asString())
                .isEqualTo("Countess");
    }

    private void say(String channel, int first, int last) throws IOException {
        for (int i = first; i <= last; i++) nodes.api(i % 2).post("waddle", channel, "m" + i);
    }

    private void assertWhole(int last) throws IOException {
        List<String> all = new ArrayList<>(List.of("the first"));
        for (int i = 1; i <= last; i++) all.add("m" + i);
        for (String channel : channels)
            for (int node = 0; node < 2; node++)
                assertThat(backward(node, channel))
                        .as("%s on node %d", channel, node)
                        .containsExactlyElementsOf(all);
    }

    private List<String> backward(int node, String channel) throws IOException {
        List<String> found = new ArrayList<>();
        String before = "";
        while (true) {
            JsonNode page = nodes.api(node).get(Api.messages("waddle", channel) + "?limit=70" + before);
            found.addAll(
                    0,
                    page.path("messages")
                            .valueStream()
                            .map(m -> m.path("text").asString())
                            .toList());
            if (page.path("complete").asBoolean()) return found;
            before = "&before=" + page.path("messages").get(0).path("position").asString();
        }
    }

    private String channelOn(int shard) throws IOException {
        for (int i = 0; ; i++) {
            String name = "kept-" + shard + "-" + i;
            nodes.api(0).post("waddle", name, "the first");
            if (!logsOn(shard, name).isEmpty()) return name;
        }
    }

    private List<?> logsOn(int shard, String channel) {
        return (List<?>) cluster.master(shard).askFor("KEYS", "earshot:*:log:waddle//" + channel);
    }

    private void awaitArchived(String channel, int entries) {
        String count = "SELECT count(*) FROM earshot.entry e JOIN earshot.room r ON r.id = e.room WHERE r.name = '";
        Await.until(
                channel + " is archived",
                nodes::output,
                () -> database.ask(count + channel + "'").equals(Integer.toString(entries)));
    }

    private void awaitTrimmed(int shard) {
        String log = (String) logsOn(shard, channels.get(shard)).getFirst();
        Await.until(
                "shard " + shard + " is trimmed",
                nodes::output,
                () -> (Long) cluster.master(shard).askFor("XLEN", log) <= KEEP * 17L / 16);
    }
}
