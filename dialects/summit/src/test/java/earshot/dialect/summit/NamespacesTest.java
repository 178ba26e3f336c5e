package earshot.dialect.summit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several namespaces over one connection. */
final class NamespacesTest {
    @Test
    void namespaces_haveRoomsOfTheirOwn() {
        var ops = new SummitWorld(SummitWorld.PLAIN.withNamespaces(List.of("ops", "/case-*")));
        SummitWorld.Client alice = ops.connected("alice@acme");
        assertThat(alice.says("0/ops,{\"token\":\"alice@acme\"}"))
                .hasSize(2)
                .allMatch(m -> m.substring(1).startsWith("/ops,"));
        assertThat(alice.says("0/case-7,{\"token\":\"alice@acme\"}").getFirst()).startsWith("0/case-7,{\"sid\"");
        assertThat(alice.says("0/case,{\"token\":\"alice@acme\"}").getFirst()).contains("Invalid namespace");
        alice.says("2[\"room:join\",{\"room\":\"x\"}]", "2/ops,[\"room:join\",{\"room\":\"x\"}]");
        SummitWorld.Client bob = ops.joined("bob@acme", "x");
        alice.takeHeard();
        bob.says("2[\"room:send\",{\"room\":\"x\",\"payload\":1}]");
        assertThat(alice.takeHeard())
                .singleElement()
                .satisfies(m -> assertThat(m).startsWith("2[\"room:message\""));
        assertThat(alice.says("2/ops,4[\"room:send\",{\"room\":\"x\",\"payload\":2}]".replace("/ops,4", "/ops,4")))
                .satisfiesExactly(
                        m -> assertThat(m)
                                .startsWith("2/ops,[\"room:message\",")
                                .contains("\"room\":\"x\""),
                        m -> assertThat(m).startsWith("3/ops,4[{\"success\":true"));
        assertThat(bob.takeHeard()).hasSize(1);
        alice.says("1/ops,");
        assertThat(alice.says("21[\"query:rooms\"]")).containsExactly("31[{\"rooms\":[\"x\"]}]");
        alice.says("2/ops,[\"query:rooms\"]");
        assertThat(alice.closes).containsExactly(CloseReason.PROTOCOL_ERROR);
    }

    @Test
    void namespace_ofSomebodyElse_isRefused() {
        var ops = new SummitWorld(SummitWorld.PLAIN.withNamespaces(List.of("ops")));
        assertThat(ops.connected("alice@acme")
                        .says("0/ops,{\"token\":\"bob@acme\"}")
                        .getFirst())
                .contains("OTHER_USER");
    }

    @Test
    void roomNamedLikeAnotherNamespacesRoom_isAnotherRoom() {
        var ops = new SummitWorld(SummitWorld.PLAIN.withNamespaces(List.of("ops")));
        SummitWorld.Client alice = ops.joined("alice@acme", "/ops,x");
        SummitWorld.Client bob = ops.connected("bob@acme");
        bob.says("0/ops,{\"token\":\"bob@acme\"}");
        bob.says("2/ops,[\"room:join\",{\"room\":\"x\"}]");
        bob.says("2/ops,[\"room:send\",{\"room\":\"x\",\"payload\":1}]");
        assertThat(alice.takeHeard()).isEmpty();
        assertThat(alice.says("2[\"room:send\",{\"room\":\"/ops,x\",\"payload\":1}]")
                        .getFirst())
                .startsWith("2[\"room:message\"")
                .contains("\"room\":\"/ops,x\"");
    }
}
