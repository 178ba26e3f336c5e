package earshot.it;

import static earshot.it.XrClient.chatOf;
import static earshot.it.XrClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import earshot.dialect.graphwiz.wire.Wire.ChatMessage;
import earshot.dialect.graphwiz.wire.Wire.KickPlayer;
import earshot.dialect.graphwiz.wire.Wire.MessageType;
import earshot.dialect.graphwiz.wire.Wire.WorldState;
import earshot.engine.redis.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** XR rooms on two nodes of one Redis: one room, wherever its clients are connected. */
class GraphwizNodesTest {
    @TempDir
    static Path directory;

    private static RedisServer redis;
    private static Nodes nodes;

    @BeforeAll
    static void start() throws IOException {
        redis = RedisServer.start();
        nodes = Nodes.start(directory, List.of(redis.address(), redis.address()));
    }

    @AfterAll
    static void stop() {
        if (nodes != null) nodes.close();
        redis.close();
    }

    @Test
    void room_onTwoNodes_isOneRoom() {
        try (XrClient hub = XrClient.hub(nodes.node(0), "one", "hanna");
                XrClient proto = XrClient.protobuf(nodes.node(1), "one", "pia")) {
            hub.hears("its hello", type(2));
            proto.hears("its hello", type(2));
            hub.hears(
                    "a join",
                    h -> h.type() == 40 && h.json().path("clientId").asString().equals("pia"));
            hub.spawn("cube", "red");
            proto.hears("a spawn", type(20));
            hub.move("cube", 3);
            proto.hears("a pose", type(10));
            for (int i = 0; i < 20; i++) {
                hub.chat("h" + i);
                proto.chat("p" + i);
            }
            for (int i = 0; i < 20; i++) {
                hub.hears("chat", chatOf("p" + i));
                proto.hears("chat", chatOf("h" + i));
            }
            assertThat(hub.count(type(30))).isEqualTo(20);
            assertThat(proto.count(type(30))).isEqualTo(20);
            assertThat(proto.count(type(20))).isOne();
            proto.cut();
            hub.hears("a leave", type(41));
        }
    }

    @Test
    void nodeThatComesLater_hasTheWorld() {
        try (XrClient hub = XrClient.hub(nodes.node(0), "later", "hanna")) {
            hub.hears("its hello", type(2));
            hub.spawn("cube", "red");
            hub.say(21, "{\"entityId\":\"cube\",\"components\":{\"hp\":5}}");
            hub.move("cube", 7);
            hub.sayText("{\"messageId\":\"ping-1\",\"timestamp\":1,\"type\":255,\"payload\":null}");
            hub.hears("the pong, behind all that", h -> h.json().path("type").asInt(0) == 255);
            try (XrClient proto = XrClient.protobuf(nodes.node(1), "later", "pia")) {
                WorldState world = proto.hears("its hello", type(2))
                        .said()
                        .getServerHello()
                        .getInitialState();
                assertThat(world.getPlayersList())
                        .extracting(p -> p.getClientId())
                        .containsExactly("hanna");
                assertThat(world.getEntitiesList()).hasSize(1);
                assertThat(world.getEntities(0).getComponentsMap()).containsEntry("hp", "5");
                assertThat(world.getEntities(0).getPosition().getX()).isEqualTo(7);
            }
        }
    }

    @Test
    void kicked_onAnotherNode_isKicked() {
        try (XrClient host = XrClient.protobuf(nodes.node(0), "kick", "hanna")) {
            host.hears("its hello", type(2));
            XrClient target = XrClient.hub(nodes.node(1), "kick", "tom");
            host.hears("a join", type(40));
            host.say(XrClient.begin(MessageType.KICK_PLAYER)
                    .setKickPlayer(KickPlayer.newBuilder().setTargetClientId("tom")));
            target.hears("the notice", type(60));
            assertThat(target.ends()).isEqualTo("4003");
            assertThat(Client.refusal(nodes.node(0).ws("/ws/kick?user_id=tom&client_id=tom")))
                    .isEqualTo(403);
        }
    }

    @Test
    void sameClient_onAnotherNode_takesOver() {
        XrClient first = XrClient.hub(nodes.node(0), "again", "hanna");
        first.hears("its hello", type(2));
        try (XrClient second = XrClient.hub(nodes.node(1), "again", "hanna")) {
            second.hears("its hello", type(2));
            assertThat(first.ends()).isEqualTo("4409");
            assertThat(second.count(type(41))).isZero();
        }
    }

    /** As the original's servers would say it to each other. */
    @Test
    void channelOfTheSeed_isHeardOnce() throws IOException {
        try (XrClient hub = XrClient.hub(nodes.node(0), "channel", "hanna");
                XrClient proto = XrClient.protobuf(nodes.node(1), "channel", "pia")) {
            hub.hears("its hello", type(2));
            proto.hears("its hello", type(2));
            byte[] frame = XrClient.begin(MessageType.CHAT_MESSAGE)
                    .setChatMessage(ChatMessage.newBuilder()
                            .setFromClientId("elsewhere")
                            .setMessage("from another server"))
                    .build()
                    .toByteArray();
            redis.ask(
                    "PUBLISH",
                    "graphwiz:room:channel",
                    "{\"room_id\":\"channel\",\"type\":\"Broadcast\",\"data\":\""
                            + Base64.getEncoder().encodeToString(frame)
                            + "\",\"exclude_connection\":null,\"timestamp\":1}");
            hub.hears("chat", chatOf("from another server"));
            proto.hears("chat", chatOf("from another server"));
            proto.chat("last");
            hub.hears("chat", chatOf("last"));
            assertThat(hub.count(chatOf("from another server"))).isOne();
        }
    }
}
