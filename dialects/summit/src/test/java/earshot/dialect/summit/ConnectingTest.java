package earshot.dialect.summit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.dialect.EngineIo;
import earshot.dialect.testkit.Handshakes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Into a namespace: tokens, tenants, refusals. */
final class ConnectingTest {
    private final SummitWorld world = new SummitWorld(SummitWorld.PLAIN);

    @Test
    void connect_withToken_isWelcomedAndEstablished() {
        assertThat(world.dialled().says("0{\"token\":\"alice@acme\",\"tenantId\":\"other\"}"))
                .containsExactly(
                        "0{\"sid\":\"secret00000000000001\"}",
                        "2[\"connection:established\",{\"connectionId\":\"acme:alice:secret00000000000001\",\"tenantId\":\"acme\"}]");
    }

    @Test
    void connect_withoutTenant_isOfTheDefaultOne() {
        assertThat(world.dialled().says("0{\"token\":\"alice@\"}").get(1)).contains("\"tenantId\":\"default\"");
    }

    @Test
    void connect_withHeaderOnly_isWelcomed() {
        Handshakes handshake = Handshakes.to("/socket.io/?EIO=4").header("authorization", "Bearer alice@acme");
        assertThat(world.dialled(handshake).says("0").getFirst()).startsWith("0{\"sid\"");
    }

    @Test
    void connect_withBadTokens_isRefusedInTheOriginalsWords() {
        assertThat(world.dialled().says("0"))
                .containsExactly(
                        "4{\"message\":\"Authentication token required\",\"data\":{\"code\":\"TOKEN_REQUIRED\"}}");
        assertThat(world.dialled().says("0{\"token\":\"\"}").getFirst()).contains("Authentication token required");
        assertThat(world.dialled().says("0{\"token\":\"nonsense\"}"))
                .containsExactly("4{\"message\":\"Invalid token\",\"data\":{\"code\":\"INVALID_TOKEN\"}}");
        assertThat(world.dialled().says("0{\"token\":\"expired\"}"))
                .containsExactly("4{\"message\":\"Token expired\",\"data\":{\"code\":\"TOKEN_EXPIRED\"}}");
        assertThat(world.dialled().says("0{\"token\":\"alice@a:b\"}").getFirst())
                .contains("Authentication failed");
    }

    @Test
    void connect_withAnotherTenant_isRefusedOnlyWhereThatIsAskedFor() {
        var strict = new SummitWorld(SummitWorld.PLAIN.with(new SummitConfig.Access(true, true, null, null, null)));
        assertThat(strict.dialled()
                        .says("0{\"token\":\"a@acme\",\"tenantId\":\"globex\"}")
                        .getFirst())
                .contains("TENANT_MISMATCH");
        assertThat(strict.dialled()
                        .says("0{\"token\":\"a@acme\",\"tenantId\":\"default\"}")
                        .getFirst())
                .startsWith("0{");
        assertThat(strict.dialled()
                        .says("0{\"token\":\"a@acme\",\"tenantId\":\"acme\"}")
                        .getFirst())
                .startsWith("0{");
    }

    @Test
    void connect_toUnknownNamespace_isRefusedAsByTheReference() {
        assertThat(world.dialled().says("0/random,{\"token\":\"a@acme\"}"))
                .containsExactly("4/random,{\"message\":\"Invalid namespace\"}");
    }

    @Test
    void connect_twice_closes() {
        SummitWorld.Client alice = world.connected("alice@acme");
        alice.says("0{\"token\":\"alice@acme\"}");
        assertThat(alice.closes).containsExactly(CloseReason.PROTOCOL_ERROR);
    }

    @Test
    void connect_whileDraining_endsTheTransportSoThatTheClientTriesAgain() {
        world.draining = true;
        SummitWorld.Client alice = world.dialled();
        assertThat(alice.says("0{\"token\":\"alice@acme\"}")).isEmpty();
        assertThat(alice.closes).containsExactly(CloseReason.DRAINING);
    }

    @Test
    void anything_beforeConnect_closes() {
        for (String packet : List.of("2[\"x\"]", "1", "30[]", "2/ops,[\"x\"]")) {
            SummitWorld.Client client = world.dialled();
            client.says(packet);
            assertThat(client.closes).as(packet).containsExactly(CloseReason.PROTOCOL_ERROR);
        }
    }

    @Test
    void engine_isThatOfTheSeed() {
        EngineIo engine = world.dialect.engineIo();
        assertThat(engine.path()).isEqualTo("/socket.io/");
        assertThat(engine.times().pingInterval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(engine.times().pingTimeout()).isEqualTo(Duration.ofSeconds(60));
    }
}
