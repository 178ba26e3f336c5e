package earshot.dialect.graphwiz;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.message.Body;
import earshot.core.message.RoomId;
import earshot.core.room.Realms;
import earshot.core.room.RoomRules;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import earshot.core.testkit.ManualLoops;
import earshot.dialect.Claims;
import earshot.dialect.Dialect;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.TokenVerifier;
import earshot.dialect.testkit.ConversationContract;
import earshot.dialect.testkit.Handshakes;
import earshot.dialect.testkit.Samples;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

final class GraphwizContractTest extends ConversationContract {
    @Override
    protected Dialect newDialect() {
        AtomicLong ids = new AtomicLong();
        ManualClock clock = new ManualClock();
        return new GraphwizDialect(
                GraphwizConfig.DEFAULT,
                new GraphwizDialect.Surroundings(
                        7,
                        false,
                        GraphwizContractTest::verify,
                        new OneRealm(),
                        new ManualLoops(clock, 1),
                        clock,
                        () -> Samples.id(ids.incrementAndGet()),
                        CompletableFuture::new,
                        () -> {},
                        _ -> null,
                        CustomHook.NONE,
                        Meter.NONE));
    }

    static TokenVerifier.Verdict verify(String token) {
        return token.equals("t")
                ? new TokenVerifier.Verdict.Valid(new Claims(Map.of("sub", "u2", "exp", 2_000_000_000L)))
                : new TokenVerifier.Verdict.Invalid(TokenVerifier.Reason.BAD_SIGNATURE);
    }

    @Override
    protected HandshakeRequest handshake() {
        return Handshakes.to("/ws/lobby?auth_token=t&client_id=c-1").build();
    }

    @Override
    protected List<Frame> inputs() {
        List<Frame> inputs = new ArrayList<>();
        for (Vectors.Vector vector : Vectors.all()) {
            inputs.add(Frame.binary(vector.protobuf()));
            if (vector.hub() != null) inputs.add(Frame.binary(vector.hub()));
        }
        for (int type = 60; type <= 71; type++)
            inputs.add(hub(type, "{\"targetClientId\":\"c-2\",\"messageIds\":[\"a\"]}"));
        inputs.add(hub(150, "{\"mine\":[1]}"));
        inputs.add(hub(99, "{}"));
        inputs.add(hub(Types.PING, "null"));
        inputs.add(Frame.text("{\"messageId\":\"ping-1\",\"timestamp\":1,\"type\":255,\"payload\":null}"));
        inputs.add(Frame.text("{\"type\":\"CHAT_MESSAGE\",\"text\":\"Hello\"}"));
        inputs.add(Frame.text("{\"type\":\"CHAT_MESSAGE\",\"message\":\"psst\",\"to_client_id\":\"c-2\"}"));
        inputs.add(Frame.text("{\"type\":\"ACK\",\"message_ids\":[\"a\",1]}"));
        inputs.add(Frame.text("Hello"));
        return inputs;
    }

    private static Frame hub(int type, String json) {
        return Frame.binary(HubFrame.bytes("m", 1, type, json.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    protected List<Body> bodies() {
        return List.of(
                new Body(GraphwizDialect.NAME, "application/x-protobuf", Vectors.protobuf("ChatMessage")),
                new Body(GraphwizDialect.NAME, "application/vnd.graphwiz.hub", Vectors.hub("ChatMessage")),
                new Body(
                        GraphwizDialect.NAME,
                        "application/vnd.graphwiz.text",
                        "{\"type\":\"CHAT_MESSAGE\",\"text\":\"a\"}".getBytes(StandardCharsets.UTF_8)),
                new Body(GraphwizDialect.NAME, "application/x-protobuf", new byte[] {9}),
                new Body(GraphwizDialect.NAME, "image/png", new byte[0]));
    }

    /** What clients take: a message of either binary framing, or JSON. */
    @Override
    protected void checkReadable(Frame frame) {
        if (frame.kind() == Frame.Kind.BINARY)
            assertThat(Codec.binary(frame.bytes(), null)).isNotNull();
        else if (frame.asText().startsWith("{"))
            assertThat(Json.read(frame.bytes())).isNotNull();
    }

    /** Every room is of this dialect. */
    static final class OneRealm implements Realms {
        @Override
        public RoomId resolve(String dialect, String tenant, String name) {
            return new RoomId(dialect, tenant, name);
        }

        @Override
        public RoomRules rules(RoomId room) {
            throw new UnsupportedOperationException("no rooms here");
        }
    }
}
