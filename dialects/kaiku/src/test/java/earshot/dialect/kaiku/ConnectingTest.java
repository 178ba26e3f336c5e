package earshot.dialect.kaiku;

import static earshot.dialect.kaiku.KaikuWorld.ALICE;
import static earshot.dialect.kaiku.KaikuWorld.GENERAL;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.dialect.Admission;
import earshot.dialect.Frame;
import earshot.dialect.HttpResponse;
import earshot.dialect.testkit.Handshakes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** protocols/kaiku.md section 16: query and subprotocol connect; echo rules; bad, expired, refresh token; ready first; 150 friends. */
final class ConnectingTest {
    private final KaikuWorld world = new KaikuWorld();

    private Admission admit(Handshakes handshake) {
        return world.node()
                .dialect
                .admit(handshake.build())
                .toCompletableFuture()
                .join();
    }

    private HttpResponse refusal(Handshakes handshake) {
        return ((Admission.Refused) admit(handshake)).response();
    }

    private static Handshakes at(String target) {
        return Handshakes.to(target);
    }

    @Test
    void token_inQuerySubprotocolOrHeader_isTaken() {
        for (Handshakes each : List.of(
                at("/ws?token=" + ALICE),
                at("/ws").subprotocol("access_token." + ALICE).subprotocol("access_token"),
                at("/ws").subprotocol("access_token." + ALICE),
                at("/ws").header("authorization", "Bearer " + ALICE)))
            assertThat(admit(each)).isInstanceOf(Admission.Accepted.class);
    }

    @Test
    void subprotocol_exactOffer_isEchoedAndNothingElse() {
        assertThat(echoed(at("/ws").subprotocol("access_token." + ALICE).subprotocol("access_token")))
                .isEqualTo("access_token");
        assertThat(echoed(at("/ws").subprotocol("access_token." + ALICE))).isNull();
        assertThat(echoed(at("/ws?token=" + ALICE))).isNull();
        assertThat(echoed(at("/ws?token=" + ALICE).subprotocol("kaiku.msgpack")))
                .isEqualTo("kaiku.msgpack");
    }

    private String echoed(Handshakes handshake) {
        return ((Admission.Accepted) admit(handshake)).subprotocol();
    }

    @Test
    void token_missingOrBad_isRefusedAsConfigured() {
        assertThat(refusal(at("/ws")).status()).isEqualTo(401);
        for (String bad : List.of("garbage", ALICE + ":expired", ALICE + ":refresh", ALICE + ":endless"))
            assertThat(refusal(at("/ws?token=" + bad)).status()).as(bad).isEqualTo(403);
        assertThat(refusal(at("/ws?token=" + UUID.randomUUID())).status()).isEqualTo(403);
    }

    @Test
    void connects_tooMany_are429WithTheMembersOfTheOriginal() {
        for (int i = 0; i < 10; i++) admit(at("/ws?token=" + ALICE));
        HttpResponse refused = refusal(at("/ws?token=" + ALICE));
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers()).containsEntry("retry-after", "60");
        assertThat(new String(refused.body(), StandardCharsets.UTF_8))
                .contains("\"error\":\"rate_limited\"", "\"retry_after\":60", "\"limit\":10", "\"remaining\":0");
        world.clock.advance(Duration.ofSeconds(60));
        assertThat(admit(at("/ws?token=" + ALICE))).isInstanceOf(Admission.Accepted.class);
    }

    @Test
    void ready_isFirst_thenFriends() {
        KaikuWorld.Client client = world.node().dialled("/ws?token=" + ALICE);
        assertThat(client.heard.get(0))
                .startsWith("{\"type\":\"ready\",\"user_id\":\"" + ALICE + "\"")
                .contains("\"resume\":\"");
        assertThat(client.heard.get(1))
                .isEqualTo(
                        "{\"type\":\"presence_update\",\"user_id\":\"" + KaikuWorld.BOB + "\",\"status\":\"offline\"}");
        assertThat(client.heard).hasSize(2);
    }

    @Test
    void friends_150_doNotStallConnect() {
        for (int i = 0; i < 150; i++) world.product.befriend(ALICE, world.user("friend" + i));
        KaikuWorld.Client client = world.node().dialled("/ws?token=" + ALICE);
        assertThat(client.heard).hasSize(152);
        assertThat(client.heard.get(0)).contains("\"ready\"");
        assertThat(client.says("{\"type\":\"ping\"}")).containsExactly("{\"type\":\"pong\"}");
    }

    @Test
    void friendsAndGuilds_beyondTheLimit_areNotFollowed() {
        KaikuConfig.Sizes s = KaikuConfig.DEFAULT.sizes();
        var small = new KaikuWorld(KaikuConfig.DEFAULT.with(
                new KaikuConfig.Sizes(s.messageBytes(), s.subscriptions(), 1, 0, s.slowReader(), s.ping())));
        small.product.befriend(ALICE, small.user("carol"));
        KaikuWorld.Client client = small.node().dialled("/ws?token=" + ALICE);
        assertThat(client.heard).hasSize(2);
        client.heard.clear();
        small.hub().toGuild(KaikuWorld.GUILD, "{\"type\":\"patch\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(client.takeHeard()).isEmpty();
    }

    @Test
    void saysBeforeReady_isAnsweredAfterIt() {
        Admission.Accepted accepted = (Admission.Accepted) admit(at("/ws?token=" + ALICE));
        KaikuWorld.Client client = world.new Client(world.node(), accepted);
        client.hear(Frame.text("{\"type\":\"ping\"}"));
        assertThat(client.heard).isEmpty();
    }

    @Test
    void resume_once_bringsBackSubscriptions() {
        KaikuWorld.Client first = world.node().dialled("/ws?token=" + ALICE);
        String ticket = first.heard.get(0).replaceAll(".*\"resume\":\"([^\"]+)\".*", "$1");
        first.says("subscribe", GENERAL);
        first.drop(CloseReason.DEAD_PEER);

        KaikuWorld.Client second = world.node().dialled("/ws?resume=" + ticket);
        assertThat(second.heard.get(0)).contains("\"ready\"").doesNotContain(ticket);
        assertThat(second.heard).contains("{\"type\":\"subscribed\",\"channel_id\":\"" + GENERAL + "\"}");
        assertThat(refusal(at("/ws?resume=" + ticket)).status()).isEqualTo(403);
    }

    @Test
    void resume_tooLateOrSignedOut_isRefused() {
        KaikuWorld.Client first = world.node().dialled("/ws?token=" + ALICE);
        String ticket = first.heard.get(0).replaceAll(".*\"resume\":\"([^\"]+)\".*", "$1");
        first.drop();
        world.clock.advance(Duration.ofSeconds(61));
        assertThat(refusal(at("/ws?resume=" + ticket)).status()).isEqualTo(403);

        KaikuWorld.Client second = world.node().dialled("/ws?token=" + ALICE);
        String other = second.heard.get(0).replaceAll(".*\"resume\":\"([^\"]+)\".*", "$1");
        world.hub().signedOut(ALICE);
        world.settle();
        assertThat(second.closes).containsExactly(CloseReason.REVOKED);
        assertThat(refusal(at("/ws?resume=" + other)).status()).isEqualTo(403);
    }
}
