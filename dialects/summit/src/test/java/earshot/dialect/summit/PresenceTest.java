package earshot.dialect.summit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is here, and what they show. */
final class PresenceTest {
    private final SummitWorld world = new SummitWorld(SummitWorld.PLAIN);

    @Test
    void status_isSaidToEverybodyWithItsMetadata() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        alice.takeHeard();
        List<String> heard =
                alice.says("20[\"presence:status\",{\"status\":\"away\",\"metadata\":{\"at\":\"desk\",\"n\":1}}]");
        assertThat(heard).anyMatch("30[{\"success\":true}]"::equals);
        assertThat(heard.stream().filter(m -> m.contains("presence:update")).toList())
                .singleElement()
                .satisfies(
                        m -> assertThat(m).contains("\"status\":\"away\"", "\"metadata\":{\"at\":\"desk\",\"n\":1}"));
        assertThat(bob.takeHeard()).singleElement().satisfies(m -> assertThat(m).contains("\"away\"", "\"bob\""));

        alice.says("2[\"presence:status\",{\"status\":\"busy\",\"metadata\":{\"n\":2}}]");
        assertThat(bob.says("21[\"query:presence\",{\"room\":\"x\"}]").getFirst())
                .contains("\"status\":\"busy\"", "\"metadata\":{\"at\":\"desk\",\"n\":2}");
    }

    @Test
    void status_chosenBefore_isShownInARoomJoinedLater() {
        SummitWorld.Client alice = world.connected("alice@acme");
        assertThat(alice.says("20[\"presence:status\",{\"status\":\"busy\"}]"))
                .containsExactly("30[{\"success\":true}]");
        alice.says("2[\"room:join\",{\"room\":\"x\"}]");
        assertThat(alice.says("21[\"query:presence\",{\"room\":\"x\"}]").getFirst())
                .contains("\"busy\"");
    }

    @Test
    void status_unknown_isRefused() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        assertThat(alice.says("20[\"presence:status\",{\"status\":\"here\"}]"))
                .containsExactly(
                        "30[{\"success\":false,\"error\":\"PRESENCE_UPDATE_FAILED\"}]",
                        "2[\"system:error\",{\"code\":\"PRESENCE_UPDATE_FAILED\",\"message\":\"Failed to update presence status\"}]");
    }

    @Test
    void heartbeat_changesAStatusOnlyWhenItDiffers() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        alice.says(
                "20[\"presence:heartbeat\",{}]",
                "21[\"presence:heartbeat\"]",
                "22[\"presence:heartbeat\",{\"status\":\"online\"}]");
        assertThat(bob.takeHeard()).isEmpty();
        alice.says("2[\"presence:heartbeat\",{\"status\":\"away\"}]");
        assertThat(bob.takeHeard())
                .singleElement()
                .satisfies(m -> assertThat(m).contains("presence:update", "\"away\""));
    }

    @Test
    void presence_isOfUsersAndNotOfTabs() {
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        SummitWorld.Client tab1 = world.joined("alice@acme", "x");
        bob.takeHeard();
        SummitWorld.Client tab2 = world.joined("alice@acme", "x");
        assertThat(bob.takeHeard()).isEmpty();
        tab1.says("1");
        assertThat(bob.takeHeard()).isEmpty();
        tab2.says("1");
        assertThat(bob.takeHeard())
                .satisfiesExactly(
                        m -> assertThat(m).isEqualTo("2[\"presence:leave\",{\"room\":\"x\",\"userId\":\"alice\"}]"),
                        m -> assertThat(m).startsWith("2[\"presence:update\",").doesNotContain("alice"));
    }

    @Test
    void drop_isTakenForALeaveOnlyAfterTheGrace() {
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        bob.takeHeard();
        alice.drop(CloseReason.CLIENT_LEFT);
        world.advance(Duration.ofSeconds(4));
        assertThat(bob.takeHeard()).isEmpty();
        world.advance(Duration.ofSeconds(2));
        assertThat(bob.takeHeard()).first().asString().contains("presence:leave");
    }
}
