package earshot.dialect.threadkit;

import static earshot.dialect.threadkit.TestWorld.PUBLIC_KEY;
import static earshot.dialect.threadkit.TestWorld.SECRET_KEY;
import static earshot.dialect.threadkit.TestWorld.refusal;
import static earshot.dialect.threadkit.TestWorld.request;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.dialect.Admission;
import earshot.dialect.TokenVerifier;
import earshot.dialect.testkit.Handshakes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** WIRE.md, handshake: endpoints, keys, tokens, the three kinds of connection. */
final class HandshakeTest {
    private final TestWorld world = new TestWorld();

    // ---- whose request it is

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ws?project_id=x",
                "/ws?api_key=x",
                "//ws?project_id=x",
                "/ws/?api_key=x",
                "/ws?project_id=",
                "/ws?api_key"
            })
    void requestWithAKey_isOurs(String target) {
        var shared = world.dialect(ThreadkitConfig.DEFAULT.withSoleOwnerOfWs(false));
        assertThat(shared.claims(Handshakes.to(target).build())).isTrue();
    }

    @Test
    void requestWithoutAKey_isOursOnlyWhereNobodyElseIs() {
        assertThat(world.dialect().claims(request("?token=x"))).isTrue();
        assertThat(world.dialect(ThreadkitConfig.DEFAULT.withSoleOwnerOfWs(false))
                        .claims(request("?token=x")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/wsx?project_id=x",
                "/ws/room?project_id=x",
                "/WS?project_id=x",
                "/x/ws?project_id=x",
                "//?project_id=x"
            })
    void otherPath_isNotOurs(String target) {
        assertThat(world.dialect().claims(Handshakes.to(target).build())).isFalse();
    }

    // ---- keys

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?project_id=" + PUBLIC_KEY,
                "?api_key=" + PUBLIC_KEY,
                "?project_id=" + SECRET_KEY,
                "?project_id=" + PUBLIC_KEY + "&api_key=wrong"
            })
    void knownKey_underEitherName_comesIn(String query) {
        var accepted = (Admission.Accepted) world.admit(query);
        assertThat(accepted.tenant()).isEqualTo(TestWorld.SITE);
        assertThat(accepted.user()).isNull();
        assertThat(accepted.subprotocol()).isNull();
    }

    @Test
    void missingKey_is400() {
        assertThat(refusal(world.admit("?token=ann")).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?project_id=tk_pub_unknown", "?project_id=", "?project_id=wrong&api_key=" + PUBLIC_KEY})
    void unknownKey_is401BeforeTheUpgrade(String query) {
        var response = refusal(world.admit(query));
        assertThat(response.status()).isEqualTo(401);
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo("Invalid API key");
    }

    @Test
    void enormousKey_is401AndNotLookedUp() {
        world.sitesAnswer = false;
        assertThat(refusal(world.admit("?project_id=" + "x".repeat(5000))).status())
                .isEqualTo(401);
    }

    @Test
    void sitesThatDoNotAnswer_are503() {
        world.sitesAnswer = false;
        var response = refusal(world.admit("?project_id=" + PUBLIC_KEY));
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.headers()).containsKey("retry-after");
    }

    // ---- tokens

    @Test
    void genuineToken_isAVisibleUser() {
        assertThat(world.accepted("ann").user()).isEqualTo(TestWorld.PROFILE_OF_ANN);
        assertThat(world.accepted("ann").tokenId()).isEqualTo(TestWorld.SESSION);
    }

    @ParameterizedTest
    @EnumSource(TokenVerifier.Reason.class)
    void refusedToken_isAnonymous(TokenVerifier.Reason reason) {
        world.tokens.put("bad", new TokenVerifier.Verdict.Invalid(reason));
        assertAnonymous("bad");
    }

    @Test
    void missingOrEmptyToken_isAnonymous() {
        assertAnonymous("");
        assertThat(((Admission.Accepted) world.admit("?project_id=" + PUBLIC_KEY)).user())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sub", "site_id", "exp", "iat", "session_id"})
    void tokenWithoutAClaim_isAnonymous(String claim) {
        Map<String, Object> claims = TestWorld.claims(TestWorld.ANN);
        claims.remove(claim);
        world.tokens.put("bad", TestWorld.valid(claims));
        assertAnonymous("bad");
        claims.put(claim, "soon");
        world.tokens.put("bad", TestWorld.valid(claims));
        assertAnonymous("bad");
    }

    @Test
    void tokenOfAnotherSite_isAnonymous() {
        Map<String, Object> claims = TestWorld.claims(TestWorld.ANN);
        claims.put("site_id", TestWorld.PAGE);
        world.tokens.put("bad", TestWorld.valid(claims));
        assertAnonymous("bad");
    }

    @Test
    void tokenWithMoreClaims_isFine() {
        Map<String, Object> claims = TestWorld.claims(TestWorld.ANN);
        claims.put("aud", List.of("x"));
        claims.put("site_id", TestWorld.SITE.replace("-", ""));
        world.tokens.put("more", TestWorld.valid(claims));
        assertThat(world.accepted("more").user()).isEqualTo(TestWorld.PROFILE_OF_ANN);
    }

    private void assertAnonymous(String token) {
        var accepted = world.accepted(token);
        assertThat(accepted.user()).isNull();
        assertThat(accepted.tokenId()).isEmpty();
        var client = new TestWorld.Client(accepted);
        client.conversation.opened(client.inbox);
        assertThat(client.inbox.texts()).containsExactly(GoldenFrames.CONNECTED_ANONYMOUS);
    }

    // ---- users

    @Test
    void userWithoutRecord_isNobodyToTheRooms() {
        assertThat(world.accepted("nobody").user()).isNull();
    }

    @Test
    void userWhoseRecordCannotBeRead_comesInAllTheSame() {
        world.usersAnswer = false;
        assertThat(world.accepted("ann").user()).isNull();
    }

    @Test
    void userWithoutRecord_inDevelopment_isCalledAsTheTokenSays() {
        Map<String, Object> claims = TestWorld.claims(TestWorld.NOBODY);
        claims.put("name", "Nora");
        world.tokens.put("nora", TestWorld.valid(claims));
        var user = world.accepted(ThreadkitConfig.DEFAULT.withNameFromToken(true), "nora")
                .user();
        assertThat(user).isNotNull();
        assertThat(user.name()).isEqualTo("Nora");
        assertThat(world.accepted("nora").user()).isNull();
    }

    /** T-20. */
    @Test
    void request_asText_tellsNeitherKeyNorToken() {
        assertThat(request("?project_id=" + PUBLIC_KEY + "&token=secret").toString())
                .contains("/ws")
                .doesNotContain(PUBLIC_KEY)
                .doesNotContain("secret");
    }

    // ---- origins

    @Test
    void origin_withoutAList_isAny() {
        assertThat(admitFrom("https://anything.example")).isInstanceOf(Admission.Accepted.class);
    }

    @Test
    void origin_notOnTheSitesList_is403() {
        world.origins = List.of("https://blog.example");
        assertThat(refusal(admitFrom("https://evil.example")).status()).isEqualTo(403);
        assertThat(refusal(admitFrom("null")).status()).isEqualTo(403);
        assertThat(refusal(admitFrom("http://bl og")).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://blog.example", "HTTPS://Blog.Example", "http://here.example:9001"})
    void origin_onTheListOrOurOwn_comesIn(String origin) {
        world.origins = List.of("https://blog.example");
        assertThat(admitFrom(origin)).isInstanceOf(Admission.Accepted.class);
    }

    @Test
    void noOrigin_comesIn() {
        world.origins = List.of("https://blog.example");
        assertThat(world.admit("?project_id=" + PUBLIC_KEY)).isInstanceOf(Admission.Accepted.class);
    }

    private Admission admitFrom(String origin) {
        return world.admit(Handshakes.to("/ws?project_id=" + PUBLIC_KEY)
                .header("origin", origin)
                .header("host", "here.example:9001")
                .build());
    }
}
