package earshot.dialect.summit;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.core.memory.MemoryHistory;
import earshot.core.memory.MemoryResumeBook;
import earshot.core.message.Body;
import earshot.core.message.RoomId;
import earshot.core.room.Realms;
import earshot.core.room.RoomRules;
import earshot.core.telemetry.Meter;
import earshot.core.testkit.ManualClock;
import earshot.dialect.Claims;
import earshot.dialect.Dialect;
import earshot.dialect.Frame;
import earshot.dialect.HandshakeRequest;
import earshot.dialect.TokenVerifier;
import earshot.dialect.testkit.ConversationContract;
import earshot.dialect.testkit.Handshakes;
import earshot.dialect.testkit.Samples;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

final class SummitContractTest extends ConversationContract {
    private static final List<String> INPUTS = List.of(
            "0{\"token\":\"t\",\"tenantId\":\"default\"}",
            "0{\"token\":\"t\"}",
            "0{\"token\":\"bad\"}",
            "0{\"token\":\"t\",\"pid\":\"nobody\",\"offset\":\"1-1-1-1\"}",
            "0/ops,{\"token\":\"t\"}",
            "0/nope,{}",
            "1/ops,",
            "20[\"room:join\",{\"room\":\"lobby\",\"metadata\":{\"a\":1,\"replay\":{\"since\":5}}}]",
            "2[\"room:join\",{\"room\":\"acme:lobby\",\"replay\":3}]",
            "2/ops,1[\"room:join\",{\"room\":\"lobby\"}]",
            "2[\"room:leave\",{\"room\":\"lobby\"}]",
            "24[\"room:leave\",{\"room\":\"never\"}]",
            "25[\"room:send\",{\"room\":\"lobby\",\"payload\":{\"text\":\"hi\"},\"persistent\":true}]",
            "2[\"room:send\",{\"room\":\"lobby\",\"payload\":\"\\ud800 \\u0000\",\"idempotencyKey\":\"k\"}]",
            "26[\"query:presence\",{\"room\":\"lobby\"}]",
            "27[\"query:rooms\",null]",
            "28[\"presence:status\",{\"status\":\"away\",\"metadata\":{\"x\":[1]}}]",
            "2[\"presence:status\",{\"status\":\"gone\"}]",
            "29[\"presence:heartbeat\",{\"status\":\"busy\"}]",
            "2[\"presence:heartbeat\"]",
            "211[\"auth:refresh\",{\"token\":\"t\"}]",
            "212[\"auth:refresh\"]",
            "213[\"nobody\",1,2]",
            "2[7]",
            "30[]",
            "51-[\"room:send\",{\"room\":\"lobby\",\"payload\":{\"_placeholder\":true,\"num\":0}}]",
            "61-4[{\"_placeholder\":true,\"num\":0}]");

    @Override
    protected Dialect newDialect() {
        AtomicLong ids = new AtomicLong();
        SummitConfig d = SummitConfig.DEFAULT;
        SummitConfig config = new SummitConfig(
                d.engine(),
                20_000,
                List.of("ops"),
                d.names(),
                new SummitConfig.Rooms(100, 20, 1000),
                d.persistence(),
                d.rates(),
                d.access(),
                d.recovery(),
                d.presenceGrace());
        return new SummitDialect(
                config,
                new SummitDialect.Surroundings(
                        SummitContractTest::verify,
                        new OneRealm(),
                        new ManualClock(),
                        () -> Samples.id(ids.incrementAndGet()),
                        () -> String.format("secret%014d", ids.incrementAndGet()),
                        () -> 1000,
                        () -> false,
                        null,
                        new MemoryResumeBook(new ManualClock()),
                        new MemoryHistory(new ManualClock()),
                        Meter.NONE));
    }

    private static TokenVerifier.Verdict verify(String token) {
        return token.equals("t")
                ? new TokenVerifier.Verdict.Valid(
                        new Claims(Map.of("userId", "u2", "tenantId", "acme", "username", "ann")))
                : new TokenVerifier.Verdict.Invalid(TokenVerifier.Reason.BAD_SIGNATURE);
    }

    @Override
    protected HandshakeRequest handshake() {
        return Handshakes.to("/socket.io/?EIO=4&transport=websocket").build();
    }

    @Override
    protected List<Frame> inputs() {
        return Stream.concat(INPUTS.stream().map(Frame::text), Stream.of(Frame.binary(new byte[] {1, 2, 3})))
                .toList();
    }

    @Override
    protected List<Body> bodies() {
        Slice json = new Slice("{\"text\":\"a\"}".getBytes(StandardCharsets.UTF_8), 0, 12, Slice.Kind.OBJECT, null);
        Slice placed = slice("{\"_placeholder\":true,\"num\":0}");
        return List.of(
                Payload.of(json, List.of(), true).body(),
                Payload.of(null, List.of(), false).body(),
                Payload.of(placed, List.of(new byte[] {1, 2}), true).body(),
                new Body(SummitDialect.NAME, "application/vnd.socket.io", new byte[] {0, 0, 9}));
    }

    private static Slice slice(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        return new Slice(bytes, 0, bytes.length, Slice.Kind.OBJECT, null);
    }

    /** Rooms with their metadata, and a packet that waits for its attachments. */
    @Override
    protected int maxFrozenBytes() {
        return 256 << 10;
    }

    /** What a stock client's parser takes: a packet of one of the server's types with JSON that is whole, or an attachment. */
    @Override
    protected void checkReadable(Frame frame) {
        if (frame.kind() == Frame.Kind.BINARY) return;
        String text = frame.asText();
        assertThat(text).matches("(?s)(0|1|2|3|4|5\\d+-)(/[^,]*,)?\\d*([\\[{].*)?");
        // A namespace may hold any character but a comma.
        int head = text.matches("(?s)\\d+-?/.*") ? text.indexOf(',') : 0;
        int json = text.indexOf(text.startsWith("0") || text.startsWith("4") ? '{' : '[', head);
        if (json < 0) return;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int from = text.substring(0, json).getBytes(StandardCharsets.UTF_8).length;
        boolean whole = text.charAt(json) == '['
                ? JsonReader.arguments(bytes, from) != null
                : JsonReader.object(bytes, from) != null;
        assertThat(whole).as(text).isTrue();
    }

    private static final class OneRealm implements Realms {
        @Override
        public RoomId resolve(String dialect, String tenant, String name) {
            return new RoomId(dialect, tenant, name);
        }

        @Override
        public RoomRules rules(RoomId room) {
            throw new UnsupportedOperationException();
        }
    }
}
