package earshot.dialect.summit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is sent to a room, as everybody hears it. */
final class SendingTest {
    private final SummitWorld world = new SummitWorld(SummitWorld.PLAIN);

    @Test
    void send_isEchoedFirstAndThenAcked() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        alice.takeHeard();
        List<String> heard = alice.says(
                "21[\"room:send\",{\"room\":\"x\",\"payload\":{ \"type\" : \"comment\"},\"persistent\":true}]");
        assertThat(heard).hasSize(2);
        assertThat(heard.get(0))
                .matches("2\\[\"room:message\",\\{\"id\":\"[-0-9a-f]{36}\",\"room\":\"x\",\"from\":\"alice\","
                        + "\"payload\":\\{ \"type\" : \"comment\"},\"timestamp\":\\d+}]");
        assertThat(heard.get(1)).matches("31\\[\\{\"success\":true,\"messageId\":\"[-0-9a-f]{36}\"}]");
        assertThat(bob.takeHeard()).containsExactly(heard.get(0));
    }

    @Test
    void send_ofAnyJson_isPassedOnAsItIs() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        for (String payload : List.of("null", "\"s\\ud83d\\ude00\"", "7", "-1.5e3", "[1,[2]]", "false", "{}"))
            assertThat(alice.says("2[\"room:send\",{\"room\":\"x\",\"payload\":" + payload + "}]")
                            .getFirst())
                    .contains("\"payload\":" + payload + ",");
        assertThat(alice.says("2[\"room:send\",{\"room\":\"x\"}]").getFirst()).doesNotContain("payload");
    }

    @Test
    void send_toARoomOneIsNotIn_isRefused() {
        assertThat(world.connected("alice@acme").says("21[\"room:send\",{\"room\":\"x\",\"payload\":1}]"))
                .containsExactly(
                        "31[{\"success\":false,\"error\":\"NOT_IN_ROOM\"}]",
                        "2[\"system:error\",{\"code\":\"NOT_IN_ROOM\",\"message\":\"You are not a member of this room\"}]");
    }

    @Test
    void send_withAttachments_reachesOthersWhole() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        alice.attaches(
                "52-7[\"room:send\",{\"room\":\"x\",\"payload\":{\"a\":{\"_placeholder\":true,\"num\":1},\"b\":{\"_placeholder\":true,\"num\":0}}}]",
                new byte[3],
                new byte[0]);
        List<String> heard = bob.takeHeard();
        assertThat(heard).hasSize(3);
        assertThat(heard.get(0)).startsWith("52-[\"room:message\",").contains("\"num\":1");
        assertThat(heard.subList(1, 3)).containsExactly("b3", "b0");
    }

    @Test
    void send_withPlaceholderForNothing_closesTheSenderAndReachesNobody() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        SummitWorld.Client bob = world.joined("bob@acme", "x");
        alice.attaches(
                "51-7[\"room:send\",{\"room\":\"x\",\"payload\":{\"_placeholder\":true,\"num\":1}}]", new byte[3]);
        assertThat(alice.closes).containsExactly(CloseReason.PROTOCOL_ERROR, CloseReason.PROTOCOL_ERROR);
        assertThat(bob.takeHeard()).isEmpty();
    }

    @Test
    void send_withTheSameKey_isOneMessage() {
        SummitWorld.Client alice = world.joined("alice@acme", "x");
        String send = "[\"room:send\",{\"room\":\"x\",\"payload\":1,\"idempotencyKey\":\"k\"}]";
        String first = alice.says("21" + send).getLast();
        assertThat(alice.says("22" + send)).containsExactly(first.replace("31[", "32["));
    }

    @Test
    void attachments_thatNeverCome_endTheConnection() {
        SummitWorld.Client alice = world.connected("alice@acme");
        alice.says("51-[\"room:send\",{\"_placeholder\":true,\"num\":0}]");
        world.advance(Duration.ofSeconds(31));
        assertThat(alice.closes).containsExactly(CloseReason.PROTOCOL_ERROR);
    }
}
