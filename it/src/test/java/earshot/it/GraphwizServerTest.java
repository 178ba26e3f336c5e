package earshot.it;

import static earshot.it.XrClient.chatOf;
import static earshot.it.XrClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.dialect.graphwiz.wire.Wire.EntitySnapshot;
import earshot.dialect.graphwiz.wire.Wire.KickPlayer;
import earshot.dialect.graphwiz.wire.Wire.MessageType;
import earshot.dialect.graphwiz.wire.Wire.WorldState;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** XR rooms over real sockets: both framings in one room (protocols/graphwiz.md section 17). */
class GraphwizServerTest {
    @TempDir
    static Path directory;

    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        server = RunningServer.start(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void bothFramings_inOneRoom_understandEachOther() {
        try (XrClient hub = XrClient.hub(server, "both", "hanna");
                XrClient proto = XrClient.protobuf(server, "both", "pia")) {
            assertThat(hub.hears("its hello", type(2)).json().path("client_id").asString())
                    .isEqualTo("hanna");
            assertThat(proto.hears("its hello", type(2)).said().getServerHello().getAssignedClientId())
                    .isEqualTo("pia");
            hub.hears(
                    "a join",
                    h -> h.type() == 40 && h.json().path("clientId").asString().equals("pia"));
            hub.chat("from the hub");
            proto.chat("from protobuf");
            assertThat(proto.hears("chat", chatOf("from the hub"))
                            .said()
                            .getChatMessage()
                            .getFromClientId())
                    .isEqualTo("hanna");
            assertThat(hub.hears("chat", chatOf("from protobuf"))
                            .json()
                            .path("fromClientId")
                            .asString())
                    .isEqualTo("pia");
            proto.move("cube-1", 1.5f);
            var pose = hub.hears("a pose", type(10)).json();
            assertThat(pose.path("position").path("x").asDouble()).isEqualTo(1.5);
            assertThat(pose.path("position").path("y").isNumber()).isTrue();
            hub.move("cube-2", 2.5f);
            assertThat(proto.hears("a pose", type(10))
                            .said()
                            .getPositionUpdate()
                            .getPosition()
                            .getX())
                    .isEqualTo(2.5f);
            assertThat(hub.count(chatOf("from the hub"))).isZero();
            assertThat(hub.count(type(1)) + proto.count(type(1))).isZero();
        }
    }

    @Test
    void lateJoiner_ofEitherFraming_seesTheWorldAsItIs() {
        try (XrClient hub = XrClient.hub(server, "late", "hanna")) {
            hub.hears("its hello", type(2));
            hub.spawn("cube", "red");
            hub.say(21, "{\"entityId\":\"cube\",\"components\":{\"hp\":5}}");
            hub.move("cube", 7);
            hub.sayText("{\"messageId\":\"ping-1\",\"timestamp\":1,\"type\":255,\"payload\":null}");
            hub.hears("the pong, behind all that", h -> h.json().path("type").asInt(0) == 255);
            try (XrClient proto = XrClient.protobuf(server, "late", "pia");
                    XrClient second = XrClient.hub(server, "late", "hugo")) {
                WorldState world = proto.hears("its hello", type(2))
                        .said()
                        .getServerHello()
                        .getInitialState();
                assertThat(world.getPlayersList())
                        .extracting(p -> p.getClientId())
                        .contains("hanna");
                EntitySnapshot cube = world.getEntities(0);
                assertThat(cube.getComponentsMap())
                        .containsEntry("color", "red")
                        .containsEntry("hp", "5");
                assertThat(cube.getPosition().getX()).isEqualTo(7);
                var spawned = second.hears("a spawn", type(20)).json();
                assertThat(spawned.path("components").path("hp").asInt()).isEqualTo(5);
                assertThat(second.hears("a pose", type(10))
                                .json()
                                .path("position")
                                .path("x")
                                .asInt())
                        .isEqualTo(7);
                assertThat(second.heard.getFirst().type()).isEqualTo(2);
            }
        }
    }

    @Test
    void leave_isToldOnce_andTakesWhatItOwned() {
        try (XrClient hub = XrClient.hub(server, "leave", "hanna")) {
            XrClient proto = XrClient.protobuf(server, "leave", "pia");
            proto.hears("its hello", type(2));
            proto.spawn("cube", "red");
            hub.hears("a spawn", type(20));
            proto.cut();
            hub.hears("a leave", type(41));
            hub.hears(
                    "a leave that the app understands",
                    h -> h.type() == 40 && h.json().path("eventType").asInt(0) == 1);
            assertThat(hub.hears("a despawn", type(22)).json().path("entityId").asString())
                    .isEqualTo("cube");
            assertThat(hub.count(type(41))).isOne();
        }
    }

    @Test
    void kicked_isTold_closedAndRefusedForAWhile() {
        try (XrClient host = XrClient.protobuf(server, "kick", "hanna")) {
            host.hears("its hello", type(2));
            XrClient target = XrClient.hub(server, "kick", "tom");
            host.hears("a join", type(40));
            host.say(XrClient.begin(MessageType.KICK_PLAYER)
                    .setKickPlayer(
                            KickPlayer.newBuilder().setTargetClientId("tom").setReason("enough")));
            target.hears("the notice", type(60));
            assertThat(target.ends()).isEqualTo("4003");
            host.hears("the leave", type(41));
            assertThat(Client.refusal(server.ws("/ws/kick?user_id=tom&client_id=tom")))
                    .isEqualTo(403);
            assertThat(Client.refusal(server.ws("/ws/kick?user_id=tom&client_id=other")))
                    .isEqualTo(403);
        }
    }

    @Test
    void sameClient_again_takesOver() {
        try (XrClient other = XrClient.protobuf(server, "again", "olga")) {
            other.hears("its hello", type(2));
            XrClient first = XrClient.hub(server, "again", "hanna");
            first.hears("its hello", type(2));
            other.hears("a join", type(40));
            try (XrClient second = XrClient.hub(server, "again", "hanna")) {
                second.hears("its hello", type(2));
                assertThat(first.ends()).isEqualTo("4409");
                second.chat("still here");
                other.hears("chat", chatOf("still here"));
                assertThat(other.count(type(40))).isOne();
                assertThat(other.count(type(41))).isZero();
            }
        }
    }

    @Test
    void terminal_isGreetedAndHeard() {
        try (Client terminal = Client.connect(server.ws("/ws/terminal?user_id=tom"));
                XrClient proto = XrClient.protobuf(server, "terminal", "pia")) {
            terminal.hears("its hello", Client.type("SERVER_HELLO"));
            proto.hears("its hello", type(2));
            terminal.say("{\"type\":\"CHAT_MESSAGE\",\"text\":\"Hello\"}");
            proto.hears("chat", chatOf("Hello"));
            proto.chat("Hi");
            terminal.hears(
                    "chat", f -> f.path("payload").path("message").asString("").equals("Hi"));
        }
    }

    @Test
    void message_inPieces_isWhole_andTooBigCloses() {
        try (XrClient proto = XrClient.protobuf(server, "pieces", "pia");
                XrClient hub = XrClient.hub(server, "pieces", "hanna")) {
            proto.hears("its hello", type(2));
            hub.hears("its hello", type(2));
            proto.chatInPieces("one, two, three");
            hub.hears("chat", chatOf("one, two, three"));
            hub.chat("x".repeat(65_537));
            assertThat(hub.ends()).isEqualTo("1009");
        }
    }

    @Test
    void meeting_withChannels_hearsEachOther_andOtherRoomsDoNot() {
        String lobby = "public:lobby";
        for (String room : new String[] {lobby, "private"}) {
            try (Client channel = Client.connect(
                            server.ws("/channel/" + room + "/websocket"),
                            "Authorization",
                            "Bearer " + TestTokens.waddle("uma", "Uma", "write"));
                    XrClient hub = XrClient.hub(server, room, "hanna");
                    XrClient proto = XrClient.protobuf(server, room, "pia")) {
                channel.hears("its state", Client.type("initial_state"));
                hub.hears("its hello", type(2));
                proto.hears("its hello", type(2));
                hub.hears(
                        "pia",
                        h -> h.type() == 40
                                && h.json().path("clientId").asString().equals("pia"));
                hub.chat("from XR");
                proto.hears("chat", chatOf("from XR"));
                channel.say("{\"type\":\"message\",\"content\":\"from the channel\"}");
                channel.hears("its echo", Client.content("from the channel"));
                proto.chat("last");
                hub.hears("chat", chatOf("last"));
                boolean meets = room.equals(lobby);
                assertThat(channel.heard(Client.content("from XR"))).hasSize(meets ? 1 : 0);
                assertThat(hub.count(chatOf("from the channel"))).isEqualTo(meets ? 1 : 0);
                assertThat(hub.count(h -> h.json().path("clientId").asString("").equals("waddle:uma")))
                        .isEqualTo(meets ? 1 : 0);
                if (meets)
                    assertThat(proto.hears("chat", chatOf("from the channel"))
                                    .said()
                                    .getChatMessage()
                                    .getFromClientId())
                            .isEqualTo("waddle:uma");
            }
        }
    }

    @Test
    void report_isTheSeeds() throws IOException {
        assertThat(server.get("/metrics?format=report").body()).matches("""
                        === Performance Report ===
                        Uptime: \\d+s
                        Connections: \\d+ active / \\d+ total \\(\\d+ errors\\)
                        Messages: \\d+ sent / \\d+ received \\(\\d+ errors\\)
                        Bytes: \\d+ sent / \\d+ received
                        Active Rooms: \\d+
                        Latency: avg=\\d+ms, p99=\\d+ms
                        ========================
                        """);
        assertThat(server.get("/metrics").body()).startsWith("# ");
    }

    @Test
    void statistics_ofRoomAndServer_areJson() throws IOException {
        try (XrClient proto = XrClient.protobuf(server, "stats", "pia")) {
            proto.hears("its hello", type(2));
            assertThat(server.get("/ws/stats").body()).contains("\"total_connections\":");
            assertThat(server.get("/ws/stats/stats").body())
                    .contains("\"room_id\":\"stats\",\"connection_count\":1")
                    .contains("\"user_id\":\"pia\",\"client_id\":\"pia\"");
            assertThat(server.get("/ws/nobody/stats").body()).contains("\"connection_count\":0,\"connections\":[]");
        }
    }

    @Test
    void tokens_ofBothShapes_passAndOthersDoNot() {
        long now = System.currentTimeMillis() / 1000;
        String shared = TestTokens.sign("{\"sub\":\"u1\",\"exp\":%d,\"iat\":%d,\"iss\":\"x\",\"token_type\":\"access\"}"
                .formatted(now + 60, now));
        String issued =
                TestTokens.sign("{\"sub\":\"17\",\"email\":\"a@b\",\"exp\":%d,\"iat\":%d}".formatted(now + 60, now));
        for (String token : new String[] {shared, issued}) {
            try (Client in = Client.connect(server.ws("/ws/tokens?auth_token=" + token))) {
                in.hears("its hello", Client.type("SERVER_HELLO"));
            }
        }
        String refresh = TestTokens.sign("{\"sub\":\"u1\",\"exp\":%d,\"token_type\":\"refresh\"}".formatted(now + 60));
        String old = TestTokens.sign("{\"sub\":\"u1\",\"exp\":%d}".formatted(now - 120));
        for (String bad : new String[] {refresh, old, "x.y.z", shared + "x"})
            assertThat(Client.refusal(server.ws("/ws/tokens?auth_token=" + bad)))
                    .isEqualTo(401);
        assertThat(Client.refusal(server.ws("/ws/tokens?auth_token=" + shared + "&user_id=u2")))
                .isEqualTo(401);
        assertThat(Client.refusal(server.ws("/ws/tokens"))).isEqualTo(401);
    }
}
