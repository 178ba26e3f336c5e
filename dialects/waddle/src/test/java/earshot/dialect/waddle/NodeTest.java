package earshot.dialect.waddle;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.core.testkit.Seeds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The original's clients on a real node: joins, restarts, presence and typing as the protocol file has them. */
final class NodeTest {
    private final long seed = Seeds.first();
    private final NodeChannel channel = new NodeChannel(WaddleConfig.DEFAULT, new Random(seed));

    private SeedClient joined(String name) {
        SeedClient client = new SeedClient(name, channel);
        client.connect();
        channel.settle();
        return client;
    }

    private static List<Map<String, Object>> of(SeedClient client, String type) {
        return client.emitted.stream().filter(f -> f.get("type").equals(type)).toList();
    }

    private static List<Object> online(SeedClient client) {
        return Json.objects(of(client, "initial_state").getLast().get("onlineUsers")).stream()
                .map(u -> u.get("userId"))
                .toList();
    }

    @Test
    void join_hearsInitialState_withAnEntryPerSocket() {
        joined("ann");
        joined("ann");
        SeedClient bob = joined("bob");
        assertThat(bob.emitted).hasSize(1);
        assertThat(online(bob)).containsExactlyInAnyOrder("ann", "ann", "bob");
    }

    @Test
    void messages_haveOneOrderForAll_equalToHistory() {
        List<SeedClient> clients =
                Stream.of("ann", "bob", "cid").map(this::joined).toList();
        for (int i = 0; i < 40; i++) {
            clients.get(i % 3).say("m" + i);
            channel.step();
        }
        channel.settle();
        for (SeedClient c : clients)
            assertThat(c.heardSinceConnect()).as("seed %d", seed).isEqualTo(channel.kept());
        SeedClient late = joined("dan");
        assertThat(late.shown()).isEqualTo(channel.kept());
    }

    /** Section 5: sockets are cut, history and cursor survive, sync fills the gap. */
    @Test
    void restart_thenSync_leavesEverybodyWithTheSameHistory() {
        long first = Seeds.first();
        for (long s = first; s < first + 40; s++) playRestarts(s);
    }

    private void playRestarts(long s) {
        Random random = new Random(s);
        NodeChannel restarted = new NodeChannel(Configs.history(3), random);
        List<SeedClient> clients = Stream.of("ann", "bob", "cid")
                .map(n -> new SeedClient(n, restarted))
                .toList();
        clients.forEach(SeedClient::connect);
        restarted.settle();
        clients.get(0).say("heard live by all");
        restarted.settle();
        for (int i = 0; i < 60; i++) {
            SeedClient client = clients.get(random.nextInt(3));
            switch (random.nextInt(12)) {
                case 0 -> {
                    restarted.settle();
                    restarted.restart();
                }
                case 1 -> {
                    restarted.settle();
                    if (client.isOpen()) restarted.end(client, CloseReason.SLOW_READER);
                }
                case 2, 3 -> {
                    if (client.wantsBack()) client.connect();
                }
                case 4, 5, 6 -> client.say("m" + i);
                default -> restarted.step();
            }
        }
        for (SeedClient c : clients) if (c.wantsBack()) c.connect();
        restarted.settle();
        for (SeedClient c : clients) {
            assertThat(c.shown()).as("seed %d, %s", s, c.name).containsExactlyInAnyOrderElementsOf(restarted.kept());
            assertThat(c.heardSinceConnect()).as("seed %d, %s", s, c.name).doesNotHaveDuplicates();
        }
    }

    /** Trap W-6. */
    @Test
    void userDisconnected_isTold_onTheLastSocketOnly() {
        SeedClient ann = joined("ann");
        SeedClient bob = joined("bob");
        SeedClient bobAgain = joined("bob");
        channel.end(bob, CloseReason.CLIENT_LEFT);
        channel.advance(Duration.ofSeconds(10));
        assertThat(of(ann, "user_disconnected")).isEmpty();
        channel.end(bobAgain, CloseReason.CLIENT_LEFT);
        channel.advance(Duration.ofSeconds(10));
        assertThat(of(ann, "user_disconnected"))
                .containsExactly(Map.of("type", "user_disconnected", "userId", "bob", "username", "bob"));
    }

    @Test
    void cutByTheServer_andBackInASecond_wasNeverAway() {
        SeedClient ann = joined("ann");
        SeedClient bob = joined("bob");
        channel.end(bob, CloseReason.DRAINING);
        channel.advance(Duration.ofSeconds(1));
        assertThat(bob.wantsBack()).isTrue();
        bob.connect();
        channel.advance(Duration.ofSeconds(10));
        assertThat(of(ann, "user_disconnected")).isEmpty();
        channel.end(bob, CloseReason.DRAINING);
        channel.advance(Duration.ofSeconds(10));
        assertThat(of(ann, "user_disconnected")).hasSize(1);
    }

    @Test
    void typing_isToldToAllButItsSocket_onceAndStopsByItself() {
        SeedClient ann = joined("ann");
        SeedClient annsOther = joined("ann");
        SeedClient bob = joined("bob");
        for (int i = 0; i < 50; i++) ann.sendRaw("{\"type\":\"typing\",\"isTyping\":true}");
        channel.settle();
        assertThat(of(ann, "typing")).isEmpty();
        assertThat(of(annsOther, "typing")).hasSize(1);
        assertThat(of(bob, "typing"))
                .containsExactly(Map.of("type", "typing", "userId", "ann", "username", "ann", "isTyping", true));
        channel.advance(Duration.ofMillis(3100));
        assertThat(of(bob, "typing")).hasSize(2).last().extracting("isTyping").isEqualTo(false);
    }

    @Test
    void typing_thenDisconnect_isTakenBack() {
        SeedClient ann = joined("ann");
        SeedClient bob = joined("bob");
        ann.sendRaw("{\"type\":\"typing\",\"isTyping\":true}");
        channel.settle();
        channel.end(ann, CloseReason.CLIENT_LEFT);
        channel.advance(Duration.ofSeconds(1));
        assertThat(of(bob, "typing")).hasSize(2).last().extracting("isTyping").isEqualTo(false);
        assertThat(of(bob, "user_disconnected")).hasSize(1);
        assertThat(bob.emitted.indexOf(of(bob, "user_disconnected").get(0)))
                .isGreaterThan(bob.emitted.indexOf(of(bob, "typing").get(1)));
    }

    @Test
    void status_isToldToOthers_andShownToWhoComesLater() {
        SeedClient ann = joined("ann");
        SeedClient bob = joined("bob");
        ann.sendRaw("{\"type\":\"presence\",\"status\":\"away\"}");
        channel.settle();
        channel.advance(Duration.ofSeconds(1));
        assertThat(of(bob, "presence_update"))
                .containsExactly(Map.of("type", "presence_update", "userId", "ann", "status", "away"));
        assertThat(of(ann, "presence_update")).isEmpty();
        SeedClient late = joined("cid");
        assertThat(Json.objects(of(late, "initial_state").get(0).get("onlineUsers")))
                .anySatisfy(u -> assertThat(u).containsEntry("userId", "ann").containsEntry("status", "away"));
    }

    /** Trap W-5. */
    @Test
    void nested_saidTwice_isStoredOnceAndAcknowledgedTwice() {
        SeedClient ann = joined("ann");
        SeedClient bob = joined("bob");
        String frame = "{\"type\":\"message\",\"message\":{\"id\":\"c1\",\"content\":\"once\"}}";
        ann.sendRaw(frame);
        ann.sendRaw(frame);
        channel.settle();
        channel.end(ann, CloseReason.DRAINING);
        ann.connect();
        ann.sendRaw(frame);
        channel.settle();
        assertThat(channel.kept()).hasSize(1);
        assertThat(of(bob, "message")).hasSize(1);
        assertThat(of(ann, "ack"))
                .hasSize(3)
                .allSatisfy(
                        a -> assertThat(a).containsEntry("id", channel.kept().get(0)));
    }
}
