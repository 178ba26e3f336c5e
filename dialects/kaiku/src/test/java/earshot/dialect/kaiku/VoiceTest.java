package earshot.dialect.kaiku;

import static earshot.dialect.kaiku.KaikuWorld.ALICE;
import static earshot.dialect.kaiku.KaikuWorld.BOB;
import static earshot.dialect.kaiku.KaikuWorld.GENERAL;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.core.testkit.MemoryMedia;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Section 16, voice: order, shapes, who hears, mute, ghosts, a second socket, full rooms, rates, an engine that dies. */
final class VoiceTest {
    private static final UUID VOICE = MemoryProduct.Development.VOICE;

    private final KaikuWorld world = new KaikuWorld();
    private final KaikuWorld.Client alice = world.connected(ALICE);
    private final KaikuWorld.Client bob = world.connected(BOB);

    private static String in(String type, String rest) {
        return "{\"type\":\"" + type + "\",\"channel_id\":\"" + VOICE + "\"" + rest + "}";
    }

    private static String person(UUID id, String name, String display, boolean muted) {
        return "{\"user_id\":\"" + id + "\",\"username\":\"" + name + "\",\"display_name\":\"" + display
                + "\",\"muted\":" + muted + ",\"screen_sharing\":false,\"webcam_active\":false}";
    }

    private void bothIn() {
        alice.says("voice_join", VOICE);
        bob.says("voice_join", VOICE);
        alice.heard.clear();
        bob.heard.clear();
    }

    @Test
    void join_offerThenStateThenCandidates_othersHearOfIt() {
        assertThat(alice.says("voice_join", VOICE))
                .containsExactly(
                        in("voice_offer", ",\"sdp\":\"offer 1\""),
                        in(
                                "voice_room_state",
                                ",\"participants\":[" + person(ALICE, "alice", "Alice", false)
                                        + "],\"screen_shares\":[],\"webcams\":[]"),
                        in(
                                "voice_ice_candidate",
                                ",\"candidate\":\"{\\\"candidate\\\":\\\"" + MemoryMedia.CANDIDATE.candidate()
                                        + "\\\",\\\"sdpMid\\\":\\\"0\\\",\\\"sdpMLineIndex\\\":0,\\\"usernameFragment\\\":null}\""));
        alice.heard.clear();
        assertThat(bob.says("voice_join", VOICE).get(1))
                .contains(person(ALICE, "alice", "Alice", false), person(BOB, "bob", "Bob", false));
        assertThat(alice.takeHeard())
                .containsExactly(in(
                        "voice_user_joined",
                        ",\"user_id\":\"" + BOB + "\",\"username\":\"bob\",\"display_name\":\"Bob\""));
    }

    @Test
    void answerAndCandidates_inAllForms_areTakenWithoutAWord() {
        alice.says("voice_join", VOICE);
        assertThat(alice.says("{\"type\":\"voice_answer\",\"channel_id\":\"" + VOICE + "\",\"sdp\":\"v=0\\r\\n\"}"))
                .isEmpty();
        String line = "candidate:1 1 udp 2122260223 10.0.0.5 50000 typ host";
        for (String candidate : List.of(
                "\"{\\\"candidate\\\":\\\"" + line + "\\\",\\\"sdpMid\\\":\\\"0\\\",\\\"sdpMLineIndex\\\":0}\"",
                "\"{\\\"candidate\\\":\\\"\\\",\\\"sdpMid\\\":null,\\\"sdpMLineIndex\\\":0}\"",
                "\"" + line + "\"",
                "{\"candidate\":\"" + line + "\",\"sdpMid\":\"\",\"sdpMLineIndex\":0,\"usernameFragment\":\"x\"}"))
            assertThat(alice.says("{\"type\":\"voice_ice_candidate\",\"channel_id\":\"" + VOICE + "\",\"candidate\":"
                            + candidate + "}"))
                    .as(candidate)
                    .isEmpty();
        assertThat(alice.says("{\"type\":\"voice_ice_candidate\",\"channel_id\":\"" + VOICE
                                + "\",\"candidate\":\"rubbish\"}")
                        .get(0))
                .contains("invalid_request");
    }

    @Test
    void mute_isEnforced_announcedToOthers_andInTheStateOfWhoComesLater() {
        bothIn();
        assertThat(alice.says("voice_mute", VOICE)).isEmpty();
        assertThat(bob.takeHeard()).containsExactly(in("voice_user_muted", ",\"user_id\":\"" + ALICE + "\""));
        assertThat(world.node().media.peer(Places.userId(ALICE)).isMuted()).isTrue();
        alice.says("voice_unmute", VOICE);
        assertThat(bob.takeHeard()).containsExactly(in("voice_user_unmuted", ",\"user_id\":\"" + ALICE + "\""));
    }

    @Test
    void leave_isSilent_othersHearIt_andSoIsALossAfterItsGrace() {
        bothIn();
        assertThat(alice.says("voice_leave", VOICE)).isEmpty();
        String left = in("voice_user_left", ",\"user_id\":\"" + ALICE + "\"");
        assertThat(bob.takeHeard()).containsExactly(left);
        alice.says("voice_join", VOICE);
        bob.heard.clear();
        alice.drop(CloseReason.DEAD_PEER);
        world.advance(Duration.ofSeconds(4));
        assertThat(bob.takeHeard()).doesNotContain(left);
        world.advance(Duration.ofSeconds(10));
        assertThat(bob.takeHeard()).contains(left);
    }

    @Test
    void join_fromASecondSocket_replacesTheFirst() {
        bothIn();
        KaikuWorld.Client second = world.connected(ALICE);
        assertThat(second.says("voice_join", VOICE).get(0)).contains("voice_offer");
        assertThat(world.node().media.peers()).hasSize(2);
        assertThat(second.says("voice_mute", VOICE)).isEmpty();
    }

    @Test
    void refusals_haveTheTextsThatClientsKnow() {
        KaikuWorld.Client eve = world.connected(world.user("eve"));
        String error = "{\"type\":\"voice_error\",\"code\":\"voice_error\",\"message\":\"";
        assertThat(eve.says("voice_join", VOICE))
                .containsExactly(error + "Not authorized to join this voice channel\"}");
        assertThat(alice.says("voice_join", GENERAL))
                .as("a text channel")
                .containsExactly(error + "Not authorized to join this voice channel\"}");
        assertThat(alice.says("voice_mute", VOICE)).containsExactly(error + "Room not found: " + VOICE + "\"}");
        bob.says("voice_join", VOICE);
        assertThat(alice.says("voice_mute", VOICE)).containsExactly(error + "Participant not found: " + ALICE + "\"}");
    }

    @Test
    void fullRoom_andTooManyJoins_areRefused() {
        UUID small = UUID.randomUUID();
        world.product.channel(small, KaikuWorld.GUILD, ChannelAccess.Kind.VOICE, 1);
        alice.says("voice_join", small);
        assertThat(bob.says("voice_join", small).get(0)).contains("Voice channel is full (max: 1)");
        for (int i = 0; i < 4; i++) bob.says("voice_join", VOICE);
        assertThat(bob.says("voice_join", VOICE).get(0)).contains("Rate limited: too many voice join requests");
    }

    @Test
    void access_takenAwayWhileIn_endsItAtOnce() {
        bothIn();
        world.product.expel(KaikuWorld.GUILD, BOB);
        world.hub().accessChanged(List.of(BOB));
        world.settle();
        assertThat(alice.takeHeard()).contains(in("voice_user_left", ",\"user_id\":\"" + BOB + "\""));
        assertThat(bob.takeHeard()).contains(in("voice_user_left", ",\"user_id\":\"" + BOB + "\""));
    }

    @Test
    void engine_killedAndBack_offersAgain() {
        bothIn();
        world.node().media.kill();
        world.settle();
        KaikuWorld.Client third = world.connected(world.user("third"));
        world.product.guild(KaikuWorld.GUILD, List.of(ALICE, BOB, world.user("third")));
        assertThat(third.says("voice_join", VOICE).get(0)).contains("Internal error: voice engine unavailable");
        world.node().media.startAgain();
        world.advance(Duration.ofSeconds(2));
        assertThat(alice.takeHeard()).anyMatch(e -> e.contains("voice_offer"));
        assertThat(bob.takeHeard()).anyMatch(e -> e.contains("voice_offer"));
    }

    @Test
    void directMessages_haveVoice_forTheirParticipants() {
        assertThat(alice.says("voice_join", KaikuWorld.DM).get(0)).contains("voice_offer");
        KaikuWorld.Client eve = world.connected(world.user("eve"));
        assertThat(eve.says("voice_join", KaikuWorld.DM).get(0)).contains("Not authorized");
    }
}
