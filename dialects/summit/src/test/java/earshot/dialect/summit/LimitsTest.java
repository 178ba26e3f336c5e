package earshot.dialect.summit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Floods, tokens that run out, and the end. */
final class LimitsTest {
    private final SummitWorld world = new SummitWorld(SummitWorld.PLAIN);

    @Test
    void flood_isAnsweredAndSaidOnceASecond() {
        var slow = new SummitWorld(SummitWorld.PLAIN.with(new SummitConfig.Rates(1, 3, 0, 0)));
        SummitWorld.Client alice = slow.connected("alice@acme");
        alice.says("20[\"query:rooms\"]", "21[\"query:rooms\"]", "22[\"query:rooms\"]");
        assertThat(alice.says("23[\"query:rooms\"]", "24[\"room:send\",{}]"))
                .containsExactly(
                        "33[{\"rooms\":[],\"error\":\"RATE_LIMIT_EXCEEDED\"}]",
                        "2[\"system:error\",{\"code\":\"RATE_LIMIT_EXCEEDED\",\"message\":\"Too many messages, please slow down\"}]",
                        "34[{\"success\":false,\"error\":\"RATE_LIMIT_EXCEEDED\"}]");
        assertThat(slow.connected("alice@acme").says("21[\"query:rooms\"]").getFirst())
                .as("another connection of the same user")
                .contains("RATE_LIMIT_EXCEEDED");
        assertThat(slow.connected("bob@acme").says("21[\"query:rooms\"]").getFirst())
                .doesNotContain("error");
    }

    @Test
    void flood_thatGoesOn_endsTheConnection() {
        var slow = new SummitWorld(SummitWorld.PLAIN.with(new SummitConfig.Rates(1, 1, 0, 0)));
        SummitWorld.Client alice = slow.connected("alice@acme");
        for (int i = 0; i < 2001; i++) alice.says("2[\"query:rooms\"]");
        assertThat(alice.closes).containsExactly(CloseReason.ABUSE);
    }

    @Test
    void tenant_hasABucketOfItsOwnWhereThatIsAskedFor() {
        var slow = new SummitWorld(SummitWorld.PLAIN.with(new SummitConfig.Rates(100, 200, 1, 2)));
        slow.connected("alice@acme").says("20[\"query:rooms\"]", "20[\"query:rooms\"]");
        assertThat(slow.connected("bob@acme").says("21[\"query:rooms\"]").getFirst())
                .contains("RATE_LIMIT_EXCEEDED");
        assertThat(slow.connected("carol@globex").says("21[\"query:rooms\"]").getFirst())
                .doesNotContain("error");
    }

    @Test
    void token_thatRunsOut_endsTheConnectionUnlessItIsRenewed() {
        long inAMinute = world.clock.millis() / 1000 + 60;
        world.expiries.put("alice@acme", inAMinute);
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        SummitWorld.Client other = world.joined("alice@acme", "x");
        world.expiries.put("alice@acme", inAMinute + 60);
        assertThat(alice.says("20[\"auth:refresh\",{\"token\":\"alice@acme\"}]"))
                .containsExactly("30[{\"success\":true,\"expiresAt\":" + (inAMinute + 60) * 1000 + "}]");
        assertThat(alice.says("21[\"auth:refresh\",{\"token\":\"bob@acme\"}]"))
                .containsExactly("31[{\"success\":false,\"error\":\"OTHER_USER\"}]");
        world.advance(Duration.ofSeconds(61));
        assertThat(alice.closes).isEmpty();
        assertThat(other.closes).containsExactly(CloseReason.REVOKED);
        assertThat(other.takeHeard())
                .containsExactly("2[\"system:error\",{\"code\":\"TOKEN_EXPIRED\",\"message\":\"Token expired\"}]");
    }

    @Test
    void unknownEvent_isAnsweredWhenAnAnswerIsWanted() {
        SummitWorld.Client alice = world.connected("alice@acme");
        assertThat(alice.says("2[\"nobody\",1]")).isEmpty();
        assertThat(alice.says("25[\"nobody\",1]"))
                .containsExactly("35[{\"success\":false,\"error\":\"UNKNOWN_EVENT\"}]");
        assertThat(alice.says("2[7,1]")).isEmpty();
        assertThat(alice.says("3999[]")).isEmpty();
        assertThat(alice.closes).isEmpty();
    }

    @Test
    void restart_isSaidToEachWithATimeOfItsOwn() {
        SummitWorld.Client alice = world.connected("alice@acme");
        SummitWorld.Client bob = world.connected("bob@acme");
        world.draining = true;
        world.advance(Duration.ofSeconds(1));
        world.advance(Duration.ofSeconds(1));
        assertThat(alice.takeHeard())
                .singleElement()
                .satisfies(
                        m -> assertThat(m)
                                .matches(
                                        "2\\[\"system:restart\",\\{\"reason\":\"Server shutting down\",\"reconnectIn\":\\d+}]"));
        assertThat(bob.takeHeard()).hasSize(1);
    }

    // ---- what all nodes share

    @Test
    void redisAwayAndBack_isToldByAnEventThatTheOriginalPassesOver() {
        SummitWorld.Client alice = world.connected("alice@acme");
        alice.hearsAway(true);
        alice.hearsAway(false);
        assertThat(alice.takeHeard())
                .containsExactly(
                        "2[\"system:service\",{\"available\":false}]", "2[\"system:service\",{\"available\":true}]");
    }

    @Test
    void redisAway_isToldInANamespaceThatIsEnteredLater() {
        var ops = new SummitWorld(SummitWorld.PLAIN.withNamespaces(List.of("ops")));
        SummitWorld.Client alice = ops.connected("alice@acme");
        alice.hearsAway(true);
        alice.takeHeard();
        assertThat(alice.says("0/ops,{\"token\":\"alice@acme\"}"))
                .last()
                .isEqualTo("2/ops,[\"system:service\",{\"available\":false}]");
    }
}
