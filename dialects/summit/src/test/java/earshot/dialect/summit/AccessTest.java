package earshot.dialect.summit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who may join and send. */
final class AccessTest {
    @Test
    void permissions_decideOverJoinAndSend() {
        var guarded = new SummitWorld(
                SummitWorld.PLAIN.with(new SummitConfig.Access(false, true, "role:analyst", "case:write", null)));
        assertThat(guarded.connected("alice@acme").says("20[\"room:join\",{\"room\":\"x\"}]"))
                .containsExactly("30[{\"success\":false,\"error\":\"Unauthorized\"}]");
        SummitWorld.Client reader = guarded.joined("bob@acme;role:analyst", "x");
        assertThat(reader.says("21[\"room:send\",{\"room\":\"x\",\"payload\":1}]")
                        .getFirst())
                .contains("MESSAGE_SEND_FAILED");
        SummitWorld.Client writer = guarded.joined("carol@acme;role:analyst,case:write", "x");
        assertThat(writer.says("21[\"room:send\",{\"room\":\"x\",\"payload\":1}]")
                        .getLast())
                .contains("\"success\":true");
    }

    @Test
    void product_hasTheLastWord() {
        RoomAuthorizer product = (session, room) -> room.name().equals("broken")
                ? CompletableFuture.failedStage(new IllegalStateException("no answer"))
                : CompletableFuture.completedStage(
                        room.name().equals("x") ? Set.of(RoomAuthorizer.Action.JOIN) : Set.of());
        var asked = new SummitWorld(SummitWorld.PLAIN, List.of(), product);
        SummitWorld.Client alice = asked.connected("alice@acme");
        assertThat(alice.says("20[\"room:join\",{\"room\":\"y\"}]").getFirst()).contains("Unauthorized");
        assertThat(alice.says("20[\"room:join\",{\"room\":\"broken\"}]").getFirst())
                .contains("UNAVAILABLE");
        assertThat(alice.says("20[\"room:join\",{\"room\":\"x\"}]").get(1)).contains("\"success\":true");
        assertThat(alice.says("20[\"room:send\",{\"room\":\"x\"}]").getFirst()).contains("MESSAGE_SEND_FAILED");
    }
}
