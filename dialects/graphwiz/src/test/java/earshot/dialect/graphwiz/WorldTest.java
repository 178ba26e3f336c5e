package earshot.dialect.graphwiz;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.dialect.graphwiz.wire.Wire.ChatMessage;
import earshot.dialect.graphwiz.wire.Wire.ChatMessageType;
import earshot.dialect.graphwiz.wire.Wire.KickPlayer;
import earshot.dialect.graphwiz.wire.Wire.LockRoom;
import earshot.dialect.graphwiz.wire.Wire.MutePlayer;
import earshot.dialect.graphwiz.wire.Wire.VoiceData;
import java.time.Duration;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WorldTest {
    private final XrNode node = new XrNode(new Random(1));
    private final Player ada = new Player(node, "ada", Framing.PROTOBUF);
    private final Player bob = new Player(node, "bob", Framing.HUB);
    private final Player eve = new Player(node, "eve", Framing.PROTOBUF);

    private void all() {
        for (Player player : new Player[] {ada, bob, eve}) {
            player.connect();
            node.settle();
        }
    }

    private static int count(Player player, int type) {
        return Collections.frequency(player.types, type);
    }

    // --- who is here

    @Test
    void joinAndLeave_areHeardOnceByOthers() {
        all();
        assertThat(ada.players).containsExactly("bob", "eve");
        assertThat(count(ada, Types.JOIN)).isEqualTo(2);
        assertThat(count(eve, Types.JOIN)).isZero();
        bob.cut();
        node.settle();
        assertThat(ada.players).containsExactly("eve");
        assertThat(count(ada, Types.LEAVE)).isOne();
        eve.cut();
        node.settle();
        assertThat(count(ada, Types.LEAVE)).isEqualTo(2);
    }

    @Test
    void hello_isTheFirstThing() {
        all();
        for (Player player : new Player[] {ada, bob, eve})
            assertThat(player.types.getFirst()).isEqualTo(Types.SERVER_HELLO);
    }

    @Test
    void host_thatLeaves_isFollowedByWhoIsHereForLongest() {
        all();
        ada.cut();
        node.settle();
        assertThat(count(eve, Types.PRESENCE)).as("the new host is told").isOne();
        bob.say(
                Types.LOCK,
                Player.message(Types.LOCK).setLockRoom(LockRoom.newBuilder().setLocked(true)));
        node.settle();
        assertThat(count(eve, Types.LOCKED)).isOne();
    }

    @Test
    void takeover_makesNeitherLeaveNorJoin() {
        all();
        Player again = new Player(node, "bob", Framing.PROTOBUF);
        again.connect();
        node.settle();
        assertThat(bob.closed).isEqualTo(4409);
        assertThat(count(ada, Types.JOIN)).isEqualTo(2);
        assertThat(count(ada, Types.LEAVE)).isZero();
        again.chat("me again");
        node.settle();
        assertThat(ada.chats).containsExactly("bob: me again");
    }

    // --- things

    @Test
    void leave_takesWhatItOwned_andAReturnBringsItBack() {
        all();
        bob.spawn("cube", "red");
        bob.move("cube", 7);
        node.advance(Duration.ofMillis(50));
        bob.cut();
        node.settle();
        assertThat(ada.things).isEmpty();
        assertThat(bob.connect()).isTrue();
        node.settle();
        assertThat(ada.things.get("cube")).hasToString("{color=red}@7.0");
        assertThat(bob.things.get("cube")).hasToString("{color=red}@7.0");
        bob.cut();
        node.advance(Duration.ofSeconds(61));
        bob.connect();
        node.settle();
        assertThat(ada.things).isEmpty();
    }

    @Test
    void things_staySoLongAsTheirRoomIsRemembered() {
        ada.connect();
        node.settle();
        ada.spawn("cube", "red");
        node.settle();
        ada.cut();
        node.advance(Duration.ofSeconds(30));
        eve.connect();
        node.settle();
        assertThat(eve.things).isEmpty();
        ada.connect();
        node.settle();
        assertThat(eve.things).containsKey("cube");
    }

    @Test
    void poses_fasterThanTheTick_areTheNewest() {
        all();
        ada.spawn("cube", "red");
        node.advance(Duration.ofMillis(100));
        for (int i = 1; i <= 50; i++) ada.move("cube", i);
        node.settle();
        node.advance(Duration.ofMillis(50));
        assertThat(bob.things.get("cube").x).isEqualTo(50);
        assertThat(count(bob, Types.POSITION)).isBetween(1, 3);
    }

    // --- order

    private void kick(Player by, String target) {
        by.say(
                Types.KICK,
                Player.message(Types.KICK).setKickPlayer(KickPlayer.newBuilder().setTargetClientId(target)));
        node.settle();
    }

    @Test
    void kick_isForTheHost() {
        all();
        kick(bob, "eve");
        assertThat(eve.closed).isNegative();
        assertThat(count(bob, Types.ERROR)).isOne();
        kick(ada, "bob");
        assertThat(bob.closed).isEqualTo(4003);
        assertThat(count(bob, Types.KICKED)).isOne();
        assertThat(count(eve, Types.KICKED)).isOne();
        assertThat(eve.players).containsExactly("ada");
        assertThat(bob.connect()).as("refused for a while").isFalse();
        node.advance(Duration.ofSeconds(301));
        assertThat(bob.connect()).isTrue();
    }

    @Test
    void kick_ofNobody_isToldSo() {
        all();
        kick(ada, "nobody");
        assertThat(count(ada, Types.ERROR)).isOne();
        assertThat(count(bob, Types.KICKED)).isZero();
    }

    @Test
    void lock_keepsNewcomersOut_andLetsBackWhoWasHere() {
        all();
        ada.say(
                Types.LOCK,
                Player.message(Types.LOCK).setLockRoom(LockRoom.newBuilder().setLocked(true)));
        node.settle();
        assertThat(new Player(node, "new", Framing.HUB).connect()).isFalse();
        bob.cut();
        node.settle();
        assertThat(bob.connect()).isTrue();
        ada.say(Types.LOCK, Player.message(Types.LOCK).setLockRoom(LockRoom.newBuilder()));
        node.settle();
        assertThat(new Player(node, "new", Framing.HUB).connect()).isTrue();
    }

    @Test
    void muted_isNotHeard_andMayWrite() {
        all();
        var voice =
                Player.message(Types.VOICE).setVoiceData(VoiceData.newBuilder().setSequenceNumber(1));
        eve.say(Types.VOICE, voice);
        node.settle();
        assertThat(count(ada, Types.VOICE)).isOne();
        assertThat(count(bob, Types.VOICE))
                .as("hub clients have no words for it")
                .isZero();
        ada.say(
                Types.MUTE,
                Player.message(Types.MUTE)
                        .setMutePlayer(
                                MutePlayer.newBuilder().setTargetClientId("eve").setMuted(true)));
        node.settle();
        eve.say(Types.VOICE, voice);
        eve.chat("can you hear me?");
        node.settle();
        assertThat(count(ada, Types.VOICE)).isOne();
        assertThat(ada.chats).containsExactly("eve: can you hear me?");
    }

    @Test
    void whisper_withAnAddressee_isHeardByThatOneAlone() {
        all();
        ada.say(
                Types.CHAT,
                Player.message(Types.CHAT)
                        .setChatMessage(ChatMessage.newBuilder()
                                .setMessage("psst")
                                .setToClientId("bob")
                                .setType(ChatMessageType.WHISPER)));
        node.settle();
        assertThat(bob.chats).containsExactly("ada: psst");
        assertThat(eve.chats).isEmpty();
        ada.say(
                Types.CHAT,
                Player.message(Types.CHAT)
                        .setChatMessage(ChatMessage.newBuilder()
                                .setMessage("is anybody there?")
                                .setToClientId("nobody")
                                .setType(ChatMessageType.WHISPER)));
        node.settle();
        assertThat(count(ada, Types.ERROR)).isOne();
    }

    @Test
    void chat_isHeardByOthersInOrder_andNotByItsAuthor() {
        all();
        for (int i = 0; i < 5; i++) ada.chat("a" + i);
        node.settle();
        assertThat(bob.chats).containsExactly("ada: a0", "ada: a1", "ada: a2", "ada: a3", "ada: a4");
        assertThat(ada.chats).isEmpty();
    }

    // --- acknowledgements

    @Test
    void reliable_isSaidAgainToWhoAcknowledges_andToNobodyElse() {
        ada.connect();
        eve.connect("&ack=1");
        bob.connect();
        node.settle();
        ada.chat("hello");
        node.settle();
        node.advance(Duration.ofSeconds(6));
        assertThat(eve.chats).hasSize(2);
        assertThat(bob.chats).hasSize(1);
        for (int i = 0; i < 20; i++) node.advance(Duration.ofSeconds(1));
        assertThat(eve.chats).as("and three times, then no more").hasSize(4);
    }
}
