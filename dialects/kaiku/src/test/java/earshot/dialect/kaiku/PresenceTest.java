package earshot.dialect.kaiku;

import static earshot.dialect.kaiku.KaikuWorld.ALICE;
import static earshot.dialect.kaiku.KaikuWorld.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.dialect.Frame;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Section 16: presence published once for each real change, two tabs, several nodes, grace, invisible, away. */
final class PresenceTest {
    private static final Duration GRACE = Duration.ofSeconds(6);

    private final KaikuWorld world = new KaikuWorld();
    private final KaikuWorld.Client bob = world.connected(BOB);

    private static String alice(String status) {
        return "{\"type\":\"presence_update\",\"user_id\":\"" + ALICE + "\",\"status\":\"" + status + "\"}";
    }

    private List<String> bobHears() {
        return bob.takeHeard();
    }

    @Test
    void tabs_firstAndLast_areToldOnce() {
        KaikuWorld.Client one = world.connected(ALICE);
        assertThat(bobHears()).containsExactly(alice("online"));
        KaikuWorld.Client two = world.connected(ALICE);
        one.drop();
        world.advance(GRACE);
        assertThat(bobHears()).isEmpty();
        two.drop();
        world.advance(Duration.ofSeconds(4));
        assertThat(bobHears()).isEmpty();
        world.advance(Duration.ofSeconds(2));
        assertThat(bobHears()).containsExactly(alice("offline"));
    }

    @Test
    void reload_withinGrace_isSilent() {
        KaikuWorld.Client one = world.connected(ALICE);
        bobHears();
        one.drop();
        world.advance(Duration.ofSeconds(1));
        world.connected(ALICE);
        world.advance(GRACE);
        assertThat(bobHears()).isEmpty();
    }

    @Test
    void tabs_onTwoNodes_areOneUser() {
        KaikuWorld.OneNode other = world.addNode();
        KaikuWorld.Client one = world.connected(ALICE);
        bobHears();
        KaikuWorld.Client two = other.connected(ALICE);
        one.drop();
        world.advance(GRACE);
        assertThat(bobHears()).isEmpty();
        two.drop();
        world.advance(GRACE);
        assertThat(bobHears()).containsExactly(alice("offline"));
    }

    @Test
    void chosenStatus_inAnySpelling_isToldOnce_andKept() {
        KaikuWorld.Client one = world.connected(ALICE);
        bobHears();
        assertThat(one.says("{\"type\":\"set_status\",\"status\":\"dnd\"}")).containsExactly(alice("busy"));
        assertThat(bobHears()).containsExactly(alice("busy"));
        world.connected(ALICE);
        assertThat(bobHears()).as("a second tab").isEmpty();
        assertThat(one.says("{\"type\":\"set_status\",\"status\":\"Offending\"}")
                        .get(0))
                .contains("invalid_request");
    }

    @Test
    void chosenStatus_atTheNextConnect_isWhatFriendsHear() {
        KaikuWorld.Client one = world.connected(ALICE);
        one.says("{\"type\":\"set_status\",\"status\":\"Busy\"}");
        one.drop();
        world.advance(GRACE);
        bobHears();
        world.connected(ALICE);
        world.advance(GRACE);
        assertThat(bobHears()).containsExactly(alice("busy"));
        KaikuWorld.Client late = world.node().dialled("/ws?token=" + BOB);
        assertThat(late.heard).contains(alice("busy"));
    }

    @Test
    void invisible_isOffline_throughoutAndWithoutASign() {
        KaikuWorld.Client one = world.connected(ALICE);
        bobHears();
        one.says("{\"type\":\"set_status\",\"status\":\"invisible\"}");
        assertThat(bobHears()).containsExactly(alice("offline"));
        one.says("{\"type\":\"set_activity\",\"activity\":{\"type\":\"game\",\"name\":\"Go\"}}");
        one.drop();
        world.advance(GRACE);
        KaikuWorld.Client again = world.connected(ALICE);
        world.advance(GRACE);
        assertThat(bobHears()).isEmpty();
        assertThat(world.node().dialled("/ws?token=" + BOB).heard).contains(alice("offline"));
        again.says("{\"type\":\"set_status\",\"status\":\"online\"}");
        assertThat(bobHears()).containsExactly(alice("online"));
    }

    @Test
    void idle_tenMinutesInAllTabs_isAway_andBackWithTheNextEvent() {
        KaikuWorld.OneNode other = world.addNode();
        KaikuWorld.Client one = world.connected(ALICE);
        KaikuWorld.Client two = other.connected(ALICE);
        bobHears();
        minutes(9, one);
        two.says("typing", KaikuWorld.GENERAL);
        minutes(2, one);
        assertThat(bobHears()).as("the other tab is in use").isEmpty();
        minutes(10, one);
        assertThat(bobHears()).containsExactly(alice("away"));
        one.says("typing", KaikuWorld.GENERAL);
        assertThat(bobHears()).containsExactly(alice("online"));
    }

    /** Pings are no sign of life. */
    private void minutes(int minutes, KaikuWorld.Client pinging) {
        for (int i = 0; i < minutes * 12; i++) {
            world.advance(Duration.ofSeconds(5));
            pinging.says("{\"type\":\"ping\"}");
            bob.hear(Frame.text("{\"type\":\"unsubscribe\",\"channel_id\":\"" + KaikuWorld.DM + "\"}"));
            world.settle();
            bob.heard.removeIf(e -> e.contains("unsubscribed"));
        }
    }

    @Test
    void idle_neverReplacesAChosenStatus() {
        KaikuWorld.Client one = world.connected(ALICE);
        one.says("{\"type\":\"set_status\",\"status\":\"busy\"}");
        bobHears();
        minutes(12, one);
        assertThat(bobHears()).isEmpty();
    }

    @Test
    void activity_isSeenByFriends_whileItsConnectionLives() {
        KaikuWorld.Client one = world.connected(ALICE);
        bobHears();
        one.says("{\"type\":\"set_activity\",\"activity\":{\"type\":\"game\",\"name\":\"Go\"}}");
        String shown = "{\"type\":\"rich_presence_update\",\"user_id\":\"" + ALICE
                + "\",\"activity\":{\"type\":\"game\",\"name\":\"Go\"}}";
        assertThat(bobHears()).containsExactly(shown);
        assertThat(one.says("{\"type\":\"set_activity\",\"activity\":null}").get(0))
                .as("one in ten seconds")
                .contains("rate_limited");
        assertThat(world.node().dialled("/ws?token=" + BOB).heard).contains(alice("online"), shown);
        one.drop();
        assertThat(bobHears()).anyMatch(e -> e.contains("\"activity\":null"));
    }

    @Test
    void friends_madeAndLostWhileConnected_areFollowedAtOnce() {
        UUID carol = world.user("carol");
        KaikuWorld.Client one = world.connected(carol);
        assertThat(bobHears()).isEmpty();
        world.product.befriend(BOB, carol);
        world.hub().circleChanged(List.of(BOB, carol));
        assertThat(bobHears())
                .containsExactly("{\"type\":\"presence_update\",\"user_id\":\"" + carol + "\",\"status\":\"online\"}");
        world.product.unfriend(BOB, carol);
        world.hub().circleChanged(List.of(BOB, carol));
        world.settle();
        one.says("{\"type\":\"set_status\",\"status\":\"busy\"}");
        world.hub().toFriendsOf(carol, "{\"type\":\"patch\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(bobHears()).isEmpty();
    }

    @Test
    void deadPeer_isAnEndLikeAnyOther() {
        KaikuWorld.Client one = world.connected(ALICE);
        bobHears();
        one.drop(CloseReason.DEAD_PEER);
        world.advance(GRACE);
        assertThat(bobHears()).containsExactly(alice("offline"));
    }
}
