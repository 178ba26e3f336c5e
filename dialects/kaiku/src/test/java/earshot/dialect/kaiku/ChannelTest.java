package earshot.dialect.kaiku;

import static earshot.dialect.kaiku.KaikuWorld.ALICE;
import static earshot.dialect.kaiku.KaikuWorld.BOB;
import static earshot.dialect.kaiku.KaikuWorld.DM;
import static earshot.dialect.kaiku.KaikuWorld.GENERAL;
import static earshot.dialect.kaiku.KaikuWorld.GUILD;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.core.message.Reply;
import earshot.core.room.Meeting;
import earshot.dialect.Frame;
import earshot.dialect.testkit.Handshakes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Section 16: subscribing, messages, access, typing. */
final class ChannelTest {
    private static final UUID MSG = UUID.fromString("0190dddd-0000-7000-8000-000000000004");

    private final KaikuWorld world = new KaikuWorld();

    private Reply post(UUID channel, UUID author, String text) {
        byte[] object = ("{\"id\":\"" + MSG + "\",\"content\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8);
        return world.done(world.hub().posted(channel, world.known(author), MSG, text, null, object));
    }

    // --- subscribing

    @Test
    void subscribe_known_isConfirmed_againToo() {
        KaikuWorld.Client alice = world.connected(ALICE);
        String confirmed = "{\"type\":\"subscribed\",\"channel_id\":\"" + GENERAL + "\"}";
        assertThat(alice.says("subscribe", GENERAL)).containsExactly(confirmed);
        assertThat(alice.says("subscribe", GENERAL)).containsExactly(confirmed);
    }

    @Test
    void subscribe_missingOrHiddenOrMalformed_isAnError() {
        KaikuWorld.Client eve = world.connected(world.user("eve"));
        assertThat(eve.says("subscribe", UUID.randomUUID()).get(0))
                .isEqualTo("{\"type\":\"error\",\"code\":\"channel_not_found\",\"message\":\"Channel not found\"}");
        assertThat(eve.says("subscribe", GENERAL).get(0)).contains("\"code\":\"forbidden\"");
        assertThat(eve.says("subscribe", DM).get(0)).contains("\"code\":\"forbidden\"");
        for (String bad : List.of(
                "{\"type\":\"subscribe\",\"channel_id\":\"nope\"}",
                "{\"type\":\"subscribe\"}",
                "{\"type\":\"nobody\"}",
                "nonsense",
                "[]"))
            assertThat(eve.says(bad)).as(bad).hasSize(1).allMatch(e -> e.contains("\"code\":\"invalid_request\""));
        assertThat(eve.closes).isEmpty();
    }

    @Test
    void unsubscribe_always_isConfirmed_andNothingFollows() {
        KaikuWorld.Client alice = world.subscribed(ALICE, GENERAL);
        String confirmed = "{\"type\":\"unsubscribed\",\"channel_id\":\"" + GENERAL + "\"}";
        assertThat(alice.says("unsubscribe", GENERAL)).containsExactly(confirmed);
        post(GENERAL, BOB, "hi");
        assertThat(alice.takeHeard()).containsExactly(confirmed);
        assertThat(alice.says("unsubscribe", UUID.randomUUID())).hasSize(1);
    }

    // --- messages

    @Test
    void message_postedEditedDeletedPinned_reachesAllSubscribersAndTheAuthor() {
        KaikuWorld.Client alice = world.subscribed(ALICE, GENERAL);
        KaikuWorld.Client bob = world.subscribed(BOB, GENERAL);
        alice.takeHeard();
        assertThat(post(GENERAL, ALICE, "hi")).isInstanceOf(Reply.Accepted.class);
        byte[] object = "{\"content\":\"hi!\"}".getBytes(StandardCharsets.UTF_8);
        world.done(world.hub().edited(GENERAL, world.known(ALICE), MSG, "hi!", object));
        world.done(world.hub().pinned(GENERAL, world.known(BOB), MSG, true));
        world.done(world.hub().pinned(GENERAL, world.known(BOB), MSG, false));
        world.done(world.hub().deleted(GENERAL, world.known(ALICE), MSG));
        for (KaikuWorld.Client each : List.of(alice, bob)) {
            List<String> heard = each.takeHeard();
            String in = ",\"channel_id\":\"" + GENERAL + "\",\"message_id\":\"" + MSG + "\"";
            assertThat(heard).hasSize(5);
            assertThat(heard.get(0))
                    .isEqualTo("{\"type\":\"message_new\",\"channel_id\":\"" + GENERAL + "\",\"message\":{\"id\":\""
                            + MSG + "\",\"content\":\"hi\"}}");
            assertThat(heard.get(1))
                    .startsWith("{\"type\":\"message_edit\"" + in + ",\"content\":\"hi!\",\"edited_at\":\"2026-01-01T")
                    .endsWith("+00:00\"}");
            assertThat(heard.get(2)).startsWith("{\"type\":\"channel_pin_added\"" + in + ",\"pinned_by\":\"" + BOB);
            assertThat(heard.get(3)).isEqualTo("{\"type\":\"channel_pin_removed\"" + in + "}");
            assertThat(heard.get(4)).isEqualTo("{\"type\":\"message_delete\"" + in + "}");
        }
    }

    @Test
    void access_revokedWhileConnected_endsHearingAtOnce() {
        KaikuWorld.Client bob = world.subscribed(BOB, GENERAL);
        world.product.expel(GUILD, BOB);
        world.hub().accessChanged(List.of(BOB));
        world.settle();
        post(GENERAL, ALICE, "secret");
        assertThat(bob.takeHeard()).isEmpty();
        assertThat(bob.says("subscribe", GENERAL).get(0)).contains("forbidden");
    }

    @Test
    void otherEvents_toChannelUserGuildEverybody_areHeardByThoseOnly() {
        KaikuWorld.Client alice = world.subscribed(ALICE, GENERAL);
        KaikuWorld.Client eve = world.connected(world.user("eve"));
        for (String name : List.of("reaction_add", "new_one"))
            world.hub()
                    .toChannel(
                            GENERAL,
                            ("{ \"emoji\":\"x\", \"type\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8));
        world.hub().toUser(ALICE, "{\"type\":\"dm_read\"}".getBytes(StandardCharsets.UTF_8));
        world.hub().toGuild(GUILD, "{\"type\":\"patch\"}".getBytes(StandardCharsets.UTF_8));
        world.hub().toEverybody("{\"type\":\"notice\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(alice.takeHeard())
                .containsExactlyInAnyOrder(
                        "{\"type\":\"reaction_add\",\"emoji\":\"x\"}",
                        "{\"type\":\"new_one\",\"emoji\":\"x\"}",
                        "{\"type\":\"dm_read\"}",
                        "{\"type\":\"patch\"}",
                        "{\"type\":\"notice\"}");
        assertThat(eve.takeHeard()).containsExactly("{\"type\":\"notice\"}");
    }

    @Test
    void blockedPeople_areNotHeard_alsoWhenBlockedLater() {
        KaikuWorld.Client bob = world.subscribed(BOB, GENERAL);
        world.product.block(ALICE, BOB);
        world.hub().circleChanged(List.of(ALICE, BOB));
        world.settle();
        bob.heard.clear();
        KaikuWorld.Client alice = world.subscribed(ALICE, GENERAL);
        post(GENERAL, ALICE, "hi");
        alice.says("typing", GENERAL);
        assertThat(bob.takeHeard()).isEmpty();
    }

    @Test
    void partialSubscription_hearsOnlyWhatItNamed() {
        KaikuWorld.Client alice = world.connected(ALICE);
        assertThat(alice.says("{\"type\":\"subscribe\",\"channel_id\":\"" + GENERAL
                        + "\",\"events\":[\"message_new\",\"nobody\"]}"))
                .containsExactly(
                        "{\"type\":\"subscribed\",\"channel_id\":\"" + GENERAL + "\",\"events\":[\"message_new\"]}");
        alice.heard.clear();
        KaikuWorld.Client bob = world.subscribed(BOB, GENERAL);
        alice.takeHeard();
        bob.says("typing", GENERAL);
        post(GENERAL, BOB, "hi");
        assertThat(alice.takeHeard()).hasSize(1).allMatch(e -> e.contains("message_new"));
    }

    @Test
    void messagePack_saysTheSameInBinary() {
        KaikuWorld.Client alice =
                world.node().dialled(Handshakes.to("/ws?token=" + ALICE).subprotocol("kaiku.msgpack"));
        assertThat(alice.heard.get(0)).startsWith("{\"type\":\"ready\"");
        alice.heard.clear();
        byte[] packed = MessagePack.ofJson(
                ("{\"type\":\"subscribe\",\"channel_id\":\"" + GENERAL + "\"}").getBytes(StandardCharsets.UTF_8));
        assertThat(packed).isNotNull();
        alice.hear(Frame.binary(packed));
        assertThat(alice.takeHeard()).containsExactly("{\"type\":\"subscribed\",\"channel_id\":\"" + GENERAL + "\"}");
        post(GENERAL, BOB, "hi");
        assertThat(alice.takeHeard().get(0)).startsWith("{\"type\":\"message_new\"");
    }

    @Test
    void twoNodes_hearEachOther() {
        KaikuWorld.OneNode other = world.addNode();
        KaikuWorld.Client alice = world.subscribed(ALICE, GENERAL);
        KaikuWorld.Client bob = other.connected(BOB);
        bob.says("subscribe", GENERAL);
        alice.heard.clear();
        bob.heard.clear();
        post(GENERAL, ALICE, "hi");
        bob.says("typing", GENERAL);
        assertThat(alice.takeHeard()).hasSize(2);
        world.product.expel(GUILD, BOB);
        world.hub().accessChanged(List.of(BOB));
        world.settle();
        bob.heard.clear();
        world.hub().toUser(BOB, "{\"type\":\"dm_read\"}".getBytes(StandardCharsets.UTF_8));
        world.hub().toChannel(GENERAL, "{\"type\":\"reaction_add\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(bob.takeHeard()).containsExactly("{\"type\":\"dm_read\"}");
    }

    // --- typing

    @Test
    void typing_isToldToAllAndEndsByItself() {
        KaikuWorld.Client alice = world.subscribed(ALICE, GENERAL);
        KaikuWorld.Client bob = world.subscribed(BOB, GENERAL);
        String who = "\",\"user_id\":\"" + ALICE + "\"}";
        String start = "{\"type\":\"typing_start\",\"channel_id\":\"" + GENERAL + who;
        String stop = "{\"type\":\"typing_stop\",\"channel_id\":\"" + GENERAL + who;
        assertThat(alice.says("typing", GENERAL)).containsExactly(start);
        assertThat(bob.takeHeard()).containsExactly(start);
        assertThat(alice.says("typing", GENERAL)).as("collapsed").isEmpty();
        world.advance(Duration.ofSeconds(3));
        assertThat(alice.says("typing", GENERAL)).containsExactly(start);
        world.advance(Duration.ofMillis(9900));
        assertThat(bob.takeHeard()).containsExactly(start);
        world.advance(Duration.ofMillis(200));
        assertThat(bob.takeHeard()).containsExactly(stop);
        assertThat(alice.says("typing", GENERAL)).as("after a stop").containsExactly(start);
        assertThat(alice.says("stop_typing", GENERAL)).containsExactly(stop);
    }

    @Test
    void typing_endsWithMessageAndWithConnection() {
        KaikuWorld.Client alice = world.subscribed(ALICE, GENERAL);
        KaikuWorld.Client bob = world.subscribed(BOB, GENERAL);
        alice.says("typing", GENERAL);
        post(GENERAL, ALICE, "hi");
        assertThat(bob.takeHeard())
                .extracting(e -> e.substring(9, 21))
                .containsExactly("typing_start", "typing_stop\"", "message_new\"");
        alice.says("typing", GENERAL);
        alice.drop();
        assertThat(bob.takeHeard()).extracting(e -> e.substring(9, 21)).contains("typing_start", "typing_stop\"");
    }

    @Test
    void typing_withoutSubscription_isToldWhereItIsAllowed() {
        KaikuWorld.Client bob = world.subscribed(BOB, GENERAL);
        KaikuWorld.Client alice = world.connected(ALICE);
        KaikuWorld.Client eve = world.connected(world.user("eve"));
        bob.takeHeard();
        assertThat(alice.says("typing", GENERAL)).isEmpty();
        assertThat(bob.takeHeard()).hasSize(1);
        assertThat(eve.says("typing", GENERAL)).isEmpty();
        assertThat(bob.takeHeard()).isEmpty();
        alice.drop();
        assertThat(bob.takeHeard().get(0)).contains("typing_stop");
    }

    // --- limits

    @Test
    void flood_isToldOnceAndThenCut() {
        KaikuWorld.Client alice = world.connected(ALICE);
        String[] pings = new String[400];
        Arrays.fill(pings, "{\"type\":\"ping\"}");
        List<String> heard = alice.says(pings);
        assertThat(heard).filteredOn(e -> e.contains("pong")).hasSize(60);
        assertThat(heard).filteredOn(e -> e.contains("rate_limited")).hasSize(1);
        assertThat(alice.closes).contains(CloseReason.ABUSE);
    }

    @Test
    void typing_tooOften_isDropped() {
        KaikuConfig.Rates r = KaikuConfig.DEFAULT.rates();
        var strict = new KaikuWorld(KaikuConfig.DEFAULT.with(
                new KaikuConfig.Rates(r.connects(), r.window(), r.perSecond(), r.burst(), 2, r.refusals())));
        KaikuWorld.Client alice = strict.subscribed(ALICE, GENERAL);
        for (int i = 0; i < 3; i++) {
            alice.says("typing", GENERAL);
            alice.says("stop_typing", GENERAL);
        }
        assertThat(alice.says("typing", GENERAL)).isEmpty();
        strict.advance(Duration.ofMinutes(1));
        assertThat(alice.says("typing", GENERAL)).hasSize(1);
    }

    @Test
    void subscribe_tooManyChannels_isAnError() {
        KaikuConfig.Sizes s = KaikuConfig.DEFAULT.sizes();
        var small = new KaikuWorld(KaikuConfig.DEFAULT.with(
                new KaikuConfig.Sizes(s.messageBytes(), 1, s.friends(), s.guilds(), s.slowReader(), s.ping())));
        KaikuWorld.Client alice = small.subscribed(ALICE, GENERAL);
        assertThat(alice.says("subscribe", KaikuWorld.RANDOM).get(0)).contains("too_many_subscriptions");
        assertThat(alice.says("subscribe", GENERAL).get(0)).contains("subscribed");
        alice.says("unsubscribe", GENERAL);
        assertThat(alice.says("subscribe", KaikuWorld.RANDOM).get(0)).contains("subscribed");
    }

    @Test
    void extraEvents_ofTheCurrentOriginal_neverClose() {
        KaikuWorld.Client alice = world.connected(ALICE);
        for (String quiet : List.of("VoiceStats", "voice_stats", "voice_webcam_stop", "voice_set_layer_preference"))
            assertThat(alice.says("{\"type\":\"" + quiet + "\",\"latency\":3}"))
                    .as(quiet)
                    .isEmpty();
        assertThat(alice.says("{\"type\":\"admin_subscribe\"}").get(0)).contains("admin_not_elevated");
        assertThat(alice.says("{\"type\":\"voice_webcam_start\"}").get(0)).contains("not_supported");
        assertThat(alice.closes).isEmpty();
    }

    // --- meetings

    @Test
    void meeting_isAChannelThatTheProductDoesNotKnow_andADirectMessageNeverIsOne() {
        var meeting = new Meeting("*", Set.of("kaiku", "waddle"));
        var shared = new KaikuWorld(KaikuConfig.DEFAULT, List.of(meeting));
        UUID nobodys = UUID.randomUUID();
        KaikuWorld.Client alice = shared.connected(ALICE);
        assertThat(alice.says("subscribe", DM).get(0)).contains("subscribed");
        assertThat(alice.says("subscribe", nobodys).get(0)).contains("subscribed");
        assertThat(shared.done(shared.node().node.rooms()).stream()
                        .map(info -> info.room().toString())
                        .toList())
                .contains("kaiku/" + DM, "meeting/" + nobodys)
                .doesNotContain("meeting/" + DM);
    }
}
