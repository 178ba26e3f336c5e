package earshot.dialect.summit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.CloseReason;
import earshot.core.message.Position;
import earshot.core.message.RoomId;
import earshot.core.testkit.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A lost connection goes on where it was, or begins anew: it is never told to be recovered when something is missing, or comes twice. */
final class RecoveryTest {
    private final SummitWorld world = new SummitWorld();

    /** What a stock client remembers: the secret of the CONNECT answer, and the last text behind an event. */
    private static final class Stock {
        final SummitWorld world;
        final String token;
        final List<String> payloads = new ArrayList<>();
        SummitWorld.Client client;
        String sid = "";
        String pid = "";

        @Nullable
        String offset;

        boolean recovered;

        Stock(SummitWorld world, String token) {
            this.world = world;
            this.token = token;
            client = world.dialled();
            says("0{\"token\":\"" + token + "\"}");
        }

        void says(String packet) {
            client.says(packet);
            listen();
        }

        void join(String room) {
            says("20[\"room:join\",{\"room\":\"" + room + "\"}]");
        }

        void listen() {
            hear(client.takeHeard());
        }

        private void hear(List<String> packets) {
            for (String packet : packets) {
                if (packet.startsWith("0{")) {
                    String newPid = packet.replaceAll(".*pid\":\"|\".*", "");
                    sid = packet.replaceAll("0\\{\"sid\":\"|\".*", "");
                    recovered = newPid.equals(pid);
                    pid = newPid;
                }
                if (packet.contains("room:message")) payloads.add(packet.replaceAll(".*payload\":|,\"timestamp.*", ""));
                if (packet.matches("(?s)2\\[.*,\"[-.~0-9a-z]+\"]")) offset = packet.replaceAll("(?s).*,\"|\"]$", "");
            }
        }

        void comeBack() {
            client = world.dialled();
            says("0{\"token\":\"" + token + "\",\"pid\":\"" + pid + "\",\"offset\":\"" + offset + "\"}");
        }

        void dropAndComeBack() {
            client.drop(CloseReason.DEAD_PEER);
            comeBack();
        }

        String rooms() {
            return client.says("29[\"query:rooms\"]").getLast();
        }
    }

    private static void send(Stock from, String room, String payload) {
        from.says("2[\"room:send\",{\"room\":\"" + room + "\",\"payload\":" + payload + "}]");
    }

    @Test
    void missed_comesBeforeTheConnection_onceAndInOrder() {
        Stock ada = new Stock(world, "ada@acme");
        Stock bob = new Stock(world, "bob@acme");
        ada.join("x");
        bob.join("x");
        send(bob, "x", "1");
        ada.listen();
        String sid = ada.sid;
        ada.client.drop(CloseReason.DEAD_PEER);
        for (int i = 2; i < 6; i++) send(bob, "x", Integer.toString(i));

        ada.client = world.dialled();
        List<String> heard = ada.client.says(
                "0{\"token\":\"ada@acme\",\"pid\":\"" + ada.pid + "\",\"offset\":\"" + ada.offset + "\"}");

        assertThat(heard).hasSize(7);
        assertThat(heard.subList(0, 4)).allMatch(m -> m.startsWith("2[\"room:message\",") && !m.contains("replayed"));
        assertThat(heard.get(4)).startsWith("2[\"presence:update\",");
        assertThat(heard.get(5)).isEqualTo("0{\"sid\":\"" + sid + "\",\"pid\":\"" + ada.pid + "\"}");
        assertThat(heard.get(6)).startsWith("2[\"connection:established\",{\"connectionId\":\"acme:ada:" + sid);
        ada.listen();
        send(bob, "x", "6");
        ada.listen();
        assertThat(ada.payloads).containsExactly("1", "2", "3", "4", "5", "6");
        assertThat(ada.recovered).isTrue();
        assertThat(ada.rooms()).isEqualTo("39[{\"rooms\":[\"x\"]}]");
    }

    @Test
    void again_andAgain_isTheSame() {
        Stock ada = new Stock(world, "ada@acme");
        Stock bob = new Stock(world, "bob@acme");
        ada.join("x");
        bob.join("x");
        for (int round = 0; round < 4; round++) {
            ada.client.drop(CloseReason.DEAD_PEER);
            send(bob, "x", Integer.toString(round));
            ada.comeBack();
            assertThat(ada.recovered).isTrue();
        }
        assertThat(ada.payloads).containsExactly("0", "1", "2", "3");
    }

    @Test
    void withoutARoom_theNameIsTheSame() {
        Stock ada = new Stock(world, "ada@acme");
        String sid = ada.sid;
        ada.dropAndComeBack();
        assertThat(ada.recovered).isTrue();
        assertThat(ada.sid).isEqualTo(sid);
    }

    @Test
    void status_isStillShown() {
        Stock ada = new Stock(world, "ada@acme");
        ada.join("x");
        ada.says("2[\"presence:status\",{\"status\":\"busy\",\"metadata\":{\"a\":1}}]");
        ada.client.drop(CloseReason.DEAD_PEER);
        world.advance(Duration.ofSeconds(10));
        ada.comeBack();
        assertThat(ada.client.says("21[\"query:presence\",{\"room\":\"x\"}]").getLast())
                .contains("\"busy\"", "\"metadata\":{\"a\":1}");
    }

    @Test
    void somebodyElse_doesNotGetIt_andThenNobodyDoes() {
        Stock ada = new Stock(world, "ada@acme");
        ada.join("x");
        ada.client.drop(CloseReason.DEAD_PEER);
        for (String other : List.of("eve@acme", "ada@globex")) {
            Stock eve = new Stock(world, other);
            eve.pid = ada.pid;
            eve.offset = ada.offset;
            eve.dropAndComeBack();
            assertThat(eve.recovered).isFalse();
            assertThat(eve.rooms()).isEqualTo("39[{\"rooms\":[]}]");
        }
        ada.comeBack();
        assertThat(ada.recovered).isFalse();
    }

    @Test
    void afterAGoodbye_itIsOver() {
        Stock ada = new Stock(world, "ada@acme");
        ada.join("x");
        ada.says("1");
        ada.dropAndComeBack();
        assertThat(ada.recovered).isFalse();
    }

    @Test
    void tooLate_itIsOver() {
        Stock ada = new Stock(world, "ada@acme");
        ada.join("x");
        ada.client.drop(CloseReason.DEAD_PEER);
        world.advance(Duration.ofSeconds(121));
        ada.comeBack();
        assertThat(ada.recovered).isFalse();
    }

    @Test
    void longConnection_isRenewed() {
        Stock ada = new Stock(world, "ada@acme");
        ada.join("x");
        for (int minute = 0; minute < 20; minute++) world.advance(Duration.ofMinutes(1));
        ada.dropAndComeBack();
        assertThat(ada.recovered).isTrue();
    }

    @Test
    void twoRooms_quietAroundTheCut_areRecovered() {
        Stock ada = new Stock(world, "ada@acme");
        Stock bob = new Stock(world, "bob@acme");
        for (String room : List.of("x", "y")) {
            ada.join(room);
            bob.join(room);
        }
        send(bob, "x", "1");
        send(bob, "y", "2");
        ada.listen();
        world.advance(Duration.ofSeconds(40));
        send(bob, "x", "3");
        ada.listen();
        ada.client.drop(CloseReason.DEAD_PEER);
        world.advance(Duration.ofSeconds(10));
        send(bob, "y", "4");
        ada.comeBack();
        assertThat(ada.recovered).isTrue();
        assertThat(ada.payloads).containsExactly("1", "2", "3", "4");
    }

    @Test
    void severalRooms_busyAroundTheCut_areRecovered() {
        Stock ada = new Stock(world, "ada@acme");
        Stock bob = new Stock(world, "bob@acme");
        List<String> rooms = List.of("x", "y", "z");
        for (String room : rooms) {
            ada.join(room);
            bob.join(room);
        }
        Random random = new Random(Seeds.first());
        List<String> said = new ArrayList<>();
        for (int cut = 0; cut < 40; cut++) {
            for (int i = random.nextInt(4); i >= 0; i--) say(bob, rooms.get(random.nextInt(3)), said);
            ada.listen();
            if (cut % 7 == 3) {
                String again = rooms.get(random.nextInt(3));
                ada.says("2[\"room:leave\",{\"room\":\"" + again + "\"}]");
                ada.join(again);
            }
            ada.client.drop(CloseReason.DEAD_PEER);
            for (int i = random.nextInt(4); i > 0; i--) say(bob, rooms.get(random.nextInt(3)), said);
            ada.comeBack();
            assertThat(ada.recovered).as("cut " + cut).isTrue();
        }
        assertThat(ada.payloads).containsExactlyInAnyOrderElementsOf(said);
        for (String room : rooms)
            assertThat(ada.payloads.stream().filter(p -> p.startsWith('"' + room)))
                    .containsExactlyElementsOf(
                            said.stream().filter(p -> p.startsWith('"' + room)).toList());
    }

    private static void say(Stock who, String room, List<String> said) {
        String payload = '"' + room + said.size() + '"';
        said.add(payload);
        send(who, room, payload);
    }

    /** What the server sent last was lost on its way: the client names the same place as the time before. */
    @Test
    void severalRooms_whatWasSentButNotHeard_comesAgain() {
        Stock ada = new Stock(world, "ada@acme");
        Stock bob = new Stock(world, "bob@acme");
        for (String room : List.of("x", "y")) {
            ada.join(room);
            bob.join(room);
        }
        send(bob, "x", "1");
        send(bob, "y", "2");
        ada.listen();
        ada.client.drop(CloseReason.DEAD_PEER);
        send(bob, "y", "3");
        send(bob, "x", "4");
        String offset = ada.offset;
        int heard = ada.payloads.size();
        ada.comeBack();
        assertThat(ada.payloads).containsExactlyInAnyOrder("1", "2", "3", "4");
        // It did not arrive.
        ada.offset = offset;
        ada.payloads.subList(heard, ada.payloads.size()).clear();
        send(bob, "y", "5");
        ada.dropAndComeBack();
        assertThat(ada.recovered).isTrue();
        assertThat(ada.payloads)
                .containsExactlyInAnyOrder("1", "2", "3", "4", "5")
                .containsSubsequence("2", "3", "5");
    }

    /** Nothing can be added to what is packed, and no more than sixteen rooms are told of. */
    @Test
    void roomOfWhichNothingIsTold_busyAroundTheCut_beginsAnew() {
        Stock ada = new Stock(world, "ada@acme");
        Stock bob = new Stock(world, "bob@acme");
        for (String room : List.of("x", "y")) {
            ada.join(room);
            bob.join(room);
        }
        send(bob, "y", "0");
        send(bob, "x", "1");
        ada.listen();
        ada.client.drop(CloseReason.DEAD_PEER);
        send(bob, "y", "2");
        ada.offset = String.valueOf(ada.offset).replaceAll("\\..*", OtherRooms.MORE);
        ada.comeBack();
        assertThat(ada.recovered).isFalse();
        assertThat(ada.rooms()).isEqualTo("39[{\"rooms\":[]}]");
    }

    @Test
    void logThatWentBack_beginsAnew() {
        Stock ada = new Stock(world, "ada@acme");
        Stock bob = new Stock(world, "bob@acme");
        ada.join("x");
        bob.join("x");
        send(bob, "x", "1");
        ada.listen();
        ada.client.drop(CloseReason.DEAD_PEER);
        world.history.rollBack(new RoomId(SummitDialect.NAME, "acme", "x"), 1);
        ada.comeBack();
        assertThat(ada.recovered).isFalse();
    }

    @Test
    void roomThatIsNoLongerOpenToIt_isSaidToBeLeft() {
        List<String> allowed = new ArrayList<>(List.of("x", "y"));
        RoomAuthorizer product = (session, room) -> CompletableFuture.completedStage(
                allowed.contains(room.name())
                        ? Set.of(RoomAuthorizer.Action.JOIN, RoomAuthorizer.Action.SEND)
                        : Set.of());
        var guarded = new SummitWorld(SummitConfig.DEFAULT, List.of(), product);
        Stock ada = new Stock(guarded, "ada@acme");
        ada.join("x");
        ada.join("y");
        allowed.remove("x");
        ada.client.drop(CloseReason.DEAD_PEER);
        ada.client = guarded.dialled();
        List<String> heard = ada.client.says(
                "0{\"token\":\"ada@acme\",\"pid\":\"" + ada.pid + "\",\"offset\":\"" + ada.offset + "\"}");
        assertThat(heard.getLast()).isEqualTo("2[\"room:left\",{\"room\":\"x\"}]");
        assertThat(ada.rooms()).isEqualTo("39[{\"rooms\":[\"y\"]}]");
    }

    @Test
    void nonsense_beginsAnew() {
        Stock ada = new Stock(world, "ada@acme");
        ada.join("x");
        for (String offset : List.of("", "x", "1-1-1", "1-1-1-1-1", "zzzzzzzzzzzzz-1-1-1", "1-9-9-9")) {
            Stock again = new Stock(world, "ada@acme");
            again.offset = offset;
            again.pid = ada.pid;
            again.dropAndComeBack();
            assertThat(again.recovered).as(offset).isFalse();
        }
    }

    @Test
    void offsets_areReadBack() {
        RoomId room = new RoomId(SummitDialect.NAME, "acme", "x");
        RoomId other = new RoomId(SummitDialect.NAME, "acme", "y");
        RoomId elsewhere = new RoomId(SummitDialect.NAME, "acme", SummitDialect.roomName("/ops", "y"));
        Offset offset = Offset.of(room, new Position(7, 123_456), 1_795_245_379_162L);
        assertThat(Offset.parse(offset.toString(), "/")).isEqualTo(offset);
        assertThat(offset.isOf(room)).isTrue();
        assertThat(offset.isOf(other)).isFalse();
        Position at = new Position(1, 36);
        String two = offset + OtherRooms.text(other, at) + OtherRooms.text(elsewhere, new Position(0, Long.MAX_VALUE));
        assertThat(Offset.parse(two, "/"))
                .isEqualTo(new Offset(
                        offset.room(), offset.at(), offset.millis(), Map.of(Offset.keyOf(other), at), false));
        assertThat(Offset.parse(two + OtherRooms.MORE, "/ops"))
                .extracting(o -> o.in(elsewhere), Offset::more, Offset::alone)
                .containsExactly(new Position(0, Long.MAX_VALUE), true, offset);
        assertThat(Offset.parse(offset + OtherRooms.text(other, at).repeat(OtherRooms.MOST + 1), "/"))
                .isNull();
    }
}
