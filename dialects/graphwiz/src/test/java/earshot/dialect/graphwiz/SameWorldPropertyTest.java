package earshot.dialect.graphwiz;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.testkit.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Clients of both framings spawn, change, move and despawn what is theirs, lose their connections and come back, in any order and with any delay. In the end
 * everybody who is connected, and who comes then, has the same picture.
 */
class SameWorldPropertyTest {
    private static final int ROUNDS = Boolean.getBoolean("earshot.long") ? 3000 : 60;
    private static final int STEPS = Boolean.getBoolean("earshot.long") ? 600 : 150;

    @Test
    void everybody_endsWithTheSamePicture() {
        long first = Seeds.first();
        for (long seed = first; seed < first + ROUNDS; seed++) {
            try {
                play(new Random(seed));
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private static void play(Random random) {
        XrNode node =
                new XrNode(Fixture.with(new GraphwizConfig.Rates(0, Duration.ofSeconds(60), 0, false, 10_000)), random);
        List<Player> players = new ArrayList<>();
        Map<Player, Integer> spawned = new HashMap<>();
        for (int i = 0; i < 4 + random.nextInt(4); i++)
            players.add(new Player(node, "p" + i, random.nextBoolean() ? Framing.HUB : Framing.PROTOBUF));
        for (int i = 0; i < STEPS; i++) {
            act(players.get(random.nextInt(players.size())), spawned, random);
            node.steps(random.nextInt(12));
            if (random.nextInt(20) == 0) node.advance(Duration.ofMillis(random.nextInt(40)));
            if (random.nextInt(60) == 0) node.advance(Duration.ofSeconds(40));
        }
        node.settle();
        Player newHub = new Player(node, "new-h", Framing.HUB);
        Player newProto = new Player(node, "new-p", Framing.PROTOBUF);
        newHub.connect();
        newProto.connect();
        players.add(newHub);
        players.add(newProto);
        node.advance(Duration.ofMillis(100));
        node.advance(Duration.ofMillis(100));
        String expected = newProto.picture();
        for (Player player : players)
            if (player.isConnected())
                assertThat(player.picture()).as("%s", player).isEqualTo(expected);
    }

    private static void act(Player player, Map<Player, Integer> spawned, Random random) {
        if (!player.isConnected()) {
            assertThat(player.connect()).as("%s comes back", player).isTrue();
            return;
        }
        if (!player.isGreeted()) {
            if (random.nextInt(10) == 0) player.cut();
            return;
        }
        int count = spawned.getOrDefault(player, 0);
        String thing = player.name + "-" + (count == 0 ? 0 : random.nextInt(count));
        switch (random.nextInt(12)) {
            case 0 -> player.cut();
            case 1, 2 -> {
                player.spawn(player.name + "-" + count, random.nextBoolean() ? "red" : "{\"rgb\":[1,2]}");
                spawned.put(player, count + 1);
            }
            case 3 -> player.despawn(thing);
            case 4, 5 -> player.update(thing, random.nextInt(100));
            case 6 -> player.chat("hello");
            default -> player.move(thing, random.nextInt(1000));
        }
    }
}
