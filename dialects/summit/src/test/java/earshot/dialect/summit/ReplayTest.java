package earshot.dialect.summit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What of a room's past who joins is sent. */
final class ReplayTest {
    private final SummitWorld world = new SummitWorld(SummitWorld.PLAIN);

    @Test
    void join_replaysPersistentMessagesOnly() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        for (int i = 0; i < 5; i++)
            alice.says("2[\"room:send\",{\"room\":\"x\",\"payload\":" + i + ",\"persistent\":" + (i % 2 == 0) + "}]");
        List<String> heard = world.connected("bob@acme").says("20[\"room:join\",{\"room\":\"x\"}]");
        assertThat(heard.subList(3, heard.size()))
                .hasSize(3)
                .allMatch(m -> m.startsWith("2[\"room:message\",") && m.contains("\"replayed\":true"))
                .satisfiesExactly(
                        m -> assertThat(m).contains("\"payload\":0"),
                        m -> assertThat(m).contains("\"payload\":2"),
                        m -> assertThat(m).contains("\"payload\":4"));
    }

    @Test
    void join_replaysWhatIsAskedFor() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            world.advance(Duration.ofSeconds(1));
            String ack = alice.says("21[\"room:send\",{\"room\":\"x\",\"payload\":" + i + ",\"persistent\":true}]")
                    .getLast();
            ids.add(ack.replaceAll(".*messageId\":\"|\".*", ""));
        }
        long third = world.clock.millis() - 2000;
        assertThat(replayed("\"replay\":false")).isEmpty();
        assertThat(replayed("\"metadata\":{\"replay\":2}")).containsExactly("3", "4");
        assertThat(replayed("\"replay\":{\"afterId\":\"" + ids.get(2) + "\"}")).containsExactly("3", "4");
        assertThat(replayed("\"replay\":{\"since\":" + third + "}")).containsExactly("2", "3", "4");
        assertThat(replayed("\"replay\":true")).hasSize(5);
    }

    /** Clients that were with us before say both: the place is exact, and passing messages stand behind it too. */
    @Test
    void join_thatNamesPlaceAndMessage_goesOnAtThePlace() {
        var offsets = new SummitWorld(SummitConfig.DEFAULT);
        SummitWorld.Client alice = offsets.joined("alice@acme", "x");
        List<String> heard = new ArrayList<>();
        for (int i = 0; i < 4; i++)
            heard.add(alice.says(
                            "2[\"room:send\",{\"room\":\"x\",\"payload\":" + i + ",\"persistent\":" + (i == 1) + "}]")
                    .getFirst());
        String id = heard.get(1).replaceAll(".*\"id\":\"|\".*", "");
        String after = heard.get(2).replaceAll(".*,\"|\"]$", "");

        String both = "\"afterId\":\"" + id + "\",\"after\":\"" + after + "\"";
        assertThat(replayed(offsets, "\"replay\":{" + both + "}")).containsExactly("3");
        assertThat(replayed(offsets, "\"replay\":{\"since\":0," + both + "}"))
                .as("a time is first")
                .containsExactly("1");

        String lost = after.replaceFirst("-[0-9a-z]+-", "-7-");
        String earlier = "\"after\":\"" + lost + "\",\"afterId\":\"" + id + "\"";
        assertThat(replayed(offsets, "\"replay\":{" + earlier + "}"))
                .as("the message, where the place is out of reach")
                .isEmpty();
    }

    private List<String> replayed(String wish) {
        return replayed(world, wish);
    }

    private static List<String> replayed(SummitWorld world, String wish) {
        List<String> heard = world.connected("bob@acme").says("20[\"room:join\",{\"room\":\"x\"," + wish + "}]");
        return heard.stream()
                .filter(m -> m.contains("room:message"))
                .map(m -> m.replaceAll(".*payload\":|,\"timestamp.*", ""))
                .toList();
    }

    @Test
    void join_doesNotReplayWhatIsTooOld() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        alice.says("2[\"room:send\",{\"room\":\"x\",\"payload\":1,\"persistent\":true}]");
        world.advance(Duration.ofSeconds(3601));
        assertThat(replayed("\"replay\":50")).isEmpty();
    }
}
