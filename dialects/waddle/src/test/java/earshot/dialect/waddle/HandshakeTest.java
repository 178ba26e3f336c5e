package earshot.dialect.waddle;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Problem;
import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.dialect.Admission;
import earshot.dialect.HttpResponse;
import earshot.dialect.testkit.Handshakes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 1 of the protocol file: path, token, room, in that order. */
final class HandshakeTest {
    private final Fixture fixture = new Fixture();

    private Admission.Accepted accepted(Handshakes handshake) {
        return (Admission.Accepted) fixture.admit(handshake);
    }

    private void refused(Handshakes handshake, int status, String body) {
        HttpResponse response = ((Admission.Refused) fixture.admit(handshake)).response();
        assertThat(response.status()).isEqualTo(status);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(body);
    }

    private static Handshakes to(String channel) {
        return Handshakes.to("/channel/" + channel + "/websocket");
    }

    // ---- path

    @Test
    void path_ofAChannel_namesItsRoom() {
        assertThat(accepted(Fixture.ann()).reserve()).isEqualTo(Fixture.ROOM);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%20b", "%C3%A9t%C3%A9", "a+b", "%2B", "..", "x:y@z"})
    void path_percentEncoded_isDecodedOnce(String raw) {
        Admission.Accepted a = accepted(to(raw).header("authorization", "Bearer " + Fixture.ANN));
        String expected = raw.replace("%20", " ").replace("%C3%A9", "\u00e9").replace("%2B", "+");
        assertThat(a.reserve().name()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/channel//websocket",
                "/channel/websocket",
                "/channel/a/b/websocket",
                "/channel/a%2Fb/websocket",
                "/channel/a/",
                "/channel/a/websocket/",
                "/channel/a/websockets",
                "/channel/%/websocket",
                "/channel/%4/websocket",
                "/channel/%zz/websocket",
                "/channel/%ff/websocket",
                "/channel/%00/websocket",
                "/websocket"
            })
    void path_ofNoChannel_isNotFoundWhateverTheToken(String path) {
        refused(Handshakes.to(path).header("authorization", "Bearer " + Fixture.ANN), 404, "Not found");
        refused(Handshakes.to(path), 404, "Not found");
    }

    @Test
    void path_idOf128Characters_isTheLongest() {
        assertThat(accepted(to("x".repeat(128)).header("authorization", Fixture.ANN))
                        .reserve()
                        .name())
                .hasSize(128);
        refused(to("x".repeat(129)).header("authorization", Fixture.ANN), 404, "Not found");
    }

    @Test
    void claims_takesOnlyItsOwnPaths() {
        assertThat(fixture.dialect.claims(Fixture.annsHandshake())).isTrue();
        assertThat(fixture.dialect.claims(Handshakes.to("/channel/x/other").build()))
                .isTrue();
        assertThat(fixture.dialect.claims(Handshakes.to("/ws?token=x").build())).isFalse();
        assertThat(fixture.dialect.claims(Handshakes.to("/channels").build())).isFalse();
    }

    // ---- token

    @Test
    void token_inTheHeader_withOrWithoutBearer() {
        assertThat(accepted(to("c").header("Authorization", "Bearer " + Fixture.ANN))
                        .user()
                        .name())
                .isEqualTo("ann");
        assertThat(accepted(to("c").header("Authorization", Fixture.ANN)).user().name())
                .isEqualTo("ann");
        assertThat(accepted(to("c").header("Authorization", Fixture.ANN)).subprotocol())
                .isNull();
    }

    @Test
    void token_inTheQuery_isTaken() {
        assertThat(accepted(Handshakes.to("/channel/c/websocket?token=" + Fixture.ANN))
                        .user()
                        .name())
                .isEqualTo("ann");
    }

    @Test
    void token_asOnlySubprotocol_isTakenAndEchoed() {
        Admission.Accepted a = accepted(to("c").subprotocol(Fixture.ANN));
        assertThat(a.user().name()).isEqualTo("ann");
        assertThat(a.subprotocol()).isEqualTo(Fixture.ANN);
        refused(to("c").subprotocol("chat").subprotocol(Fixture.ANN), 401, "Unauthorized");
    }

    @Test
    void token_headerWins_alsoWhenItIsWrong() {
        fixture.token("bobs", Map.of("sub", "u1", "username", "bob"));
        Handshakes both =
                Handshakes.to("/channel/c/websocket?token=bobs").header("Authorization", "Bearer " + Fixture.ANN);
        assertThat(accepted(both).user().name()).isEqualTo("ann");
        refused(
                Handshakes.to("/channel/c/websocket?token=bobs").header("Authorization", "Bearer wrong"),
                401,
                "Unauthorized");
        refused(Handshakes.to("/channel/c/websocket?token=bobs").header("Authorization", ""), 401, "Unauthorized");
        assertThat(accepted(Handshakes.to("/channel/c/websocket?token=bobs").subprotocol(Fixture.ANN))
                        .user()
                        .name())
                .isEqualTo("bob");
    }

    @Test
    void token_missingOrWrong_isUnauthorized() {
        refused(to("c"), 401, "Unauthorized");
        refused(to("c").header("authorization", "Bearer nonsense"), 401, "Unauthorized");
        refused(to("c").header("authorization", "Bearer "), 401, "Unauthorized");
    }

    @ParameterizedTest
    @ValueSource(strings = {"type", "typ", "token_type"})
    void token_ofTheRefreshKind_isUnauthorized(String claim) {
        fixture.token("refresh", Map.of("sub", "u1", claim, "refresh"));
        refused(to("c").header("authorization", "Bearer refresh"), 401, "Unauthorized");
    }

    @Test
    void token_withoutSubject_isUnauthorized() {
        fixture.token("nobody", Map.of("username", "x"))
                .token("empty", Map.of("sub", ""))
                .token("odd", Map.of("sub", 7));
        for (String t : List.of("nobody", "empty", "odd"))
            refused(to("c").header("authorization", t), 401, "Unauthorized");
    }

    @Test
    void token_withoutPermissions_hasNone() {
        fixture.token("plain", Map.of("sub", "u1")).token("odd", Map.of("sub", "u1", "permissions", "write"));
        assertThat(accepted(to("c").header("authorization", "plain")).permissions())
                .isEmpty();
        assertThat(accepted(to("c").header("authorization", "odd")).permissions())
                .isEmpty();
    }

    // ---- user

    @Test
    void user_nameIsTheClaim_thenTheRecord_thenTheId() {
        fixture.token("claim", Map.of("sub", "u7", "username", "bob", "name", "Bobby"))
                .token("none", Map.of("sub", "u7", "name", "Bobby"));
        assertThat(accepted(to("c").header("authorization", "none")).user()).isEqualTo(Fixture.profile("u7", "u7"));
        fixture.users.put("u7", new Profile(new UserId("waddle", "u7"), "Robert", "https://example.org/b.png", "{}"));
        assertThat(accepted(to("c").header("authorization", "none")).user().name())
                .isEqualTo("Robert");
        Profile named = accepted(to("c").header("authorization", "claim")).user();
        assertThat(named.name()).isEqualTo("bob");
        assertThat(named.avatarUrl()).isEqualTo("https://example.org/b.png");
    }

    @Test
    void user_inDevelopment_mayBeNamedByTheClaimName() {
        Fixture development = new Fixture(WaddleConfig.DEFAULT, true).token("t", Map.of("sub", "u7", "name", "Bobby"));
        var a = (Admission.Accepted) development.admit(to("c").header("authorization", "t"));
        assertThat(a.user().name()).isEqualTo("Bobby");
    }

    @Test
    void user_anonymous_isAnOrdinaryUser() {
        fixture.token(
                "anon", Map.of("sub", "anon_1", "isAnonymous", true, "permissions", List.of("read", "write", "voice")));
        Admission.Accepted a = accepted(to("c").header("authorization", "anon"));
        assertThat(a.user().user().id()).isEqualTo("anon_1");
        assertThat(a.permissions()).containsExactlyInAnyOrder("read", "write", "voice");
    }

    @Test
    void user_whenTheBookDoesNotAnswer_comesInAllTheSame() {
        fixture.token("t", Map.of("sub", "broken"));
        assertThat(accepted(to("c").header("authorization", "t")).user().name()).isEqualTo("broken");
    }

    // ---- room

    @Test
    void refusal_ofAFullChannel_isTheSeeds() {
        HttpResponse full = fixture.dialect.refusal(Problem.ROOM_FULL);
        assertThat(full.status()).isEqualTo(503);
        assertThat(new String(full.body(), StandardCharsets.UTF_8)).isEqualTo("Channel full");
    }
}
