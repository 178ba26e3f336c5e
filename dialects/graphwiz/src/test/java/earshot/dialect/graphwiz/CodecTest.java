package earshot.dialect.graphwiz;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import earshot.core.testkit.Seeds;
import earshot.dialect.Frame;
import earshot.dialect.graphwiz.wire.Wire.ChatMessage;
import earshot.dialect.graphwiz.wire.Wire.ClientHello;
import earshot.dialect.graphwiz.wire.Wire.EntitySpawn;
import earshot.dialect.graphwiz.wire.Wire.EntityUpdate;
import earshot.dialect.graphwiz.wire.Wire.Message;
import earshot.dialect.graphwiz.wire.Wire.PositionUpdate;
import earshot.dialect.graphwiz.wire.Wire.PresenceEventType;
import earshot.dialect.graphwiz.wire.Wire.Vector3;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CodecTest {
    static List<Vectors.Vector> vectors() {
        return Vectors.all();
    }

    static List<Vectors.Vector> hubVectors() {
        return Vectors.all().stream().filter(v -> v.hub() != null).toList();
    }

    // --- the vectors

    @ParameterizedTest
    @MethodSource("vectors")
    void protobuf_ofEveryVector_isUnderstoodAsWhatItIs(Vectors.Vector vector) {
        Heard heard = Codec.binary(vector.protobuf(), null);
        assertThat(heard.framing()).isEqualTo(Framing.PROTOBUF);
        assertThat(heard.type()).isEqualTo(vector.type());
        assertThat(heard.disagrees()).isFalse();
        assertThat(heard.message().getMessageId()).isEqualTo(Vectors.MESSAGE_ID);
        assertThat(heard.message().getTimestamp()).isEqualTo(Vectors.TIMESTAMP);
        assertThat(heard.message().getUnknownFields().asMap()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("hubVectors")
    void hub_ofEveryVector_isUnderstoodAsWhatItIs(Vectors.Vector vector) {
        for (Framing usual : Arrays.asList(null, Framing.HUB, Framing.PROTOBUF)) {
            Heard heard = Codec.binary(vector.hub(), usual);
            assertThat(heard.framing()).isEqualTo(Framing.HUB);
            assertThat(heard.type()).isEqualTo(vector.type());
            assertThat(heard.message().getMessageId()).isEqualTo(Vectors.MESSAGE_ID);
            assertThat(heard.message().getTimestamp()).isEqualTo(Vectors.TIMESTAMP);
        }
    }

    /** What a protobuf client said reads to a hub client as the original's own serializer writes it. */
    @ParameterizedTest
    @MethodSource("hubVectors")
    void protobuf_asHub_saysWhatTheOriginalSays(Vectors.Vector vector) {
        Heard heard = Codec.binary(vector.protobuf(), null);
        byte[] frame = Codec.frame(Framing.HUB, vector.type(), heard.message()).bytes();
        HubFrame head = HubFrame.of(frame);
        assertThat(head.messageId()).isEqualTo(Vectors.MESSAGE_ID);
        assertThat(head.timestampMillis()).isEqualTo(Vectors.TIMESTAMP);
        assertThat(head.type()).isEqualTo(vector.type());
        Map<String, Object> said = Json.object(Json.read(frame, head.payloadAt(), frame.length - head.payloadAt()));
        vector.hubPayload()
                .forEach((name, value) -> assertThat(Json.text(said.get(name)))
                        .as("%s %s", vector.name(), name)
                        .isEqualTo(Json.text(value)));
    }

    /** And the other way round, but for who comes and goes, which no client says. */
    @ParameterizedTest
    @MethodSource("hubVectors")
    void hub_asProtobuf_saysTheSame(Vectors.Vector vector) {
        if (vector.type() == Types.SERVER_HELLO || vector.type() == Types.JOIN || vector.type() == Types.LEAVE) return;
        Heard hub = Codec.binary(vector.hub(), null);
        Heard protobuf = Codec.binary(vector.protobuf(), null);
        Heard translated = Codec.binary(
                Codec.frame(Framing.PROTOBUF, hub.type(), hub.message()).bytes(), null);
        assertThat(translated.message()).isEqualTo(protobuf.message());
    }

    @Test
    void presence_asHub_isNestedAndFlat() {
        Message join = Codec.binary(Vectors.protobuf("PresenceJoin"), null).message();
        String json = new String(HubWriter.payload(Types.JOIN, join), StandardCharsets.UTF_8);
        assertThat(json)
                .isEqualTo(
                        "{\"clientId\":\"c-1\",\"eventType\":0,\"data\":{\"displayName\":\"Ada\",\"hostClientId\":\"c-1\"},"
                                + "\"displayName\":\"Ada\",\"hostClientId\":\"c-1\",\"host_client_id\":\"c-1\"}");
    }

    @Test
    void flatPresence_ofTheApp_becomesData() {
        Heard heard = hub(
                Types.PRESENCE,
                "{\"clientId\":\"c-1\",\"displayName\":\"Ada\",\"position\":{\"x\":1,\"y\":2,\"z\":3}}");
        var event = heard.message().getPresenceEvent();
        assertThat(event.getEventType()).isEqualTo(PresenceEventType.UPDATE);
        assertThat(event.getData().getDisplayName()).isEqualTo("Ada");
        assertThat(event.getData().getPosition().getZ()).isEqualTo(3);
    }

    // --- rules of translation

    @Test
    void position_withoutRotationAsHub_isUprightAndHasItsZeros() {
        Message message = Codec.begin(Types.POSITION, "m", 7)
                .setPositionUpdate(PositionUpdate.newBuilder()
                        .setEntityId("e")
                        .setPosition(Vector3.newBuilder().setX(1.8f)))
                .build();
        assertThat(new String(HubWriter.payload(Types.POSITION, message), StandardCharsets.UTF_8))
                .isEqualTo("{\"entityId\":\"e\",\"position\":{\"x\":1.8,\"y\":0,\"z\":0},"
                        + "\"rotation\":{\"x\":0,\"y\":0,\"z\":0,\"w\":1},\"sequenceNumber\":0,\"timestamp\":7}");
    }

    @Test
    void spawn_ofHub_hasStringsAsTheyAreAndTheRestAsJson() {
        Heard heard = hub(
                Types.SPAWN,
                "{\"entityId\":\"e\",\"templateId\":\"t\",\"components\":{\"a\":\"red\",\"b\":{\"c\":[1,2.50]},\"d\":true}}");
        assertThat(heard.message().getEntitySpawn().getComponentsMap())
                .isEqualTo(Map.of("a", "red", "b", "{\"c\":[1,2.50]}", "d", "true"));
    }

    @Test
    void spawn_asHub_hasObjectsWhereTextIsOne() {
        Message message = Codec.begin(Types.SPAWN, "m", 1)
                .setEntitySpawn(EntitySpawn.newBuilder()
                        .setEntityId("e")
                        .putComponents("a", "{\"b\":1}")
                        .putComponents("c", "{no"))
                .build();
        String json = new String(HubWriter.payload(Types.SPAWN, message), StandardCharsets.UTF_8);
        assertThat(json).contains("\"a\":{\"b\":1}").contains("\"c\":\"{no\"");
    }

    @Test
    void update_asHub_hasJsonOrBase64() {
        Message message = Codec.begin(Types.UPDATE, "m", 1)
                .setEntityUpdate(EntityUpdate.newBuilder()
                        .setEntityId("e")
                        .putComponents("hp", ByteString.copyFromUtf8("5"))
                        .putComponents("raw", ByteString.copyFrom(new byte[] {1, (byte) 0xff})))
                .build();
        String json = new String(HubWriter.payload(Types.UPDATE, message), StandardCharsets.UTF_8);
        assertThat(json).contains("\"hp\":5").contains("\"raw\":\"Af8=\"");
    }

    @Test
    void voice_asHub_isNothing() {
        Message voice = Codec.binary(Vectors.protobuf("VoiceData"), null).message();
        assertThat(Codec.frame(Framing.HUB, Types.VOICE, voice)).isNull();
    }

    @Test
    void clientHello_asHub_hasNoToken() {
        Message hello = Codec.begin(Types.CLIENT_HELLO, "m", 1)
                .setClientHello(ClientHello.newBuilder().setAuthToken("secret"))
                .build();
        assertThat(new String(HubWriter.payload(Types.CLIENT_HELLO, hello), StandardCharsets.UTF_8))
                .doesNotContain("secret");
    }

    @Test
    void payload_thatTheTypeContradicts_decides() {
        byte[] bytes = Codec.begin(Types.POSITION, "m", 1)
                .setChatMessage(ChatMessage.newBuilder().setMessage("hi"))
                .build()
                .toByteArray();
        Heard heard = Codec.binary(bytes, null);
        assertThat(heard.type()).isEqualTo(Types.CHAT);
        assertThat(heard.disagrees()).isTrue();
    }

    @Test
    void text_ofTerminals_isChat() {
        Heard heard = Codec.text("{\"type\":\"CHAT_MESSAGE\",\"text\":\"Hello\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(heard.message().getChatMessage().getMessage()).isEqualTo("Hello");
        assertThat(Codec.text("Hello".getBytes(StandardCharsets.UTF_8))).isNull();
    }

    @Test
    void message_asText_hasNameAndPayload() {
        Message chat = Codec.binary(Vectors.protobuf("ChatMessage"), null).message();
        Frame frame = Codec.frame(Framing.TEXT, Types.CHAT, chat);
        assertThat(frame.asText())
                .isEqualTo("{\"type\":\"CHAT_MESSAGE\",\"message_id\":\"" + Vectors.MESSAGE_ID
                        + "\",\"timestamp\":1767225600123,\"payload\":{\"fromClientId\":\"c-1\",\"message\":\"h\u00e9llo\","
                        + "\"timestamp\":1767225600123,\"type\":0}}");
    }

    // --- what is no message

    @Test
    void infiniteOrMissingNumbers_areRefused() {
        assertThat(hub(Types.POSITION, "{\"entityId\":\"e\",\"position\":{\"x\":1e39,\"y\":0,\"z\":0}}"))
                .isNull();
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            byte[] bytes = Codec.begin(Types.POSITION, "m", 1)
                    .setPositionUpdate(PositionUpdate.newBuilder()
                            .setEntityId("e")
                            .setPosition(Vector3.newBuilder().setY(bad)))
                    .build()
                    .toByteArray();
            assertThat(Codec.binary(bytes, null)).isNull();
        }
    }

    @Test
    void lengthsThatLie_areRefused() {
        byte[] hub = Vectors.hub("ChatMessage").clone();
        hub[0] = (byte) 255;
        assertThat(Codec.binary(hub, null)).isNull();
        byte[] protobuf = Vectors.protobuf("ChatMessage").clone();
        protobuf[1] = 0x7f;
        assertThat(Codec.binary(protobuf, null)).isNull();
        assertThat(Codec.binary(new byte[0], null)).isNull();
    }

    @Test
    void deepJson_isRefused() {
        String deep = "[".repeat(40) + "]".repeat(40);
        assertThat(hub(Types.SPAWN, "{\"entityId\":\"e\",\"components\":{\"a\":" + deep + "}}"))
                .isNull();
    }

    @Test
    void hugeMaps_areRefused() {
        var spawn = EntitySpawn.newBuilder().setEntityId("e");
        for (int i = 0; i <= Sane.MAX_COMPONENTS; i++) spawn.putComponents("c" + i, "");
        byte[] bytes =
                Codec.begin(Types.SPAWN, "m", 1).setEntitySpawn(spawn).build().toByteArray();
        assertThat(Codec.binary(bytes, null)).isNull();
    }

    @Test
    void emptyHubPayload_isAnEmptyObject() {
        byte[] frame = HubFrame.bytes("m", 1, 200, new byte[0]);
        assertThat(Codec.binary(frame, null).type()).isEqualTo(200);
        byte[] ofNull = HubFrame.bytes("m", 1, Types.PING, "null".getBytes(StandardCharsets.UTF_8));
        assertThat(Codec.binary(ofNull, null).type()).isEqualTo(Types.PING);
    }

    /** Random ids and times: no message of either framing is ever taken for the other. */
    @Test
    void framings_ofRandomMessages_areToldApart() {
        long seed = Seeds.first();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            String id = new UUID(random.nextLong(), random.nextLong()).toString();
            long time = 1_700_000_000_000L + random.nextInt(Integer.MAX_VALUE);
            Message chat = Codec.begin(Types.CHAT, id, time)
                    .setChatMessage(ChatMessage.newBuilder().setMessage("m" + random.nextInt()))
                    .build();
            assertThat(Codec.binary(chat.toByteArray(), null).framing())
                    .as("seed %d", seed)
                    .isEqualTo(Framing.PROTOBUF);
            assertThat(Codec.binary(HubWriter.frame(Types.CHAT, chat), null).framing())
                    .as("seed %d", seed)
                    .isEqualTo(Framing.HUB);
        }
    }

    @Test
    void packet_roundTrip_isTheSame() {
        var packet = new Packet(Framing.HUB, "caf\u00e9", "id", 5, 7, new byte[] {1, 2});
        assertThat(Packet.of(packet.bytes())).isEqualTo(packet);
        assertThat(Packet.startNanos(packet.bytes())).isEqualTo(7);
        assertThat(Packet.of(Arrays.copyOf(packet.bytes(), 20))).isNull();
        assertThat(Packet.of(ByteBuffer.allocate(30).put((byte) 9).array())).isNull();
    }

    private static Heard hub(int type, String json) {
        return Codec.binary(HubFrame.bytes("m", 1, type, json.getBytes(StandardCharsets.UTF_8)), null);
    }
}
