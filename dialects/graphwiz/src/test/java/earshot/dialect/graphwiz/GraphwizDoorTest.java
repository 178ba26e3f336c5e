package earshot.dialect.graphwiz;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Audience;
import earshot.core.message.CloseReason;
import earshot.core.message.Event;
import earshot.core.message.Profile;
import earshot.core.telemetry.Metric;
import earshot.core.testkit.RecordingAudience;
import earshot.core.testkit.Told;
import earshot.dialect.Admission;
import earshot.dialect.testkit.Admitted;
import earshot.dialect.testkit.Handshakes;
import earshot.dialect.testkit.RecordingInbox;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GraphwizDoorTest {
    private static final GraphwizConfig.Access STRICT =
            new GraphwizConfig.Access(false, false, false, 10, Duration.ofSeconds(5));

    @Test
    void handshakes_beyondTheLimit_hearTheSeedsWords() {
        Fixture fixture = new Fixture(Fixture.with(new GraphwizConfig.Rates(3, Duration.ofSeconds(60), 0, true, 100)));
        for (int i = 0; i < 3; i++) {
            assertThat(fixture.refusal("/ws/lobby?user_id=u" + i)).isNull();
            fixture.clock.advance(Duration.ofSeconds(10));
        }
        var refused = fixture.refusal("/ws/lobby?user_id=u4");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(Fixture.body(refused))
                .isEqualTo(
                        "{\"error\":\"Rate limit exceeded\",\"message\":\"Rate limit exceeded. Try again in 30 seconds.\"}");
        assertThat(refused.headers()).containsEntry("retry-after", "30");
        fixture.clock.advance(Duration.ofSeconds(30));
        assertThat(fixture.refusal("/ws/lobby?user_id=u4")).isNull();
        assertThat(fixture.meter.valueOf(Metric.LIMITS, "graphwiz.handshakes")).isOne();
    }

    /** Bad tokens are limited as well: the limiter comes first. */
    @Test
    void handshakes_thatAreRefused_countToo() {
        Fixture fixture = new Fixture(Fixture.with(new GraphwizConfig.Rates(2, Duration.ofSeconds(60), 0, true, 100)));
        assertThat(fixture.refusal("/ws/lobby?auth_token=bad").status()).isEqualTo(401);
        assertThat(fixture.refusal("/ws/lobby?auth_token=bad").status()).isEqualTo(401);
        assertThat(fixture.refusal("/ws/lobby?auth_token=bad").status()).isEqualTo(429);
    }

    @Test
    void handshakes_ofEverybody_haveALimitOfTheirOwn() {
        Fixture fixture = new Fixture(Fixture.with(new GraphwizConfig.Rates(0, Duration.ofSeconds(60), 1, true, 100)));
        assertThat(fixture.refusal("/ws/lobby?user_id=a")).isNull();
        assertThat(fixture.refusal("/ws/lobby?user_id=b").status()).isEqualTo(429);
    }

    @Test
    void handshakeLimits_ofManyAddresses_areForgotten() {
        Fixture fixture = new Fixture();
        var limits =
                new HandshakeLimits(new GraphwizConfig.Rates(2, Duration.ofSeconds(60), 0, false, 100), fixture.clock);
        for (int i = 0; i < 100; i++)
            assertThat(limits.enter("198.51.100." + i, false)).isZero();
        assertThat(limits.enter("127.0.0.1", true)).isZero();
        fixture.clock.advance(Duration.ofMinutes(2));
        for (int i = 0; i < 100; i++)
            assertThat(limits.enter("203.0.113.1", false)).isGreaterThanOrEqualTo(0);
        assertThat(limits.addresses()).isLessThan(10);
    }

    @Test
    void quarantine_thatIsFull_refuses() {
        Fixture fixture =
                new Fixture(Fixture.with(new GraphwizConfig.Access(false, false, true, 1, Duration.ofSeconds(5))));
        assertThat(fixture.admit("/ws/lobby?user_id=a")).isInstanceOf(Admission.Unidentified.class);
        var first = Admitted.to(
                fixture.dialect, Handshakes.to("/ws/lobby?user_id=a").build());
        first.conversation().opened(new RecordingInbox(first.session()));
        assertThat(fixture.refusal("/ws/lobby?user_id=b").status()).isEqualTo(503);
        first.conversation().onEnded(CloseReason.CLIENT_LEFT);
        assertThat(fixture.refusal("/ws/lobby?user_id=b")).isNull();
    }

    @Test
    void nobody_isToldWhatToBring() {
        Fixture fixture = new Fixture(Fixture.with(STRICT));
        for (String target : new String[] {"/ws/lobby", "/ws/lobby?auth_token=", "/ws/lobby?user_id=alice"}) {
            var refused = fixture.refusal(target);
            assertThat(refused.status()).as(target).isEqualTo(401);
            assertThat(Fixture.body(refused))
                    .isEqualTo(
                            "{\"error\":\"auth_error\",\"message\":\"Authentication required: provide auth_token or user_id\"}");
        }
    }

    @Test
    void token_byWhateverWayItComes_isTaken() {
        Fixture fixture = new Fixture(Fixture.with(STRICT));
        assertThat(fixture.refusal("/ws/lobby?auth_token=t")).isNull();
        assertThat(fixture.refusal("/ws/lobby?token=t")).isNull();
        assertThat(fixture.admit(Handshakes.to("/ws/lobby")
                        .header("authorization", "Bearer t")
                        .build()))
                .isNotInstanceOf(Admission.Refused.class);
    }

    @Test
    void token_ofSomebodyElse_isRefused() {
        Fixture fixture = new Fixture();
        assertThat(Fixture.body(fixture.refusal("/ws/lobby?auth_token=t&user_id=mallory")))
                .contains("user_id does not match token");
        assertThat(fixture.refusal("/ws/lobby?auth_token=t&user_id=u2")).isNull();
        assertThat(Fixture.body(fixture.refusal("/ws/lobby?auth_token=bad&user_id=alice")))
                .contains("Invalid token: ");
    }

    @Test
    void userAlone_inDevelopment_isLetInAndSaid() {
        Fixture fixture = new Fixture();
        assertThat(fixture.refusal("/ws/lobby?user_id=alice")).isNull();
        assertThat(fixture.named.get()).isOne();
    }

    @Test
    void rooms_byTheirPaths_areFoundOrRefused() {
        assertThat(RoomPath.room("/ws/lobby")).contains("lobby");
        assertThat(RoomPath.room("/ws/stats")).contains("stats");
        assertThat(RoomPath.room("/ws/ws/lobby")).contains("lobby");
        assertThat(RoomPath.room("/api/v1/presence/ws/a%20b")).contains("a b");
        assertThat(RoomPath.room("/ws/a/b")).contains("a/b");
        assertThat(RoomPath.room("/ws/")).isEmpty();
        assertThat(RoomPath.room("/ws/%0a")).isEmpty();
        assertThat(RoomPath.room("/ws/%ff")).isEmpty();
        Fixture fixture = new Fixture();
        assertThat(fixture.refusal("/ws/" + "x".repeat(129) + "?user_id=a").status())
                .isEqualTo(400);
        assertThat(fixture.dialect.claims(Handshakes.to("/ws?token=t").build())).isFalse();
    }

    @Test
    void origin_ofAnotherSite_isRefused() {
        GraphwizConfig d = GraphwizConfig.DEFAULT;
        Fixture fixture = new Fixture(new GraphwizConfig(
                d.access(),
                false,
                Set.of("https://xr.example.org"),
                d.rates(),
                d.sizes(),
                d.rooms(),
                d.delivery(),
                d.pingInterval(),
                true,
                true,
                1000));
        var from = Handshakes.to("/ws/lobby?user_id=a").header("host", "me.example.org");
        assertThat(fixture.admit(from.build())).isNotInstanceOf(Admission.Refused.class);
        assertThat(fixture.admit(Handshakes.to("/ws/lobby?user_id=a")
                        .header("origin", "https://xr.example.org")
                        .build()))
                .isNotInstanceOf(Admission.Refused.class);
        assertThat(fixture.admit(
                        from.header("origin", "https://evil.example.org").build()))
                .isInstanceOfSatisfying(
                        Admission.Refused.class,
                        refused -> assertThat(refused.response().status()).isEqualTo(403));
    }

    @Test
    void room_thatIsFull_refuses() {
        GraphwizConfig.Rooms rooms = new GraphwizConfig.Rooms(
                1,
                100,
                Duration.ZERO,
                GraphwizConfig.Despawn.WITH_OWNER,
                Duration.ofSeconds(60),
                Duration.ofSeconds(300));
        Fixture fixture = new Fixture(Fixture.with(rooms));
        fixture.loops.on(fixture.loops.loop(0), () -> join(fixture, "alice", "c-1"));
        assertThat(fixture.refusal("/ws/lobby?user_id=bob&client_id=c-2").status())
                .isEqualTo(503);
        assertThat(fixture.refusal("/ws/lobby?user_id=alice&client_id=c-1")).isNull();
        assertThat(fixture.refusal("/ws/other?user_id=bob&client_id=c-2")).isNull();
    }

    @Test
    void clientId_ofAnotherUser_isRefused() {
        Fixture fixture = new Fixture();
        fixture.loops.on(fixture.loops.loop(0), () -> join(fixture, "alice", "c-1"));
        assertThat(Fixture.body(fixture.refusal("/ws/lobby?user_id=mallory&client_id=c-1")))
                .contains("client_id is in use by another user");
        assertThat(fixture.refusal("/ws/lobby?user_id=alice&client_id=c-1")).isNull();
    }

    private static void join(Fixture fixture, String user, String client) {
        Profile profile = new Identity(user, client, "x").profile("");
        World world = fixture.world(RecordingAudience.factory(new Told()).open(Fixture.LOBBY));
        world.tell(new Event.UserJoined(Fixture.LOBBY, profile, 1), new Audience.AllButUser(profile.user()));
    }
}
