package earshot.dialect.graphwiz;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Event;
import earshot.core.message.Lane;
import earshot.dialect.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeliveriesTest {
    private final Deliveries deliveries = new Deliveries(new GraphwizConfig.Delivery(3, Duration.ofSeconds(5), 3));
    private final List<Frame> again = new ArrayList<>();
    private final Words words = new Words(true);

    private static Event.Relayed event(String id, Lane lane, int type) {
        var message = Codec.begin(type, id, 1);
        message.getEntityDespawnBuilder().setEntityId("e");
        byte[] raw = message.build().toByteArray();
        String key = lane == Lane.LATEST ? "k" : null;
        return new Event.Relayed(
                Fixture.LOBBY,
                GraphwizDialect.NAME,
                lane,
                key,
                type,
                new Packet(Framing.PROTOBUF, "c", id, 1, 0, raw).bytes());
    }

    private int at(int seconds) {
        return deliveries.sayAgain(
                Duration.ofSeconds(seconds).toNanos(), words::of, Variant.of(Framing.PROTOBUF), again::addAll);
    }

    @Test
    void message_isSaidAgainThreeTimes_withTheSameId_andGivenUp() {
        deliveries.onTold(event("m", Lane.SURE, Types.DESPAWN), 0);
        assertThat(at(4)).isZero();
        assertThat(again).isEmpty();
        at(5);
        at(6);
        assertThat(again).hasSize(1);
        at(10);
        at(15);
        assertThat(again).hasSize(3);
        assertThat(again)
                .allSatisfy(
                        f -> assertThat(Codec.binary(f.bytes(), null).message().getMessageId())
                                .isEqualTo("m"));
        assertThat(at(19)).isZero();
        assertThat(at(20)).isOne();
        assertThat(deliveries.waiting()).isZero();
    }

    @Test
    void message_thatIsAcknowledged_isNotSaidAgain() {
        deliveries.onTold(event("m", Lane.SURE, Types.DESPAWN), 0);
        deliveries.acknowledged("other");
        deliveries.acknowledged("m");
        at(5);
        assertThat(again).isEmpty();
    }

    @Test
    void posesAndVoice_needNoAcknowledgement() {
        deliveries.onTold(event("p", Lane.LATEST, Types.POSITION), 0);
        deliveries.onTold(event("v", Lane.SPARE, Types.VOICE), 0);
        assertThat(deliveries.waiting()).isZero();
    }

    @Test
    void moreThanTheQueue_overflows() {
        for (int i = 0; i < 3; i++) deliveries.onTold(event("m" + i, Lane.SURE, Types.DESPAWN), 0);
        assertThat(deliveries.isOverflown()).isFalse();
        deliveries.onTold(event("m3", Lane.SURE, Types.DESPAWN), 0);
        assertThat(deliveries.isOverflown()).isTrue();
        assertThat(deliveries.waiting()).isEqualTo(3);
    }
}
