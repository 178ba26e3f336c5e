package earshot.dialect.graphwiz;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class SceneTest {
    private static final GraphwizConfig.Sizes SIZES = new GraphwizConfig.Sizes(64 << 10, 4000, 3, 1000, 1500);

    private static Entity entity(String id, int bytes) {
        var envelope = Codec.begin(Types.SPAWN, "m", 1);
        envelope.getEntitySpawnBuilder().setEntityId(id).putComponents("c", "x".repeat(bytes));
        var message = envelope.build();
        return Entity.of(new Packet(Framing.PROTOBUF, "c-1", "m", 1, 0, message.toByteArray()), message);
    }

    @Test
    void thingsBeyondALimit_areNotTaken() {
        Scene scene = new Scene(SIZES);
        assertThat(scene.put(entity("a", 1000))).as("too big").isFalse();
        assertThat(scene.put(entity("a", 500))).isTrue();
        assertThat(scene.put(entity("b", 500))).isTrue();
        assertThat(scene.put(entity("c", 500))).as("too much together").isFalse();
        assertThat(scene.put(entity("a", 10))).as("smaller than before").isTrue();
        assertThat(scene.put(entity("c", 10))).isTrue();
        assertThat(scene.put(entity("d", 1))).as("too many").isFalse();
        assertThat(scene.remove("a")).isNotNull();
        assertThat(scene.put(entity("d", 1))).isTrue();
        assertThat(scene.count()).isEqualTo(3);
    }

    @Test
    void components_ofBothFramings_areTheSame() {
        Entity proto = entity("a", 0);
        var update = Codec.begin(Types.UPDATE, "m", 1);
        update.getEntityUpdateBuilder()
                .setEntityId("a")
                .putComponents("hp", ByteString.copyFromUtf8("5"))
                .putComponents("list", ByteString.copyFromUtf8("[1,2]"))
                .putComponents("c", ByteString.copyFromUtf8("\"red\""));
        var message = update.build();
        proto = proto.updated(new Packet(Framing.PROTOBUF, "c-1", "m", 1, 0, message.toByteArray()), message);
        byte[] frame = HubWriter.frame(Types.UPDATE, message);
        Entity hub = entity("a", 0)
                .updated(
                        new Packet(Framing.HUB, "c-1", "m", 1, 0, frame),
                        Codec.binary(frame, null).message());
        assertThat(Json.text(hub.components)).isEqualTo(Json.text(proto.components));
        assertThat(hub.components).containsEntry("c", "red").containsEntry("hp", new Json.Num("5"));
    }
}
