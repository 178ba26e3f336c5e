package earshot.dialect.waddle;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.core.message.Message;
import earshot.core.testkit.Seeds;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The original's client against the dialect: sections 2.5, 2.6 and 3 of the protocol file. */
final class SeedClientTest {
    private final Fixture fixture = new Fixture(Configs.history(3), false);

    private List<String> ids(PaperChannel channel) {
        return channel.log.stream().map(Message::id).toList();
    }

    @Test
    void firstConnect_hearsInitialStateFirst_thenItsOwnEcho() {
        PaperChannel channel = new PaperChannel(fixture, new Random(1));
        SeedClient ann = new SeedClient("ann", channel);
        ann.say("queued before it was ever connected");
        ann.connect();
        channel.settle();
        assertThat(ann.emitted.get(0).get("type")).isEqualTo("initial_state");
        assertThat(ann.heardSinceConnect()).isEqualTo(ids(channel)).hasSize(1);
    }

    @Test
    void afterACut_flushesThenSyncs_andMissesNothing() {
        PaperChannel channel = new PaperChannel(fixture, new Random(2));
        SeedClient ann = new SeedClient("ann", channel);
        SeedClient bob = new SeedClient("bob", channel);
        ann.connect();
        bob.connect();
        channel.settle();
        bob.say("heard live");
        channel.settle();
        channel.end(ann, CloseReason.DRAINING);
        for (int i = 0; i < 20; i++) bob.say("missed " + i);
        channel.settle();
        ann.say("written while away");
        ann.connect();
        channel.settle();
        assertThat(ann.shown())
                .containsExactlyInAnyOrderElementsOf(ids(channel))
                .hasSize(22);
        assertThat(ann.heardSinceConnect()).doesNotHaveDuplicates().hasSize(21);
        assertThat(last(ann)).containsEntry("type", "sync_complete").containsEntry("complete", true);
    }

    private static Map<String, Object> last(SeedClient client) {
        return client.emitted.stream()
                .filter(f -> f.get("type").equals("sync_complete"))
                .reduce((_, b) -> b)
                .orElseThrow();
    }

    /** Trap W-1. */
    @ParameterizedTest
    @EnumSource(CloseReason.class)
    void end_bringsBackWhoMayReturn_andNobodyElse(CloseReason reason) {
        PaperChannel channel = new PaperChannel(fixture, new Random(3));
        SeedClient ann = new SeedClient("ann", channel);
        ann.connect();
        channel.settle();
        channel.end(ann, reason);
        assertThat(ann.wantsBack()).isEqualTo(reason.mayReturn());
    }

    /**
     * Any order of frames, commands, cuts and returns: from the first live message on nobody misses anything, and nothing comes twice in one
     * connection. Cuts come when nothing is on the way to the client: cut in the middle of a replay, this client's cursor may already be at a
     * newer live message, and what it then misses no server can know (WIRE.md).
     */
    @Test
    void anyOrderOfCutsAndReturns_losesAndDoublesNothing() {
        long first = Seeds.first();
        for (long seed = first; seed < first + 300; seed++) play(seed);
    }

    private void play(long seed) {
        Random random = new Random(seed);
        PaperChannel channel = new PaperChannel(fixture, random);
        List<SeedClient> clients = Stream.of("ann", "bob", "cid")
                .map(n -> new SeedClient(n, channel))
                .toList();
        clients.forEach(SeedClient::connect);
        for (int i = 0; i < 120; i++) {
            SeedClient client = clients.get(random.nextInt(3));
            switch (random.nextInt(8)) {
                case 0, 1 -> client.say("m" + i);
                case 2 -> {
                    if (client.isOpen()) {
                        channel.settle(client);
                        channel.end(client, CloseReason.SLOW_READER);
                    }
                }
                case 3 -> {
                    if (client.wantsBack()) client.connect();
                }
                default -> channel.step();
            }
            for (SeedClient c : clients) {
                if (c.isOpen())
                    assertThat(c.heardSinceConnect())
                            .as("seed %d, %s", seed, c.name)
                            .doesNotHaveDuplicates();
            }
        }
        for (SeedClient c : clients) if (c.wantsBack()) c.connect();
        channel.settle();
        for (SeedClient c : clients) check(c, channel, seed);
    }

    private void check(SeedClient client, PaperChannel channel, long seed) {
        List<String> all = ids(channel);
        String first = client.emitted.stream()
                .filter(f -> f.get("type").equals("message"))
                .map(f -> (String) Json.at(f, "message", "id"))
                .findFirst()
                .orElse(null);
        if (first == null) return;
        assertThat(client.shown())
                .as("seed %d, %s", seed, client.name)
                .containsAll(all.subList(all.indexOf(first), all.size()));
    }

    @Test
    void withoutCuts_everybodyHearsOneOrder() {
        Random random = new Random(5);
        PaperChannel channel = new PaperChannel(fixture, random);
        List<SeedClient> clients = Stream.of("ann", "bob", "cid")
                .map(n -> new SeedClient(n, channel))
                .toList();
        clients.forEach(SeedClient::connect);
        channel.settle();
        for (int i = 0; i < 200; i++) {
            clients.get(random.nextInt(3)).say("m" + i);
            channel.step();
        }
        channel.settle();
        for (SeedClient c : clients) assertThat(c.heardSinceConnect()).isEqualTo(ids(channel));
    }
}
